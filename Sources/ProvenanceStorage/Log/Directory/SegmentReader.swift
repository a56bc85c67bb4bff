/// Reads a segment through a window, with pread: a mapping would turn a truncation into SIGBUS.
struct SegmentReader {
  let fileSystem: any FileSystem
  let file: OpenFile
  let path: String
  /// Where reading stops: the file's end, or what is known to be committed.
  private(set) var end: UInt64
  private(set) var window: [UInt8] = []
  private var windowStart: UInt64 = 0

  static let windowByteCount = 256 << 10

  init(fileSystem: any FileSystem, file: OpenFile, path: String, end: UInt64) {
    self.fileSystem = fileSystem
    self.file = file
    self.path = path
    self.end = end
  }

  /// Loads a range of the file, and returns where in the window it begins; `nil` when it runs
  /// past the end.
  mutating func load(_ offset: UInt64, _ count: Int) throws -> Int? {
    guard offset <= end, end - offset >= UInt64(count) else { return nil }
    if offset < windowStart || offset + UInt64(count) > windowStart + UInt64(window.count) {
      let wanted = Int(min(UInt64(max(count, Self.windowByteCount)), end - offset))
      do {
        window = try fileSystem.read(file, at: offset, count: wanted)
      } catch { throw fileSystem.naming(path, error) }
      windowStart = offset
      if window.count < wanted {
        // Cut off while it was read.
        end = offset + UInt64(window.count)
        guard window.count >= count else { return nil }
      }
    }
    return Int(offset - windowStart)
  }

  /// Whether a range that ends within the file is all zeros.
  mutating func isZero(_ range: Range<UInt64>) throws -> Bool {
    try firstNonzero(in: range) == nil
  }

  private mutating func firstNonzero(in range: Range<UInt64>) throws -> UInt64? {
    var offset = range.lowerBound
    while offset < min(range.upperBound, end) {
      let count = Int(min(min(range.upperBound, end) - offset, UInt64(Self.windowByteCount)))
      guard let start = try load(offset, count) else { return nil }
      if !(unsafe window.span.bytes.extracting(start..<start + count).isZero) {
        let position = window[start..<start + count].firstIndex { $0 != 0 } ?? start
        return offset + UInt64(position - start)
      }
      offset += UInt64(count)
    }
    return nil
  }

  /// The offset behind the last byte that is not zero, from an offset on.
  mutating func writtenEnd(from start: UInt64) throws -> UInt64 {
    var written = start
    var offset = start
    while offset < end {
      let count = Int(min(end - offset, UInt64(Self.windowByteCount)))
      guard let index = try load(offset, count) else { break }
      if !(unsafe window.span.bytes.extracting(index..<index + count).isZero),
        let last = window[index..<index + count].lastIndex(where: { $0 != 0 })
      {
        written = offset + UInt64(last - index) + 1
      }
      offset += UInt64(count)
    }
    return written
  }
}
