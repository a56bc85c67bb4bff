/// Signs notes: what a service that keeps keys has to offer.
///
/// ``Ed25519NoteSigner`` is the one at hand.
public protocol NoteSigner: Sendable {
  /// The name of the key: not empty, without spaces and plus signs.
  var name: String { get }
  /// The first four bytes of SHA-256 over name, newline, kind of key and key.
  var keyID: UInt32 { get }

  /// Signs a text.
  ///
  /// - Parameter text: The note's text, its last newline included.
  /// - Returns: The signature, without the key's id.
  /// - Throws: Whatever keeps the key from being used.
  func sign(_ text: [UInt8]) throws -> [UInt8]
}

/// Verifies the signatures of one key under notes.
///
/// ``Ed25519NoteKey`` is the one at hand.
public protocol NoteVerifier: Sendable {
  /// The name of the key.
  var name: String { get }
  /// The first four bytes of SHA-256 over name, newline, kind of key and key.
  var keyID: UInt32 { get }

  /// Whether a signature was made with the key; never traps, whatever the bytes.
  ///
  /// - Parameters:
  ///   - signature: The signature, without the key's id.
  ///   - text: The note's text, its last newline included.
  /// - Returns: Whether it holds.
  func isValid(signature: [UInt8], for text: [UInt8]) -> Bool
}
