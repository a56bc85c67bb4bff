public import Provenance

// The hashes of all leaves are read from the log when the first proof is asked for, and kept: 32
// bytes a record. Later calls read what was added since.

extension ProvenanceStore {
  /// The head that the log had at some size.
  ///
  /// Blocks; in an `async` context the suspending form is chosen. The first call reads the log.
  ///
  /// - Parameter size: The number of leaves, commits included; `nil` for now.
  /// - Returns: Its size and root.
  /// - Throws: ``ProofError`` with `outOfRange`; ``StorageError``.
  public func treeHead(at size: UInt64? = nil) throws -> TreeHead {
    try withTiles { tiles, now in
      let size = size ?? now
      return TreeHead(size: size, root: try tiles.root(at: size))
    }
  }

  /// The proof that a record is in the log.
  ///
  /// Blocks; in an `async` context the suspending form is chosen. The first call reads the log;
  /// finding the record compares the ids of all.
  ///
  /// - Parameters:
  ///   - record: The record's id.
  ///   - size: The size of the tree that it is proven for; `nil` for now.
  /// - Returns: The proof; its leaf is the record's id.
  /// - Throws: ``ProofError`` with `unknownRecord` or `outOfRange`; ``StorageError``.
  public func inclusionProof(
    of record: RecordID, in size: UInt64? = nil
  ) throws -> InclusionProof {
    try withTiles { tiles, now in
      try tiles.inclusionProof(of: try tiles.index(of: record), in: size ?? now)
    }
  }

  /// The proof that the log was only added to.
  ///
  /// Blocks; in an `async` context the suspending form is chosen. The first call reads the log.
  ///
  /// - Parameters:
  ///   - older: The earlier size, at least 1.
  ///   - newer: The later size; `nil` for now.
  /// - Returns: The proof.
  /// - Throws: ``ProofError`` with `emptyTree` or `outOfRange`; ``StorageError``.
  public func consistencyProof(
    from older: UInt64, to newer: UInt64? = nil
  ) throws -> ConsistencyProof {
    try withTiles { tiles, now in try tiles.consistencyProof(from: older, to: newer ?? now) }
  }

  /// The log's head as a signed text, to be kept where the store's writer cannot reach it.
  ///
  /// Blocks; in an `async` context the suspending form is chosen.
  ///
  /// - Parameters:
  ///   - origin: What tells this log from every other, best a URL without scheme.
  ///   - size: The size of the tree; `nil` for now.
  ///   - signers: Who signs it, one at least.
  /// - Returns: The checkpoint as a note.
  /// - Throws: ``ProofError``, ``StorageError``, and what a signer throws.
  public func checkpoint(
    origin: String, at size: UInt64? = nil, signers: [any NoteSigner]
  ) throws -> SignedNote {
    let head = size == nil ? TreeHead(log.head) : try treeHead(at: size)
    return try Checkpoint(origin: origin, head: head).signed(by: signers)
  }

  /// The complete proof that a record is in the log, to be given to someone else.
  ///
  /// Blocks; in an `async` context the suspending form is chosen.
  ///
  /// - Parameters:
  ///   - record: The record's id.
  ///   - checkpoint: A checkpoint of this log, as the record's recipient trusts it.
  ///   - extra: Whatever the application adds; no signature covers it.
  /// - Returns: The proof.
  /// - Throws: ``ProofError`` with `unknownRecord`, `outOfRange` for a record that came after the
  ///   checkpoint, and `wrongRoot` for the checkpoint of another log; ``StorageError``.
  public func proof(
    of record: RecordID, in checkpoint: SignedNote, extra: [UInt8]? = nil
  ) throws -> LogProof {
    let head = try checkpoint.checkpoint().head
    return try withTiles { tiles, _ in
      guard try tiles.root(at: head.size) == head.root else {
        throw ProofError(.wrongRoot, "the checkpoint is not one of this log")
      }
      let proof = try tiles.inclusionProof(of: try tiles.index(of: record), in: head.size)
      return try LogProof(
        index: proof.leafIndex, hashes: proof.hashes, checkpoint: checkpoint, extra: extra)
    }
  }
}

extension ProvenanceStore {
  /// The head that the log had at some size; see the waiting form.
  public func treeHead(at size: UInt64? = nil) async throws -> TreeHead {
    try await objectThread.run { try self.treeHead(at: size) }
  }

  /// The proof that a record is in the log; see the waiting form.
  public func inclusionProof(
    of record: RecordID, in size: UInt64? = nil
  ) async throws -> InclusionProof {
    try await objectThread.run { try self.inclusionProof(of: record, in: size) }
  }

  /// The proof that the log was only added to; see the waiting form.
  public func consistencyProof(
    from older: UInt64, to newer: UInt64? = nil
  ) async throws -> ConsistencyProof {
    try await objectThread.run { try self.consistencyProof(from: older, to: newer) }
  }

  /// The log's head as a signed text; see the waiting form.
  public func checkpoint(
    origin: String, at size: UInt64? = nil, signers: [any NoteSigner]
  ) async throws -> SignedNote {
    try await objectThread.run {
      try self.checkpoint(origin: origin, at: size, signers: signers)
    }
  }

  /// The complete proof that a record is in the log; see the waiting form.
  public func proof(
    of record: RecordID, in checkpoint: SignedNote, extra: [UInt8]? = nil
  ) async throws -> LogProof {
    try await objectThread.run { try self.proof(of: record, in: checkpoint, extra: extra) }
  }
}

extension ProvenanceStore {
  /// Runs a body with the tree and the number of leaves that are durable now.
  func withTiles<R>(_ body: (MerkleTiles, UInt64) throws -> R) throws -> R {
    try tiles.withLock { tiles in
      let now = log.head.treeSize
      try tiles.extend(with: log)
      return try body(tiles, now)
    }
  }
}

extension MerkleTiles {
  fileprivate func index(of record: RecordID) throws(ProofError) -> UInt64 {
    guard let index = index(of: record.digest) else {
      throw ProofError(.unknownRecord, "the log does not have record \(record)")
    }
    return index
  }
}
