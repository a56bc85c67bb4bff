/// Texts in one array of bytes: 8 bytes a text and its UTF-8.
struct TextColumn: Sendable {
  private var lists = ByteListColumn()

  var count: Int { lists.count }
  var byteCount: Int { lists.byteCount }

  mutating func append(_ text: String) {
    var text = text
    text.withUTF8 { unsafe lists.append($0) }
  }

  /// A text.
  ///
  /// O(its length).
  subscript(index: UInt32) -> String {
    unsafe lists.withBytes(index) { unsafe String(decoding: $0, as: UTF8.self) }
  }

  /// Whether a text has the same bytes as another.
  func equals(_ index: UInt32, _ text: String) -> Bool {
    var text = text
    return text.withUTF8 { utf8 in
      unsafe lists.withBytes(index) {
        unsafe $0.count == utf8.count && $0.elementsEqual(utf8)
      }
    }
  }

  func fork(count: Int) -> TextColumn {
    var copy = TextColumn()
    copy.lists = lists.fork(count: count)
    return copy
  }
}

extension TextColumn {
  init(
    bytes: ImageSection, ends: ImageSection, _ source: ImageSource
  ) throws(ImageError) {
    lists = try ByteListColumn(bytes: bytes, ends: ends, source)
  }

  func write(bytes: ImageSection, ends: ImageSection, _ sink: ImageSink) {
    lists.write(bytes: bytes, ends: ends, sink)
  }
}
