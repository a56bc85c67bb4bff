public import Provenance

extension ProvenanceStore {
  /// Erases what an annotation or a retraction says: from the graph at every position, and from every
  /// file of the store.
  ///
  /// A tombstone says that it was done, why, and under whose authority; it keeps the payload out when it
  /// comes again, also on merge. Ids, edges, roots and proofs stay as they were, since none of them
  /// covers a payload. Other processes that read the store learn of it with their next
  /// ``refresh()``. Not reached are backups, exports, snapshots of the file system, what the device
  /// keeps of overwritten blocks, and the spools of live processes, which the report names.
  ///
  /// O(log).
  ///
  /// - Parameters:
  ///   - record: The record.
  ///   - order: Under whose authority, why, and whether the artifact goes too.
  /// - Returns: What was done.
  /// - Throws: `notFound` for a record that is not there, `invalidArgument` for one that says nothing that
  ///   could be erased, `onLegalHold`; another ``StorageError`` when a file could not be rewritten: the
  ///   tombstone is then committed, and the rest is done when the store is opened the next time.
  @discardableResult
  public func erase(
    payloadOf record: RecordID, _ order: ErasureOrder
  ) async throws -> ErasureReport {
    let before = graph
    guard before.subject(of: record) != nil else {
      throw StorageError(
        before.contains(record) ? .invalidArgument : .notFound,
        "\(record) is no annotation or retraction of this store")
    }
    let digests = order.includesArtifact ? before.contentDigests(in: record) : []
    let tombstone = try Record(
      Tombstone(record, Statement(order.reason, at: clock(), source: order.authority)))
    var report = ErasureReport(commit: try await commit([tombstone]))
    if !digests.isEmpty {
      let references = graph.referencedContents()
      let objects = objects
      report.sharedArtifacts = digests.filter { references.contains($0) }
      report.removedArtifacts = try await objectThread.run {
        try digests.filter { try !references.contains($0) && objects.delete($0) }
      }
    }
    if let layout, layout.access == .write {
      report.liveSpools = try layout.spools.list().filter { $0.state == .held }.map(\.id)
    }
    return report
  }

  /// Notes what a group is going to erase; for who commits.
  func prepareErasure(_ batches: [LogBatch], _ targets: Set<RecordID>) throws {
    guard !targets.isEmpty, let log = log as? any ErasableRecordLog else { return }
    try log.prepareErasure(of: targets.map(\.digest))
  }

  /// Takes payloads out of all files; for who commits.
  func finishErasure(_ targets: Set<RecordID>) throws {
    guard !targets.isEmpty, let log = log as? any ErasableRecordLog else { return }
    try log.erase(Set(targets.map(\.digest)))
    let hadCheckpoint = checkpoints?.forget() ?? false
    if let layout { try layout.checkpoints.removeAll() }
    if let log = log as? DirectoryRecordLog {
      try log.endErasure()
      if hadCheckpoint, let checkpoints, let state = checkpointState() {
        checkpoints.schedule(state.graph, state.resumption, generation: state.generation)
      }
    }
  }

  /// Finishes what an earlier process began to erase.
  func resumeErasure() throws {
    guard layout?.access == .write, let log = log as? DirectoryRecordLog else { return }
    let targets = try log.unfinishedErasure()
    guard !targets.isEmpty else { return }
    let graph = graph
    // Without its tombstone nothing was acknowledged, and the payload stays.
    let erased = Set(targets.filter { graph.isErased($0) })
    if erased.isEmpty { try log.endErasure() } else { try finishErasure(erased) }
  }
}
