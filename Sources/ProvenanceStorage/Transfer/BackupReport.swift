public import Provenance

/// How a store is backed up.
public struct BackupOptions: Sendable {
  /// Whether the objects are part of the backup; yes unless told.
  public var includesObjects = true
  /// Whether finished segments and objects get a second name instead of being copied.
  ///
  /// Takes no space and almost no time, but what damages the one damages the other: for a backup
  /// that is carried away afterwards. Where the file system has no links, files are copied.
  public var linksFiles = false
  /// Whether the log of the backup is read and checked at the end; yes unless told.
  public var verifies = true

  /// Everything, copied and verified.
  public init() {}
}

/// What a backup holds, and what of it was added by this call.
public struct BackupReport: Sendable, Hashable {
  /// The position that the backup shows.
  public var position: Position
  /// The size and root of its tree.
  public var head: LogHead
  /// Segments of the log that were copied or linked.
  public var segmentsAdded = 0
  /// Segments that were there already.
  public var segmentsKept = 0
  /// Bytes of the log that were copied.
  public var copiedByteCount: UInt64 = 0
  /// The objects.
  public var objects = ObjectTransferReport()

  init(_ head: LogHead) {
    self.head = head
    position = Position(head.treeSize)
  }
}
