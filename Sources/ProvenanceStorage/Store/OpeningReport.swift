public import Provenance

/// How a store was opened: from which checkpoint, and what was read after it.
public struct OpeningReport: Sendable, Hashable {
  /// The position of the checkpoint that was used; `nil` when the whole log was read.
  public var checkpoint: Position?
  /// How many records were read from the log.
  public var replayedRecords = 0
  /// Checkpoints that could not be used, by path, each with the reason.
  ///
  /// They are caches: what they would have spared was read from the log.
  public var rejectedCheckpoints: [String: StorageError] = [:]

  /// A report of nothing.
  public init() {}
}

/// What became of the checkpoints that a store wrote.
public struct CheckpointReport: Sendable, Hashable {
  /// The position of the newest one; `nil` where there is none.
  public var position: Position?
  /// Its bytes.
  public var byteCount: UInt64 = 0
  /// Why the last one could not be written, which harms nothing but the time of the next opening.
  public var failure: StorageError?
  /// How many damaged pages of the checkpoint that the store was opened from were made anew.
  public var repairedPages = 0

  /// A report of nothing.
  public init() {}
}
