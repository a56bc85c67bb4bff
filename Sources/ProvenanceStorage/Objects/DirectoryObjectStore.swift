public import Provenance

/// Keeps objects as files of a directory.
///
///     objects/
///       sha256/<2 hex>/<62 hex>    an object: mode 0444, never changed, named by its digest
///       tmp/<process>-<16 hex>     an object being written, locked by its writer with flock
///       recipes/<2 hex>/<62 hex>   the chunks of a large object, in place of the object itself
///       chunks/<2 hex>/<62 hex>    a chunk, named by its digest: see ``ObjectChunking``
///       trash/<seconds>/<64 hex>   an object that a collection swept: see ``CollectionReport``
///       leases/<16 hex>            what a collection leaves alone: see ``ObjectLease``
///
/// An object is written to `tmp`, hashed on the way, synchronised and only then linked to its
/// name; the directory is synchronised before `put` returns. Permission bits are never taken as
/// evidence: every read hashes what it hands over.
///
/// When the synchronisation of a directory fails, this instance refuses to write from then on,
/// since nobody can tell which names are durable. A new instance starts afresh, and a repeated
/// `put` of the same bytes is safe: it makes its name anew instead of trusting the old one.
///
/// Any number of instances, in any number of processes, may use one directory at once.
public final class DirectoryObjectStore: ObjectStore {
  /// What an instance may do.
  public enum Access: Sendable, Hashable {
    /// Read only; creates nothing, and takes a directory that is missing for an empty store.
    case read
    /// Read and write; creates what is missing.
    case write
  }

  /// The directory that holds the store's files, `<store>/objects`.
  public let directory: String

  /// What this instance may do.
  public let access: Access

  /// How large objects are cut into chunks when they are put; `nil` for not at all.
  ///
  /// Objects in chunks are read, listed, verified and collected all the same.
  public let chunking: ObjectChunking?

  let fileSystem: any FileSystem
  let processID: Int32
  let state = Lock(State())

  struct State {
    /// The directories of files whose own names are known to be durable, by path.
    var durableDirectories: Set<String> = []
    /// Why this instance no longer writes.
    var failure: StorageError?
    var chunkLists = ObjectChunkCache()
  }

  /// Opens the store in a directory.
  ///
  /// - Parameters:
  ///   - directory: The directory of the objects; its parent must exist.
  ///   - access: Whether to write; then what is missing is created and made durable.
  ///   - chunking: How to cut large objects that are put; `nil` for not at all.
  ///   - fileSystem: The files to use.
  ///   - allowsNetworkFileSystem: Whether to write to a file system of other machines, on which
  ///     locks and syncs cannot be trusted.
  /// - Throws: `wrongFileKind` or `isSymbolicLink` when something else has the directory's name;
  ///   `unsupportedFileSystem` for a network file system; what the file system throws.
  public init(
    directory: String, access: Access = .write, chunking: ObjectChunking? = nil,
    fileSystem: any FileSystem = SystemFileSystem(),
    allowsNetworkFileSystem: Bool = false
  ) throws {
    self.directory = directory
    self.access = access
    self.chunking = chunking
    self.fileSystem = fileSystem
    processID = fileSystem.processIdentity.processID
    let made = [directory, directory + "/sha256", directory + "/tmp"]
    for path in made {
      if access == .write { try makeDirectory(path) } else { try checkDirectory(path) }
    }
    if access == .write, !allowsNetworkFileSystem {
      if let kind = try fileSystem.network(at: directory) {
        throw StorageError(
          .unsupportedFileSystem,
          "\(kind.name) is a network file system: it is refused unless asked for",
          path: directory)
      }
    }
  }

  /// The file of an object.
  public func path(of digest: SHA256Digest) -> String { path(of: ObjectFile(.object, digest)) }

  func fanOut(of digest: SHA256Digest) -> String {
    String(ObjectName.text(of: digest).prefix(2))
  }

  func checkDirectory(_ path: String) throws {
    guard let status = try fileSystem.statusIfPresent(path) else { return }
    switch status.kind {
    case .directory: return
    case .symbolicLink:
      throw StorageError(.isSymbolicLink, "a directory of the store is a link", path: path)
    default:
      throw StorageError(.wrongFileKind, "it is not a directory", path: path)
    }
  }

  /// Throws unless this instance may write.
  func checkWritable() throws {
    guard access == .write else {
      throw StorageError(
        .readOnlyFileSystem, "the object store was opened for reading", path: directory)
    }
    guard fileSystem.processIdentity.processID == processID else {
      throw StorageError(
        .closed, "the object store was opened by another process, before a fork", path: directory)
    }
    if let failure = state.withLock({ $0.failure }) {
      throw StorageError(
        .closed, "an earlier sync failed (\(failure)); open the object store anew", path: directory)
    }
  }

  /// Makes a directory and its name durable.
  ///
  /// One that exists is synchronised too: the process that made it may have died before it could.
  /// A new one is removed when its synchronisation fails: were it left, a second synchronisation
  /// would succeed without having saved its name.
  func makeDirectory(_ path: String) throws {
    let parent = fileSystem.parent(of: path)
    try fileSystem.withFile(parent, [.read, .directory]) { open in
      var isNew = true
      do {
        try fileSystem.createDirectory(path, permissions: 0o755)
      } catch let error as StorageError where error.kind == .alreadyExists {
        try checkDirectory(path)
        isNew = false
      }
      do {
        try synchronize(open, directory: parent)
      } catch {
        if isNew { try? fileSystem.removeDirectory(path) }
        throw error
      }
    }
  }

  /// Synchronises an open directory; after a failure this instance never writes again.
  func synchronize(_ open: OpenFile, directory path: String) throws {
    do {
      try fileSystem.synchronize(open, dataOnly: false)
    } catch {
      guard var failure = fileSystem.naming(path, error) as? StorageError else { throw error }
      state.withLock { $0.failure = failure }
      failure.message = "it is not known which names are durable: \(failure.message)"
      failure.kind = .outcomeUnknown
      throw failure
    }
  }
}
