public import Provenance

/// The proof that a log holds a record, complete and for offline use (C2SP tlog-proof).
///
///     c2sp.org/tlog-proof@v1
///     extra Base64, if there is any
///     index 73894
///     Base64 of each hash of the inclusion proof, a line each
///
///     the checkpoint, as a signed note
///
/// By custom it is a file with the extension `.tlog-proof`.
public struct LogProof: Sendable, Hashable {
  /// The index of the record's leaf: its sequence number in the log.
  public let index: UInt64
  /// The inclusion proof for the checkpoint's tree, the leaf's sibling first.
  public let hashes: [SHA256Digest]
  /// Whatever the application adds, which no signature covers; `nil` for nothing.
  public let extra: [UInt8]?
  /// The checkpoint.
  public let checkpoint: SignedNote

  /// The most hashes of a proof: one for each bit of a size.
  static let hashLimit = 64
  private static let title = "c2sp.org/tlog-proof@v1"

  /// Puts a proof together; it is not verified.
  ///
  /// - Parameters:
  ///   - index: The index of the record's leaf.
  ///   - hashes: The inclusion proof, at most 64 hashes.
  ///   - checkpoint: The checkpoint, as a signed note.
  ///   - extra: Whatever the application adds.
  /// - Throws: ``ProofError`` with `malformed` or `limitExceeded`.
  public init(
    index: UInt64, hashes: [SHA256Digest], checkpoint: SignedNote, extra: [UInt8]? = nil
  ) throws(ProofError) {
    guard hashes.count <= Self.hashLimit else {
      throw ProofError(
        .limitExceeded, "a proof has \(hashes.count) hashes, allowed are \(Self.hashLimit)")
    }
    self.index = index
    self.hashes = hashes
    self.extra = extra?.isEmpty == true ? nil : extra
    self.checkpoint = checkpoint
    _ = try checkpoint.checkpoint()
    _ = try NoteText.text(description.utf8)
  }
}

extension LogProof: CustomStringConvertible {
  /// The proof in its text form.
  public var description: String {
    var lines = [Self.title]
    if let extra { lines.append("extra " + Base64.encode(extra)) }
    lines.append("index \(index)")
    lines += hashes.map { Base64.encode($0.bytes) }
    return lines.reduce("") { $0 + $1 + "\n" } + "\n" + checkpoint.description
  }

  /// Reads a proof.
  ///
  /// Only what ``description`` writes is accepted. At most 1 MiB.
  ///
  /// - Parameter text: The proof.
  /// - Throws: ``ProofError`` with `malformed` or `limitExceeded`.
  public init(parsing text: String) throws(ProofError) { try self.init(parsing: text.utf8) }

  /// Reads a proof from bytes that may not even be text.
  ///
  /// - Parameter bytes: The proof in UTF-8.
  /// - Throws: ``ProofError`` with `malformed` or `limitExceeded`.
  public init(parsing bytes: some Collection<UInt8>) throws(ProofError) {
    _ = try NoteText.text(bytes)
    var rest = Array(bytes)[...]
    func line() throws(ProofError) -> ArraySlice<UInt8> {
      guard let end = rest.firstIndex(of: NoteText.newline) else {
        throw ProofError(.malformed, "a proof ends before its checkpoint")
      }
      defer { rest = rest[(end + 1)...] }
      return rest[..<end]
    }
    guard try line().elementsEqual(Self.title.utf8) else {
      throw ProofError(.malformed, "a proof does not start with \"\(Self.title)\"")
    }
    var next = try line()
    var extra: [UInt8]?
    if let field = Self.field("extra", next) {
      guard let content = Base64.decode(field), !content.isEmpty else {
        throw ProofError(.malformed, "the extra data of a proof is not Base64")
      }
      extra = content
      next = try line()
    }
    guard let index = Self.field("index", next).flatMap({ NoteText.number($0) }) else {
      throw ProofError(.malformed, "a proof has no index")
    }
    var hashes: [SHA256Digest] = []
    next = try line()
    while !next.isEmpty {
      guard hashes.count < Self.hashLimit else {
        throw ProofError(.limitExceeded, "a proof has more than \(Self.hashLimit) hashes")
      }
      guard let hash = Base64.decode(next).flatMap({ SHA256Digest(bytes: $0) }) else {
        throw ProofError(.malformed, "hash \(hashes.count) of a proof is none")
      }
      hashes.append(hash)
      next = try line()
    }
    try self.init(
      index: index, hashes: hashes, checkpoint: try SignedNote(parsing: rest), extra: extra)
  }

  private static func field(_ name: String, _ line: ArraySlice<UInt8>) -> ArraySlice<UInt8>? {
    let prefix = Array((name + " ").utf8)
    return line.starts(with: prefix) ? line.dropFirst(prefix.count) : nil
  }
}

extension LogProof {
  /// Verifies the proof for a record, with nothing but the keys that are trusted.
  ///
  /// - Parameters:
  ///   - record: The record's id: the leaf hash of its header.
  ///   - policy: Which checkpoints are believed.
  /// - Returns: The checkpoint of the log that holds the record.
  /// - Throws: ``ProofError``.
  @discardableResult
  public func verify(
    _ record: RecordID, _ policy: CheckpointPolicy
  ) throws(ProofError) -> Checkpoint {
    let checkpoint = try policy.checkpoint(in: checkpoint)
    try InclusionProof(leafIndex: index, treeSize: checkpoint.head.size, hashes: hashes)
      .verify(leaf: record.digest, root: checkpoint.head.root)
    return checkpoint
  }

  /// Verifies the proof for a record's hashed header.
  ///
  /// - Parameters:
  ///   - header: The header's bytes, as the log has them.
  ///   - policy: Which checkpoints are believed.
  /// - Returns: The checkpoint of the log that holds the record.
  /// - Throws: ``ProofError``.
  @discardableResult
  public func verify(
    header: [UInt8], _ policy: CheckpointPolicy
  ) throws(ProofError) -> Checkpoint {
    try verify(RecordID(digest: MerkleTree.leafHash(header)), policy)
  }
}
