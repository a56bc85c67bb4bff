import Provenance

/// The head of a log as its text, which a note signs (C2SP tlog-checkpoint).
///
///     example.com/behind-the-sofa
///     20852163
///     CsUYapGGPo4dkMgIAUqom/Xajj7h2fB2MPA3j2jxq2I=
///
/// The lines are the origin, the number of leaves and the root; further ones have no meaning here.
public struct Checkpoint: Sendable {
  /// What tells the log from every other, best a URL without scheme.
  public let origin: String
  /// The log's size and root.
  public let head: TreeHead
  /// Further lines, which nobody can audit.
  public let extensions: [String]

  /// Makes a checkpoint.
  ///
  /// - Parameters:
  ///   - origin: What tells the log from every other: one line, not empty.
  ///   - head: The log's size and root.
  ///   - extensions: Further lines, none of them empty.
  /// - Throws: ``ProofError`` with `malformed` or `limitExceeded`.
  public init(origin: String, head: TreeHead, extensions: [String] = []) throws(ProofError) {
    for line in [origin] + extensions where line.isEmpty || line.utf8.contains(NoteText.newline) {
      throw ProofError(.malformed, "\"\(line)\" is not one line of a checkpoint")
    }
    self.origin = origin
    self.head = head
    self.extensions = extensions
    _ = try NoteText.text(text.utf8)
  }

  /// Reads a checkpoint's text, without signatures.
  ///
  /// - Parameter text: The text, as ``text`` writes it.
  /// - Throws: ``ProofError`` with `malformed` or `limitExceeded`.
  public init(parsing text: String) throws(ProofError) {
    var lines = Array(text.utf8).split(
      separator: NoteText.newline, omittingEmptySubsequences: false)
    guard lines.popLast()?.isEmpty == true, lines.count >= 3 else {
      throw ProofError(.malformed, "a checkpoint has fewer than three lines")
    }
    guard let size = NoteText.number(lines[1]) else {
      throw ProofError(.malformed, "the second line of a checkpoint is no size")
    }
    guard let root = Base64.decode(lines[2]).flatMap({ SHA256Digest(bytes: $0) }) else {
      throw ProofError(.malformed, "the third line of a checkpoint is no root")
    }
    var extensions: [String] = []
    for line in lines[3...] { extensions.append(try NoteText.text(line)) }
    try self.init(
      origin: try NoteText.text(lines[0]), head: TreeHead(size: size, root: root),
      extensions: extensions)
  }
}

extension Checkpoint: Hashable, CustomStringConvertible {
  /// The text that is signed.
  public var text: String {
    let lines = [origin, String(head.size), Base64.encode(head.root.bytes)] + extensions
    return lines.reduce("") { $0 + $1 + "\n" }
  }

  /// The text that is signed.
  public var description: String { text }

  /// Compares checkpoints by their bytes.
  public static func == (lhs: Self, rhs: Self) -> Bool { lhs.text.hasSameBytes(as: rhs.text) }

  /// Feeds the head into a hasher.
  public func hash(into hasher: inout Hasher) { hasher.combine(head) }
}

extension Checkpoint {
  /// The checkpoint as a note.
  ///
  /// A log must never sign a checkpoint that is inconsistent with one that it signed before.
  ///
  /// - Parameter signers: Who signs it, one at least.
  /// - Returns: The note.
  /// - Throws: ``ProofError``, and what a signer throws.
  public func signed(by signers: [any NoteSigner]) throws -> SignedNote {
    try SignedNote(text: text, signers: signers)
  }
}

extension SignedNote {
  /// The checkpoint that the note's text is; not to be believed before it was verified.
  ///
  /// - Returns: The checkpoint.
  /// - Throws: ``ProofError`` with `malformed`.
  public func checkpoint() throws(ProofError) -> Checkpoint { try Checkpoint(parsing: text) }
}
