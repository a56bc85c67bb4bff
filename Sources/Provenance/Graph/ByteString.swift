/// A string that is equal to another only if their bytes are.
///
/// `String` holds texts equal that Unicode calls equivalent; an index must not.
package struct ByteString: Hashable, Sendable {
  package let string: String

  package init(_ string: String) { self.string = string }

  package static func == (lhs: Self, rhs: Self) -> Bool {
    lhs.string.hasSameBytes(as: rhs.string)
  }

  package func hash(into hasher: inout Hasher) { string.hashBytes(into: &hasher) }
}

/// Strings numbered in order of first appearance; each is kept once.
struct StringTable: Sendable {
  private(set) var strings: [String] = []
  private var numbers: [ByteString: UInt32] = [:]

  /// The number of a string, given to it now if it has none.
  mutating func intern(_ string: String) -> UInt32 {
    let key = ByteString(string)
    if let number = numbers[key] { return number }
    let number = UInt32(strings.count)
    strings.append(string)
    numbers[key] = number
    return number
  }

  /// The number of a string, if it has one.
  func number(of string: String) -> UInt32? { numbers[ByteString(string)] }

  subscript(number: UInt32) -> String { strings[Int(number)] }
}
