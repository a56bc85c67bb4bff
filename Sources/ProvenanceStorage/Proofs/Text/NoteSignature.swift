/// One signature of a note, by a key that is only named.
public struct NoteSignature: Sendable {
  /// The name of the key.
  public let name: String
  /// The first four bytes of a hash over name, kind and key: tells keys of one name apart.
  public let keyID: UInt32
  /// The signature, as its algorithm has it.
  public let bytes: [UInt8]

  /// Makes a signature of its parts; it is not verified.
  ///
  /// - Parameters:
  ///   - name: The name of the key: not empty, without spaces and plus signs.
  ///   - keyID: The key's id.
  ///   - bytes: The signature; not empty.
  /// - Throws: ``ProofError`` with `malformed`.
  public init(name: String, keyID: UInt32, bytes: [UInt8]) throws(ProofError) {
    try NoteText.check(keyName: name)
    guard !bytes.isEmpty else { throw ProofError(.malformed, "a signature of \(name) is empty") }
    self.name = name
    self.keyID = keyID
    self.bytes = bytes
  }

  init(of text: String, by signer: any NoteSigner) throws {
    try self.init(
      name: signer.name, keyID: signer.keyID, bytes: try signer.sign(Array(text.utf8)))
  }

  /// Reads a line without its newline.
  init(line: ArraySlice<UInt8>) throws(ProofError) {
    guard line.starts(with: NoteText.dash) else {
      throw ProofError(.malformed, "a signature does not start with an em dash and a space")
    }
    let fields = line.dropFirst(NoteText.dash.count).split(
      separator: UInt8(ascii: " "), omittingEmptySubsequences: false)
    guard fields.count == 2, let content = Base64.decode(fields[1]), content.count > 4 else {
      throw ProofError(.malformed, "a signature is not a name and Base64 of five bytes or more")
    }
    try self.init(
      name: try NoteText.text(fields[0]),
      keyID: content[..<4].reduce(0) { $0 << 8 | UInt32($1) }, bytes: Array(content[4...]))
  }

  /// Whether both are of the same key, or of two that cannot be told apart.
  func hasSameKey(as other: NoteSignature) -> Bool {
    keyID == other.keyID && name.hasSameBytes(as: other.name)
  }
}

extension NoteSignature: Hashable, CustomStringConvertible {
  /// The signature as the line of a note, its newline included.
  public var description: String {
    let id = stride(from: 24, through: 0, by: -8).map {
      UInt8(truncatingIfNeeded: keyID >> UInt32($0))
    }
    return "— \(name) \(Base64.encode(id + bytes))\n"
  }

  /// Compares signatures by their bytes.
  public static func == (lhs: Self, rhs: Self) -> Bool {
    lhs.hasSameKey(as: rhs) && lhs.bytes == rhs.bytes
  }

  /// Feeds the key's id and the signature into a hasher.
  public func hash(into hasher: inout Hasher) {
    hasher.combine(keyID)
    hasher.combine(bytes)
  }
}

extension NoteSignature {
  /// When a witness signed, in seconds since 1970, where this is a timestamped cosignature.
  ///
  /// To be believed only when the signature was verified with a cosignature key. C2SP
  /// tlog-cosignature.
  public var cosignatureTime: UInt64? {
    guard bytes.count == Cosignature.byteCount else { return nil }
    return Cosignature.time(bytes)
  }
}
