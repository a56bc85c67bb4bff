/// Owns sealed lists; made once, one row after another, and then never changed but for flags.
@safe
final class SealedTable: @unchecked Sendable {
  private let groups: UnsafeMutableRawPointer
  private let bytes: UnsafeMutableRawPointer
  private let isDownstream: Bool
  let rowCount: Int
  let entryCount: Int
  /// The memory that the lists take.
  let byteCount: Int

  /// The lists; valid as long as this object is.
  var lists: SealedLists {
    unsafe SealedLists(
      groups: groups, bytes: bytes, rowCount: rowCount, isDownstream: isDownstream)
  }

  init(_ builder: consuming SealedListBuilder) {
    builder.finish()
    rowCount = builder.rowCount
    entryCount = builder.entryCount
    isDownstream = builder.isDownstream
    byteCount = builder.groups.count + builder.bytes.count + SealedLists.slack
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

  /// Says that a side table has more neighbours of a row.
  ///
  /// The caller keeps readers away, or does without.
  func setFlag(_ row: UInt32) {
    let offset = SealedLists.lengthOffset(of: row)
    let length = unsafe groups.load(fromByteOffset: offset, as: UInt8.self)
    unsafe groups.storeBytes(of: length | 0x80, toByteOffset: offset, as: UInt8.self)
  }

  deinit {
    unsafe groups.deallocate()
    unsafe bytes.deallocate()
  }
}

/// Puts lists into sealed form, row by row.
struct SealedListBuilder {
  let isDownstream: Bool
  fileprivate(set) var rowCount = 0
  fileprivate(set) var entryCount = 0
  fileprivate var groups: [UInt8] = []
  fileprivate var bytes: [UInt8] = []
  /// Lists too long for a group, and where their records stand.
  private var longLists: [(record: Int, bytes: [UInt8], count: Int)] = []
  private var list: [UInt8] = []

  /// - Parameter isDownstream: Whether the lists lead to greater rows.
  init(isDownstream: Bool) { self.isDownstream = isDownstream }

  /// Adds the list of the next row.
  ///
  /// - Parameters:
  ///   - entries: Its packed entries, ascending by row; all rows less than this one's, or all greater.
  ///   - isFlagged: Whether a side table has more.
  /// - Returns: Whether it could be added: not where a gap is 2^26 or more, or the bytes reach 2^32.
  mutating func append(_ entries: Span<UInt32>, isFlagged: Bool = false) -> Bool {
    guard encode(entries) else { return false }
    let row = rowCount
    if row % SealedLists.rowsPerGroup == 0 {
      guard bytes.count <= Int(UInt32.max) - 4096 else { return false }
      groups += [UInt8](repeating: 0, count: SealedLists.rowsPerGroup)
      append(UInt32(bytes.count), to: &groups)
      append(UInt32(entryCount), to: &groups)
    }
    if list.count > SealedLists.greatestLength {
      longLists.append((bytes.count, list, entries.count))
      list = [UInt8](repeating: 0, count: SealedLists.longLength)
    }
    bytes += list
    groups[SealedLists.lengthOffset(of: UInt32(row))] =
      UInt8(list.count) | (isFlagged ? 0x80 : 0)
    rowCount += 1
    entryCount += entries.count
    return true
  }

  private mutating func encode(_ entries: Span<UInt32>) -> Bool {
    list.removeAll(keepingCapacity: true)
    var last = UInt32(rowCount)
    var padded = -1
    // The second time, if at all, one entry is longer than it need be.
    while true {
      for index in entries.indices {
        let entry = entries[isDownstream ? index : entries.count - 1 - index]
        let row = PackedEntry.row(entry)
        let gap = isDownstream ? row &- last : last &- row
        guard gap < 1 << 26 else { return false }
        last = row
        var length: UInt32 = gap < 1 << 2 ? 0 : gap < 1 << 10 ? 1 : gap < 1 << 18 ? 2 : 3
        if padded == -2 && length < 3 {
          length += 1
          padded = index
        }
        var word = gap << 6 | PackedEntry.code(entry) << 2 | length
        for _ in 0...length {
          list.append(UInt8(truncatingIfNeeded: word))
          word >>= 8
        }
      }
      guard list.count == SealedLists.longLength && padded == -1 else { return true }
      list.removeAll(keepingCapacity: true)
      last = UInt32(rowCount)
      padded = -2
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
