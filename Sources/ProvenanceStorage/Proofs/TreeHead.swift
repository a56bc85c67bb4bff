public import Provenance

/// A tree as far as it went at some moment: its size, and the root over these leaves.
///
/// The first so many leaves of a log have one root for ever. Whoever keeps a head outside of the
/// store can tell later whether the log was only added to.
public struct TreeHead: Sendable, Hashable {
  /// The number of leaves.
  public var size: UInt64
  /// The root over them (RFC 6962, section 2.1); the hash of nothing for the empty tree.
  public var root: SHA256Digest

  /// Makes a head.
  ///
  /// - Parameters:
  ///   - size: The number of leaves.
  ///   - root: The root over them.
  public init(size: UInt64, root: SHA256Digest) {
    self.size = size
    self.root = root
  }

  /// The head of a log.
  ///
  /// - Parameter head: The state of the log after a commit.
  public init(_ head: LogHead) { self.init(size: head.treeSize, root: head.root) }
}
