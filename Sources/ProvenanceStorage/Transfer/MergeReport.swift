public import Provenance

/// What to take over when a store is merged from another one.
public struct MergeOptions: Sendable {
  /// Whether the objects of the other store are copied too; no unless told.
  public var includesObjects = false
  /// Where to start in the other store's log: what ``MergeReport/end`` said the last time.
  ///
  /// Starting earlier than needed costs time alone.
  public var start = Position.start

  /// Records only, from the start.
  public init() {}
}

/// What merging from another store brought.
public struct MergeReport: Sendable, Hashable {
  /// The records that were read in the other store.
  public var recordsSeen = 0
  /// Those of them that were new here.
  public var newRecords = 0
  /// The position in the other store up to which it was read.
  public var end = Position.start
  /// The objects, where they were asked for.
  public var objects = ObjectTransferReport()

  /// Nothing seen and nothing new.
  public init() {}
}
