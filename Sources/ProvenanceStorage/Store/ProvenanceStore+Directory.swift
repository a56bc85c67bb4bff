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
    try open(layout) { try layout.openLog(.read, resuming: $0) }
  }

  private static func openForWriting(_ layout: StoreLayout) throws -> ProvenanceStore {
    let store = try open(layout) { try layout.openOrCreateLog(resuming: $0) }
    do {
      try store.resumeErasure()
      try store.mergeSpools()
      return store
    } catch {
      try? store.log.close()
      throw error
    }
  }

  /// Opens a store from its newest checkpoint, or from the whole log where that cannot be used.
  private static func open(
    _ layout: StoreLayout,
    attempts: Int = 3,
    _ openLog: ((UniqueID, UInt64) -> LogResumption?) throws -> DirectoryRecordLog
  ) throws -> ProvenanceStore {
    var report = OpeningReport()
    var checkpoint: GraphCheckpoint?
    let log = try openLog { id, generation in
      guard layout.options.usesCheckpoints, ProvenanceGraph.canUseImages else { return nil }
      let newest = layout.checkpoints.newest(id, generation: generation)
      checkpoint = newest.found
      report.rejectedCheckpoints = newest.rejected
      return checkpoint?.header.resumption
    }
    do {
      if let checkpoint {
        do {
          return try open(layout, log, checkpoint, report)
        } catch let error as StorageError where error.path == checkpoint.path {
          report.rejectedCheckpoints[checkpoint.path] = error
          guard log.isResumed else {
            return try ProvenanceStore(
              log: log, objects: try layout.openObjects(), clock: layout.options.clock,
              layout: layout, recovery: log.recovery, base: ProvenanceGraph(), opening: report)
          }
        }
      } else {
        return try ProvenanceStore(
          log: log, objects: try layout.openObjects(), clock: layout.options.clock,
          layout: layout, recovery: log.recovery, base: ProvenanceGraph(), opening: report)
      }
    } catch {
      try? log.close()
      throw error
    }
    // What is before the checkpoint was not checked: now it has to be.
    let recovery = log.recovery
    try log.close()
    if report.rejectedCheckpoints[checkpoint?.path ?? ""]?.kind == .notFound, attempts > 1 {
      // Its writer has written another one since.
      return try open(layout, attempts: attempts - 1, openLog)
    }
    let whole = try openLog { _, _ in nil }
    do {
      return try ProvenanceStore(
        log: whole, objects: try layout.openObjects(), clock: layout.options.clock,
        layout: layout, recovery: recovery ?? whole.recovery, base: ProvenanceGraph(),
        opening: report)
    } catch {
      try? whole.close()
      throw error
    }
  }

  private static func open(
    _ layout: StoreLayout, _ log: DirectoryRecordLog, _ checkpoint: GraphCheckpoint,
    _ report: OpeningReport
  ) throws -> ProvenanceStore {
    guard log.isResumed || log.continues(checkpoint.header.resumption) else {
      throw StorageError(
        .corrupt, "a checkpoint cannot be used: the log does not continue it",
        path: checkpoint.path)
    }
    let position = checkpoint.header.resumption.chain.tree.size
    let (graph, memory) = try checkpoint.graph(layout.options.fileSystem) {
      let log = try layout.openLog(.read) { _, _ in nil }
      defer { try? log.close() }
      var graph = ProvenanceGraph()
      try graph.replay(log, from: 0, upTo: position)
      return graph
    }
    var report = report
    report.checkpoint = graph.position
    return try ProvenanceStore(
      log: log, objects: try layout.openObjects(), clock: layout.options.clock, layout: layout,
      recovery: log.recovery, base: graph, from: position, opening: report, memory: memory)
  }

  private static func openSpool(_ layout: StoreLayout) throws -> ProvenanceStore {
    // What the writer has is known here too, at the position before the spool's first entry.
    var base = ProvenanceGraph()
    let main = try layout.openLog(.read) { _, _ in nil }
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
    let generation = log.generation
    try log.refresh()
    return try working.withLock { working in
      do {
        // What was erased since is in the graph that was read before, and in the checkpoint under it.
        if log.generation != generation { working = ProvenanceGraph() }
        try working.replay(log, from: working.position.count)
      } catch {
        // The next call starts from here again.
        working = published(from: working)
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
  public func close() throws {
    closeCheckpoints()
    defer { followers.finish() }
    try log.close()
  }
}

extension StoreLayout {
  func openLog(
    _ mode: DirectoryRecordLog.Mode, resuming resumption: (UniqueID, UInt64) -> LogResumption?
  ) throws -> DirectoryRecordLog {
    try DirectoryRecordLog.open(
      at: directory, mode: mode, options: options.log, fileSystem: options.fileSystem,
      resuming: resumption)
  }

  func openOrCreateLog(
    resuming resumption: (UniqueID, UInt64) -> LogResumption?
  ) throws -> DirectoryRecordLog {
    do {
      return try openLog(.write, resuming: resumption)
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

  func openObjects() throws -> DirectoryObjectStore {
    try openObjects(access == .read ? .read : .write)
  }

  /// What writes the store's checkpoints, or verifies the one that it was opened from.
  func keeper(
    _ log: any RecordLog, _ opening: OpeningReport, _ bytesSince: UInt64, _ memory: ImageMemory?
  ) throws -> CheckpointKeeper? {
    let writes = access == .write && ProvenanceGraph.canUseImages
    guard writes || memory != nil else { return nil }
    var report = CheckpointReport()
    report.position = opening.checkpoint
    report.byteCount = UInt64(memory?.byteCount ?? 0)
    return try CheckpointKeeper(
      checkpoints, log.id, interval: writes ? options.checkpointInterval : .max, report: report,
      bytesSince: bytesSince, memory: memory)
  }

  func openObjects(_ access: DirectoryObjectStore.Access) throws -> DirectoryObjectStore {
    try DirectoryObjectStore(
      directory: objects, access: access, chunking: options.chunking,
      fileSystem: options.fileSystem,
      allowsNetworkFileSystem: options.log.allowsNetworkFileSystem)
  }
}
