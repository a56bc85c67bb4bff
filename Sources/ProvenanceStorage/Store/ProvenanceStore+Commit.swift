public import Provenance

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
  /// - Throws: ``StorageError``, as `commit(_:)`.
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
    let request = CommitRequest(
      records: records, isChecked: isChecked, complete: promise.fulfil)
    // A caller that finds nobody at work commits by itself: to wake another thread, and to be woken
    // by it, would take half as long again as the device.
    if requests.withLock({ $0.begin(request) }) {
      commitGroup([request])
      if !requests.withLock({ $0.end() }) { commitThread.submit { self.commitWaiting() } }
    }
    return try promise.wait()
  }

  private func suspend(_ records: [Record], isChecked: Bool) async throws -> StoreCommit {
    try commitThread.checkProcess()
    return try await withCheckedThrowingContinuation { continuation in
      let request = CommitRequest(records: records, isChecked: isChecked) {
        continuation.resume(with: $0)
      }
      if requests.withLock({ $0.enqueue(request) }) {
        commitThread.submit { self.commitWaiting() }
      }
    }
  }

  /// Runs something between two commits, and waits for it.
  func waitAtRest<T: Sendable>(_ body: @escaping @Sendable () throws -> T) throws -> T {
    try commitThread.checkProcess()
    let promise = Promise<T>()
    let request = CommitRequest(records: [], isChecked: false) { result in
      promise.fulfil(
        Result {
          _ = try result.get()
          return try body()
        })
    }
    if requests.withLock({ $0.enqueue(request) }) {
      commitThread.submit { self.commitWaiting() }
    }
    return try promise.wait()
  }

  /// Runs something between two commits, on the store's own thread or on that of who commits.
  func whileAtRest<T: Sendable>(
    _ body: @escaping @Sendable () throws -> T
  ) async throws -> T {
    try commitThread.checkProcess()
    return try await withCheckedThrowingContinuation { continuation in
      let request = CommitRequest(records: [], isChecked: false) { result in
        continuation.resume(
          with: Result {
            _ = try result.get()
            return try body()
          })
      }
      if requests.withLock({ $0.enqueue(request) }) {
        commitThread.submit { self.commitWaiting() }
      }
    }
  }

  /// How many calls wait for the commit under way to end.
  package var waitingCommitCount: Int { requests.withLock { $0.waiting.count } }

  /// Commits what waits, as one group with one sync, until nothing does.
  private func commitWaiting() {
    while let group = requests.withLock({ $0.next() }) {
      commitGroup(group)
      awaitCallers(group.count)
    }
  }

  /// Gives way while the callers of a group, just woken, come back with their next commits: otherwise
  /// the first of them would have a sync for itself, and all others would wait for it.
  ///
  /// No clock and no sleep: it ends when none came while others could run.
  private func awaitCallers(_ count: Int) {
    guard count > 1 else { return }
    var waiting = waitingCommitCount
    var turns = 0
    while waiting < count, turns < Self.idleTurns {
      SystemCalls.giveWay()
      let now = waitingCommitCount
      turns = now == waiting ? turns + 1 : 0
      waiting = now
    }
  }

  /// How often others may run without one of them committing; a few microseconds when none wants to.
  private static var idleTurns: Int { 16 }

  private func commitGroup(_ group: [CommitRequest]) {
    guard layout?.access != .read else {
      // The graph must not run ahead, since a refresh goes on from where it stands.
      let error = StorageError(
        .readOnlyFileSystem, "the store was opened for reading", path: layout?.directory)
      for request in group { request.complete(.failure(error)) }
      return
    }
    withdrawUnread(before: group)
    commit(group)
  }

  private func commit(_ group: [CommitRequest]) {
    var accepted: [(request: CommitRequest, commit: StoreCommit)] = []
    var batches: [LogBatch] = []
    var erased: Set<RecordID> = []
    for request in group {
      do {
        let time = clock()
        let (commit, entries, targets) = try accept(request, at: time)
        erased.formUnion(targets)
        accepted.append((request, commit))
        if !entries.isEmpty { batches.append(LogBatch(entries: entries, time: CommitTime(time))) }
      } catch {
        request.complete(.failure(error))
      }
    }
    guard !accepted.isEmpty else { return }
    do {
      try checkQuota(batches)
      try prepareErasure(batches, erased)
      // Also when there is nothing to write: only the log knows whether it still takes anything.
      _ = try log.append(batches)
    } catch {
      // The next batch forks off from here, since what was taken in cannot be taken back.
      working.withLock { $0 = published(from: $0) }
      if accepted.count > 1, Self.isRefusal(error) {
        // One of them is at fault; the others are not to suffer for it.
        for (request, _) in accepted { commit([request]) }
      } else {
        for (request, _) in accepted { request.complete(.failure(error)) }
      }
      return
    }
    working.withLock { publish($0) }
    noteGrowth(batches)
    if !batches.isEmpty { headMoved() }
    let erasing = Result { try finishErasure(erased) }
    for (request, commit) in accepted { request.complete(erasing.map { commit }) }
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
  ) throws -> (StoreCommit, [LogEntry], erased: [RecordID]) {
    try working.withLock { working in
      let records = try Self.permitted(request, in: working)
      let fresh = try working.apply(
        records, checked: request.isChecked, at: time, .counting(extra: 1))
      let entries = fresh.map { index in
        let record = records[index]
        return LogEntry(record, isErased: working.isErased(record.id))
      }
      // The graph's time, not the clock's: after the clock went back, that of the commit before.
      let commit = StoreCommit(
        position: working.position, newRecords: fresh.count,
        time: fresh.isEmpty ? nil : working.time)
      return (commit, entries, fresh.compactMap { records[$0].tombstoneTarget })
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
