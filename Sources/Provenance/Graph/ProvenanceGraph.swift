/// A provenance graph in memory, as it was known at a position.
///
/// A graph is a fold over records: it says which nodes and edges exist, what is known about them,
/// and what of it is in dispute. It is a value: a copy is O(1), `Sendable`, and never changes under
/// its holder. Copies share their tables: one of them goes on in place while the others are read, and
/// nobody waits for anybody. Writing to a copy that another has overtaken forks it off, O(n).
/// ``asOf(_:)-(Position)`` is the same graph at an earlier position.
///
/// Add your own records with ``insert(_:at:)-([Record],_)``, which refuses what is wrong. Records of
/// others (another store, an importer, a replay) come in by ``merge(_:at:)``, which keeps every
/// record: what contradicts is listed in ``conflicts``, what speaks of something that has not
/// arrived is listed in ``pending``, and any order of arrival gives the same graph.
///
/// Use a store where records must survive the process: `ProvenanceStore` in `ProvenanceStorage`.
public struct ProvenanceGraph: Sendable {
  /// The tables.
  private(set) var storage: GraphStorage
  /// What this value sees of them.
  private(set) var view: GraphView
  /// Where it sees them.
  private(set) var tables: ViewTables

  /// Makes an empty graph.
  public init() {
    self.init(GraphStorage())
  }

  /// The newest state of a storage.
  init(_ storage: GraphStorage) {
    self.storage = storage
    view = GraphView(storage, at: storage.tail)
    tables = ViewTables(storage, view)
  }
}

extension ProvenanceGraph {
  /// Changes the tables: those of this graph alone.
  ///
  /// Copies share them until one of them is written to.
  mutating func write<Result, Failure: Error>(
    _ body: (GraphStorage) throws(Failure) -> Result
  ) throws(Failure) -> Result {
    if !isKnownUniquelyReferenced(&storage) { storage = GraphStorage(sharing: storage) }
    // Tables may have moved, whatever happened to them.
    defer { tables = ViewTables(storage, view) }
    return try body(storage)
  }

  /// Sees what there was at the end of an epoch.
  mutating func moveView(to epoch: Epoch) {
    view = GraphView(storage, at: epoch)
    tables = ViewTables(storage, view)
  }
}

extension ProvenanceGraph {
  /// The position of this graph in its history.
  public var position: Position { storage.epochs[horizon].position }

  /// The arrival time of the last batch; `nil` where none was given.
  public var time: Timestamp? { storage.epochs[horizon].time }

  /// The graph as it was known at an earlier position.
  ///
  /// A position inside a batch gives the graph before that batch: no view shows half of one. A
  /// position past the end gives the graph itself. Erased payloads are erased in every view. O(log n).
  ///
  /// - Parameter position: The position.
  /// - Returns: The graph at it. Writing to that forks it off, which costs O(n).
  public func asOf(_ position: Position) -> ProvenanceGraph {
    view(at: lastEpoch { $0.position <= position })
  }

  /// The graph as it was known at a time: with the batches that had arrived by then.
  ///
  /// This is when the graph learned, not when things happened. O(log n).
  ///
  /// - Parameter time: The time. Batches that came without one count as arrived before any time.
  /// - Returns: The graph at it.
  public func asOf(_ time: Timestamp) -> ProvenanceGraph {
    view(at: lastEpoch { $0.time.map { $0 <= time } ?? true })
  }

  private func view(at epoch: Epoch) -> ProvenanceGraph {
    var graph = self
    if epoch != horizon { graph.moveView(to: epoch) }
    return graph
  }

  private func lastEpoch(_ isWithin: (EpochEnd) -> Bool) -> Epoch {
    var low = 0
    var high = Int(horizon)
    while low < high {
      let middle = (low + high + 1) / 2
      if isWithin(storage.epochs[middle]) { low = middle } else { high = middle - 1 }
    }
    return Epoch(low)
  }
}

extension ProvenanceGraph {
  /// Adds one record of this process's own.
  ///
  /// - Parameters:
  ///   - record: The record; one that is known already changes nothing.
  ///   - time: When it arrives, for ``asOf(_:)-(Timestamp)``.
  /// - Returns: Whether it was new.
  /// - Throws: ``GraphError``; the graph is then unchanged.
  @discardableResult
  public mutating func insert(
    _ record: Record, at time: Timestamp? = nil
  ) throws(GraphError) -> Bool {
    try insert([record], at: time) == 1
  }

  /// Adds a batch of records of this process's own: all of them or, if it throws, none.
  ///
  /// Within the batch their order does not matter. Expected O(batch) where every edge leads from a
  /// node of the batch; an edge between nodes that are both known is searched for a cycle.
  ///
  /// - Parameters:
  ///   - records: The records; those known already change nothing.
  ///   - time: When they arrive, for ``asOf(_:)-(Timestamp)``.
  /// - Returns: How many were new.
  /// - Throws: ``GraphError`` that names the record at fault; the graph is then unchanged.
  @discardableResult
  public mutating func insert(
    _ records: [Record], at time: Timestamp? = nil
  ) throws(GraphError) -> Int {
    try apply(records, .insert, time: time, .counting(extra: 0)).count
  }

  /// Adds records of others: every one is kept, whatever the order and however often it arrives.
  ///
  /// - Parameters:
  ///   - records: The records.
  ///   - time: When they arrive, for ``asOf(_:)-(Timestamp)``.
  /// - Returns: How many were new.
  /// - Throws: ``GraphError`` only for ``GraphError/Kind/tooManyNodes(limit:)``; the graph is then
  ///   unchanged.
  @discardableResult
  public mutating func merge(
    _ records: [Record], at time: Timestamp? = nil
  ) throws(GraphError) -> Int {
    try apply(records, .merge, time: time, .counting(extra: 0)).count
  }

  mutating func apply(
    _ records: [Record], _ policy: ArrivalPolicy, time: Timestamp?, _ end: BatchEnd,
    nodeLimit: Int = Limits.nodes
  ) throws(GraphError) -> [Int] {
    let start = horizon
    if start == storage.tail, storage.claim.take(behind: start) {
      let fresh = try write { storage throws(GraphError) in
        try storage.apply(records, policy, time: time, end, nodeLimit: nodeLimit)
      }
      if let fresh {
        moveView(to: storage.tail)
        return fresh
      }
    }
    // Another copy was first, or the batch must be tried out: on tables of this graph's own.
    let fork = storage.fork(at: start)
    _ = fork.claim.take(behind: start)
    let fresh: [Int]
    if let known = try fork.apply(records, policy, time: time, end, nodeLimit: nodeLimit) {
      fresh = known
    } else {
      fresh = try fork.applyOnTrial(records, time: time, end)
    }
    storage = fork
    moveView(to: storage.tail)
    return fresh
  }
}

// MARK: - For stores

/// How the position at the end of a batch is found.
package enum BatchEnd: Sendable {
  /// One entry for each record that was new and, if any was, some more for what the log adds.
  case counting(extra: UInt64)
  /// At a known place, even if no record was new.
  case at(Position)

  /// Whether the batch has an end even if no record was new.
  var isKnown: Bool {
    if case .at = self { true } else { false }
  }
}

extension ProvenanceGraph {
  /// Takes in a batch whose place in a log is known.
  ///
  /// - Parameters:
  ///   - records: The records.
  ///   - checked: Whether to refuse what is wrong, as ``insert(_:at:)-([Record],_)`` does, or to keep it.
  ///   - time: When it was committed.
  ///   - end: What its end position is.
  /// - Returns: The positions in the batch of the records that were new, ascending.
  /// - Throws: ``GraphError``; the graph is then unchanged.
  package mutating func apply(
    _ records: [Record], checked: Bool, at time: Timestamp?, _ end: BatchEnd
  ) throws(GraphError) -> [Int] {
    try apply(records, checked ? .insert : .merge, time: time, end)
  }

  /// Whether a tombstone keeps a record's payload out.
  package func isErased(_ id: RecordID) -> Bool { storage.tombstones[id] != nil }
}
