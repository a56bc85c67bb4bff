extension ReachKernel {
  /// Meets the sealed neighbours of a block of rows.
  ///
  /// The same passes as for packed lists, and one between them that adds up lengths.
  static func absorbSealed(
    _ sealed: SealedLists, _ rows: UnsafePointer<UInt32>, _ block: Int,
    _ scratch: TraversalScratch, _ frontier: inout Frontier, mask: UInt32, limit: UInt32,
    isLimited: Bool
  ) {
    let isChecked = sealed.image.isNeeded
    if isChecked { unsafe touchGroups(sealed, rows, block) }
    unsafe locateSealed(sealed, rows, block, scratch)
    let lists = unsafe measure(sealed, rows, block, scratch)
    if isChecked { touchLists(sealed, lists, scratch) }
    let gathered = gatherSealed(sealed, lists, scratch)
    unsafe frontier.absorbSealed(
      UnsafeRawPointer(scratch.gathered), gathered.filled, lists: gathered.lists, sealed, scratch,
      mask: mask, limit: limit, isLimited: isLimited)
    for index in 0..<gathered.long {
      // The record of a long list; its row comes first and its end second among those to decode.
      let record = unsafe sealed.bytes + Int(scratch.spans[index])
      let offset = unsafe Int(record.loadUnaligned(as: UInt32.self))
      let length = unsafe Int(record.loadUnaligned(fromByteOffset: 4, as: UInt32.self))
      if isChecked { unsafe sealed.image.touch(sealed.bytes + offset, length) }
      unsafe scratch.listRows[0] = scratch.cursors[index]
      unsafe scratch.listEnds[0] = length
      unsafe frontier.absorbSealed(
        sealed.bytes + offset, length, lists: 0, sealed, scratch,
        mask: mask, limit: limit, isLimited: isLimited)
    }
  }

  /// Sees to it that the groups of the rows may be read.
  @inline(never)
  private static func touchGroups(
    _ sealed: SealedLists, _ rows: UnsafePointer<UInt32>, _ block: Int
  ) {
    for index in 0..<block {
      let row = unsafe rows[index]
      guard row < sealed.rowCount else { continue }
      unsafe sealed.image.touch(
        sealed.groups + Int(row &>> 4) &* SealedLists.groupSize, SealedLists.groupSize)
    }
  }

  /// Sees to it that lists that were measured may be read.
  @inline(never)
  private static func touchLists(
    _ sealed: SealedLists, _ lists: Int, _ scratch: TraversalScratch
  ) {
    for index in 0..<lists {
      unsafe sealed.image.touch(
        sealed.bytes + Int(scratch.spans[2 &* index]), Int(scratch.spans[2 &* index &+ 1]))
    }
  }

  /// The groups of the rows, copied.
  @inline(never)
  private static func locateSealed(
    _ sealed: SealedLists, _ rows: UnsafePointer<UInt32>, _ block: Int,
    _ scratch: TraversalScratch
  ) {
    let groups = unsafe sealed.groups
    let records = unsafe scratch.records
    let rowCount = UInt32(truncatingIfNeeded: sealed.rowCount)
    var index = 0
    while index < block {
      let row = unsafe rows[index]
      // Rows without a list read the first group, and forget it.
      let group = unsafe groups + Int(row < rowCount ? row &>> 4 : 0) &* SealedLists.groupSize
      let record = unsafe records + index &* SealedLists.groupSize
      unsafe record.storeBytes(
        of: group.loadUnaligned(as: SIMD4<UInt32>.self), as: SIMD4<UInt32>.self)
      unsafe record.storeBytes(
        of: group.loadUnaligned(fromByteOffset: 16, as: UInt32.self), toByteOffset: 16,
        as: UInt32.self)
      index &+= 1
    }
  }

  /// Where the lists that are not empty begin, and how long they are.
  @inline(never)
  private static func measure(
    _ sealed: SealedLists, _ rows: UnsafePointer<UInt32>, _ block: Int,
    _ scratch: TraversalScratch
  ) -> Int {
    let records = unsafe UnsafeRawPointer(scratch.records)
    let spans = unsafe scratch.spans
    let listRows = unsafe scratch.listRows
    let rowCount = UInt32(truncatingIfNeeded: sealed.rowCount)
    var lists = 0
    var index = 0
    while index < block {
      let row = unsafe rows[index]
      let record = unsafe records + index &* SealedLists.groupSize
      let lower = unsafe UInt64(littleEndian: record.loadUnaligned(as: UInt64.self))
      let upper = unsafe UInt64(
        littleEndian: record.loadUnaligned(fromByteOffset: 8, as: UInt64.self))
      let base = unsafe record.loadUnaligned(fromByteOffset: 16, as: UInt32.self)
      var length = unsafe record.load(fromByteOffset: Int(row & 15), as: UInt8.self)
      length = row < rowCount ? length : 0
      unsafe spans[2 &* lists] = base &+ SealedLists.bytesBefore(row & 15, lower, upper)
      unsafe spans[2 &* lists &+ 1] = UInt32(length)
      unsafe listRows[lists] = row
      lists &+= length != 0 ? 1 : 0
      index &+= 1
    }
    return lists
  }

  /// The bytes of the lists, side by side.
  ///
  /// - Returns: How many bytes; and of how many lists only the records, which lie in the first of `spans`
  ///   and their rows in the first of `cursors`.
  @inline(never)
  private static func gatherSealed(
    _ sealed: SealedLists, _ lists: Int, _ scratch: TraversalScratch
  ) -> (filled: Int, lists: Int, long: Int) {
    let bytes = unsafe sealed.bytes
    let spans = unsafe scratch.spans
    let rows = unsafe scratch.listRows
    let ends = unsafe scratch.listEnds
    let target = unsafe UnsafeMutableRawPointer(scratch.gathered)
    var filled = 0
    var kept = 0
    var long = 0
    var index = 0
    while index < lists {
      let source = unsafe bytes + Int(spans[2 &* index])
      let length = unsafe Int(spans[2 &* index &+ 1])
      let row = unsafe rows[index]
      // Twice as much as most lists take, and no branch for those that take more than half of it.
      unsafe (target + filled).storeBytes(
        of: source.loadUnaligned(as: SIMD4<UInt32>.self), as: SIMD4<UInt32>.self)
      unsafe (target + filled).storeBytes(
        of: source.loadUnaligned(fromByteOffset: 16, as: SIMD4<UInt32>.self), toByteOffset: 16,
        as: SIMD4<UInt32>.self)
      if length == SealedLists.longLength {
        unsafe scratch.cursors[long] = row
        unsafe spans[long] = spans[2 &* index]
        long &+= 1
        index &+= 1
        continue
      }
      var position = 32
      while position < length {
        unsafe (target + filled + position).storeBytes(
          of: source.loadUnaligned(fromByteOffset: position, as: SIMD4<UInt32>.self),
          as: SIMD4<UInt32>.self)
        position &+= 16
      }
      filled &+= length
      unsafe rows[kept] = row
      unsafe ends[kept] = filled
      kept &+= 1
      index &+= 1
    }
    return (filled, kept, long)
  }
}

extension Frontier {
  /// Meets gap-coded entries that lie side by side, list after list.
  ///
  /// - Parameters:
  ///   - bytes: The entries; three more bytes are readable.
  ///   - byteCount: How many bytes they take.
  ///   - lists: How many lists they are.
  ///   - sealed: Which way gaps lead.
  ///   - scratch: Has the lists' rows and ends.
  ///   - mask: The filter.
  ///   - limit: Rows from here on do not count.
  ///   - isLimited: Whether any row can be.
  @inline(never)
  mutating func absorbSealed(
    _ bytes: UnsafeRawPointer, _ byteCount: Int, lists: Int, _ sealed: SealedLists,
    _ scratch: TraversalScratch, mask: UInt32, limit: UInt32, isLimited: Bool
  ) {
    switch (sealed.isDownstream, isLimited) {
    case (false, _):
      // Causes are less than their effects: where the effect exists, they do.
      unsafe decode(bytes, byteCount, lists, scratch, mask, { $0 &- $1 }, isVisible: { _ in 1 })
    case (true, false):
      unsafe decode(bytes, byteCount, lists, scratch, mask, { $0 &+ $1 }, isVisible: { _ in 1 })
    case (true, true):
      unsafe decode(
        bytes, byteCount, lists, scratch, mask, { $0 &+ $1 },
        isVisible: { ($0 &- limit) &>> 31 })
    }
  }

  @inline(__always)
  private mutating func decode(
    _ bytes: UnsafeRawPointer, _ byteCount: Int, _ lists: Int, _ scratch: TraversalScratch,
    _ mask: UInt32,
    _ step: (UInt32, UInt32) -> UInt32, isVisible: (UInt32) -> UInt32
  ) {
    let queue = unsafe self.queue
    let bits = unsafe self.bits
    let rows = unsafe scratch.listRows
    let ends = unsafe scratch.listEnds
    var count = self.count
    // Two lists at a time: neither waits for where the other one's next entry begins.
    let middle = lists / 2
    let lowerEnd = middle > 0 ? unsafe ends[middle &- 1] : 0
    var cursor = unsafe Cursor(list: 0, row: rows[0], position: 0)
    var other = unsafe Cursor(list: middle, row: rows[middle], position: lowerEnd)
    @inline(__always)
    func meet(_ cursor: inout Cursor) {
      let word = unsafe UInt32(
        littleEndian: bytes.loadUnaligned(fromByteOffset: cursor.position, as: UInt32.self))
      cursor.position &+= Int(word & 3) &+ 1
      cursor.row = step(cursor.row, SealedLists.gap(word))
      let row = cursor.row
      let shifted = mask &>> (word &>> 2 & 15)
      let passes = UInt64(shifted & isVisible(row) & 1)
      let index = Int(row &>> 6)
      let shift = UInt64(row & 63)
      let old = unsafe bits[index]
      unsafe queue[count] = row
      count &+= Int(truncatingIfNeeded: passes & ~(old &>> shift))
      unsafe bits[index] = old | passes &<< shift
      // At the end of a list the next one's row takes over. Lists are short, so that a branch would often
      // be mispredicted; the optimiser makes one of anything that it sees to be a condition.
      let isEnd =
        unsafe UInt64(bitPattern: Int64((cursor.position ^ ends[cursor.list]) &- 1)) &>> 63
      cursor.list &+= Int(truncatingIfNeeded: isEnd)
      let next = unsafe rows[cursor.list]
      cursor.row ^= (cursor.row ^ next) & (0 &- UInt32(truncatingIfNeeded: isEnd))
    }
    while cursor.position < lowerEnd && other.position < byteCount {
      meet(&cursor)
      meet(&other)
    }
    while cursor.position < lowerEnd { meet(&cursor) }
    while other.position < byteCount { meet(&other) }
    self.count = count
  }
}

/// Where one of the two readers of gap-coded lists is.
private struct Cursor {
  var list: Int
  var row: UInt32
  var position: Int
}
