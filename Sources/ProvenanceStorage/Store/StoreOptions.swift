public import Provenance

/// How a store in a directory is opened.
public struct StoreOptions: Sendable {
  /// How its log is made and opened.
  public var log = DirectoryLogOptions()
  /// The clock that dates commits.
  public var clock: @Sendable () -> Timestamp = SystemClock.now
  /// The fewest bytes by which the log grows between two checkpoints; `UInt64.max` for no checkpoints.
  ///
  /// A checkpoint is also not written before the log has grown by a quarter of the last one's size.
  public var checkpointInterval: UInt64 = 4 << 20
  /// Whether checkpoints that are there are used.
  ///
  /// They are trusted as far as their checksums go: open a directory that a stranger made without them.
  public var usesCheckpoints = true
  /// How often a store that was opened for reading looks for commits that it should follow.
  public var followingPace = FollowingPace()
  /// What the store may take; without limits unless told.
  public var quota = StoreQuota()
  /// How large objects are cut into chunks, so that those that are alike share them; `nil`, unless
  /// asked for, for not at all.
  public var chunking: ObjectChunking?
  /// The files' home.
  public var fileSystem: any FileSystem = SystemFileSystem()

  /// The defaults.
  public init() {}
}

/// What a store in a directory is opened for.
public enum StoreAccess: Sendable, Hashable {
  /// Reading: takes no lock and changes nothing; ``ProvenanceStore/refresh()`` shows later commits.
  case read
  /// Writing, as the only writer; makes the store if the directory is missing or empty.
  case write
  /// Writing beside another writer: commits go to a spool of this process's own inside the store,
  /// from which the writer merges them.
  case spool
}

/// Where the parts of a store are in its directory.
struct StoreLayout: Sendable {
  var directory: String
  var access: StoreAccess
  var options: StoreOptions

  var objects: String { directory + "/objects" }
  var checkpoints: CheckpointFiles {
    CheckpointFiles(directory: directory + "/checkpoints", fileSystem: options.fileSystem)
  }
  var spools: Spools { Spools(ofStore: directory, fileSystem: options.fileSystem) }
}
