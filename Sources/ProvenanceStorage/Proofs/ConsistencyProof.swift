public import Provenance

/// The proof that a tree begins with all the leaves of an earlier one, in their order (RFC 9162,
/// section 2.1.4).
///
/// It is verified with both roots alone: no store is needed.
public struct ConsistencyProof: Sendable, Hashable {
  /// The number of leaves of the earlier tree.
  public var olderSize: UInt64
  /// The number of leaves of the later tree.
  public var newerSize: UInt64
  /// The nodes from which both roots follow.
  public var hashes: [SHA256Digest]

  /// Makes a proof of its parts, whatever they are.
  ///
  /// - Parameters:
  ///   - olderSize: The number of leaves of the earlier tree.
  ///   - newerSize: The number of leaves of the later tree.
  ///   - hashes: The nodes from which both roots follow.
  public init(olderSize: UInt64, newerSize: UInt64, hashes: [SHA256Digest]) {
    self.olderSize = olderSize
    self.newerSize = newerSize
    self.hashes = hashes
  }
}

extension ConsistencyProof {
  /// Throws unless the later tree only added to the earlier one.
  ///
  /// An earlier tree without leaves is refused: everything is consistent with it. Trees of equal
  /// size are consistent when their roots are equal and the proof is empty.
  ///
  /// Complexity: O(log(newer size)) hashes. RFC 9162, section 2.1.4.2.
  ///
  /// - Parameters:
  ///   - olderRoot: The root of the earlier tree.
  ///   - newerRoot: The root of the later tree.
  /// - Throws: ``ProofError`` with `emptyTree`, `outOfRange`, `wrongLength` or `wrongRoot`.
  public func verify(olderRoot: SHA256Digest, newerRoot: SHA256Digest) throws(ProofError) {
    try MerkleVerification.check(
      0..<olderSize, root: olderRoot, inTreeOf: newerSize, root: newerRoot, hashes: hashes)
  }

  /// Throws unless the log with the later head only added to that with the earlier one.
  ///
  /// - Parameters:
  ///   - older: The head that was known.
  ///   - newer: The head that is claimed now.
  /// - Throws: ``ProofError``; `outOfRange` when the proof is for other sizes.
  public func verify(from older: TreeHead, to newer: TreeHead) throws(ProofError) {
    guard older.size == olderSize, newer.size == newerSize else {
      throw ProofError(
        .outOfRange,
        "the proof is from \(olderSize) to \(newerSize) leaves, not from \(older.size) to "
          + "\(newer.size)")
    }
    try verify(olderRoot: older.root, newerRoot: newer.root)
  }
}
