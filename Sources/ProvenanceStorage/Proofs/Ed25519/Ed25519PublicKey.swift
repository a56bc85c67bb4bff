/// An Ed25519 public key, which tells whether a signature is right (RFC 8032, section 5.1).
///
/// Verification is in pure Swift and uses nothing of the platform. It is strict and without
/// cofactor: a signature has one encoding, and what is accepted here is accepted everywhere. The
/// point of the key, and S, must be reduced. Points of small order are not refused, as in the RFC:
/// take keys from where they are trusted.
public struct Ed25519PublicKey: Sendable {
  /// The key's 32 bytes.
  public let bytes: [UInt8]
  /// The negative of the key's point.
  private let negative: EdwardsPoint

  /// The number of bytes of a key.
  public static var byteCount: Int { 32 }
  /// The number of bytes of a signature.
  public static var signatureByteCount: Int { 64 }

  /// Reads a key.
  ///
  /// - Parameter bytes: The key's 32 bytes.
  /// - Throws: ``ProofError`` with `malformed` when they are no point of the curve.
  public init(bytes: [UInt8]) throws(ProofError) {
    guard bytes.count == Self.byteCount else {
      throw ProofError(.malformed, "an Ed25519 public key has 32 bytes, not \(bytes.count)")
    }
    guard let point = EdwardsPoint(encoded: bytes[...]) else {
      throw ProofError(.malformed, "an Ed25519 public key is no point of the curve")
    }
    self.bytes = bytes
    negative = -point
  }
}

extension Ed25519PublicKey: Hashable {
  /// Compares keys by their bytes.
  public static func == (lhs: Self, rhs: Self) -> Bool { lhs.bytes == rhs.bytes }

  /// Feeds the bytes into a hasher.
  public func hash(into hasher: inout Hasher) { hasher.combine(bytes) }
}

extension Ed25519PublicKey {
  /// Whether a signature over a message was made with this key's secret.
  ///
  /// Complexity: O(message), and about 3,000 multiplications in the field.
  ///
  /// - Parameters:
  ///   - signature: The signature; of any length, of which only 64 is right.
  ///   - message: The message.
  /// - Returns: Whether it holds.
  public func isValid(signature: [UInt8], for message: [UInt8]) -> Bool {
    guard signature.count == Self.signatureByteCount else { return false }
    let (point, scalar) = (signature[..<32], signature[32...])
    guard EdwardsScalar.isReduced(scalar) else { return false }
    let challenge = EdwardsScalar.reduce(SHA512.hash(Array(point), bytes, message))
    // [S]B - [k]A has to be R, byte for byte; so an R with another encoding is refused as well.
    return negative.times(challenge, plusBaseTimes: Array(scalar)).encoded.elementsEqual(point)
  }
}
