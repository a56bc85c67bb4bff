/// Signs notes with an Ed25519 key that is at hand, or that a key service holds.
public struct Ed25519NoteSigner: NoteSigner {
  /// The key that verifies what is signed.
  public let key: Ed25519NoteKey
  private let signBytes: @Sendable ([UInt8]) throws -> [UInt8]
  private let time: @Sendable () -> UInt64

  /// Signs with a key that someone else holds.
  ///
  /// - Parameters:
  ///   - key: The key that verifies the signatures.
  ///   - time: The clock of a cosignature, in seconds since 1970; not asked for other purposes.
  ///   - sign: Gives the 64 bytes of a plain Ed25519 signature over a message.
  public init(
    key: Ed25519NoteKey, time: @escaping @Sendable () -> UInt64,
    sign: @escaping @Sendable ([UInt8]) throws -> [UInt8]
  ) {
    self.key = key
    self.time = time
    signBytes = sign
  }

  /// Signs notes as a log does.
  ///
  /// - Parameters:
  ///   - name: The name of the key, which should be the log's origin.
  ///   - privateKey: The key.
  /// - Throws: ``ProofError`` with `malformed` for a name that no key can have.
  public init(name: String, privateKey: Ed25519PrivateKey) throws(ProofError) {
    self.init(
      key: try Ed25519NoteKey(name: name, publicKey: privateKey.publicKey), time: { 0 },
      sign: { try privateKey.signature(for: $0) })
  }

  /// Signs checkpoints as a witness does, with the time.
  ///
  /// - Parameters:
  ///   - name: The name of the witness.
  ///   - privateKey: The key.
  ///   - time: The clock, in seconds since 1970.
  /// - Throws: ``ProofError`` with `malformed` for a name that no key can have.
  public init(
    witness name: String, privateKey: Ed25519PrivateKey, time: @escaping @Sendable () -> UInt64
  ) throws(ProofError) {
    self.init(
      key: try Ed25519NoteKey(
        name: name, publicKey: privateKey.publicKey, purpose: .cosignature),
      time: time, sign: { try privateKey.signature(for: $0) })
  }

  /// The name of the key.
  public var name: String { key.name }

  /// The key's id.
  public var keyID: UInt32 { key.keyID }

  /// Signs a text.
  ///
  /// - Parameter text: The note's text, its last newline included.
  /// - Returns: The signature, without the key's id.
  /// - Throws: What the key's holder throws; ``ProofError`` with `wrongSignature` when it signed
  ///   something else or with another key.
  public func sign(_ text: [UInt8]) throws -> [UInt8] {
    let signature: [UInt8]
    switch key.purpose {
    case .note:
      signature = try signBytes(text)
    case .cosignature:
      let time = min(time(), UInt64(Int64.max))
      signature = Cosignature.encode(
        time: time, signature: try signBytes(Cosignature.message(text, time: time)))
    }
    guard key.isValid(signature: signature, for: text) else {
      throw ProofError(.wrongSignature, "what \(name) was given for a signature is none")
    }
    return signature
  }
}
