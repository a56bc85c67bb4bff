/// How far an examination goes; each includes those before.
public enum VerificationDepth: Int, Sendable, Hashable, Comparable {
  /// Every byte of the log is read: checksums, leaves, roots, the chains of commits and segments.
  case headers
  /// Every entry is decoded as a record, and its payload compared with what its header commits to.
  case records
  /// Every object is read and hashed.
  case artifacts

  /// Orders depths by how far they go.
  public static func < (lhs: Self, rhs: Self) -> Bool { lhs.rawValue < rhs.rawValue }
}

/// How far an examination has come.
public struct VerificationProgress: Sendable, Hashable {
  /// What is being read.
  public enum Phase: Sendable, Hashable {
    /// The log.
    case log
    /// The objects.
    case objects
  }

  /// What is being read.
  public var phase: Phase
  /// The bytes of this phase that were read.
  public var byteCount: UInt64
  /// The bytes that this phase will read; 0 where that is not known.
  public var totalByteCount: UInt64
}

/// What the parts of an examination share.
struct VerificationTask {
  var depth: VerificationDepth
  var requiresArtifacts: Bool
  var isCancelled: @Sendable () -> Bool
  var progress: (VerificationProgress) -> Bool

  /// Thrown through an examination to end it early.
  struct Cancelled: Error {}

  static let progressInterval: UInt64 = 4 << 20

  func advance(_ phase: VerificationProgress.Phase, to count: UInt64, of total: UInt64) throws {
    let state = VerificationProgress(phase: phase, byteCount: count, totalByteCount: total)
    guard !isCancelled(), progress(state) else { throw Cancelled() }
  }
}
