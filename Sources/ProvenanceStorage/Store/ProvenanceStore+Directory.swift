public import Provenance

extension ProvenanceStore {
  /// Opens the store in a directory.
  ///
  /// Opening for writing makes a store where there is none, cuts off what an interrupted commit left
  /// (``recovery`` says what), and merges the spools of other processes. O(log).
  ///
  /// - Parameters:
  ///   - directory: The store's directory; its parent must exist.
  ///   - access: What to open it for.
  ///   - options: How to open it.
  /// - Returns: The store.
  /// - Throws: ``StorageError``: `locked` with the holder's process; `notAStore`,
  ///   `unsupportedFormat`, `corrupt` with segment, offset and sequence numbers, `permissionDenied`,
  ///   `readOnlyFileSystem`, `unsupportedFileSystem` on a network. The directory is then unchanged.
  public static func open(
    at directory: String, access: StoreAccess = .write, options: StoreOptions = StoreOptions()
  ) throws -> ProvenanceStore {
    let layout = StoreLayout(directory: directory, access: access, options: options)
    switch access {
    case .read: return try openForReading(layout)
    case .write: return try openForWriting(layout)
    case .spool: return try openSpool(layout)
    }
  }

  private static func openForReading(_ layout: StoreLayout) throws -> ProvenanceStore {
    let log = try layout.openLog(.read)
    return try ProvenanceStore(
      log: log, objects: try layout.openObjects(.read), clock: layout.options.clock,
      layout: layout, recovery: nil, base: ProvenanceGraph())
  }

  private static func openForWriting(_ layout: StoreLayout) throws -> ProvenanceStore {
    let log = try layout.openOrCreateLog()
    do {
      let store = try ProvenanceStore(
        log: log, objects: try layout.openObjects(.write), clock: layout.options.clock,
        layout: layout, recovery: log.recovery, base: ProvenanceGraph())
      try store.mergeSpools()
      return store
    } catch {
      try? log.close()
      throw error
    }
  }

  private static func openSpool(_ layout: StoreLayout) throws -> ProvenanceStore {
    // What the writer has is known here too, at the position before the spool's first entry.
    var base = ProvenanceGraph()
    let main = try layout.openLog(.read)
    defer { try? main.close() }
    try base.replay(main, from: 0, keepingPosition: true)
    let log = try layout.makeSpool()
    do {
      return try ProvenanceStore(
        log: log, objects: try layout.openObjects(.write), clock: layout.options.clock,
        layout: layout, recovery: nil, base: base)
    } catch {
      try? log.close()
      throw error
    }
  }

  /// Shows what other processes have committed since, in a store that was opened for reading.
  ///
  /// For a writer it does nothing. O(what was added).
  ///
  /// - Returns: The position after the last commit.
  /// - Throws: ``StorageError``.
  @discardableResult
  public func refresh() throws -> Position {
    guard layout?.access == .read, let log = log as? DirectoryRecordLog else { return position }
    try log.refresh()
    return try working.withLock { working in
      do {
        try working.replay(log, from: working.position.count)
      } catch {
        // The next call starts from here again.
        working = graph
        throw error
      }
      let position = working.position
      publish(working)
      return position
    }
  }

  /// Gives back files and the lock.
  ///
  /// What was acknowledged is durable already; the store cannot be used afterwards, snapshots of its
  /// graph can. A store that is only let go of gives back the lock at some moment; close it before
  /// its directory is opened again.
  ///
  /// - Throws: ``StorageError``.
  public func close() throws { try log.close() }
}

extension StoreLayout {
  func openLog(_ mode: DirectoryRecordLog.Mode) throws -> DirectoryRecordLog {
    try DirectoryRecordLog.open(
      at: directory, mode: mode, options: options.log, fileSystem: options.fileSystem)
  }

  func openOrCreateLog() throws -> DirectoryRecordLog {
    do {
      return try openLog(.write)
    } catch let error as StorageError where error.kind == .notFound || error.kind == .notAStore {
      // A directory with anything else in it is refused by the creation itself.
      return try DirectoryRecordLog.create(
        at: directory, options: options.log, fileSystem: options.fileSystem)
    }
  }

  /// Makes a spool for this process.
  ///
  /// Until it is locked, a writer takes an unfinished spool for that of a dead process, and removes
  /// it. Then another one is made; that cannot happen often, and must not go on for ever.
  func makeSpool() throws -> DirectoryRecordLog {
    for _ in 0..<16 {
      do {
        return try spools.create(options: options.log)
      } catch let error as StorageError where error.kind == .locked || error.kind == .notFound {
        continue
      }
    }
    return try spools.create(options: options.log)
  }

  func openObjects(_ access: DirectoryObjectStore.Access) throws -> DirectoryObjectStore {
    try DirectoryObjectStore(
      directory: objects, access: access, fileSystem: options.fileSystem,
      allowsNetworkFileSystem: options.log.allowsNetworkFileSystem)
  }
}
