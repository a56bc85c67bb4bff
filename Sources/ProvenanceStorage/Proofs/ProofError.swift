/// Why a proof, a checkpoint or a signature does not hold.
///
/// The ``kind`` is for programs, the ``message`` for people.
public struct ProofError: Error, Sendable, Hashable {
  /// The kinds of failure; later versions may add to them.
  @nonexhaustive
  public enum Kind: String, Sendable, Hashable, CaseIterable {
    /// The tree has no leaves, or one of two trees: nothing can be proven of it.
    case emptyTree
    /// A leaf or a size lies beyond the tree.
    case outOfRange
    /// The proof has too few hashes, or some to spare.
    case wrongLength
    /// The hashes lead to another root.
    case wrongRoot
    /// The log has no such record.
    case unknownRecord
    /// The text breaks its format.
    case malformed
    /// The text is larger than its limit.
    case limitExceeded
    /// No key that is trusted has signed, or too few have.
    case untrusted
    /// A key that is trusted is named, and its signature is wrong.
    case wrongSignature
    /// The kind of key is not known, or this platform cannot sign with it.
    case unsupported
    /// The checkpoint is that of another log.
    case wrongOrigin
  }

  /// The kind of failure, for programs to decide on.
  public var kind: Kind
  /// What is wrong, in words; never empty.
  public var message: String

  /// Makes an error.
  ///
  /// - Parameters:
  ///   - kind: The kind of failure.
  ///   - message: What is wrong, in words.
  public init(_ kind: Kind, _ message: String) {
    self.kind = kind
    self.message = message
  }
}

extension ProofError: CustomStringConvertible {
  /// One line with the kind and what is wrong.
  public var description: String { "\(kind.rawValue): \(message)" }
}
