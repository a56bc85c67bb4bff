public import Provenance

/// What became of records that were committed to a store.
public struct StoreCommit: Sendable, Hashable {
  /// The position after the commit: the graph at it shows the records.
  public let position: Position
  /// How many of the records were new; the rest were known already.
  public let newRecords: Int
  /// When it was committed; `nil` if nothing was new.
  ///
  /// By the store's clock, but never before the previous commit: the graph as of this time shows the
  /// records.
  public let time: Timestamp?
}
