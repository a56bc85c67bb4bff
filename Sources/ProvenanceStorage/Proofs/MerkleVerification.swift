import Provenance

/// The verification of proofs: pure functions of their arguments.
///
/// Both are given for a subtree, of which a whole tree is the one that starts at 0: the leaves from
/// `start` up to `end`, where `start` is a multiple of the smallest power of two that is not less
/// than their number (IETF draft-ietf-plants-merkle-tree-certs, section 4). For a subtree that
/// starts at 0 they are the algorithms of RFC 9162, sections 2.1.3.2 and 2.1.4.2.
enum MerkleVerification {
  /// The root of a subtree that a leaf and its proof lead to.
  ///
  /// Complexity: O(log(leaves)) hashes, whatever the proof's length.
  ///
  /// - Parameters:
  ///   - leaf: The leaf's hash.
  ///   - index: The leaf's index in the whole tree.
  ///   - subtree: The subtree's leaves.
  ///   - hashes: The proof, the leaf's sibling first.
  /// - Returns: The root that the subtree has if it holds the leaf there.
  /// - Throws: ``ProofError`` with `emptyTree`, `outOfRange` or `wrongLength`.
  static func root(
    ofLeaf leaf: SHA256Digest, at index: UInt64, in subtree: Range<UInt64>,
    hashes: [SHA256Digest]
  ) throws(ProofError) -> SHA256Digest {
    try check(subtree)
    guard subtree.contains(index) else {
      throw ProofError(
        .outOfRange, "leaf \(index) is not in a tree of \(subtree.upperBound) leaves")
    }
    var node = index - subtree.lowerBound
    var last = subtree.upperBound - subtree.lowerBound - 1
    var root = leaf
    for hash in hashes {
      guard last > 0 else { throw surplus(hashes) }
      if node & 1 == 1 || node == last {
        root = MerkleTree.nodeHash(hash, root)
        // A last node without a sibling goes up as it is.
        while node & 1 == 0, node > 0 { (node, last) = (node >> 1, last >> 1) }
      } else {
        root = MerkleTree.nodeHash(root, hash)
      }
      (node, last) = (node >> 1, last >> 1)
    }
    guard last == 0 else { throw shortage(hashes) }
    return root
  }

  /// Throws unless a tree with a given root contains a subtree with a given root.
  ///
  /// Complexity: O(log(leaves)) hashes, whatever the proof's length.
  ///
  /// - Parameters:
  ///   - subtree: The subtree's leaves.
  ///   - subtreeRoot: The root over them.
  ///   - size: The number of leaves of the whole tree.
  ///   - root: The root of the whole tree.
  ///   - hashes: The proof.
  /// - Throws: ``ProofError`` with `emptyTree`, `outOfRange`, `wrongLength` or `wrongRoot`.
  static func check(
    _ subtree: Range<UInt64>, root subtreeRoot: SHA256Digest, inTreeOf size: UInt64,
    root: SHA256Digest, hashes: [SHA256Digest]
  ) throws(ProofError) {
    try check(subtree)
    guard subtree.upperBound <= size else {
      throw ProofError(
        .outOfRange, "\(subtree.upperBound) leaves are more than the \(size) of the later tree")
    }
    var first = subtree.lowerBound
    var node = subtree.upperBound - 1
    var last = size - 1
    // Up to the largest subtree that both trees have whole.
    let endsWithTree = node == last
    while first != node, endsWithTree || node & 1 == 1 {
      (first, node, last) = (first >> 1, node >> 1, last >> 1)
    }
    var rest = hashes[...]
    var common = subtreeRoot
    if first != node {
      guard let hash = rest.popFirst() else { throw shortage(hashes) }
      common = hash
    }
    var (older, newer) = (common, common)
    for hash in rest {
      guard last > 0 else { throw surplus(hashes) }
      if node & 1 == 1 || node == last {
        if first < node { older = MerkleTree.nodeHash(hash, older) }
        newer = MerkleTree.nodeHash(hash, newer)
        while node & 1 == 0, node > 0 {
          (first, node, last) = (first >> 1, node >> 1, last >> 1)
        }
      } else {
        newer = MerkleTree.nodeHash(newer, hash)
      }
      (first, node, last) = (first >> 1, node >> 1, last >> 1)
    }
    guard last == 0 else { throw shortage(hashes) }
    guard older == subtreeRoot else {
      throw ProofError(.wrongRoot, "the proof leads to another root of the earlier tree")
    }
    guard newer == root else {
      throw ProofError(.wrongRoot, "the proof leads to another root of the later tree")
    }
  }
  private static func check(_ subtree: Range<UInt64>) throws(ProofError) {
    let start = subtree.lowerBound
    let count = subtree.upperBound - start
    guard count > 0 else { throw ProofError(.emptyTree, "a tree without leaves proves nothing") }
    // The bits below the smallest power of two that is not less than the count.
    let below = count == 1 ? 0 : UInt64.max >> UInt64((count - 1).leadingZeroBitCount)
    guard start & below == 0 else {
      throw ProofError(.outOfRange, "leaves \(start)..<\(subtree.upperBound) are no subtree")
    }
  }

  private static func surplus(_ hashes: [SHA256Digest]) -> ProofError {
    ProofError(.wrongLength, "the proof has \(hashes.count) hashes, which are too many")
  }

  private static func shortage(_ hashes: [SHA256Digest]) -> ProofError {
    ProofError(.wrongLength, "the proof has \(hashes.count) hashes, which are too few")
  }
}
