/// The spools of a store: logs of processes that could not take the store's lock.
///
/// A spool is a ``DirectoryRecordLog`` of its own, with its own lock, in `spools/<id>/` inside the
/// store. Its process records into it; the holder of the store's lock reads it, merges what it
/// holds, and removes it once its process is gone.
public struct Spools: Sendable {
  /// The directory that holds the spools.
  public let directory: String
  let fileSystem: any FileSystem

  /// Names the spools of a store; touches nothing.
  ///
  /// - Parameters:
  ///   - store: The store's directory.
  ///   - fileSystem: The files' home.
  public init(ofStore store: String, fileSystem: any FileSystem = SystemFileSystem()) {
    directory = store + "/spools"
    self.fileSystem = fileSystem
  }

  /// A spool, and whether its process still lives.
  public struct Spool: Sendable, Hashable {
    /// What may be done with a spool.
    @nonexhaustive
    public enum State: Sendable, Hashable {
      /// A live process records into it. It may be read, not removed.
      case held
      /// Its process is gone: what it left is all there will be.
      case free
      /// Its process died while it made it; there is nothing in it.
      case unfinished
    }

    /// The spool's id.
    public var id: UniqueID
    /// The spool's directory.
    public var path: String
    /// Whether its process still lives, at the moment of asking.
    public var state: State
  }

  static let removedSuffix = ".removed"

  func path(_ id: UniqueID) -> String { "\(directory)/\(id)" }
}

extension Spools {
  /// Makes a spool, and opens it for writing.
  ///
  /// - Parameters:
  ///   - id: The spool's id, also that of its log.
  ///   - options: How to make its log.
  /// - Returns: The spool's log.
  /// - Throws: What ``DirectoryRecordLog/create(at:options:fileSystem:)`` throws.
  public func create(
    id: UniqueID = .random(), options: DirectoryLogOptions = DirectoryLogOptions()
  ) throws -> DirectoryRecordLog {
    try fileSystem.ensureDirectory(directory)
    var options = options
    options.storeID = id
    return try DirectoryRecordLog.create(
      at: path(id), options: options, fileSystem: fileSystem)
  }

  /// Opens a spool.
  ///
  /// - Parameters:
  ///   - id: The spool's id.
  ///   - mode: Whether to write: that is, whether its process is known to be gone.
  ///   - options: How to open its log.
  /// - Returns: The spool's log.
  /// - Throws: What ``DirectoryRecordLog/open(at:mode:options:fileSystem:)`` throws.
  public func open(
    _ id: UniqueID, mode: DirectoryRecordLog.Mode,
    options: DirectoryLogOptions = DirectoryLogOptions()
  ) throws -> DirectoryRecordLog {
    try DirectoryRecordLog.open(
      at: path(id), mode: mode, options: options, fileSystem: fileSystem)
  }

  /// The spools that there are, by id.
  ///
  /// - Returns: The spools; none where the store has no directory for them.
  /// - Throws: What keeps the directory from being read.
  public func list() throws -> [Spool] {
    try names().compactMap { name in
      guard let id = UniqueID(hexadecimal: name) else { return nil }
      let files = LogFiles(fileSystem: fileSystem, directory: path(id))
      let state: Spool.State
      if try StoreLock(files: files).isHeld() {
        state = .held
      } else if try fileSystem.statusIfPresent(files.format) != nil {
        state = .free
      } else {
        state = .unfinished
      }
      return Spool(id: id, path: files.directory, state: state)
    }
  }

  /// Removes a spool durably, and with it everything that was recorded in it.
  ///
  /// It is renamed first, so that a crash leaves a whole spool or none; ``sweep()`` removes what
  /// is left of it then.
  ///
  /// - Parameter id: The spool's id.
  /// - Throws: `locked` while its process lives, `notFound`.
  public func remove(_ id: UniqueID) throws {
    _ = try remove(id) { _ in true }
  }

  /// Removes a spool that its process did not come to make, unless it has been made meanwhile.
  ///
  /// - Parameter id: The spool's id.
  /// - Returns: Whether it was removed; otherwise it may hold what was acknowledged.
  /// - Throws: `locked` while its process lives, `notFound`.
  @discardableResult
  public func removeUnfinished(_ id: UniqueID) throws -> Bool {
    try remove(id) { try fileSystem.statusIfPresent($0.format) == nil }
  }

  /// Removes a spool for which something holds once it is locked.
  private func remove(_ id: UniqueID, if isRemovable: (LogFiles) throws -> Bool) throws -> Bool {
    let files = LogFiles(fileSystem: fileSystem, directory: path(id))
    guard try fileSystem.statusIfPresent(files.directory) != nil else {
      throw StorageError(.notFound, "there is no such spool", path: files.directory)
    }
    let lock = try StoreLock(files: files).take(nil)
    do {
      guard try isRemovable(files) else {
        try StoreLock(files: files).release(lock)
        return false
      }
      try fileSystem.rename(files.directory, to: files.directory + Self.removedSuffix)
      try fileSystem.syncDirectory(directory)
    } catch {
      try? StoreLock(files: files).release(lock)
      throw error
    }
    try StoreLock(files: files).release(lock)
    try sweep()
    return true
  }

  /// Removes what an interrupted removal left.
  ///
  /// - Throws: What keeps a file from being removed.
  public func sweep() throws {
    for name in try names() where name.hasSuffix(Self.removedSuffix) {
      guard UniqueID(hexadecimal: name.dropLast(Self.removedSuffix.utf8.count)) != nil else {
        continue
      }
      try fileSystem.removeTree(directory + "/" + name)
    }
  }

  private func names() throws -> [String] {
    do {
      return try fileSystem.names(inDirectory: directory)
    } catch let error as StorageError where error.kind == .notFound {
      return []
    }
  }
}

extension FileSystem {
  /// Removes a directory and what is in it; links are removed and not followed.
  package func removeTree(_ path: String) throws {
    var directories = [path]
    var position = 0
    while position < directories.count {
      let directory = directories[position]
      position += 1
      for name in try names(inDirectory: directory) {
        let entry = directory + "/" + name
        if try status(at: entry, followingLinks: false).kind == .directory {
          directories.append(entry)
        } else {
          try unlink(entry)
        }
      }
    }
    for directory in directories.reversed() { try removeDirectory(directory) }
    try syncDirectory(parent(of: path))
  }
}
