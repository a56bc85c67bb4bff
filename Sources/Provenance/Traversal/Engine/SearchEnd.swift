/// One end of a two-way search: the rows met from there, and how.
@safe
struct SearchEnd: NeighbourSink {
  let leg: ReachLeg
  private let queue: UnsafeMutablePointer<UInt32>
  private let bits: UnsafeMutablePointer<UInt64>
  private let parents: UnsafeMutablePointer<UInt32>
  private let otherBits: UnsafeMutablePointer<UInt64>
  /// Rows outside lead nowhere that counts.
  private let window: Range<UInt32>
  /// How many rows are in the queue.
  private(set) var count = 0
  private var owner: UInt32 = 0
  /// The lowest bit: whether the other end has met one of the rows.
  private var meetings: UInt64 = 0

  /// - Parameters:
  ///   - start: Where the search starts.
  ///   - leg: What it follows.
  ///   - window: The rows that can lie on a path.
  ///   - memory: Where the rows go.
  ///   - parents: Where the ways to them go.
  ///   - other: Where the other end's rows go.
  init(
    _ start: UInt32, _ leg: ReachLeg, window: Range<UInt32>, _ memory: WalkMemory,
    parents: UnsafeMutablePointer<UInt32>, other: WalkMemory
  ) {
    self.leg = leg
    self.window = window
    unsafe queue = memory.queue
    unsafe bits = memory.bits
    unsafe self.parents = parents
    unsafe otherBits = other.bits
    add(start)
  }

  /// A row in order of arrival.
  subscript(position: Int) -> UInt32 { unsafe queue[position] }

  /// Whether the row at a place in the queue has been met from the other end.
  private func isMeeting(_ position: Int) -> Bool {
    let row = unsafe queue[position]
    return unsafe otherBits[Int(row &>> 6)] &>> UInt64(row & 63) & 1 != 0
  }

  mutating func add(_ row: UInt32) {
    guard window.contains(row) else { return }
    let word = Int(row &>> 6)
    let shift = UInt64(row & 63)
    let old = unsafe bits[word]
    guard old &>> shift & 1 == 0 else { return }
    unsafe queue[count] = row
    unsafe parents[count] = owner
    unsafe bits[word] = old | 1 &<< shift
    unsafe meetings |= otherBits[word] &>> shift
    count += 1
  }

  /// About how many entries the lists of some rows have; tails are left out.
  func cost(of positions: Range<Int>) -> Int {
    var total = 0
    let lists = leg.adjacency.lists
    for position in positions { total &+= unsafe lists.slots(of: queue[position]).count }
    guard let sealed = leg.adjacency.sealed else { return total }
    for position in positions { total &+= unsafe sealed.cost(of: queue[position]) }
    return total
  }

  /// Follows the leg from the rows at some places in the queue.
  ///
  /// - Returns: The place of a row that the other end has met too, if there is one now.
  mutating func expand(
    _ positions: Range<Int>, _ scratch: TraversalScratch,
    _ exceptions: inout some AdjacencyExceptions
  ) -> Int? {
    var next = positions.lowerBound
    while next < positions.upperBound {
      let block = min(TraversalScratch.blockSize, positions.upperBound - next)
      let before = count
      expand(next, block, scratch, &exceptions)
      if meetings & 1 != 0 { return (before..<count).first(where: isMeeting) }
      next += block
    }
    return nil
  }

  private mutating func expand(
    _ first: Int, _ block: Int, _ scratch: TraversalScratch,
    _ exceptions: inout some AdjacencyExceptions
  ) {
    let lists = leg.adjacency.lists
    let rows = unsafe UnsafePointer(queue) + first
    if let doubtful = leg.adjacency.doubtful, unsafe doubtful.containsAny(rows, block) {
      expandOneByOne(first, block, leg, &exceptions, doubtful)
      return
    }
    if leg.adjacency.sealed != nil || leg.adjacency.tail != nil || leg.adjacency.late != nil {
      // One by one: here the answer is near, or the graph is sealed to be small and not fast.
      for index in 0..<block {
        owner = UInt32(first + index)
        let row = unsafe rows[index]
        leg.adjacency.sealed?.forEachEntryOutward(of: row) { meet($0, leg) }
        leg.adjacency.forEachTailEntry(of: row) { meet($0, leg) }
      }
    }
    if lists.rowCount > 0 {
      unsafe ReachKernel.locate(
        rows, block, lists, scratch,
        isPartial: lists.firstRow > 0 || lists.rowCount < leg.adjacency.rowBound)
      gather(
        first, block, scratch,
        isClearOfEnd: ReachKernel.isClearOfEnd(block, lists, scratch))
    }
  }

  /// A block with rows whose lists are not to be read.
  private mutating func expandOneByOne(
    _ first: Int, _ block: Int, _ leg: ReachLeg, _ exceptions: inout some AdjacencyExceptions,
    _ doubtful: RowMarks
  ) {
    for position in first..<first + block {
      let row = self[position]
      owner = UInt32(position)
      if doubtful.contains(row) {
        exceptions.visitDoubtful(row, tag: leg.tag, &self)
        continue
      }
      leg.adjacency.forEachEntry(of: row) { entry in
        if leg.filter.passes(entry) { add(PackedEntry.row(entry)) }
      }
    }
  }

  private mutating func meet(_ entry: UInt32, _ leg: ReachLeg) {
    if leg.filter.passes(entry), PackedEntry.row(entry) < leg.adjacency.rowLimit {
      add(PackedEntry.row(entry))
    }
  }

  private mutating func gather(
    _ first: Int, _ block: Int, _ scratch: TraversalScratch, isClearOfEnd: Bool
  ) {
    let lists = leg.adjacency.lists
    let entries = unsafe UnsafeRawPointer(lists.entries)
    let gathered = unsafe scratch.gathered
    let owners = unsafe scratch.owners
    let limit = min(window.upperBound, leg.adjacency.rowLimit)
    var filled = 0
    for index in 0..<block {
      var lower = unsafe Int(scratch.spans[2 &* index])
      var upper = unsafe Int(scratch.spans[2 &* index &+ 1])
      let owner = UInt32(truncatingIfNeeded: first &+ index)
      if upper &- lower > TraversalScratch.longestGathered {
        lower = lists.firstSlot(in: lower..<upper, notBelow: window.lowerBound)
        upper = lists.firstSlot(in: lower..<upper, notBelow: limit)
      }
      let length = upper &- lower
      if length > TraversalScratch.longestGathered {
        unsafe absorb(
          lists.entries + lower, length, owners: nil, owner, mask: leg.filter.mask, limit: limit)
        continue
      }
      let source = unsafe entries + lower &* 4
      let target = unsafe UnsafeMutableRawPointer(gathered + filled)
      let ownerTarget = unsafe UnsafeMutableRawPointer(owners + filled)
      let group = SIMD8<UInt32>(repeating: owner)
      var position = 0
      if isClearOfEnd {
        while position < length {
          unsafe target.storeBytes(
            of: source.loadUnaligned(fromByteOffset: position &* 4, as: SIMD8<UInt32>.self),
            toByteOffset: position &* 4, as: SIMD8<UInt32>.self)
          unsafe ownerTarget.storeBytes(
            of: group, toByteOffset: position &* 4, as: SIMD8<UInt32>.self)
          position &+= 8
        }
      } else {
        while position < length {
          unsafe gathered[filled &+ position] = lists.entries[lower &+ position]
          unsafe owners[filled &+ position] = owner
          position &+= 1
        }
      }
      filled &+= length
    }
    unsafe absorb(
      gathered, filled, owners: owners, 0, mask: leg.filter.mask, limit: limit)
  }

  /// Meets entries that lie side by side, without a branch on what they are.
  ///
  /// - Parameters:
  ///   - entries: The entries.
  ///   - entryCount: How many.
  ///   - owners: For each, the place of the row that it belongs to; the same for all if `nil`.
  ///   - owner: That place.
  ///   - mask: The filter.
  ///   - limit: Rows from here on do not count.
  @inline(never)
  private mutating func absorb(
    _ entries: UnsafePointer<UInt32>, _ entryCount: Int, owners: UnsafePointer<UInt32>?,
    _ owner: UInt32, mask: UInt32, limit: UInt32
  ) {
    if let owners = unsafe owners {
      unsafe absorbing(entries, entryCount, mask, limit) { unsafe owners[$0] }
    } else {
      unsafe absorbing(entries, entryCount, mask, limit) { _ in owner }
    }
  }

  @inline(__always)
  private mutating func absorbing(
    _ entries: UnsafePointer<UInt32>, _ entryCount: Int, _ mask: UInt32, _ limit: UInt32,
    _ owner: (Int) -> UInt32
  ) {
    let queue = unsafe self.queue
    let bits = unsafe self.bits
    let parents = unsafe self.parents
    let otherBits = unsafe self.otherBits
    let floor = window.lowerBound &- 1
    var count = self.count
    var meetings = self.meetings
    var index = 0
    while index < entryCount {
      let entry = unsafe entries[index]
      let shifted = mask &>> PackedEntry.code(entry)
      let row = PackedEntry.row(entry)
      let passes = UInt64(shifted & ((row &- limit) & (floor &- row)) &>> 31 & 1)
      let word = Int(row &>> 6)
      let shift = UInt64(row & 63)
      let old = unsafe bits[word]
      unsafe queue[count] = row
      unsafe parents[count] = owner(index)
      count &+= Int(truncatingIfNeeded: passes & ~(old &>> shift))
      unsafe bits[word] = old | passes &<< shift
      unsafe meetings |= passes & (otherBits[word] &>> shift)
      index &+= 1
    }
    self.count = count
    self.meetings = meetings
  }

  /// The rows from the one at a place back to the start.
  func path(from position: Int) -> [UInt32] {
    var rows: [UInt32] = []
    var position = position
    while true {
      unsafe rows.append(queue[position])
      if position == 0 { return rows }
      position = unsafe Int(parents[position])
    }
  }

  /// The place of a row in the queue.
  func position(of row: UInt32) -> Int? {
    (0..<count).first { unsafe queue[$0] == row }
  }
}
