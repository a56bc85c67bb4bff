public import Provenance

/// The proof that a leaf is in a tree, at its index (RFC 9162, section 2.1.3).
///
/// It is verified with the leaf's hash and the tree's root alone: no store is needed. A record's id
/// is its leaf's hash.
public struct InclusionProof: Sendable, Hashable {
  /// The index of the leaf: the record's sequence number in its log.
  public var leafIndex: UInt64
  /// The number of leaves of the tree.
  public var treeSize: UInt64
  /// The sibling of each node on the way from the leaf to the root, the leaf's own first.
  public var hashes: [SHA256Digest]

  /// Makes a proof of its parts, whatever they are.
  ///
  /// - Parameters:
  ///   - leafIndex: The index of the leaf.
  ///   - treeSize: The number of leaves of the tree.
  ///   - hashes: The siblings from the leaf to the root.
  public init(leafIndex: UInt64, treeSize: UInt64, hashes: [SHA256Digest]) {
    self.leafIndex = leafIndex
    self.treeSize = treeSize
    self.hashes = hashes
  }
}

extension InclusionProof {
  /// The root that the proof leads to from a leaf.
  ///
  /// Complexity: O(log(tree size)) hashes. RFC 9162, section 2.1.3.2.
  ///
  /// - Parameter leaf: The leaf's hash, as ``MerkleTree/leafHash(_:)`` gives it.
  /// - Returns: The only root that the leaf can have in a tree of this size.
  /// - Throws: ``ProofError`` with `emptyTree`, `outOfRange` or `wrongLength`.
  public func root(ofLeaf leaf: SHA256Digest) throws(ProofError) -> SHA256Digest {
    try MerkleVerification.root(ofLeaf: leaf, at: leafIndex, in: 0..<treeSize, hashes: hashes)
  }

  /// Throws unless the tree with this root has the leaf at its index.
  ///
  /// Complexity: O(log(tree size)) hashes. RFC 9162, section 2.1.3.2.
  ///
  /// - Parameters:
  ///   - leaf: The leaf's hash, as ``MerkleTree/leafHash(_:)`` gives it.
  ///   - root: The root, from a source that is trusted.
  /// - Throws: ``ProofError`` with `emptyTree`, `outOfRange`, `wrongLength` or `wrongRoot`.
  public func verify(leaf: SHA256Digest, root: SHA256Digest) throws(ProofError) {
    guard try self.root(ofLeaf: leaf) == root else {
      throw ProofError(.wrongRoot, "the proof of leaf \(leafIndex) leads to another root")
    }
  }

  /// Throws unless the log with this head has the record at the proof's index.
  ///
  /// - Parameters:
  ///   - record: The record's id.
  ///   - head: The head, from a source that is trusted.
  /// - Throws: ``ProofError``; `outOfRange` when the proof is for a tree of another size.
  public func verify(_ record: RecordID, in head: TreeHead) throws(ProofError) {
    guard head.size == treeSize else {
      throw ProofError(
        .outOfRange, "the proof is for a tree of \(treeSize) leaves, the head has \(head.size)")
    }
    try verify(leaf: record.digest, root: head.root)
  }
}
