import Provenance

extension ProvenanceStore {
  /// Unites this store with another one, whatever the histories of both.
  ///
  /// The result does not depend on which store is merged into which, in what order and how often:
  /// the live graphs become equal. Records are kept even where they contradict, and what was erased
  /// on either side stays erased. Objects come before the records that speak of them.
  ///
  /// The other store is read a batch at a time, up to its last commit when the call began. When the
  /// call fails or its process dies, what was merged stays, and calling it again goes on harmlessly.
  ///
  /// - Parameters:
  ///   - other: The store to read; it is not changed, and may be in use.
  ///   - options: What to take over.
  /// - Returns: What was seen and what was new.
  /// - Throws: ``StorageError`` of either store; `invalidArgument` for a start beyond the end.
  @discardableResult
  public func merge(
    from other: ProvenanceStore, options: MergeOptions = MergeOptions()
  ) throws -> MergeReport {
    var report = MergeReport()
    report.end = options.start
    if options.includesObjects { try copyObjects(of: other, &report.objects) }
    var batch = TransferBatch()
    func flush() throws {
      report.recordsSeen += batch.records.count
      report.newRecords += try merge(other.withoutErasedPayloads(batch.take())).newRecords
    }
    try other.log.read(from: options.start.count) { transaction in
      for record in try transaction.records() { batch.append(record) }
      if batch.isFull { try flush() }
      report.end = Position(transaction.nextSequence)
      return true
    }
    if !batch.records.isEmpty { try flush() }
    return report
  }

  /// Unites this store with another one, on a thread of its own.
  ///
  /// - Parameters:
  ///   - other: The store to read; it is not changed, and may be in use.
  ///   - options: What to take over.
  /// - Returns: What was seen and what was new.
  /// - Throws: As the waiting form.
  @discardableResult
  public func merge(
    from other: ProvenanceStore, options: MergeOptions = MergeOptions()
  ) async throws -> MergeReport {
    try await onThreadOfItsOwn { try self.merge(from: other, options: options) }
  }

  private func copyObjects(
    of other: ProvenanceStore, _ report: inout ObjectTransferReport
  ) throws {
    try other.objects.list { object in
      let isCopied = try withinQuota(object) { try objects.copy(object, from: other.objects) }
      report.note(object, isCopied: isCopied)
      return true
    }
  }
}
