/// Texts in one array of bytes, in the manner of ``Column``: 8 bytes a text and its UTF-8.
struct TextColumn: Sendable {
  private var bytes = Column<UInt8>()
  private var ends = Column<UInt64>()

  var count: Int { ends.count }
  var byteCount: Int { bytes.byteCount + ends.byteCount }

  mutating func append(_ text: String) {
    var text = text
    text.withUTF8 { utf8 in
      unsafe bytes.append(count: utf8.count) { target in
        if let source = utf8.baseAddress {
          unsafe target.initialize(from: source, count: utf8.count)
        }
      }
    }
    ends.append(UInt64(bytes.count))
  }

  private func range(_ index: UInt32) -> Range<Int> {
    (index == 0 ? 0 : Int(ends[index - 1]))..<Int(ends[index])
  }

  /// A text.
  ///
  /// O(its length).
  subscript(index: UInt32) -> String {
    let range = range(index)
    return unsafe bytes.withPointer { base in
      unsafe String(
        decoding: unsafe UnsafeBufferPointer(start: base + range.lowerBound, count: range.count),
        as: UTF8.self)
    }
  }

  /// Whether a text has the same bytes as another.
  func equals(_ index: UInt32, _ text: String) -> Bool {
    let range = range(index)
    guard text.utf8.count == range.count else { return false }
    var text = text
    return text.withUTF8 { utf8 in
      unsafe bytes.withPointer { base in
        unsafe UnsafeBufferPointer(start: base + range.lowerBound, count: range.count)
          .elementsEqual(utf8)
      }
    }
  }

  func fork(count: Int) -> TextColumn {
    var copy = TextColumn()
    copy.ends = ends.fork(count: count)
    copy.bytes = bytes.fork(count: count == 0 ? 0 : Int(ends[count - 1]))
    return copy
  }
}
