/// A text with signatures below it (C2SP signed-note).
///
///     text, one or more lines
///
///     — example.com/key Base64(key id, signature)
///
/// Nothing in it may be believed before ``verify(_:)`` has found a signature of a trusted key.
public struct SignedNote: Sendable {
  /// What was signed; it ends in a newline.
  public let text: String
  /// The signatures in order, of whatever keys.
  public let signatures: [NoteSignature]

  /// Puts a text and signatures together; they are not verified.
  ///
  /// - Parameters:
  ///   - text: The text, which ends in a newline and has no other control characters.
  ///   - signatures: From 1 to 100 signatures.
  /// - Throws: ``ProofError`` with `malformed` or `limitExceeded`.
  public init(text: String, signatures: [NoteSignature]) throws(ProofError) {
    guard text.utf8.last == NoteText.newline else {
      throw ProofError(.malformed, "the text of a note ends in a newline")
    }
    guard !signatures.isEmpty else { throw ProofError(.malformed, "a note has no signature") }
    guard signatures.count <= NoteText.signatureLimit else {
      throw ProofError(
        .limitExceeded,
        "a note has \(signatures.count) signatures, allowed are \(NoteText.signatureLimit)")
    }
    self.text = text
    self.signatures = signatures
    _ = try NoteText.text(description.utf8)
  }

  /// Signs a text.
  ///
  /// - Parameters:
  ///   - text: The text, which ends in a newline and has no other control characters.
  ///   - signers: Who signs it, one at least.
  /// - Throws: ``ProofError``, and what a signer throws.
  public init(text: String, signers: [any NoteSigner]) throws {
    try self.init(text: text, signatures: signers.map { try NoteSignature(of: text, by: $0) })
  }

  /// The note with further signatures, as a witness adds them.
  ///
  /// - Parameter signers: Who signs it as well.
  /// - Returns: The note.
  /// - Throws: ``ProofError``, and what a signer throws.
  public func signed(by signers: [any NoteSigner]) throws -> SignedNote {
    try SignedNote(
      text: text, signatures: signatures + signers.map { try NoteSignature(of: text, by: $0) })
  }
}

extension SignedNote: Hashable, CustomStringConvertible {
  /// The note in its text form.
  public var description: String {
    signatures.reduce(text + "\n") { $0 + $1.description }
  }

  /// Compares notes by their bytes.
  public static func == (lhs: Self, rhs: Self) -> Bool {
    lhs.description.hasSameBytes(as: rhs.description)
  }

  /// Feeds the signatures into a hasher.
  public func hash(into hasher: inout Hasher) { hasher.combine(signatures) }
}

extension SignedNote {
  /// Reads a note.
  ///
  /// Only what ``description`` writes is accepted: one form for one note. At most 1 MiB.
  ///
  /// - Parameter text: The note.
  /// - Throws: ``ProofError`` with `malformed` or `limitExceeded`.
  public init(parsing text: String) throws(ProofError) { try self.init(parsing: text.utf8) }

  /// Reads a note from bytes that may not even be text.
  ///
  /// - Parameter bytes: The note in UTF-8.
  /// - Throws: ``ProofError`` with `malformed` or `limitExceeded`.
  public init(parsing bytes: some Collection<UInt8>) throws(ProofError) {
    _ = try NoteText.text(bytes)
    let bytes = Array(bytes)
    // The last empty line parts the text, which may have others, from the signatures.
    guard
      let blank = bytes.indices.dropFirst().last(where: {
        bytes[$0] == NoteText.newline && bytes[$0 - 1] == NoteText.newline
      })
    else { throw ProofError(.malformed, "a note has no empty line before its signatures") }
    let block = bytes[(blank + 1)...]
    guard block.last == NoteText.newline else {
      throw ProofError(.malformed, "a note does not end in a signature")
    }
    let lines = block.dropLast().split(
      separator: NoteText.newline, omittingEmptySubsequences: false)
    guard lines.count <= NoteText.signatureLimit else {
      throw ProofError(
        .limitExceeded,
        "a note has \(lines.count) signatures, allowed are "
          + "\(NoteText.signatureLimit)")
    }
    var signatures: [NoteSignature] = []
    for line in lines { signatures.append(try NoteSignature(line: line)) }
    try self.init(
      text: try NoteText.text(bytes[..<blank]), signatures: signatures)
  }
}

extension SignedNote {
  /// The signatures of known keys, of which each was found right.
  ///
  /// A signature of a key that is not known is ignored, as it has to be. Of several signatures of
  /// one key the first counts.
  ///
  /// - Parameter verifiers: The keys that are trusted.
  /// - Returns: The signatures, one for each key at most, in the order of the note.
  /// - Throws: ``ProofError`` with `wrongSignature` when one of a known key is wrong, and
  ///   `untrusted` when there is none.
  @discardableResult
  public func verify(_ verifiers: [any NoteVerifier]) throws(ProofError) -> [NoteSignature] {
    var verified: [NoteSignature] = []
    let message = Array(text.utf8)
    for signature in signatures where !verified.contains(where: { $0.hasSameKey(as: signature) }) {
      let known = verifiers.filter {
        $0.keyID == signature.keyID && $0.name.hasSameBytes(as: signature.name)
      }
      guard !known.isEmpty else { continue }
      guard known.contains(where: { $0.isValid(signature: signature.bytes, for: message) }) else {
        throw ProofError(.wrongSignature, "the signature of \(signature.name) is wrong")
      }
      verified.append(signature)
    }
    guard !verified.isEmpty else {
      throw ProofError(.untrusted, "no key that is trusted has signed the note")
    }
    return verified
  }
}
