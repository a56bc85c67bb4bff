extension DirectoryRecordLog {
  /// Makes a store's directory with an empty log, and opens it for writing.
  ///
  /// A missing directory is made, in an existing one. FORMAT is written last, so that a crash
  /// leaves either a store or what the next call completes.
  ///
  /// - Parameters:
  ///   - directory: The store's directory: missing, empty, or left by a call that was interrupted.
  ///   - options: How to make and open it.
  ///   - fileSystem: The files' home.
  /// - Returns: The open log.
  /// - Throws: `alreadyExists` for a store, `notAStore` for a directory that holds anything else,
  ///   `locked`, `noSpace`, `unsupportedFileSystem` on a network.
  public static func create(
    at directory: String, options: DirectoryLogOptions = DirectoryLogOptions(),
    fileSystem: any FileSystem = SystemFileSystem()
  ) throws -> DirectoryRecordLog {
    let files = LogFiles(fileSystem: fileSystem, directory: directory)
    if let status = try fileSystem.statusIfPresent(directory), status.kind == .regular {
      throw StorageError(.notAStore, "it is a file, not a directory", path: directory)
    }
    try fileSystem.ensureDirectory(directory)
    try checkVacant(files)
    try files.checkFileSystem(allowingNetwork: options.allowsNetworkFileSystem)
    let lock = try StoreLock(files: files).take(options.openingTime)
    let format = StoreFormat(id: options.storeID ?? .random())
    do {
      // Again under the lock: another process may have been quicker.
      try checkVacant(files)
      try fileSystem.ensureDirectory(files.log)
      try fileSystem.ensureDirectory(files.quarantine)
      try makeFirstSegment(files, format, options)
      let empty = CommitChain().head
      let marks = (0..<2).map {
        DurableMark(store: format.id, counter: $0, generation: 0, head: empty).encoded()
      }
      try fileSystem.replaceFile(files.head, with: marks.flatMap(\.self))
      try fileSystem.replaceFile(files.format, with: format.encoded())
    } catch {
      try? StoreLock(files: files).release(lock)
      throw error
    }
    return try open(files, format, options, lock: lock)
  }

  /// Throws unless the directory is empty or holds what an interrupted creation leaves.
  private static func checkVacant(_ files: LogFiles) throws {
    let fileSystem = files.fileSystem
    let names = try fileSystem.names(inDirectory: files.directory)
    guard !names.contains("FORMAT") else {
      throw StorageError(.alreadyExists, "there is a store already", path: files.directory)
    }
    for name in names where !LogFiles.knownNames.contains(name) {
      guard name.utf8.suffix(4).elementsEqual(fileSystem.temporarySuffix.utf8),
        name.hasPrefix("HEAD.") || name.hasPrefix("FORMAT.")
      else {
        throw StorageError(
          .notAStore, "the directory is not empty and not a store; it holds \"\(name)\"",
          path: files.directory)
      }
    }
    guard names.contains("log") else { return }
    // A store that lost its FORMAT must not be taken for one that never had any.
    for first in try files.segments() {
      let path = files.segment(first)
      try fileSystem.withFile(path, [.read, .noFollow]) { file in
        let size = try fileSystem.status(of: file).size
        var reader = SegmentReader(fileSystem: fileSystem, file: file, path: path, end: size)
        // One that was not synchronised may be shorter than its header after a crash.
        let start = min(UInt64(SegmentHeader.byteCount), size)
        guard first == 0, try reader.isZero(start..<size) else {
          throw StorageError(
            .corrupt, "FORMAT is missing, but the log holds records", path: files.directory)
        }
      }
    }
  }

  private static func makeFirstSegment(
    _ files: LogFiles, _ format: StoreFormat, _ options: DirectoryLogOptions
  ) throws {
    let header = SegmentHeader(
      store: format.id, number: 0, previousLength: 0, previousCount: 0, previousHash: nil,
      salt: options.makeSalt(), created: options.openingTime ?? CommitTime(seconds: 0),
      chain: CommitChain())
    let path = files.segment(0)
    let segment = SegmentFile(files.fileSystem)
    let made = try segment.make(
      header, at: path, byteCount: options.byteCount(ofSegment: 0, holding: 0))
    do { try files.fileSystem.close(made.file) } catch {
      throw files.fileSystem.naming(path, error)
    }
    try segment.publish(made.path, as: path, in: files.log)
  }
}
