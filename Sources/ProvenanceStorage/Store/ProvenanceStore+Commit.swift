public import Provenance

/// A call to commit that waits for its turn.
struct CommitRequest: Sendable {
  var records: [Record]
  /// Whether to refuse what is wrong or to keep it.
  var isChecked: Bool
  var complete: @Sendable (Result<StoreCommit, any Error>) -> Void

  /// Whether it erases a payload, or brings one that was missing: both happen at every position of
  /// a graph at once, so that rewinding does not undo them.
  func changesPayloads(of graph: ProvenanceGraph) -> Bool {
    records.contains { record in
      switch record.content {
      case .tombstone: true
      case .annotation, .retraction: graph.lacksPayload(record.id)
      default: false
      }
    }
  }
}

extension ProvenanceStore {
  /// Commits records of this process's own, atomically, and waits until they are durable.
  ///
  /// Calls from several threads that come together share one sync. In an `async` context the
  /// suspending form is chosen; do not call this one from the cooperative pool.
  ///
  /// - Parameter records: The records, in any order; those known already change nothing.
  /// - Returns: The position at which they are visible.
  /// - Throws: `GraphError` when a record is wrong: the store is then unchanged. ``StorageError``
  ///   otherwise; after `outcomeUnknown` only opening the store anew tells whether the records are
  ///   there, and committing the same records again then is harmless.
  @discardableResult
  public func commit(_ records: [Record]) throws -> StoreCommit {
    try wait(records, isChecked: true)
  }

  /// Commits records of this process's own, atomically, and suspends until they are durable.
  ///
  /// - Parameter records: The records, in any order; those known already change nothing.
  /// - Returns: The position at which they are visible.
  /// - Throws: As the waiting form.
  @discardableResult
  public func commit(_ records: [Record]) async throws -> StoreCommit {
    try await suspend(records, isChecked: true)
  }

  /// Commits records of others, atomically: every one is kept, and what contradicts is disputed.
  ///
  /// - Parameter records: The records, in any order; those known already change nothing.
  /// - Returns: The position at which they are visible.
  /// - Throws: ``StorageError``, as ``commit(_:)-swift.method``.
  @discardableResult
  public func merge(_ records: [Record]) throws -> StoreCommit {
    try wait(records, isChecked: false)
  }

  /// Commits records of others, atomically, and suspends until they are durable.
  ///
  /// - Parameter records: The records, in any order; those known already change nothing.
  /// - Returns: The position at which they are visible.
  /// - Throws: ``StorageError``.
  @discardableResult
  public func merge(_ records: [Record]) async throws -> StoreCommit {
    try await suspend(records, isChecked: false)
  }

  private func wait(_ records: [Record], isChecked: Bool) throws -> StoreCommit {
    try commitThread.checkProcess()
    let promise = Promise<StoreCommit>()
    enqueue(CommitRequest(records: records, isChecked: isChecked, complete: promise.fulfil))
    return try promise.wait()
  }

  private func suspend(_ records: [Record], isChecked: Bool) async throws -> StoreCommit {
    try commitThread.checkProcess()
    return try await withCheckedThrowingContinuation { continuation in
      enqueue(
        CommitRequest(records: records, isChecked: isChecked) { continuation.resume(with: $0) })
    }
  }

  /// How many calls wait for the commit under way to end.
  package var waitingCommitCount: Int { requests.withLock { $0.count } }

  private func enqueue(_ request: CommitRequest) {
    let isFirst = requests.withLock { requests in
      requests.append(request)
      return requests.count == 1
    }
    // Whoever finds the queue empty has it emptied; the rest ride along.
    if isFirst { commitThread.submit { self.commitWaiting() } }
  }

  /// Commits everything that waits, as one group with one sync.
  private func commitWaiting() {
    let group = requests.withLock { requests in
      let group = requests
      requests = []
      return group
    }
    guard layout?.access != .read else {
      // The graph must not run ahead, since a refresh goes on from where it stands.
      let error = StorageError(
        .readOnlyFileSystem, "the store was opened for reading", path: layout?.directory)
      for request in group { request.complete(.failure(error)) }
      return
    }
    commit(group)
  }

  private func commit(_ group: [CommitRequest]) {
    // Kept only where it is needed, since the graph is copied when it is written to meanwhile.
    let before = state.withLock { state in
      group.contains { $0.changesPayloads(of: state.graph) } ? state.graph : nil
    }
    var accepted: [(request: CommitRequest, commit: StoreCommit)] = []
    var batches: [LogBatch] = []
    for request in group {
      do {
        let time = clock()
        let (commit, entries) = try accept(request, at: time)
        accepted.append((request, commit))
        if !entries.isEmpty { batches.append(LogBatch(entries: entries, time: CommitTime(time))) }
      } catch {
        request.complete(.failure(error))
      }
    }
    guard !accepted.isEmpty else { return }
    do {
      // Also when there is nothing to write: only the log knows whether it still takes anything.
      _ = try log.append(batches)
    } catch {
      state.withLock { state in
        if let before { state.graph = before } else { state.graph.rewind(to: state.published) }
      }
      if accepted.count > 1, Self.isRefusal(error) {
        // One of them is at fault; the others are not to suffer for it.
        for (request, _) in accepted { commit([request]) }
      } else {
        for (request, _) in accepted { request.complete(.failure(error)) }
      }
      return
    }
    state.withLock { $0.published = $0.graph.position }
    for (request, commit) in accepted { request.complete(.success(commit)) }
  }

  /// Whether a log that threw this has written nothing, and goes on.
  private static func isRefusal(_ error: any Error) -> Bool {
    switch (error as? StorageError)?.kind {
    case .limitExceeded, .invalidArgument, .noSpace: true
    default: false
    }
  }

  /// Checks a request against the graph and takes it in, ahead of the log.
  private func accept(
    _ request: CommitRequest, at time: Timestamp
  ) throws -> (StoreCommit, [LogEntry]) {
    try state.withLock { state in
      let fresh = try state.graph.apply(
        request.records, checked: request.isChecked, at: time, .counting(extra: 1))
      let entries = fresh.map { index in
        let record = request.records[index]
        return LogEntry(record, isErased: state.graph.isErased(record.id))
      }
      // The graph's time, not the clock's: after the clock went back, that of the commit before.
      let commit = StoreCommit(
        position: state.graph.position, newRecords: fresh.count,
        time: fresh.isEmpty ? nil : state.graph.time)
      return (commit, entries)
    }
  }
}

extension LogEntry {
  /// The form of a record in a log.
  init(_ record: Record, isErased: Bool) {
    if isErased || record.isErased {
      self = .erased(kind: record.kindNumber, header: record.header)
    } else {
      self.init(
        kind: record.kindNumber, header: record.header, payload: record.payload,
        leaf: record.id.digest)
    }
  }
}
