/// Neighbours of rows as gap-coded bytes, for a part of the graph that changes no more.
///
/// Sixteen rows share a group, and a list is the bytes that lie between the lists before it and after it:
///
///     group, 24 bytes      ┌────────────────────────────┬─────────┬────────────┐
///                          │ 16 lengths, bit 7 the flag │ offset  │ first slot │
///                          └────────────────────────────┴─────────┴────────────┘
///     entry, 1 to 4 bytes  ┌─────┬──────┬─────────────────┐
///     (lowest bit first)   │ len │ code │ gap             │   len more bytes follow the first
///                          │  2  │  4   │ 2, 10, 18 or 26 │
///                          └─────┴──────┴─────────────────┘
///
/// The first gap of a list counts from the row itself, each later one from the row before, away from it:
/// upstream lists lead down, the greatest row first, downstream lists up. A list whose bytes
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

  static let rowsPerGroup = 16
  static let groupSize = 24
  /// The length that stands for a list elsewhere.
  static let longLength = 17
  /// The greatest length of a list in a group.
  static let greatestLength = 127
  /// Lengths without flags, eight at a time.
  static let lengthBits: UInt64 = 0x7F7F_7F7F_7F7F_7F7F
  /// Readable bytes after the last list.
  static let slack = 32

  init(
    groups: UnsafeRawPointer, bytes: UnsafeRawPointer, rowCount: Int, isDownstream: Bool
  ) {
    unsafe self.groups = groups
    unsafe self.bytes = bytes
    self.rowCount = rowCount
    self.isDownstream = isDownstream
  }

  /// How many bytes the lists before one in its group take.
  @inline(__always)
  static func bytesBefore(_ position: UInt32, _ lower: UInt64, _ upper: UInt64) -> UInt32 {
    let isUpper = position >= 8
    let partial = (1 &<< (UInt64(position & 7) &* 8)) &- 1
    let first = lower & (isUpper ? .max : partial) & lengthBits
    let second = upper & (isUpper ? partial : 0) & lengthBits
    // Twice 127 fits a byte; then pairs of bytes, and all of them by a product.
    let bytes = first &+ second
    let pairs = (bytes & 0x00FF_00FF_00FF_00FF) &+ (bytes &>> 8 & 0x00FF_00FF_00FF_00FF)
    return UInt32(truncatingIfNeeded: (pairs &* 0x0001_0001_0001_0001) &>> 48)
  }

  /// Whether a side table has more neighbours of a row.
  @inline(__always)
  func isFlagged(_ row: UInt32) -> Bool {
    guard row < rowCount else { return false }
    return unsafe groups.load(fromByteOffset: Self.lengthOffset(of: row), as: UInt8.self) & 0x80
      != 0
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
    let group = unsafe groups + Int(row >> 4) * Self.groupSize
    let lower = unsafe UInt64(littleEndian: group.loadUnaligned(as: UInt64.self))
    let upper = unsafe UInt64(
      littleEndian: group.loadUnaligned(fromByteOffset: 8, as: UInt64.self))
    let base = unsafe Int(group.loadUnaligned(fromByteOffset: 16, as: UInt32.self))
    let offset = base + Int(Self.bytesBefore(row & 15, lower, upper))
    let length = unsafe Int(group.load(fromByteOffset: Int(row & 15), as: UInt8.self) & 0x7F)
    guard length == Self.longLength else { return Extent(offset: offset, length: length) }
    let record = unsafe (bytes + offset)
    return unsafe Extent(
      offset: Int(record.loadUnaligned(as: UInt32.self)),
      length: Int(record.loadUnaligned(fromByteOffset: 4, as: UInt32.self)),
      count: Int(record.loadUnaligned(fromByteOffset: 8, as: UInt32.self)))
  }

  /// One row's entries in the order of their slots: ascending.
  ///
  /// O(entries of the rows that share the group).
  func forEachEntry(of row: UInt32, _ body: (UInt32, Int) -> Void) {
    guard row < rowCount else { return }
    let extent = extent(of: row)
    guard extent.length > 0 else { return }
    var slot = firstSlot(of: row)
    if isDownstream {
      decode(extent, from: row) { entry in
        body(entry, slot)
        slot += 1
      }
      return
    }
    var entries: [UInt32] = []
    decode(extent, from: row) { entries.append($0) }
    for entry in entries.reversed() {
      body(entry, slot)
      slot += 1
    }
  }

  /// The slot of a row's first entry.
  ///
  /// O(bytes of the lists before it in its group).
  func firstSlot(of row: UInt32) -> Int {
    let group = unsafe groups + Int(row >> 4) * Self.groupSize
    var slot = unsafe Int(group.loadUnaligned(fromByteOffset: 20, as: UInt32.self))
    for earlier in row & ~15..<row { slot += count(extent(of: earlier)) }
    return slot
  }

  /// About how many entries a row has: two bytes each.
  func cost(of row: UInt32) -> Int { row < rowCount ? extent(of: row).length / 2 : 0 }

  private func count(_ extent: Extent) -> Int {
    if let count = extent.count { return count }
    var count = 0
    var offset = extent.offset
    while offset < extent.offset + extent.length {
      offset += unsafe 1 + Int(bytes.load(fromByteOffset: offset, as: UInt8.self) & 3)
      count += 1
    }
    return count
  }

  private func decode(_ extent: Extent, from row: UInt32, _ body: (UInt32) -> Void) {
    var other = row
    var offset = extent.offset
    while offset < extent.offset + extent.length {
      let word = unsafe UInt32(
        littleEndian: bytes.loadUnaligned(fromByteOffset: offset, as: UInt32.self))
      let gap = Self.gap(word)
      other = isDownstream ? other &+ gap : other &- gap
      body(PackedEntry.pack(row: other, code: word &>> 2 & 15))
      offset += 1 + Int(word & 3)
    }
  }

  /// The gap of the entry that begins a word.
  @inline(__always)
  static func gap(_ word: UInt32) -> UInt32 {
    (word & UInt32.max &>> (24 &- (word & 3) &* 8)) &>> 6
  }
}
