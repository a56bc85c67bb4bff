/// Lists of bytes in one array, in the manner of ``Column``: 8 bytes a list and its bytes.
struct ByteListColumn: Sendable {
  private var bytes = Column<UInt8>()
  private var ends = Column<UInt64>()

  var count: Int { ends.count }
  var byteCount: Int { bytes.byteCount + ends.byteCount }

  mutating func append(_ list: UnsafeBufferPointer<UInt8>) {
    unsafe bytes.append(count: list.count) { target in
      if let source = list.baseAddress {
        unsafe target.initialize(from: source, count: list.count)
      }
    }
    ends.append(UInt64(bytes.count))
  }

  private func range(_ index: UInt32) -> Range<Int> {
    let start = index == 0 ? 0 : Int(clamping: ends[index - 1])
    // What a damaged page says must not be a reason to stop.
    let end = min(Int(clamping: ends[index]), bytes.count)
    return min(start, end)..<end
  }

  /// Calls `body` with a list.
  func withBytes<Result>(
    _ index: UInt32, _ body: (UnsafeBufferPointer<UInt8>) -> Result
  ) -> Result {
    let range = range(index)
    return unsafe bytes.withPointer(to: range) { base in
      unsafe body(UnsafeBufferPointer(start: base + range.lowerBound, count: range.count))
    }
  }

  /// Whether a list is empty.
  func isEmpty(_ index: UInt32) -> Bool { range(index).isEmpty }

  func fork(count: Int) -> ByteListColumn {
    var copy = ByteListColumn()
    copy.ends = ends.fork(count: count)
    copy.bytes = bytes.fork(count: count == 0 ? 0 : Int(ends[count - 1]))
    return copy
  }
}

extension ByteListColumn {
  init(
    bytes: ImageSection, ends: ImageSection, _ source: ImageSource
  ) throws(ImageError) {
    self.bytes = try source.column(bytes)
    self.ends = try source.column(ends)
  }

  func write(bytes: ImageSection, ends: ImageSection, _ sink: ImageSink) {
    // Behind the last end may stand what a later copy added.
    let end = count == 0 ? 0 : Int(self.ends[count - 1])
    unsafe self.bytes.withPointer(to: 0..<end) {
      unsafe sink.add(bytes, UnsafeRawBufferPointer(start: $0, count: end))
    }
    sink.add(ends, self.ends)
  }
}
