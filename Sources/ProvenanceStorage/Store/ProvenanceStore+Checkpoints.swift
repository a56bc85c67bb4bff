import Provenance

/// Writes the checkpoints of a store that was opened for writing, on a thread of its own.
final class CheckpointKeeper: Sendable {
  private let files: CheckpointFiles
  private let store: UniqueID
  private let thread: WorkerThread
  private let pause = Pause()
  private let state: Lock<State>
  /// The fewest bytes of log between two checkpoints.
  private let interval: UInt64

  struct State: Sendable {
    var report = CheckpointReport()
    /// Bytes of the log since the newest checkpoint, about.
    var bytesSince: UInt64
    var isWriting = false
    var memory: ImageMemory?
  }

  init(
    _ files: CheckpointFiles, _ store: UniqueID, interval: UInt64, report: CheckpointReport,
    bytesSince: UInt64, memory: ImageMemory?
  ) throws {
    self.files = files
    self.store = store
    self.interval = interval
    thread = try WorkerThread(isLazy: true)
    state = Lock(State(report: report, bytesSince: bytesSince, memory: memory))
    if let memory {
      thread.submit { [pause] in
        // First whoever opened the store gets an answer; a short look at it needs no more.
        if pause.wait(nanoseconds: 100_000_000) { return }
        for page in 0..<memory.pageCount where !pause.hasEnded { memory.verify(page: page) }
      }
    }
  }

  /// Ends the verification of pages that nobody has read.
  func end() { pause.end() }

  /// Waits until a checkpoint that is being written is there.
  func finishWriting() {
    if state.withLock({ $0.isWriting }) { finish() }
  }

  var report: CheckpointReport {
    state.withLock { state in
      var report = state.report
      report.repairedPages = state.memory?.repairCount ?? 0
      return report
    }
  }

  /// Notes that the log has grown; true when it is time for a checkpoint.
  func note(bytes: UInt64) -> Bool {
    state.withLock { state in
      state.bytesSince += bytes
      return isDue(state)
    }
  }

  /// Whether the log has grown by as much as pays for another checkpoint.
  ///
  /// By a quarter of the last one, so that all of them together cost a few times the last.
  private func isDue(_ state: State) -> Bool {
    !state.isWriting && interval < .max
      && state.bytesSince >= max(interval, state.report.byteCount / 4)
  }

  var isDue: Bool { state.withLock { isDue($0) } }

  /// Writes a checkpoint in the background, unless one is being written.
  func schedule(_ graph: ProvenanceGraph, _ resumption: LogResumption, generation: UInt64) {
    let starts = state.withLock { state in
      defer { state.isWriting = true }
      return !state.isWriting
    }
    guard starts else { return }
    thread.submit { [self] in _ = try? write(graph, resumption, generation: generation) }
  }

  /// Writes a checkpoint.
  func write(
    _ graph: ProvenanceGraph, _ resumption: LogResumption, generation: UInt64
  ) throws {
    let growth = state.withLock { state in
      state.isWriting = true
      return state.bytesSince
    }
    let result = Result {
      try files.write(
        graph,
        CheckpointHeader(store: store, generation: generation, resumption: resumption))
    }
    state.withLock { state in
      state.isWriting = false
      switch result {
      case .success(let size):
        state.report.position = graph.position
        state.report.byteCount = size
        state.report.failure = nil
        state.bytesSince -= min(growth, state.bytesSince)
      case .failure(let error):
        state.report.failure = error as? StorageError ?? StorageError(.io, "\(error)")
        // Not at once again: what failed now would fail after the next commit too.
        state.bytesSince = 0
      }
    }
    _ = try result.get()
  }

  /// Waits until nothing is being written, and takes every checkpoint for gone.
  ///
  /// - Returns: Whether there was one.
  func forget() -> Bool {
    finish()
    return state.withLock { state in
      let hadOne = state.report.position != nil
      state.report.position = nil
      state.report.byteCount = 0
      return hadOne
    }
  }

  /// Waits until nothing is being written.
  func finish() {
    let promise = Promise<Void>()
    thread.submit { promise.fulfil(.success(())) }
    try? promise.wait()
  }
}

extension ProvenanceStore {
  /// What became of the checkpoints that this store wrote.
  public var checkpointReport: CheckpointReport { checkpoints?.report ?? CheckpointReport() }

  /// Writes a checkpoint of the graph as it is now, so that the next opening need not read the log.
  ///
  /// The store does this by itself, in the background when the log has grown by enough, and when it is
  /// closed. O(n); commits go on meanwhile. Does nothing for a store that is not a directory opened for
  /// writing.
  ///
  /// - Throws: ``StorageError`` when it cannot be written; the store is as usable as before.
  public func writeCheckpoint() throws {
    guard let checkpoints, layout?.access == .write else { return }
    let state = try waitAtRest { self.checkpointState() }
    guard let state else { return }
    let promise = Promise<Void>()
    checkpoints.submit {
      promise.fulfil(
        Result {
          try checkpoints.write(state.graph, state.resumption, generation: state.generation)
        })
    }
    try promise.wait()
  }

  /// Writes a checkpoint of the graph as it is now, and suspends until it is there.
  ///
  /// - Throws: As the waiting form.
  public func writeCheckpoint() async throws {
    guard checkpoints != nil, layout?.access == .write else { return }
    let state = try await whileAtRest { self.checkpointState() }
    guard let state, let checkpoints else { return }
    try await withCheckedThrowingContinuation { continuation in
      checkpoints.submit {
        continuation.resume(
          with: Result {
            try checkpoints.write(
              state.graph, state.resumption, generation: state.generation)
          })
      }
    }
  }

  /// The graph, and the place in the log behind what it shows; for who commits.
  func checkpointState() -> (
    graph: ProvenanceGraph, resumption: LogResumption, generation: UInt64
  )? {
    guard let log = log as? DirectoryRecordLog else { return nil }
    let (graph, resumption) = (graph, log.resumption)
    guard graph.position.count == resumption.chain.tree.size else { return nil }
    return (graph, resumption, log.generation)
  }

  /// Has a checkpoint written when the log has grown by enough; for who commits.
  func noteGrowth(_ batches: [LogBatch]) {
    guard let checkpoints else { return }
    var bytes = 0
    for batch in batches {
      for entry in batch.entries { bytes += entry.header.count + entry.payload.count + 72 }
    }
    guard checkpoints.note(bytes: UInt64(bytes)), let state = checkpointState() else { return }
    checkpoints.schedule(state.graph, state.resumption, generation: state.generation)
  }

  /// Writes the last checkpoint, if one pays.
  func closeCheckpoints() {
    // Threads stay behind in the parent: a child would wait for ever.
    guard let checkpoints, (try? commitThread.checkProcess()) != nil else { return }
    checkpoints.end()
    checkpoints.finishWriting()
    guard checkpoints.isDue, let state = checkpointState() else { return }
    try? checkpoints.write(state.graph, state.resumption, generation: state.generation)
  }
}

/// Lets a thread wait for some time, or until it is to end.
private final class Pause: @unchecked Sendable {
  private let monitor = Monitor()
  private var isEnded = false

  var hasEnded: Bool { monitor.locked { isEnded } }

  /// Waits so many nanoseconds, and returns whether it has ended.
  func wait(nanoseconds: UInt64) -> Bool {
    monitor.locked {
      if !isEnded { monitor.wait(nanoseconds: nanoseconds) }
      return isEnded
    }
  }

  func end() {
    monitor.locked { isEnded = true }
    monitor.signal()
  }
}

extension CheckpointKeeper {
  func submit(_ job: @escaping @Sendable () -> Void) { thread.submit(job) }
}
