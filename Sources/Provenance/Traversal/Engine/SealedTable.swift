/// Owns sealed lists; made once, one row after another, and then never changed.
@safe
final class SealedTable: @unchecked Sendable {
  private let groups: UnsafeMutableRawPointer
  private let bytes: UnsafeMutableRawPointer
  private let slots: UnsafeMutablePointer<UInt32>?
  private let isDownstream: Bool
  let rowCount: Int
  let entryCount: Int
  /// The memory that the lists take.
  let byteCount: Int
  private let listByteCount: Int
  /// What holds the lists, where this does not.
  private let image: ImageMemory?

  /// The lists; valid as long as this object is.
  var lists: SealedLists {
    unsafe SealedLists(
      groups: groups, bytes: bytes, rowCount: rowCount, isDownstream: isDownstream, slots: slots,
      image: ImageGuard(image))
  }

  init(_ builder: consuming SealedListBuilder) {
    builder.finish()
    rowCount = builder.rowCount
    entryCount = builder.entryCount
    isDownstream = builder.isDownstream
    image = nil
    listByteCount = builder.bytes.count + SealedLists.slack
    byteCount =
      builder.groups.count + builder.bytes.count + SealedLists.slack + 4 * builder.slots.count
    if builder.keepsSlots {
      let copy = UnsafeMutablePointer<UInt32>.allocate(capacity: max(builder.slots.count, 1))
      unsafe copy.initialize(from: builder.slots, count: builder.slots.count)
      unsafe slots = copy
    } else {
      unsafe slots = nil
    }
    unsafe groups = .allocate(byteCount: max(builder.groups.count, 1), alignment: 8)
    unsafe bytes = .allocate(
      byteCount: builder.bytes.count + SealedLists.slack, alignment: 8)
    unsafe bytes.initializeMemory(
      as: UInt8.self, repeating: 0, count: builder.bytes.count + SealedLists.slack)
    unsafe builder.groups.withUnsafeBytes { source in
      if let base = source.baseAddress {
        unsafe groups.copyMemory(from: base, byteCount: source.count)
      }
    }
    unsafe builder.bytes.withUnsafeBytes { source in
      if let base = source.baseAddress {
        unsafe bytes.copyMemory(from: base, byteCount: source.count)
      }
    }
  }

  /// The lists in three parts of a stored graph, which are used where they are.
  ///
  /// `nil` where the parts do not fit each other.
  init?(
    groups: ImagePart, bytes: ImagePart, slots: ImagePart?, isDownstream: Bool, rowCount: Int,
    entryCount: Int
  ) {
    let groupCount = (rowCount + SealedLists.rowsPerGroup - 1) / SealedLists.rowsPerGroup
    guard groups.byteCount == groupCount * SealedLists.groupSize,
      bytes.byteCount >= SealedLists.slack, slots.map({ $0.byteCount == groupCount * 4 }) ?? true
    else { return nil }
    unsafe self.groups = groups.base
    unsafe self.bytes = bytes.base
    unsafe self.slots = slots.map { unsafe $0.base.assumingMemoryBound(to: UInt32.self) }
    self.isDownstream = isDownstream
    self.rowCount = rowCount
    self.entryCount = entryCount
    listByteCount = bytes.byteCount
    byteCount = groups.byteCount + bytes.byteCount + (slots?.byteCount ?? 0)
    image = groups.memory
  }

  /// Calls `body` with the bytes of the groups, of the lists and, where they are kept, of the slots.
  func withBytes(
    _ body: (UnsafeRawBufferPointer, UnsafeRawBufferPointer, UnsafeRawBufferPointer?) -> Void
  ) {
    let groupCount = (rowCount + SealedLists.rowsPerGroup - 1) / SealedLists.rowsPerGroup
    let size = groupCount * SealedLists.groupSize
    if let image {
      unsafe image.touch(UnsafeRawPointer(groups), size)
      unsafe image.touch(UnsafeRawPointer(bytes), listByteCount)
      if let slots = unsafe slots {
        unsafe image.touch(UnsafeRawPointer(slots), groupCount * 4)
      }
    }
    unsafe body(
      UnsafeRawBufferPointer(start: groups, count: size),
      UnsafeRawBufferPointer(start: bytes, count: listByteCount),
      slots.map { unsafe UnsafeRawBufferPointer(start: $0, count: groupCount * 4) })
  }

  deinit {
    guard image == nil else { return }
    unsafe groups.deallocate()
    unsafe bytes.deallocate()
    unsafe slots?.deallocate()
  }
}

/// Puts lists into sealed form, row by row.
struct SealedListBuilder {
  let isDownstream: Bool
  /// Whether it will be asked how many entries there are before a row.
  let keepsSlots: Bool
  fileprivate(set) var rowCount = 0
  fileprivate(set) var entryCount = 0
  fileprivate var groups: [UInt8] = []
  fileprivate var bytes: [UInt8] = []
  fileprivate var slots: [UInt32] = []
  /// Lists too long for a group, and where their records stand.
  private var longLists: [(record: Int, bytes: [UInt8], count: Int)] = []
  private var longByteCount = 0
  private var list: [UInt8] = []

  /// - Parameters:
  ///   - isDownstream: Whether the lists lead to greater rows.
  ///   - keepsSlots: Whether it will be asked how many entries there are before a row.
  ///   - rows: How many rows will be added, about.
  ///   - entries: How many entries they will have, about.
  init(isDownstream: Bool, keepsSlots: Bool = false, rows: Int = 0, entries: Int = 0) {
    self.isDownstream = isDownstream
    self.keepsSlots = keepsSlots
    groups.reserveCapacity((rows / SealedLists.rowsPerGroup + 1) * SealedLists.groupSize)
    bytes.reserveCapacity(entries * 9 / 4)
  }

  /// Adds the list of the next row.
  ///
  /// - Parameter entries: Its packed entries, ascending by row; all rows less than this one's, or all
  ///   greater.
  /// - Returns: Whether it could be added: not where the bytes would reach 2^32.
  mutating func append(_ entries: Span<UInt32>) -> Bool {
    encode(entries)
    let row = rowCount
    longByteCount += list.count > SealedLists.greatestLength ? list.count : 0
    guard bytes.count + longByteCount <= Int(UInt32.max) - 4096 else { return false }
    if row % SealedLists.rowsPerGroup == 0 {
      groups += [UInt8](repeating: 0, count: SealedLists.rowsPerGroup)
      append(UInt32(bytes.count), to: &groups)
      if keepsSlots { slots.append(UInt32(entryCount)) }
    }
    if list.count > SealedLists.greatestLength {
      longLists.append((bytes.count, list, entries.count))
      list = [UInt8](repeating: 0, count: SealedLists.longLength)
    }
    bytes += list
    groups[SealedLists.lengthOffset(of: UInt32(row))] = UInt8(list.count)
    rowCount += 1
    entryCount += entries.count
    return true
  }

  private mutating func encode(_ entries: Span<UInt32>) {
    list.removeAll(keepingCapacity: true)
    var last = UInt32(rowCount)
    var padded = -1
    // The second time, if at all, one entry is longer than it need be.
    while true {
      for index in entries.indices {
        let entry = entries[isDownstream ? index : entries.count - 1 - index]
        let row = PackedEntry.row(entry)
        var gap = isDownstream ? row &- last : last &- row
        last = row
        while gap > SealedLists.greatestGap {
          append(SealedLists.greatestGap << 6 | SealedLists.stepCode << 2 | 3, length: 3)
          gap -= SealedLists.greatestGap
        }
        var length: UInt32 = gap < 1 << 2 ? 0 : gap < 1 << 10 ? 1 : gap < 1 << 18 ? 2 : 3
        if padded == -2 && length < 3 {
          length += 1
          padded = index
        }
        append(gap << 6 | PackedEntry.code(entry) << 2 | length, length: length)
      }
      guard list.count == SealedLists.longLength && padded == -1 else { return }
      list.removeAll(keepingCapacity: true)
      last = UInt32(rowCount)
      padded = -2
    }
  }

  private mutating func append(_ word: UInt32, length: UInt32) {
    var word = word
    for _ in 0...length {
      list.append(UInt8(truncatingIfNeeded: word))
      word >>= 8
    }
  }

  /// Puts the long lists after the others, and tells their records where.
  fileprivate mutating func finish() {
    for long in longLists {
      var record: [UInt8] = []
      append(UInt32(truncatingIfNeeded: bytes.count), to: &record)
      append(UInt32(truncatingIfNeeded: long.bytes.count), to: &record)
      append(UInt32(truncatingIfNeeded: long.count), to: &record)
      bytes.replaceSubrange(long.record..<long.record + record.count, with: record)
      bytes += long.bytes
    }
    longLists = []
  }

  /// Appends a number as memory holds it.
  private func append(_ number: UInt32, to bytes: inout [UInt8]) {
    unsafe withUnsafeBytes(of: number) { unsafe bytes += $0 }
  }
}
