import Provenance

extension ProvenanceStore {
  /// Backs the store up, while it goes on, into a directory that is a store of its own.
  ///
  /// The backup shows one commit and everything before it, and has the store's id: to restore it,
  /// open it, or a copy of it. A second backup into the same directory adds only what is new. One
  /// that was interrupted is completed by the next; a first one only then becomes a store. What
  /// live processes have in their spools is merged first by a store that was opened for writing;
  /// spools, checkpoints and quarantine are not part of a backup. Do not record into a backup that
  /// is to be continued: it is then refused.
  ///
  /// Payloads that were erased from the log are gone from the backup with the next backup, and
  /// not before.
  ///
  /// - Parameters:
  ///   - directory: The backup's directory: missing, empty, or an earlier backup of this store.
  ///   - options: What to include, and how.
  /// - Returns: What the backup holds, and what was added.
  /// - Throws: `invalidArgument` for a store that is no directory, or a spool; `alreadyExists` for a
  ///   directory that holds another store, or records that this store does not; `notAStore` for one
  ///   that holds anything else; `locked` while somebody writes to the backup; `corrupt`, `noSpace`.
  @discardableResult
  public func backup(
    to directory: String, options: BackupOptions = BackupOptions()
  ) throws -> BackupReport {
    guard let log = log as? DirectoryRecordLog, let layout, layout.access != .spool else {
      throw StorageError(
        .invalidArgument, "only a store in a directory can be backed up; export this one")
    }
    try log.checkUsable()
    try mergeSpools()
    var backup = try StoreBackup(log, to: directory, options: options)
    try backup.run(objects)
    return backup.report
  }

  /// Backs the store up, on a thread of its own.
  ///
  /// - Parameters:
  ///   - directory: The backup's directory: missing, empty, or an earlier backup of this store.
  ///   - options: What to include, and how.
  /// - Returns: What the backup holds, and what was added.
  /// - Throws: As the waiting form.
  @discardableResult
  public func backup(
    to directory: String, options: BackupOptions = BackupOptions()
  ) async throws -> BackupReport {
    try await onThreadOfItsOwn { try self.backup(to: directory, options: options) }
  }
}
