/// The first hexadecimal digits of an id, as people write them.
public struct IdentifierPrefix: Sendable, Hashable, CustomStringConvertible {
  /// Fewer digits than this are refused, as in git: they are hardly ever unique.
  public static let minimumLength = 4

  /// The digits.
  public let description: String

  /// Reads a prefix.
  ///
  /// - Parameter text: 4 to 64 lower-case hexadecimal digits.
  /// - Throws: ``IdentifierError``.
  public init(_ text: String) throws(IdentifierError) {
    guard (Self.minimumLength...64).contains(text.utf8.count) else {
      throw IdentifierError(
        .wrongLength(found: text.utf8.count, wanted: Self.minimumLength...64), text)
    }
    guard text.utf8.allSatisfy({ Hexadecimal.value(of: $0) != nil }) else {
      throw IdentifierError(.notHexadecimal(offset: Self.badDigit(in: text)), text)
    }
    description = text
  }

  static func badDigit(in text: String) -> Int {
    var offset = 0
    for digit in text.utf8 {
      if Hexadecimal.value(of: digit) == nil { break }
      offset += 1
    }
    return offset
  }

  /// The least and the greatest id that start with these digits.
  var bounds: ClosedRange<SHA256Digest> {
    func filled(_ digit: String) -> SHA256Digest {
      let text = description + String(repeating: digit, count: 64 - description.utf8.count)
      guard let bytes = Hexadecimal.decode(text.utf8), let digest = SHA256Digest(bytes: bytes)
      else { preconditionFailure("a prefix holds only hexadecimal digits") }
      return digest
    }
    return filled("0")...filled("f")
  }

  /// Whether an id starts with these digits.
  public func matches(_ id: some Identifier) -> Bool { bounds.contains(id.digest) }
}
