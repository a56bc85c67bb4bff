import Provenance

/// What migrating a store brought.
public struct MigrationReport: Sendable, Hashable {
  /// The id of the store that was read.
  public var source: UniqueID
  /// The state of the new store's log: as many entries as the old one's, under a root of its own.
  public var head: LogHead
  /// The records that were copied.
  public var recordCount = 0
  /// The objects that were copied.
  public var objects = ObjectTransferReport()
}

extension ProvenanceStore {
  /// Copies a store of any format version that can be read into a new one of the newest version.
  ///
  /// Every transaction keeps its position, its time and its records, so that earlier views stay what
  /// they were; the root is another one, since roots belong to a store. The old store is only read.
  /// The new directory appears whole, or not at all; what an interrupted call left beside it, under
  /// its name and ".migrating", is removed by the next one.
  ///
  /// This version of the library reads and writes format version 1. A store of a later version is
  /// refused with `unsupportedFormat` by this as by ``open(at:access:options:)``.
  ///
  /// - Parameters:
  ///   - directory: The store to read. It should have no writer: what is committed after the call
  ///     began is left out.
  ///   - newDirectory: The directory to make, in an existing one.
  ///   - options: How to make the new store.
  /// - Returns: What was copied.
  /// - Throws: ``StorageError``: `alreadyExists` for a directory that is there, `invalidArgument` for a
  ///   store with spools, which opening it for writing merges; `corrupt`, `unsupportedFormat`.
  @discardableResult
  public static func migrate(
    from directory: String, to newDirectory: String, options: StoreOptions = StoreOptions()
  ) throws -> MigrationReport {
    let fileSystem = options.fileSystem
    let old = StoreLayout(directory: directory, access: .read, options: options)
    guard try old.spools.list().isEmpty else {
      throw StorageError(
        .invalidArgument, "processes left spools in the store: open it for writing first",
        path: old.spools.directory)
    }
    guard try fileSystem.statusIfPresent(newDirectory) == nil else {
      throw StorageError(.alreadyExists, "the directory is there already", path: newDirectory)
    }
    let unfinished = newDirectory + ".migrating"
    if try fileSystem.statusIfPresent(unfinished) != nil { try fileSystem.removeTree(unfinished) }
    let source = try old.openLog(.read) { _, _ in nil }
    defer { try? source.close() }
    let target = try DirectoryRecordLog.create(
      at: unfinished, options: options.log, fileSystem: fileSystem)
    var report = MigrationReport(source: source.id, head: target.head)
    do {
      report.recordCount = try copy(source, to: target)
      report.head = target.head
    } catch {
      try? target.close()
      throw error
    }
    try target.close()
    let new = StoreLayout(directory: unfinished, access: .write, options: options)
    try new.openObjects(.write).copyAll(from: old.openObjects(.read), &report.objects)
    try fileSystem.rename(unfinished, to: newDirectory)
    try fileSystem.syncDirectory(fileSystem.parent(of: newDirectory))
    return report
  }

  /// Appends the transactions of a log to an empty one, many with one sync; returns the number of
  /// their entries.
  private static func copy(
    _ source: DirectoryRecordLog, to target: DirectoryRecordLog
  ) throws -> Int {
    var batches: [LogBatch] = []
    var (waiting, byteCount, total) = (0, 0, 0)
    func flush() throws {
      _ = try target.append(batches)
      batches = []
      (waiting, byteCount) = (0, 0)
    }
    try source.read(from: 0) { transaction in
      // What is copied must be readable as what it is: a migration is no way to carry damage over.
      _ = try transaction.records()
      batches.append(LogBatch(entries: transaction.entries, time: transaction.time))
      total += transaction.entries.count
      waiting += transaction.entries.count
      byteCount += transaction.entries.reduce(0) { $0 + $1.header.count + $1.payload.count }
      if waiting >= TransferBatch.recordLimit || byteCount >= TransferBatch.byteLimit {
        try flush()
      }
      return true
    }
    try flush()
    return total
  }
}
