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
