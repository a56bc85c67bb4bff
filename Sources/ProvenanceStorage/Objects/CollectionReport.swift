/// What a collection did, or would do.
public struct CollectionReport: Sendable, Hashable {
  /// Whether nothing was changed.
  public var isDryRun = false

  /// The objects that stay, by the first reason that holds.
  public var kept: [Reason: Tally] = [:]

  /// The chunks of objects that stay, and those that were stored lately.
  public var keptChunks = Tally()

  /// The chunks that were moved to the trash.
  public var sweptChunks = Tally()

  /// The objects that were moved to the trash, those in one file first, each in ascending order of
  /// their digests.
  public var swept: [StoredObject] = []

  /// The objects that were brought back from the trash, since something refers to them again.
  public var restored: [StoredObject] = []

  /// What was removed for good from the trash: objects, and second copies of objects that stay.
  public var emptied = Tally()

  /// What waits in the trash.
  public var waiting = Tally()

  /// The temporary files of dead writers that were removed, by path.
  public var removedTemporaries: [String] = []

  /// The leases that had run out and were removed.
  public var endedLeases: [ObjectLease] = []

  /// An empty report.
  public init() {}

  /// Why an object stays.
  @nonexhaustive
  public enum Reason: String, Sendable, Hashable, CaseIterable {
    /// A record refers to it, or a directory that a record refers to.
    case referenced
    /// A lease covers it.
    case leased
    /// It was put within the grace period or brought back from the trash, or belongs to a directory
    /// that was.
    case recent
  }

  /// How many, and how large together.
  public struct Tally: Sendable, Hashable {
    /// The number of objects.
    public var count = 0
    /// The bytes of their content.
    public var bytes: UInt64 = 0

    /// Nothing.
    public init() {}

    mutating func add(_ size: UInt64) {
      count += 1
      bytes &+= size
    }
  }
}
