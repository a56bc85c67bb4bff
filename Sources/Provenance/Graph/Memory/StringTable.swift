/// Strings numbered in order of first appearance; each is kept once.
struct StringTable: Sendable {
  private var texts: TextColumn
  private var index: HashIndex
  private let key: SipHash

  /// - Parameter key: What strings are hashed with; the same for equal indexes.
  init(key: SipHash = SipHash()) {
    self.key = key
    texts = TextColumn()
    index = HashIndex()
  }

  var count: Int { texts.count }
  /// The bytes of the strings and their index.
  var byteCount: Int { texts.byteCount + index.byteCount }

  /// The number of a string, given to it now if it has none.
  mutating func intern(_ string: String) -> UInt32 {
    let hash = key.hash(string)
    if let number = find(string, hash) { return number }
    let texts = texts
    index.append(hash) { key.hash(texts[$0]) }
    self.texts.append(string)
    return UInt32(self.texts.count - 1)
  }

  /// The number of a string, if it has one.
  func number(of string: String) -> UInt32? { find(string, key.hash(string)) }

  subscript(number: UInt32) -> String { texts[number] }

  private func find(_ string: String, _ hash: UInt64) -> UInt32? {
    index.find(hash) { texts.equals($0, string) }
  }

  func fork(count: Int) -> StringTable {
    var copy = StringTable(key: key)
    for number in 0..<UInt32(count) { _ = copy.intern(texts[number]) }
    return copy
  }
}

extension StringTable {
  init(
    key: SipHash, bytes: ImageSection, ends: ImageSection, index: ImageSection,
    _ source: ImageSource
  ) throws(ImageError) {
    self.key = key
    texts = try TextColumn(bytes: bytes, ends: ends, source)
    self.index = try source.index(index, count: texts.count)
  }

  /// Stores the strings, with an index under another key.
  func write(
    key: SipHash, bytes: ImageSection, ends: ImageSection, index: ImageSection, _ sink: ImageSink
  ) {
    texts.write(bytes: bytes, ends: ends, sink)
    sink.add(index, HashIndex(count: count) { key.hash(texts[$0]) })
  }
}
