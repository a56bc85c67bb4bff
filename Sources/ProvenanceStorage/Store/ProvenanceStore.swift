public import Provenance

/// A durable store of provenance: a record log, an object store, and the graph that the log tells.
///
/// Records are committed in atomic batches; when `commit(_:)` returns, they survive a
/// crash and a power failure. ``graph`` is a value that readers hold and use without waiting for
/// anyone. There is one writer; calls from many threads are gathered, and those that come together
/// share one sync.
///
///     let store = try ProvenanceStore.open(at: "lineage")
///     try store.commit([Record(dataset), Record(run, edges: [run.used(dataset)])])
///     let upstream = try store.graph.ancestors(of: run)
///
/// The `async` methods suspend, and what blocks is done on a thread of the store's own; the others
/// block, and a caller that nobody is before commits by itself.
public final class ProvenanceStore: Sendable {
  /// The log that the store writes to.
  package let log: any RecordLog
  /// Where the bytes of artifacts are kept.
  public let objects: any ObjectStore
  /// What recovery had to cut off when the store was opened; `nil` for a store closed in order.
  public let recovery: RecoveryReport?
  /// How the store was opened: from a checkpoint, or by reading the whole log.
  public let opening: OpeningReport
  let checkpoints: CheckpointKeeper?
  let layout: StoreLayout?
  let clock: @Sendable () -> Timestamp
  /// The graph that takes in what is to be committed, ahead of what is durable; that of who
  /// commits, or of a call to ``refresh()``; never held while the disk is waited for.
  let working: Lock<ProvenanceGraph>
  let state: Lock<State>
  let requests = Lock(CommitQueue())
  /// Held, and true, while spools are merged: what one call removes, another must not open.
  let spoolTurn = Lock(false)
  /// Those that wait for commits.
  let followers = Followers()
  /// The bytes of the objects, or more; `nil` until a quota asks for them.
  let objectUsage = Lock<UInt64?>(nil)
  /// The leaves of the log, as far as a proof has asked for them.
  let tiles = Lock(MerkleTiles())
  let witnesses = Lock(WitnessBoard())
  let commitThread: WorkerThread
  let objectThread: WorkerThread

  /// Opens a store over any log and object store.
  ///
  /// O(log): the graph is told from the log.
  ///
  /// - Parameters:
  ///   - log: The log; the store is the only one to write to it.
  ///   - objects: The object store.
  ///   - clock: The clock that dates commits.
  /// - Throws: ``StorageError``; `corrupt` where the log holds what is no record.
  public convenience init(
    log: any RecordLog, objects: any ObjectStore,
    clock: @escaping @Sendable () -> Timestamp = SystemClock.now
  ) throws {
    try self.init(
      log: log, objects: objects, clock: clock, layout: nil, recovery: nil,
      base: ProvenanceGraph())
  }

  init(
    log: any RecordLog, objects: any ObjectStore, clock: @escaping @Sendable () -> Timestamp,
    layout: StoreLayout?, recovery: RecoveryReport?, base: ProvenanceGraph,
    from sequence: UInt64 = 0, opening: OpeningReport = OpeningReport(),
    memory: ImageMemory? = nil
  ) throws {
    SystemSHA256.hashIds()
    var (graph, opening) = (base, opening)
    let replayed = try graph.replay(log, from: sequence)
    opening.replayedRecords = replayed.records
    self.opening = opening
    checkpoints = try layout?.keeper(log, opening, replayed.bytes, memory)
    self.log = log
    self.objects = objects
    self.clock = clock
    self.layout = layout
    self.recovery = recovery
    working = Lock(graph)
    state = Lock(State(graph))
    commitThread = try WorkerThread(isLazy: true)
    objectThread = try WorkerThread(isLazy: true)
  }

  /// A store that lives in memory: for tests and short lives.
  ///
  /// - Parameter clock: The clock that dates commits.
  /// - Returns: An empty store.
  /// - Throws: ``StorageError`` when the system gives no thread.
  public static func inMemory(
    clock: @escaping @Sendable () -> Timestamp = SystemClock.now
  ) throws -> ProvenanceStore {
    try ProvenanceStore(log: MemoryRecordLog(), objects: MemoryObjectStore(), clock: clock)
  }
}

extension ProvenanceStore {
  /// The size and root of the log's Merkle tree after the last durable commit.
  public var head: LogHead { log.head }
}

extension ProvenanceGraph {
  /// Takes in what a log holds from a sequence number on.
  ///
  /// - Parameters:
  ///   - log: The log.
  ///   - sequence: Where to start.
  ///   - end: Where to stop: behind the last transaction that ends there or before.
  ///   - keepingPosition: Whether the graph's position is to stay what it is.
  /// - Returns: How many records were read, and about how many bytes they take in the log.
  /// - Throws: ``StorageError``.
  @discardableResult
  mutating func replay(
    _ log: some RecordLog, from sequence: UInt64, upTo end: UInt64 = .max,
    keepingPosition: Bool = false
  ) throws -> (records: Int, bytes: UInt64) {
    var graph = self
    self = ProvenanceGraph()
    defer { self = graph }
    var read = (records: 0, bytes: UInt64(0))
    try log.read(from: sequence) { transaction in
      guard transaction.nextSequence <= end else { return false }
      let records = try transaction.records()
      let end = keepingPosition ? graph.position : Position(transaction.nextSequence)
      do throws(GraphError) {
        _ = try graph.apply(
          records, checked: false, at: Timestamp(transaction.time), .at(end))
      } catch {
        throw StorageError(
          .limitExceeded, error.description, sequences: transaction.sequences)
      }
      read.records += records.count
      for entry in transaction.entries {
        read.bytes += UInt64(entry.header.count + entry.payload.count + 72)
      }
      return true
    }
    return read
  }
}

extension LogTransaction {
  /// The records of the transaction.
  ///
  /// - Throws: ``StorageError`` with `corrupt` that names the entry that is no record.
  package func records() throws -> [Record] {
    var records: [Record] = []
    records.reserveCapacity(entries.count)
    for (index, entry) in entries.enumerated() {
      do throws(RecordError) {
        records.append(try Record(header: entry.header, payload: entry.payload))
      } catch {
        let sequence = firstSequence + UInt64(index)
        throw StorageError(
          .corrupt, "an entry is no record: \(error)", sequences: sequence..<sequence + 1)
      }
    }
    return records
  }
}

extension Timestamp {
  init?(_ time: CommitTime) {
    self.init(seconds: time.seconds, nanoseconds: Int(time.nanoseconds))
  }
}

extension CommitTime {
  init(_ time: Timestamp) {
    self.init(seconds: time.seconds, nanoseconds: UInt32(time.nanoseconds))
  }
}
