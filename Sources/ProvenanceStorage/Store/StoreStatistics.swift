public import Provenance

/// What a store holds, by kind and by size.
public struct StoreStatistics: Sendable, Hashable {
  /// The kinds of record; the raw value is the stable name in reports.
  @nonexhaustive
  public enum RecordKind: String, Sendable, Hashable, CaseIterable {
    /// A node, with the edges that were recorded with it.
    case node
    /// An edge.
    case edge
    /// An annotation of a node or an edge.
    case annotation
    /// A retraction.
    case retraction
    /// A tombstone.
    case tombstone
    /// A record of a later version.
    case unknown
  }

  /// Records of one kind.
  public struct RecordSize: Sendable, Hashable {
    /// How many there are.
    public var count = 0
    /// How many of them lost their payload.
    public var erasedCount = 0
    /// The bytes of their hashed headers.
    public var headerByteCount: UInt64 = 0
    /// The bytes of their payloads.
    public var payloadByteCount: UInt64 = 0
  }

  /// A number of files, or of other things, and their bytes.
  public struct Size: Sendable, Hashable {
    /// How many there are.
    public var count = 0
    /// Their bytes.
    public var byteCount: UInt64 = 0
  }

  /// A segment of the log.
  public struct Segment: Sendable, Hashable {
    /// The file.
    public var path: String
    /// The sequence number of its first entry.
    public var firstSequence: UInt64
    /// The bytes up to the last commit, the header included.
    public var usedByteCount: UInt64
    /// The bytes of the file; more than are used where it is not finished.
    public var fileByteCount: UInt64
  }

  /// The position up to which was counted.
  public var position = Position.start
  /// The records of the log, by kind.
  public var records: [RecordKind: RecordSize] = [:]
  /// The commits of the log.
  public var commitCount = 0
  /// The nodes of the graph, by kind.
  public var nodes: [NodeKind: Int] = [:]
  /// The edges of the graph that count, by kind.
  public var edges: [EdgeKind: Int] = [:]
  /// The segments of the log, in order; none where it is not on disk.
  public var segments: [Segment] = []
  /// The objects.
  public var objects = Size()
  /// What recovery cut off and kept.
  public var quarantine = Size()
  /// The spools of other processes; the bytes are those of their logs.
  public var spools = Size()

  /// The bytes of the log on disk, what is reserved for the next commits included.
  public var logByteCount: UInt64 { segments.reduce(0) { $0 + $1.fileByteCount } }

  /// An empty store's.
  public init() {}
}

extension StoreStatistics.RecordKind {
  init(_ record: Record) {
    switch record.content {
    case .node: self = .node
    case .edge: self = .edge
    case .annotation: self = .annotation
    case .retraction: self = .retraction
    case .tombstone: self = .tombstone
    case .unknown: self = .unknown
    }
  }
}
