public import Provenance

/// Entries that become durable together or not at all.
public struct LogBatch: Sendable, Hashable {
  /// The entries in order.
  public var entries: [LogEntry]
  /// When the batch is committed, by the caller's clock.
  public var time: CommitTime

  /// Makes a batch.
  ///
  /// - Parameters:
  ///   - entries: The entries in order.
  ///   - time: When the batch is committed. The log moves it up to the time of the commit before.
  public init(entries: [LogEntry], time: CommitTime) {
    self.entries = entries
    self.time = time
  }
}

/// What became of a batch: where it is in the log, and what the log is after it.
public struct LogCommit: Sendable, Hashable {
  /// The sequence numbers of the batch's entries; empty for an empty batch.
  public var sequences: Range<UInt64>
  /// The commit time that was recorded: never before the previous one.
  public var time: CommitTime
  /// The number of leaves after the batch and its commit entry.
  public var treeSize: UInt64
  /// The root over these leaves.
  public var root: SHA256Digest

  /// Makes a commit.
  public init(
    sequences: Range<UInt64>, time: CommitTime, treeSize: UInt64, root: SHA256Digest
  ) {
    self.sequences = sequences
    self.time = time
    self.treeSize = treeSize
    self.root = root
  }
}

/// The state of a log after its last commit.
public struct LogHead: Sendable, Hashable {
  /// The number of leaves, commit entries included: the sequence number of the next entry.
  public var treeSize: UInt64
  /// The root over all leaves (RFC 6962, 2.1); the hash of nothing for an empty log.
  public var root: SHA256Digest
  /// The time of the last commit; `nil` for an empty log.
  public var time: CommitTime?

  /// The sequence number that the next entry gets.
  public var nextSequence: UInt64 { treeSize }

  /// Makes a head.
  public init(treeSize: UInt64, root: SHA256Digest, time: CommitTime?) {
    self.treeSize = treeSize
    self.root = root
    self.time = time
  }
}

/// A committed batch as it is read back.
public struct LogTransaction: Sendable, Hashable {
  /// The sequence number of the first entry.
  public var firstSequence: UInt64
  /// The batch's entries.
  public var entries: [LogEntry]
  /// The commit entry that follows them; it is a leaf of the tree as well.
  public var commit: LogEntry
  /// When the batch was committed.
  public var time: CommitTime
  /// Who committed it.
  public var writer: UniqueID

  /// The sequence numbers of the entries.
  public var sequences: Range<UInt64> {
    firstSequence..<firstSequence + UInt64(entries.count)
  }
  /// The sequence number of the commit entry.
  public var commitSequence: UInt64 { sequences.upperBound }
  /// The sequence number of the next transaction's first entry.
  public var nextSequence: UInt64 { commitSequence + 1 }

  /// Makes a transaction.
  public init(
    firstSequence: UInt64, entries: [LogEntry], commit: LogEntry, time: CommitTime,
    writer: UniqueID
  ) {
    self.firstSequence = firstSequence
    self.entries = entries
    self.commit = commit
    self.time = time
    self.writer = writer
  }
}
