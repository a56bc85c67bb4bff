/// Why bytes were refused as canonical CBOR.
///
/// The canonical form is RFC 8949 section 4.2.1 with 64-bit floats, text keys and no tag but 42.
public struct CBORError: Error, Sendable, Hashable {
  /// What was wrong.
  @nonexhaustive
  public enum Kind: Sendable, Hashable {
    /// The input ends inside an item, or a container announces more items than bytes remain.
    case truncated
    /// Bytes follow the last expected item.
    case trailingBytes
    /// A well-formed item that is not written in the one canonical way.
    case notCanonical
    /// An item of another type, or a number outside the range that was asked for.
    case wrongType
    /// Bytes that RFC 8949 does not define.
    case malformed
    /// A tag, simple value or key type that the canonical form leaves out.
    case unsupported
    /// Text that is not UTF-8.
    case invalidUTF8
    /// A map key that comes before its predecessor in canonical order.
    case unsortedKeys
    /// A map key that occurs twice.
    case duplicateKey
    /// More than 64 containers inside each other.
    case tooDeep
    /// An input of more bytes than the limit.
    case tooLarge
  }

  /// What was wrong.
  public let kind: Kind
  /// Where the offending item starts, in bytes from the start of the input.
  public let offset: Int
  /// What was expected or found, for people.
  public let detail: String

  package init(_ kind: Kind, offset: Int, detail: String) {
    self.kind = kind
    self.offset = offset
    self.detail = detail
  }
}

extension CBORError: CustomStringConvertible {
  /// One line that names the kind, the place and the detail.
  public var description: String { "CBOR: \(kind) at byte \(offset): \(detail)" }
}

/// The limits of every canonical item.
package enum CBORLimit {
  /// The most containers that may be open inside each other.
  package static let depth = 64
  /// The most bytes of one input: 16 MiB.
  package static let byteCount = 1 << 24
}

/// The type of a canonical item, as its first byte tells it.
package enum CBORKind: Sendable, Hashable {
  case unsigned, negative, bytes, text, array, map, link, bool, null, double
}
