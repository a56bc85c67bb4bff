import Provenance

/// Copies a store, as it is after one commit, into a directory that is a store of its own.
///
/// The log up to that commit never changes, so that the writer goes on meanwhile. What comes first
/// can be there without what comes later: objects, segments in order, HEAD, and FORMAT, which makes
/// a store of the directory. A backup that is interrupted is completed by the next one.
struct StoreBackup {
  let source: DirectoryRecordLog
  let loaded: LoadedLog
  let options: BackupOptions
  let target: LogFiles
  let generation: UInt64
  private(set) var report: BackupReport

  private var fileSystem: any FileSystem { target.fileSystem }

  init(_ source: DirectoryRecordLog, to directory: String, options: BackupOptions) throws {
    self.source = source
    self.options = options
    // First, so that payloads that are erased meanwhile are noticed.
    generation = try source.files.readMark(source.id).generation
    loaded = source.published.withLock { $0 }
    target = LogFiles(fileSystem: source.files.fileSystem, directory: directory)
    report = BackupReport(loaded.chain.head)
  }

  /// Makes the backup; the objects are those of the source's store.
  mutating func run(_ objects: any ObjectStore) throws {
    try fileSystem.ensureDirectory(target.directory)
    guard
      try fileSystem.canonicalPath(target.directory)
        != fileSystem.canonicalPath(source.files.directory)
    else {
      throw StorageError(
        .invalidArgument, "a store cannot be backed up into itself", path: target.directory)
    }
    try target.checkFileSystem(allowingNetwork: source.options.allowsNetworkFileSystem)
    let isNew = try checkTarget()
    let lock = try StoreLock(files: target).take(source.options.openingTime)
    do {
      try write(objects, isNew: isNew)
    } catch {
      try? StoreLock(files: target).release(lock)
      throw error
    }
    try StoreLock(files: target).release(lock)
    if options.verifies { try verify() }
  }

  private mutating func write(_ objects: any ObjectStore, isNew: Bool) throws {
    try fileSystem.ensureDirectory(target.log)
    try fileSystem.ensureDirectory(target.quarantine)
    try removeTemporaries()
    let known = try checkSegments()
    if options.includesObjects { try copyObjects(objects) }
    for segment in loaded.sealed { try add(segment, isFinished: true, known: known) }
    try add(loaded.tail, isFinished: false, known: known)
    guard try source.files.readMark(source.id).generation == generation else {
      throw StorageError(
        .sourceChanged, "payloads were erased while the store was backed up; back it up again",
        path: source.files.directory)
    }
    let marks = (0..<2).map {
      DurableMark(
        store: source.id, counter: $0, generation: generation, head: loaded.chain.head
      ).encoded()
    }
    try fileSystem.replaceFile(target.head, with: marks.flatMap(\.self))
    if isNew { try fileSystem.replaceFile(target.format, with: source.format.encoded()) }
  }

  private mutating func add(
    _ segment: LoadedSegment, isFinished: Bool, known: [UInt64: UInt64]
  ) throws {
    let path = target.segment(segment.header.firstSequence)
    let size = segment.end.offset
    guard known[segment.header.firstSequence] != size else {
      report.segmentsKept += 1
      return
    }
    report.segmentsAdded += 1
    if isFinished, options.linksFiles, try fileSystem.linkFile(segment.path, to: path) { return }
    try fileSystem.copyFile(segment.path, to: path, byteCount: size)
    report.copiedByteCount += size
  }

  private func verify() throws {
    var options = source.options
    options.verification = .everything
    let log = try DirectoryRecordLog.open(
      at: target.directory, mode: .read, options: options, fileSystem: fileSystem)
    let head = log.head
    try log.close()
    guard head == report.head else {
      throw StorageError(
        .corrupt, "the backup is not what the store was: its root or size is another one",
        path: target.directory)
    }
  }
}

extension StoreBackup {
  /// Throws unless the directory is empty, an unfinished backup or one of this store; returns
  /// whether it has to be made a store.
  private func checkTarget() throws -> Bool {
    let names = try fileSystem.names(inDirectory: target.directory)
    if names.contains("FORMAT") {
      guard try target.readFormat().id == source.id else {
        throw StorageError(
          .alreadyExists, "the directory holds another store", path: target.directory)
      }
      return false
    }
    for name in names where !LogFiles.knownNames.contains(name) && !isTemporary(name) {
      throw StorageError(
        .notAStore, "the directory is not empty and no backup; it holds \"\(name)\"",
        path: target.directory)
    }
    return true
  }

  private func removeTemporaries() throws {
    for directory in [target.directory, target.log] {
      for name in try fileSystem.names(inDirectory: directory) where isTemporary(name) {
        try fileSystem.unlink(directory + "/" + name)
      }
    }
  }

  /// Whether an interrupted backup left a file; others of the same kind belong to somebody else.
  private func isTemporary(_ name: String) -> Bool {
    name.hasSuffix(fileSystem.temporarySuffix)
      && (name.hasPrefix("HEAD.") || name.hasPrefix("FORMAT.")
        || LogFiles.firstSequence(ofName: String(name.prefix(24))) != nil)
  }

  /// The sizes of the segments that need not be copied again, by first sequence number.
  ///
  /// Throws when the directory holds records that the store does not: then it is no backup.
  private func checkSegments() throws -> [UInt64: UInt64] {
    let wanted = Dictionary(
      uniqueKeysWithValues: (loaded.sealed + [loaded.tail]).map { ($0.header.firstSequence, $0) })
    var known: [UInt64: UInt64] = [:]
    let isCurrent = try !isPresent(target.head) || markFits()
    for first in try target.segments() {
      let path = target.segment(first)
      let size = try fileSystem.status(at: path, followingLinks: false).size
      // Nothing is lost with one that holds no record.
      if size <= UInt64(SegmentHeader.byteCount) { continue }
      guard let segment = wanted[first], size <= segment.end.offset,
        try header(path) == header(segment.path)
      else {
        throw StorageError(
          .alreadyExists,
          "the directory is no backup of this store any more: it holds records of its own",
          path: path)
      }
      if isCurrent { known[first] = size }
    }
    return known
  }

  /// Whether the payloads that were erased here are erased in the backup too; throws when it is
  /// ahead of the store.
  private func markFits() throws -> Bool {
    let mark = try target.readMark(source.id)
    guard mark.treeSize <= loaded.chain.tree.size else {
      throw StorageError(
        .alreadyExists,
        "the directory holds \(mark.treeSize) records and commits, the store only "
          + "\(loaded.chain.tree.size): it is ahead of what would be backed up",
        path: target.directory)
    }
    return mark.generation == generation
  }

  private func isPresent(_ path: String) throws -> Bool {
    try fileSystem.statusIfPresent(path) != nil
  }

  private func header(_ path: String) throws -> [UInt8] {
    try fileSystem.withFile(path, [.read, .noFollow]) {
      try fileSystem.read($0, at: 0, count: SegmentHeader.byteCount)
    }
  }

  private mutating func copyObjects(_ objects: any ObjectStore) throws {
    let copies = try DirectoryObjectStore(
      directory: target.directory + "/objects", fileSystem: fileSystem,
      allowsNetworkFileSystem: source.options.allowsNetworkFileSystem)
    let linking = options.linksFiles ? objects as? DirectoryObjectStore : nil
    try objects.list { object in
      let isLinked = try linking.map { try link(object, from: $0, to: copies) } ?? false
      let isCopied = try !isLinked && copies.copy(object, from: objects)
      report.objects.seen += 1
      report.objects.copied += isLinked || isCopied ? 1 : 0
      report.objects.copiedByteCount += isCopied ? object.size : 0
      return true
    }
  }

  /// Links an object that is missing; returns whether it was, and could be.
  private func link(
    _ object: StoredObject, from source: DirectoryObjectStore, to copies: DirectoryObjectStore
  ) throws -> Bool {
    let path = copies.path(of: object.digest)
    guard try fileSystem.statusIfPresent(path) == nil else { return false }
    try copies.makeDirectory(fileSystem.parent(of: path))
    do {
      guard try fileSystem.linkFile(source.path(of: object.digest), to: path) else { return false }
    } catch let error as StorageError where error.kind == .notFound {
      // Kept in another form than one file.
      return false
    }
    try copies.read(object.digest) { _ in }
    return true
  }
}
