extension DirectoryRecordLog {
  /// Opens the log of a store.
  ///
  /// Opening for writing takes the lock, and cuts off what an unfinished commit left at the end
  /// (``recovery`` says what). Opening for reading changes nothing, and works in a directory that
  /// cannot be written.
  ///
  /// Complexity: O(log), or O(last segment) when only the tail is verified.
  ///
  /// - Parameters:
  ///   - directory: The store's directory.
  ///   - mode: Whether to write or only to read.
  ///   - options: How to open it.
  ///   - fileSystem: The files' home.
  /// - Returns: The open log.
  /// - Throws: `notFound`, `notAStore`, `unsupportedFormat`, `locked` with the holder's process,
  ///   `corrupt` with segment, offset and sequence numbers, `readOnlyFileSystem` or
  ///   `permissionDenied` for a writer that may not write, `unsupportedFileSystem` on a network.
  public static func open(
    at directory: String, mode: Mode, options: DirectoryLogOptions = DirectoryLogOptions(),
    fileSystem: any FileSystem = SystemFileSystem()
  ) throws -> DirectoryRecordLog {
    try open(at: directory, mode: mode, options: options, fileSystem: fileSystem) { _, _ in nil }
  }

  /// Opens the log of a store from a place that was read before.
  ///
  /// The closure gets the store's id and the generation of HEAD. Where the place that it gives is not in the
  /// log, all of the log is read, and ``isResumed`` is false.
  package static func open(
    at directory: String, mode: Mode, options: DirectoryLogOptions, fileSystem: any FileSystem,
    resuming resumption: (UniqueID, UInt64) -> LogResumption?
  ) throws -> DirectoryRecordLog {
    let files = LogFiles(fileSystem: fileSystem, directory: directory)
    let format = try files.readFormat()
    do { try format.checkFeatures(forWriting: mode == .write) } catch {
      throw fileSystem.naming(files.format, error)
    }
    try files.checkFileSystem(allowingNetwork: options.allowsNetworkFileSystem)
    switch mode {
    case .read:
      let generation = try files.readMark(format.id).generation
      let loader = LogLoader(
        files: files, format: format, options: options,
        resumption: resumption(format.id, generation))
      let loaded = try loader.loadResuming(isReading: true)
      return DirectoryRecordLog(
        files: files, options: options, format: format, loaded: loaded.log, writer: nil,
        recovery: nil, isResumed: loaded.isResumed, generation: generation)
    case .write:
      let lock = try StoreLock(files: files).take(options.openingTime)
      return try open(files, format, options, lock: lock, resuming: resumption)
    }
  }

  /// Opens for writing with the lock held, and gives it back when that fails.
  static func open(
    _ files: LogFiles, _ format: StoreFormat, _ options: DirectoryLogOptions, lock: OpenFile,
    resuming resumption: (UniqueID, UInt64) -> LogResumption? = { _, _ in nil }
  ) throws -> DirectoryRecordLog {
    let fileSystem = files.fileSystem
    var opened = [lock]
    do {
      // Read first, since that says what is wrong when HEAD is not there.
      let generation = try files.readMark(format.id).generation
      let head = try fileSystem.open(files.head, [.read, .write, .noFollow], permissions: 0)
      opened.append(head)
      do {
        // A writer that died may have left a slot on its way.
        try fileSystem.synchronize(head, dataOnly: false)
        try fileSystem.dropCache(head)
      } catch { throw fileSystem.naming(files.head, error) }
      let tail = try prepareTail(files)
      opened.append(tail)
      let loader = LogLoader(
        files: files, format: format, options: options,
        resumption: resumption(format.id, generation))
      let loaded = try loader.loadResuming(isReading: false)
      let position = loaded.log.tail.end.offset
      var writer = LogWriter(
        files: files, options: options, store: format.id,
        writerID: options.writerID ?? .random(), lockFile: lock, headFile: head, log: loaded.log,
        mark: loaded.mark, file: tail, salt: SegmentSalt(loaded.log.tail.header.salt),
        capacity: max(loaded.tailFileSize, position), position: position,
        syncedSequence: loaded.log.chain.tree.size)
      var report: RecoveryReport?
      if case .torn(let reason, let writtenEnd) = loaded.verdict {
        // The tail's file is another one afterwards, perhaps also when this fails.
        defer { opened = [lock, head, writer.file] }
        report = try writer.recover(reason, writtenEnd: writtenEnd)
      }
      return DirectoryRecordLog(
        files: files, options: options, format: format, loaded: writer.log, writer: writer,
        recovery: report, isResumed: loaded.isResumed, generation: generation)
    } catch {
      for file in opened.dropFirst().reversed() { try? fileSystem.close(file) }
      try? StoreLock(files: files).release(lock)
      throw error
    }
  }

  /// Makes what an earlier writer left certain to be on the device, and opens the last segment.
  ///
  /// Without this, records could be read from the cache that a power failure then takes away.
  private static func prepareTail(_ files: LogFiles) throws -> OpenFile {
    let fileSystem = files.fileSystem
    for name in try fileSystem.names(inDirectory: files.log)
    where name.utf8.suffix(4).elementsEqual(fileSystem.temporarySuffix.utf8) {
      try fileSystem.unlink(files.log + "/" + name)
    }
    guard let last = try files.segments().last else {
      throw StorageError(.corrupt, "the log has no segments", path: files.log)
    }
    let path = files.segment(last)
    let tail = try fileSystem.open(path, [.read, .write, .noFollow], permissions: 0)
    do {
      try fileSystem.synchronize(tail, dataOnly: false)
      try fileSystem.syncDirectory(files.log)
      try fileSystem.syncDirectory(files.directory)
      try fileSystem.dropCache(tail)
    } catch {
      try? fileSystem.close(tail)
      throw fileSystem.naming(path, error)
    }
    return tail
  }
}
