/// Strings numbered in order of first appearance; each is kept once.
struct StringTable: Sendable {
  private var strings = Column<String>()
  private var index = HashIndex()

  var count: Int { strings.count }
  /// The bytes of the table and its index, with those of long strings.
  var byteCount: Int {
    var total = strings.byteCount + index.byteCount
    for number in 0..<strings.count where strings[number].utf8.count > 15 {
      total += 32 + strings[number].utf8.count
    }
    return total
  }

  /// The number of a string, given to it now if it has none.
  mutating func intern(_ string: String) -> UInt32 {
    let hash = Self.hash(string)
    if let number = find(string, hash) { return number }
    let strings = strings
    index.append(hash) { Self.hash(strings[$0]) }
    self.strings.append(string)
    return UInt32(self.strings.count - 1)
  }

  /// The number of a string, if it has one.
  func number(of string: String) -> UInt32? { find(string, Self.hash(string)) }

  subscript(number: UInt32) -> String { strings[number] }

  private func find(_ string: String, _ hash: UInt64) -> UInt32? {
    index.find(hash) { strings[$0].hasSameBytes(as: string) }
  }

  private static func hash(_ string: String) -> UInt64 {
    UInt64(bitPattern: Int64(ByteString(string).hashValue))
  }

  func fork(count: Int) -> StringTable {
    var copy = StringTable()
    for number in 0..<UInt32(count) { _ = copy.intern(strings[number]) }
    return copy
  }
}
