public import Provenance

/// The Merkle tree hash as RFC 6962, section 2.1, defines it: slow, and plainly right.
public enum ReferenceMerkleTree {
  /// The root over a list of leaves.
  ///
  /// Complexity: O(n) hashes; recursion of depth log n.
  ///
  /// - Parameter leaves: The data of each leaf.
  /// - Returns: The root; the hash of nothing for no leaves.
  public static func root(of leaves: [[UInt8]]) -> SHA256Digest {
    guard !leaves.isEmpty else { return SHA256.hash([]) }
    return root(of: leaves[...])
  }

  private static func root(of leaves: ArraySlice<[UInt8]>) -> SHA256Digest {
    if leaves.count == 1 { return SHA256.hash([0] + leaves[leaves.startIndex]) }
    // The largest power of two smaller than the count.
    var split = 1
    while split * 2 < leaves.count { split *= 2 }
    let left = root(of: leaves.prefix(split))
    let right = root(of: leaves.dropFirst(split))
    return SHA256.hash([1] + left.bytes + right.bytes)
  }
}
