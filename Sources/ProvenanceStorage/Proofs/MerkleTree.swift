public import Provenance

/// The Merkle tree over a growing list of leaves, kept as its frontier (RFC 6962, section 2.1).
///
/// Only the roots of the perfect subtrees at the right edge are kept, one for each bit that is set
/// in the size: at most 64 digests, whatever the size. Enough to append and to give the root, not
/// enough for proofs of earlier leaves.
public struct MerkleTree: Sendable, Hashable {
  /// The number of leaves.
  public private(set) var size: UInt64 = 0
  /// The roots of the perfect subtrees, the largest (leftmost) first.
  public private(set) var peaks: [SHA256Digest] = []

  /// Makes the empty tree.
  public init() {}

  /// Restores a tree from its stored peaks.
  ///
  /// `nil` unless there is one peak for each bit that is set in the size.
  ///
  /// - Parameters:
  ///   - size: The number of leaves.
  ///   - peaks: The roots of the perfect subtrees, the largest first.
  public init?(size: UInt64, peaks: [SHA256Digest]) {
    guard peaks.count == size.nonzeroBitCount else { return nil }
    self.size = size
    self.peaks = peaks
  }
}

extension MerkleTree {
  /// Appends a leaf by its hash.
  ///
  /// Complexity: O(1) hashes on average, O(log size) at most.
  ///
  /// - Parameter leaf: The leaf's hash, as ``leafHash(_:)`` gives it.
  public mutating func append(_ leaf: SHA256Digest) {
    var digest = leaf
    for _ in 0..<size.trailingOneBitCount {
      digest = Self.nodeHash(peaks.removeLast(), digest)
    }
    peaks.append(digest)
    size += 1
  }

  /// The root: the hash of nothing for the empty tree.
  ///
  /// Complexity: O(log size) hashes.
  public var root: SHA256Digest {
    guard var digest = peaks.last else { return Self.emptyRoot }
    for peak in peaks.dropLast().reversed() { digest = Self.nodeHash(peak, digest) }
    return digest
  }

  /// The root of the tree without leaves: SHA-256 of no bytes.
  public static let emptyRoot = SHA256.hash([])

  /// The hash of a leaf: SHA-256 of a zero byte and the data.
  ///
  /// - Parameter data: The bytes that the leaf stands for.
  /// - Returns: The leaf's hash.
  public static func leafHash(_ data: [UInt8]) -> SHA256Digest {
    unsafe withUnsafeTemporaryAllocation(byteCount: data.count + 1, alignment: 8) { buffer in
      unsafe buffer[0] = 0
      unsafe data.withUnsafeBytes {
        unsafe UnsafeMutableRawBufferPointer(rebasing: buffer[1...]).copyMemory(from: $0)
      }
      return SystemSHA256.hash(unsafe RawSpan(_unsafeBytes: UnsafeRawBufferPointer(buffer)))
    }
  }

  /// The hash of an inner node: SHA-256 of a one byte and both children.
  ///
  /// - Parameters:
  ///   - left: The left child's hash.
  ///   - right: The right child's hash.
  /// - Returns: The node's hash.
  public static func nodeHash(_ left: SHA256Digest, _ right: SHA256Digest) -> SHA256Digest {
    unsafe withUnsafeTemporaryAllocation(byteCount: 65, alignment: 8) { buffer in
      unsafe buffer[0] = 1
      unsafe left.store(in: buffer, at: 1)
      unsafe right.store(in: buffer, at: 33)
      return SystemSHA256.hash(unsafe RawSpan(_unsafeBytes: UnsafeRawBufferPointer(buffer)))
    }
  }
}

extension UInt64 {
  /// The number of ones at the low end.
  fileprivate var trailingOneBitCount: Int { (~self).trailingZeroBitCount }
}
