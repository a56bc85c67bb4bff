/// Neighbours of rows as gap-coded bytes, for a part of the graph that changes no more.
///
/// Sixteen rows share a group, and a list is the bytes that lie between the lists before it and after it:
///
///     group, 20 bytes      ┌────────────────────────────┬─────────┐
///                          │ 16 lengths, in bytes       │ offset  │
///                          └────────────────────────────┴─────────┘
///     entry, 1 to 4 bytes  ┌─────┬──────┬─────────────────┐
///     (lowest bit first)   │ len │ code │ gap             │   len more bytes follow the first
///                          │  2  │  4   │ 2, 10, 18 or 26 │
///                          └─────┴──────┴─────────────────┘
///
/// The first gap of a list counts from the row itself, each later one from the row before, away from it:
/// upstream lists lead down, the greatest row first, downstream lists up. A gap too large for one entry
/// is made of several, of which only the last leads to a neighbour (``stepCode``). A list whose bytes
/// number ``longLength`` is none: there stand the offset and the length in bytes of a list that is too long
/// for a group, and how many entries it has. (A list that happened to be of that length has an entry that is
/// a byte longer than it need be.)
@safe
struct SealedLists {
  /// A group for each 16 rows.
  let groups: UnsafeRawPointer
  /// The bytes of the lists, and ``slack`` more.
  let bytes: UnsafeRawPointer
  let rowCount: Int
  /// Whether gaps lead to greater rows.
  let isDownstream: Bool
  /// For each group how many entries there are before it; `nil` where nobody asks for slots.
  let slots: UnsafePointer<UInt32>?
  /// Who must be asked before any of these is read.
  let image: ImageGuard

  static let rowsPerGroup = 16
  static let groupSize = 20
  /// The greatest gap of an entry.
  static let greatestGap: UInt32 = (1 << 26) - 1
  /// The code of what is no neighbour but a step on the way to one farther off.
  static let stepCode: UInt32 = 15
  /// The length that stands for a list elsewhere.
  static let longLength = 17
  /// The greatest length of a list in a group.
  static let greatestLength = 127
  /// Readable bytes after the last list.
  static let slack = 32

  init(
    groups: UnsafeRawPointer, bytes: UnsafeRawPointer, rowCount: Int, isDownstream: Bool,
    slots: UnsafePointer<UInt32>?, image: ImageGuard = ImageGuard(nil)
  ) {
    self.image = image
    unsafe self.groups = groups
    unsafe self.bytes = bytes
    self.rowCount = rowCount
    self.isDownstream = isDownstream
    unsafe self.slots = slots
  }

  /// How many bytes the lists before one in its group take.
  @inline(__always)
  static func bytesBefore(_ position: UInt32, _ lower: UInt64, _ upper: UInt64) -> UInt32 {
    let isUpper = position >= 8
    let partial = (1 &<< (UInt64(position & 7) &* 8)) &- 1
    let first = lower & (isUpper ? .max : partial)
    let second = upper & (isUpper ? partial : 0)
    // Twice 127 fits a byte; then pairs of bytes, and all of them by a product.
    let bytes = first &+ second
    let pairs = (bytes & 0x00FF_00FF_00FF_00FF) &+ (bytes &>> 8 & 0x00FF_00FF_00FF_00FF)
    return UInt32(truncatingIfNeeded: (pairs &* 0x0001_0001_0001_0001) &>> 48)
  }

  /// Where a row's length stands among the groups.
  static func lengthOffset(of row: UInt32) -> Int { Int(row >> 4) * groupSize + Int(row & 15) }
}

extension SealedLists {
  /// The bytes of one list, wherever they are.
  private struct Extent {
    var offset: Int
    var length: Int
    /// How many entries; known for long lists only.
    var count: Int?
  }

  private func extent(of row: UInt32) -> Extent {
    guard row < rowCount else { return Extent(offset: 0, length: 0) }
    let group = unsafe groups + Int(row >> 4) * Self.groupSize
    if image.isNeeded { unsafe image.touch(group, Self.groupSize) }
    let lower = unsafe UInt64(littleEndian: group.loadUnaligned(as: UInt64.self))
    let upper = unsafe UInt64(
      littleEndian: group.loadUnaligned(fromByteOffset: 8, as: UInt64.self))
    let base = unsafe Int(group.loadUnaligned(fromByteOffset: 16, as: UInt32.self))
    let offset = base + Int(Self.bytesBefore(row & 15, lower, upper))
    let length = unsafe Int(group.load(fromByteOffset: Int(row & 15), as: UInt8.self))
    if image.isNeeded { unsafe image.touch(bytes + offset, length) }
    guard length == Self.longLength else { return Extent(offset: offset, length: length) }
    let record = unsafe (bytes + offset)
    let extent = unsafe Extent(
      offset: Int(record.loadUnaligned(as: UInt32.self)),
      length: Int(record.loadUnaligned(fromByteOffset: 4, as: UInt32.self)),
      count: Int(record.loadUnaligned(fromByteOffset: 8, as: UInt32.self)))
    if image.isNeeded { unsafe image.touch(bytes + extent.offset, extent.length) }
    return extent
  }

  /// One row's entries, ascending.
  ///
  /// O(entries).
  @inline(__always)
  func forEachEntry(of row: UInt32, _ body: (UInt32) -> Void) {
    let extent = extent(of: row)
    if isDownstream {
      decode(extent, from: row, body)
      return
    }
    // No entry takes less than a byte.
    unsafe withUnsafeTemporaryAllocation(of: UInt32.self, capacity: max(extent.length, 1)) {
      entries in
      var count = 0
      decode(extent, from: row) { entry in
        unsafe entries[count] = entry
        count += 1
      }
      while count > 0 {
        count -= 1
        body(unsafe entries[count])
      }
    }
  }

  /// One row's entries in the order in which they stand: away from the row.
  ///
  /// O(entries).
  @inline(__always)
  func forEachEntryOutward(of row: UInt32, _ body: (UInt32) -> Void) {
    decode(extent(of: row), from: row, body)
  }

  /// Whether a row has an entry that satisfies a condition.
  func contains(of row: UInt32, where matches: (UInt32) -> Bool) -> Bool {
    var isFound = false
    decode(extent(of: row), from: row, isDone: { _ in isFound }) {
      isFound = isFound || matches($0)
    }
    return isFound
  }

  /// How many entries all rows before one have; asked only where slots are kept.
  ///
  /// O(bytes of the lists before it in its group).
  func firstSlot(of row: UInt32) -> Int {
    guard let slots = unsafe slots else { preconditionFailure("slots were not kept") }
    unsafe image.touch(UnsafeRawPointer(slots + Int(row >> 4)))
    var slot = unsafe Int(slots[Int(row >> 4)])
    for earlier in row & ~15..<row { slot += count(extent(of: earlier)) }
    return slot
  }

  /// About how many entries a row has: two bytes each.
  func cost(of row: UInt32) -> Int { extent(of: row).length / 2 }

  private func count(_ extent: Extent) -> Int {
    if let count = extent.count { return count }
    var count = 0
    var offset = extent.offset
    while offset < extent.offset + extent.length {
      let head = unsafe UInt32(bytes.load(fromByteOffset: offset, as: UInt8.self))
      offset += 1 + Int(head & 3)
      count += head &>> 2 & 15 == Self.stepCode ? 0 : 1
    }
    return count
  }

  // `isDone` is asked with each row before its entry is given.
  @inline(__always)
  private func decode(
    _ extent: Extent, from row: UInt32, isDone: (UInt32) -> Bool = { _ in false },
    _ body: (UInt32) -> Void
  ) {
    var other = row
    var offset = extent.offset
    let end = extent.offset + extent.length
    while offset < end {
      let word = unsafe UInt32(
        littleEndian: bytes.loadUnaligned(fromByteOffset: offset, as: UInt32.self))
      let gap = Self.gap(word)
      other = isDownstream ? other &+ gap : other &- gap
      offset += 1 + Int(word & 3)
      let code = word &>> 2 & 15
      if code == Self.stepCode { continue }
      if isDone(other) { return }
      body(PackedEntry.pack(row: other, code: code))
    }
  }

  /// The gap of the entry that begins a word.
  @inline(__always)
  static func gap(_ word: UInt32) -> UInt32 {
    (word & UInt32.max &>> (24 &- (word & 3) &* 8)) &>> 6
  }
}
