public import Provenance

/// What merging the spools of other processes brought.
public struct SpoolReport: Sendable, Hashable {
  /// Spools that were merged, with their number of records that were new here.
  public var merged: [UniqueID: Int] = [:]
  /// Spools whose process is gone: merged to their end and removed.
  public var removed: [UniqueID] = []
  /// Runs that such a process left running: now marked as abandoned.
  public var abandonedRuns: [Run] = []

  /// Spools that could not be merged, each with the reason; they stay as they are.
  public var failures: [UniqueID: StorageError] = [:]

  /// Nothing to merge.
  public init() {}
}

extension ProvenanceStore {
  /// What the last merging of spools brought, and which of them it could not merge.
  ///
  /// Opening for writing merges them, so look here after it.
  public var spoolReport: SpoolReport { state.withLock { $0.spools } }

  /// Merges what other processes recorded into their spools.
  ///
  /// The spool of a live process is read up to its last commit. That of a process that is gone is
  /// merged, its runs that have no end are marked as abandoned, and it is removed once all of that
  /// is durable here. Opening for writing does this too.
  ///
  /// - Returns: What it brought; nothing for a store that is not a directory opened for writing.
  /// - Throws: ``StorageError`` when this store itself takes nothing more. A spool that cannot be
  ///   merged does not keep the others from being: it is in ``SpoolReport/failures``.
  @discardableResult
  public func mergeSpools() throws -> SpoolReport {
    guard let layout, layout.access == .write else { return SpoolReport() }
    return try spoolTurn.withLock { isMerging in
      isMerging = true
      defer { isMerging = false }
      var report = SpoolReport()
      defer { state.withLock { $0.spools = report } }
      try layout.spools.sweep()
      for spool in try layout.spools.list() {
        do {
          try merge(spool, of: layout, &report)
        } catch let error as StorageError where Self.isAtWork(spool, error) {
          // Its process is making it at this moment, or has just come to it: next time.
          continue
        } catch let error as StorageError
          where error.kind != .closed && error.kind != .outcomeUnknown
        {
          report.failures[spool.id] = error
        }
      }
      return report
    }
  }

  /// Whether an error says no more than that a spool's process lives, and was met half-way.
  private static func isAtWork(_ spool: Spools.Spool, _ error: StorageError) -> Bool {
    guard error.path?.hasPrefix(spool.path) == true else { return false }
    switch (spool.state, error.kind) {
    case (.held, .notAStore), (.held, .notFound), (.unfinished, .locked): return true
    default: return false
    }
  }

  private func merge(
    _ spool: Spools.Spool, of layout: StoreLayout, _ report: inout SpoolReport
  ) throws {
    switch spool.state {
    case .held:
      let log = try layout.spools.open(spool.id, mode: .read, options: layout.options.log)
      defer { try? log.close() }
      report.merged[spool.id] = try merge(log).added
      return
    case .free:
      // Opened for writing, so that what its process left unfinished is cut off, and so that no
      // other process can take it meanwhile.
      let log = try layout.spools.open(spool.id, mode: .write, options: layout.options.log)
      do {
        let (added, runs) = try merge(log)
        report.merged[spool.id] = added
        report.abandonedRuns += try abandon(runs)
      } catch {
        try? log.close()
        throw error
      }
      try log.close()
    default:
      // Its process may have lived after all, and have come to an end since.
      if try layout.spools.removeUnfinished(spool.id) { report.removed.append(spool.id) }
      return
    }
    try layout.spools.remove(spool.id)
    report.removed.append(spool.id)
  }

  /// Merges a log, many of its transactions at a time so that they share a sync.
  private func merge(_ log: DirectoryRecordLog) throws -> (added: Int, runs: Set<NodeID>) {
    var added = 0
    var runs: Set<NodeID> = []
    var records: [Record] = []
    var byteCount = 0
    try log.read(from: 0) { transaction in
      for record in try transaction.records() {
        if case .node(let node) = record.content, node.node.kind == .run {
          runs.insert(node.node.id)
        }
        records.append(record)
        byteCount += record.header.count + record.payload.count
      }
      if records.count >= 1 << 14 || byteCount >= 16 << 20 {
        added += try merge(records).newRecords
        records.removeAll(keepingCapacity: true)
        byteCount = 0
      }
      return true
    }
    if !records.isEmpty { added += try merge(records).newRecords }
    return (added, runs)
  }

  /// Marks those of some runs that have no end.
  private func abandon(_ runs: Set<NodeID>) throws -> [Run] {
    let view = graph
    let open = runs.sorted().filter {
      view.attribute(AttributeKey.status, of: $0)?.stringValue == "running"
    }
    guard !open.isEmpty else { return [] }
    let now = clock()
    let records = try open.map { run in
      // The process that is gone may have had a clock ahead of this one.
      let time = now.following(view.history(of: run).last?.annotation.body?.time)
      return try Record(Annotation(run, [AttributeKey.status: "abandoned"], at: time))
    }
    try commit(records)
    return open.compactMap { view.node($0).flatMap(Run.init) }
  }
}
