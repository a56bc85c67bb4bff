/// A text that was to be an id, a prefix of one or a digest, and is not.
public struct IdentifierError: Error, Sendable, Hashable {
  /// What is wrong.
  @nonexhaustive
  public enum Kind: Sendable, Hashable {
    /// Too few or too many digits: what was found, and what is wanted.
    case wrongLength(found: Int, wanted: ClosedRange<Int>)
    /// Not a lower-case hexadecimal digit, at this offset in bytes.
    case notHexadecimal(offset: Int)
    /// A digest that does not start with `sha256:`.
    case unknownAlgorithm
  }

  /// What is wrong.
  public let kind: Kind
  /// The text, cut off after 64 Unicode scalars.
  public let text: String

  init(_ kind: Kind, _ text: String) {
    self.kind = kind
    self.text = text.abbreviated
  }
}

extension IdentifierError: CustomStringConvertible {
  /// For people.
  public var description: String {
    switch kind {
    case .wrongLength(let found, let wanted):
      let size =
        wanted.lowerBound == wanted.upperBound
        ? "\(wanted.lowerBound)" : "\(wanted.lowerBound) to \(wanted.upperBound)"
      return "\"\(text)\" has \(found) digits where \(size) are wanted"
    case .notHexadecimal(let offset):
      return "\"\(text)\" is not lower-case hexadecimal at byte \(offset)"
    case .unknownAlgorithm:
      return "\"\(text)\" does not start with \"sha256:\""
    }
  }
}

extension SHA256Digest: CustomStringConvertible {
  /// `sha256:` and 64 lower-case hexadecimal digits.
  public var description: String { "sha256:\(Hexadecimal.encode(bytes))" }

  /// Reads a digest from `sha256:` and 64 lower-case hexadecimal digits.
  ///
  /// - Parameter text: The text.
  /// - Throws: ``IdentifierError``.
  public init(parsing text: String) throws(IdentifierError) {
    let prefix = "sha256:"
    guard text.utf8.starts(with: prefix.utf8) else {
      throw IdentifierError(.unknownAlgorithm, text)
    }
    try self.init(hexadecimal: String(text.utf8.dropFirst(prefix.utf8.count)) ?? "")
  }

  init(hexadecimal text: String) throws(IdentifierError) {
    guard text.utf8.count == 64 else {
      throw IdentifierError(.wrongLength(found: text.utf8.count, wanted: 64...64), text)
    }
    guard let bytes = Hexadecimal.decode(text.utf8), let digest = SHA256Digest(bytes: bytes) else {
      throw IdentifierError(.notHexadecimal(offset: IdentifierPrefix.badDigit(in: text)), text)
    }
    self = digest
  }
}
