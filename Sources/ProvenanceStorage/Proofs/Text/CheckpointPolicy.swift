/// Which checkpoints are believed: of which log, signed with which keys, seen by how many witnesses.
public struct CheckpointPolicy: Sendable {
  /// The first line that a checkpoint of the log has.
  public var origin: String
  /// The log's keys, of which one must have signed.
  public var logKeys: [any NoteVerifier]
  /// The witnesses' keys.
  public var witnesses: [any NoteVerifier]
  /// How many of the witnesses must have signed.
  public var quorum: Int

  /// Makes a policy.
  ///
  /// - Parameters:
  ///   - origin: The first line that a checkpoint of the log has.
  ///   - logKeys: The log's keys, of which one must have signed.
  ///   - witnesses: The witnesses' keys.
  ///   - quorum: How many of the witnesses must have signed.
  public init(
    origin: String, logKeys: [any NoteVerifier], witnesses: [any NoteVerifier] = [],
    quorum: Int = 0
  ) {
    self.origin = origin
    self.logKeys = logKeys
    self.witnesses = witnesses
    self.quorum = quorum
  }

  /// The checkpoint in a note that satisfies the policy.
  ///
  /// - Parameter note: The note.
  /// - Returns: The checkpoint, to be believed.
  /// - Throws: ``ProofError`` with `malformed`, `wrongOrigin`, `wrongSignature` for one that a known
  ///   key should have made, or `untrusted` when the log or witnesses have not signed.
  public func checkpoint(in note: SignedNote) throws(ProofError) -> Checkpoint {
    let checkpoint = try note.checkpoint()
    guard checkpoint.origin.hasSameBytes(as: origin) else {
      throw ProofError(
        .wrongOrigin, "the checkpoint is of \"\(checkpoint.origin)\", not of \"\(origin)\"")
    }
    try note.verify(logKeys)
    guard quorum > 0 else { return checkpoint }
    let count = try note.verify(witnesses).count
    guard count >= quorum else {
      throw ProofError(.untrusted, "\(count) witnesses have signed, wanted are \(quorum)")
    }
    return checkpoint
  }
}
