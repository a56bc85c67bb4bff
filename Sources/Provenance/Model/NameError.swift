/// Why a name, key or tag was refused.
public struct NameError: Error, Sendable, Hashable {
  /// What was wrong.
  ///
  /// Offsets are UTF-8 bytes from the start of the name.
  @nonexhaustive
  public enum Kind: Sendable, Hashable {
    /// A name of no characters.
    case empty
    /// A name of more bytes than the limit.
    case tooLong(byteCount: Int, limit: Int)
    /// A control character: U+0000 to U+001F or U+007F to U+009F.
    case controlCharacter(Unicode.Scalar, offset: Int)
    /// A name that is not in Normalization Form C; its NFC form differs from this offset on.
    case notNFC(offset: Int)
  }

  /// What was wrong.
  public let kind: Kind
  /// What the name was for, such as `namespace` or `tag`.
  public let field: String
  /// The name, cut off after 64 characters.
  public let name: String

  init(_ kind: Kind, field: String, name: String) {
    self.kind = kind
    self.field = field
    self.name = name.abbreviated
  }
}

extension NameError: CustomStringConvertible {
  /// One line that names the field, the name (with what cannot be shown escaped) and the reason.
  public var description: String {
    let reason =
      switch kind {
      case .empty: "must not be empty"
      case .tooLong(let byteCount, let limit):
        "has \(byteCount) bytes; at most \(limit) are allowed"
      case .controlCharacter(let scalar, let offset):
        "has the control character U+\(Self.hexadecimal(scalar)) at byte \(offset)"
      case .notNFC(let offset):
        "is not in Unicode Normalization Form C at byte \(offset)"
      }
    return "\(field) \(name.debugDescription) \(reason)"
  }

  private static func hexadecimal(_ scalar: Unicode.Scalar) -> String {
    let digits = String(scalar.value, radix: 16, uppercase: true)
    return String(repeating: "0", count: max(0, 4 - digits.count)) + digits
  }
}

extension String {
  /// The text for an error message: at most 64 scalars, and a mark where more were cut off.
  ///
  /// Scalars are counted, not characters: one character can be as long as the whole text.
  package var abbreviated: String {
    let scalars = unicodeScalars
    guard let end = scalars.index(scalars.startIndex, offsetBy: 64, limitedBy: scalars.endIndex),
      end != scalars.endIndex
    else {
      return self
    }
    return String(scalars[..<end]) + "…"
  }
}
