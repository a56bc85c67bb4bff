/// An Ed25519 key that signs, where the platform has what it takes (RFC 8032, section 5.1).
///
/// Signing handles secrets, so it is left to CryptoKit on Apple platforms and to the system's
/// libcrypto elsewhere; where neither is there, making a key throws. The secret is kept in
/// ordinary memory for as long as the value lives. A key that must never be in the process belongs
/// to a key service: see ``NoteSigner``.
public struct Ed25519PrivateKey: Sendable {
  /// The key that verifies the signatures.
  public let publicKey: Ed25519PublicKey
  private let engine: Engine

  /// Takes a key.
  ///
  /// - Parameter seed: The key's 32 secret bytes.
  /// - Throws: ``ProofError`` with `malformed` for another number of bytes, and `unsupported` where
  ///   the platform cannot sign.
  public init(seed: [UInt8]) throws(ProofError) {
    guard seed.count == 32 else {
      throw ProofError(.malformed, "an Ed25519 private key has 32 bytes, not \(seed.count)")
    }
    guard let engine = Engine(seed: seed), let bytes = engine.publicKey() else {
      throw ProofError(.unsupported, "this platform offers nothing to sign with Ed25519")
    }
    publicKey = try Ed25519PublicKey(bytes: bytes)
    self.engine = engine
  }

  /// Makes a key of random bytes.
  ///
  /// - Parameter generator: Where the bytes come from; only one for cryptography will do.
  /// - Throws: ``ProofError`` with `unsupported` where the platform cannot sign.
  public init(using generator: inout some RandomNumberGenerator) throws(ProofError) {
    var seed: [UInt8] = []
    for _ in 0..<32 { seed.append(.random(in: .min ... .max, using: &generator)) }
    try self.init(seed: seed)
  }

  /// Signs a message.
  ///
  /// The signature is verified before it is handed out, so that a fault never leaks a wrong one.
  ///
  /// - Parameter message: The message.
  /// - Returns: 64 bytes.
  /// - Throws: ``ProofError`` with `unsupported` when the platform's function fails.
  public func signature(for message: [UInt8]) throws(ProofError) -> [UInt8] {
    guard let signature = engine.sign(message),
      publicKey.isValid(signature: signature, for: message)
    else { throw ProofError(.unsupported, "the platform failed to sign with Ed25519") }
    return signature
  }
}

extension Ed25519PrivateKey: CustomStringConvertible, CustomReflectable {
  /// The public key; the secret is never shown, by no way of printing.
  public var description: String {
    "Ed25519PrivateKey(public: \(Base64.encode(publicKey.bytes)))"
  }

  /// A mirror without the secret.
  public var customMirror: Mirror { Mirror(self, children: ["publicKey": publicKey]) }
}
