import Provenance

/// A named Ed25519 key that verifies notes (C2SP signed-note and tlog-cosignature).
///
/// As text it is a *vkey*, `example.com/log+530d903a+AekyeRrm56…`: name, id, and Base64 of kind and
/// key.
public struct Ed25519NoteKey: NoteVerifier {
  /// What a key signs; the raw value is the signature type of the specifications.
  public enum Purpose: UInt8, Sendable, Hashable {
    /// The text as it is: what a log does.
    case note = 1
    /// The text and the time: what a witness does.
    case cosignature = 4
  }

  /// The name of the key.
  public let name: String
  /// What it signs.
  public let purpose: Purpose
  /// The key.
  public let publicKey: Ed25519PublicKey
  /// The first four bytes of SHA-256 over name, newline, purpose and key.
  public let keyID: UInt32

  /// Names a key.
  ///
  /// - Parameters:
  ///   - name: The name, best a URL without scheme: not empty, without spaces and plus signs.
  ///   - publicKey: The key.
  ///   - purpose: What it signs.
  /// - Throws: ``ProofError`` with `malformed` for a name that no key can have.
  public init(
    name: String, publicKey: Ed25519PublicKey, purpose: Purpose = .note
  ) throws(ProofError) {
    try NoteText.check(keyName: name)
    self.name = name
    self.purpose = purpose
    self.publicKey = publicKey
    let content = Array(name.utf8) + [NoteText.newline, purpose.rawValue] + publicKey.bytes
    keyID = SHA256.hash(content).bytes[..<4].reduce(0) { $0 << 8 | UInt32($1) }
  }

  /// Whether a signature was made with the key; never traps, whatever the bytes.
  ///
  /// - Parameters:
  ///   - signature: The signature, without the key's id.
  ///   - text: The note's text, its last newline included.
  /// - Returns: Whether it holds.
  public func isValid(signature: [UInt8], for text: [UInt8]) -> Bool {
    switch purpose {
    case .note:
      return publicKey.isValid(signature: signature, for: text)
    case .cosignature:
      guard signature.count == Cosignature.byteCount, let time = Cosignature.time(signature) else {
        return false
      }
      return publicKey.isValid(
        signature: Array(signature[8...]), for: Cosignature.message(text, time: time))
    }
  }
}

extension Ed25519NoteKey: Hashable, CustomStringConvertible {
  /// Reads a vkey.
  ///
  /// - Parameter text: Name, id and key, parted by plus signs.
  /// - Throws: ``ProofError`` with `malformed`, and `unsupported` for another kind of key.
  public init(parsing text: String) throws(ProofError) {
    let fields = Array(text.utf8).split(
      separator: UInt8(ascii: "+"), maxSplits: 2, omittingEmptySubsequences: false)
    guard fields.count == 3, let content = Base64.decode(fields[2]), let kind = content.first
    else { throw ProofError(.malformed, "\"\(text)\" is not a name, an id and a key") }
    guard let purpose = Purpose(rawValue: kind) else {
      throw ProofError(.unsupported, "\"\(text)\" is a key of kind \(kind), not Ed25519")
    }
    try self.init(
      name: try NoteText.text(fields[0]),
      publicKey: try Ed25519PublicKey(bytes: Array(content.dropFirst())), purpose: purpose)
    guard description.hasSameBytes(as: text) else {
      throw ProofError(.malformed, "the id in \"\(text)\" is not that of the key")
    }
  }

  /// The key as a vkey.
  public var description: String {
    let digits = String(keyID, radix: 16)
    let id = String(repeating: "0", count: 8 - digits.utf8.count) + digits
    return "\(name)+\(id)+\(Base64.encode([purpose.rawValue] + publicKey.bytes))"
  }

  /// Compares keys by name, purpose and bytes.
  public static func == (lhs: Self, rhs: Self) -> Bool {
    lhs.description.hasSameBytes(as: rhs.description)
  }

  /// Feeds the id into a hasher.
  public func hash(into hasher: inout Hasher) { hasher.combine(keyID) }
}
