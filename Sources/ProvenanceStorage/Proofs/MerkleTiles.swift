public import Provenance

/// The leaves of a growing Merkle tree, from which every proof is made.
///
/// Kept are the leaf hashes, and the hash of each perfect subtree of 256, 256², … leaves: a tile is
/// 256 hashes that belong together (as in C2SP tlog-tiles). A node is computed from one tile, so
/// that a proof takes O(log n) tiles whatever the size. 32 bytes a leaf, and 1/255 more.
///
/// To append to a log and know its root, ``MerkleTree`` is enough, and a lot smaller.
public struct MerkleTiles: Sendable, Hashable {
  /// The hashes of the perfect subtrees of 256^level leaves; the leaves themselves first.
  private var levels: [[SHA256Digest]] = [[]]

  /// The number of leaves in a tile is two to the power of this.
  static let tileHeight = 8

  /// Makes an empty tree.
  public init() {}
}

extension MerkleTiles {
  /// The number of leaves.
  public var size: UInt64 { UInt64(levels[0].count) }

  /// Appends a leaf by its hash.
  ///
  /// Complexity: O(1) amortised, about one hash.
  ///
  /// - Parameter leaf: The leaf's hash, as ``MerkleTree/leafHash(_:)`` gives it.
  public mutating func append(_ leaf: SHA256Digest) {
    levels[0].append(leaf)
    let width = 1 << Self.tileHeight
    var level = 0
    while levels[level].count & (width - 1) == 0 {
      let root = Self.root(ofPerfect: levels[level].suffix(width))
      level += 1
      if level == levels.count { levels.append([]) }
      levels[level].append(root)
    }
  }

  /// The hash of a leaf; `nil` beyond the last one.
  ///
  /// - Parameter index: The leaf's index.
  /// - Returns: The hash that was appended.
  public func leaf(at index: UInt64) -> SHA256Digest? {
    index < size ? levels[0][Int(index)] : nil
  }

  /// The index of the first leaf with a hash; `nil` where there is none.
  ///
  /// Complexity: O(size): 32 bytes a leaf are compared.
  ///
  /// - Parameter leaf: The leaf's hash.
  /// - Returns: The leaf's index.
  public func index(of leaf: SHA256Digest) -> UInt64? {
    levels[0].firstIndex(of: leaf).map { UInt64($0) }
  }

  /// The root over the first leaves.
  ///
  /// Complexity: O(log(size)) tiles.
  ///
  /// - Parameter size: How many leaves; none have the hash of nothing.
  /// - Returns: The root.
  /// - Throws: ``ProofError`` with `outOfRange` when there are not as many.
  public func root(at size: UInt64) throws(ProofError) -> SHA256Digest {
    try check(size)
    return size == 0 ? MerkleTree.emptyRoot : root(of: 0..<size)
  }
}

extension MerkleTiles {
  /// The proof that a leaf is in the tree over the first leaves (RFC 9162, section 2.1.3.1).
  ///
  /// Complexity: O(log(tree size)) tiles.
  ///
  /// - Parameters:
  ///   - index: The leaf's index.
  ///   - size: The number of leaves of the tree.
  /// - Returns: The proof.
  /// - Throws: ``ProofError`` with `outOfRange`.
  public func inclusionProof(
    of index: UInt64, in size: UInt64
  ) throws(ProofError) -> InclusionProof {
    try check(size)
    guard index < size else {
      throw ProofError(.outOfRange, "leaf \(index) is not in a tree of \(size) leaves")
    }
    return InclusionProof(
      leafIndex: index, treeSize: size, hashes: siblings(of: index, height: 0, in: size))
  }

  /// The proof that the tree over the first leaves only added to an earlier one (RFC 9162, section
  /// 2.1.4.1).
  ///
  /// Complexity: O(log(newer size)) tiles.
  ///
  /// - Parameters:
  ///   - older: The number of leaves of the earlier tree, at least one.
  ///   - newer: The number of leaves of the later tree.
  /// - Returns: The proof.
  /// - Throws: ``ProofError`` with `emptyTree` or `outOfRange`.
  public func consistencyProof(
    from older: UInt64, to newer: UInt64
  ) throws(ProofError) -> ConsistencyProof {
    try check(newer)
    guard older > 0 else { throw ProofError(.emptyTree, "a tree without leaves proves nothing") }
    guard older <= newer else {
      throw ProofError(.outOfRange, "\(older) leaves are more than \(newer)")
    }
    var proof = ConsistencyProof(olderSize: older, newerSize: newer, hashes: [])
    guard older < newer else { return proof }
    // The last perfect subtree of the earlier tree; its root is known where it is all of it.
    let height = older.trailingZeroBitCount
    let index = (older - 1) >> UInt64(height)
    if index > 0 { proof.hashes.append(node(height: height, index: index)) }
    proof.hashes += siblings(of: index, height: height, in: newer)
    return proof
  }
}

extension MerkleTiles {
  private func check(_ size: UInt64) throws(ProofError) {
    guard size <= self.size else {
      throw ProofError(.outOfRange, "there are \(self.size) leaves, asked for are \(size)")
    }
  }

  /// The sibling of each node on the way from a perfect subtree to the root.
  private func siblings(of index: UInt64, height: Int, in size: UInt64) -> [SHA256Digest] {
    var hashes: [SHA256Digest] = []
    var (index, height) = (index, height)
    while (size - 1) >> UInt64(height) > 0 {
      let start = (index ^ 1) << UInt64(height)
      if start < size {
        hashes.append(root(of: start..<min(size, start + 1 << UInt64(height))))
      }
      (index, height) = (index >> 1, height + 1)
    }
    return hashes
  }

  /// The root over leaves of which the first is at a multiple of a power of two that is not less
  /// than their number.
  private func root(of leaves: Range<UInt64>) -> SHA256Digest {
    var end = leaves.upperBound
    var height = (end - leaves.lowerBound).trailingZeroBitCount
    var root = node(height: height, index: (end - 1) >> UInt64(height))
    end -= 1 << UInt64(height)
    while end > leaves.lowerBound {
      height = (end - leaves.lowerBound).trailingZeroBitCount
      root = MerkleTree.nodeHash(node(height: height, index: (end - 1) >> UInt64(height)), root)
      end -= 1 << UInt64(height)
    }
    return root
  }

  /// The root of a perfect subtree of 2^height leaves, from the tile that it is in.
  private func node(height: Int, index: UInt64) -> SHA256Digest {
    let (level, rest) = height.quotientAndRemainder(dividingBy: Self.tileHeight)
    let start = Int(index) << rest
    return Self.root(ofPerfect: levels[level][start..<start + 1 << rest])
  }

  /// The root over as many nodes as a power of two.
  private static func root(ofPerfect nodes: ArraySlice<SHA256Digest>) -> SHA256Digest {
    var row = Array(nodes)
    while row.count > 1 {
      row = stride(from: 0, to: row.count, by: 2).map {
        MerkleTree.nodeHash(row[$0], row[$0 + 1])
      }
    }
    return row[0]
  }
}
