/// What becomes of a record that contradicts or exceeds what the graph holds.
enum ArrivalPolicy: Sendable {
  /// A local insert: refuse the batch with an error.
  case insert
  /// Merge, replay and import: keep the record; dispute cycles, let the rest wait.
  case merge
}

extension GraphStorage {
  /// Takes in a batch: all of it or, if it throws, nothing.
  ///
  /// The writer's claim has been taken.
  ///
  /// - Parameters:
  ///   - records: The records, in any order.
  ///   - policy: What to do about contradictions.
  ///   - time: When the batch arrived; earlier than the one before counts as the same.
  ///   - end: What the position after it is.
  ///   - nodeLimit: The most nodes.
  /// - Returns: The positions in the batch of the records that were new, ascending; `nil` if the batch
  ///   must be tried out on a fork (``applyOnTrial(_:time:_:)``).
  /// - Throws: ``GraphError``.
  func apply(
    _ records: [Record], _ policy: ArrivalPolicy, time: Timestamp?, _ end: BatchEnd,
    nodeLimit: Int
  ) throws(GraphError) -> [Int]? {
    let start = tail
    // Where no batch was added, the place behind the end is free again: for this storage, since it may
    // have noted names there.
    defer { if tail == start { claim = WriterClaim(end: start) } }
    if records.count == 1, absorbOrdinary(records[0], nodeLimit: nodeLimit) {
      endEpoch(time, end, fresh: 1)
      return [0]
    }
    if records.count > 1,
      let fresh = try absorbOrdinary(records, policy, nodeLimit: nodeLimit)
    {
      if !fresh.isEmpty || end.isKnown { endEpoch(time, end, fresh: fresh.count) }
      return fresh
    }
    try checkNodeCount(records, limit: nodeLimit)
    if policy == .insert {
      try check(records)
      if mayCloseCycles(records), try !checkCycles(records) { return nil }
    }
    return absorb(records, time, end).fresh
  }

  /// Takes in a batch whose retractions decide whether its edges close cycles.
  ///
  /// - Returns: The positions in the batch of the records that were new, ascending.
  /// - Throws: ``GraphError`` if they do; this storage is then to be thrown away.
  func applyOnTrial(
    _ records: [Record], time: Timestamp?, _ end: BatchEnd
  ) throws(GraphError) -> [Int] {
    _ = claim.take(behind: tail)
    let (fresh, suspects) = absorb(records, time, end) { trial, suspects in
      suspects.found.compactMap { edge, index in
        trial.edgeOfBatch(onCyclesOf: edge).map { closing in
          let path = trial.cycle(over: closing).map { trial.nodes.ids[trial.vertices.row(of: $0)] }
          let edge = trial.edge(trial.key(closing))
          // The record that brought it, or else the one that showed it again.
          let own = records.firstIndex { $0.brings(edge) } ?? index
          return GraphError(.cycle(edge, path: path), at: own ?? 0)
        }
      }
    }
    if let error = suspects.first { throw error }
    return fresh
  }

  private func checkNodeCount(_ records: [Record], limit: Int) throws(GraphError) {
    guard nodes.count + records.count > limit else { return }
    var added: Set<NodeID> = []
    for (index, record) in records.enumerated() {
      guard case .node(let node) = record.content, row(of: node.node.id) == nil else {
        continue
      }
      added.insert(node.node.id)
      if nodes.count + added.count > limit {
        throw GraphError(.tooManyNodes(limit: limit), at: index)
      }
    }
  }

  private func absorb(
    _ records: [Record], _ time: Timestamp?, _ end: BatchEnd,
    inspect: ((GraphStorage, Suspects) -> [GraphError])? = nil
  ) -> (fresh: [Int], errors: [GraphError]) {
    var batch = Batch(recordCount: records.count)
    absorbNodes(records, &batch)
    absorbEdges(records, &batch)
    absorbStatements(records, &batch)
    let errors = inspect?(self, batch.suspects) ?? []
    let fresh = batch.arrived.indices.filter { batch.arrived[$0] }
    if fresh.isEmpty, !end.isKnown { return ([], errors) }
    for index in fresh {
      if case .tombstone(let tombstone) = records[index].content { erase(tombstone.target) }
    }
    endEpoch(time, end, fresh: fresh.count)
    return (fresh, errors)
  }

  /// Notes what there is at the end of a batch.
  func endEpoch(_ time: Timestamp?, _ end: BatchEnd, fresh: Int) {
    let last = epochs[tail]
    let position =
      switch end {
      case .at(let known): known
      case .counting(let extra): Position(last.position.count + UInt64(fresh) + extra)
      }
    let moment =
      switch (last.time, time) {
      case (let before?, let now?): max(before, now)
      case (let before, let now): now ?? before
      }
    epochs.append(
      EpochEnd(
        position: position, time: moment, rows: UInt32(nodes.count),
        vertices: UInt32(topology.vertexCount), lateEdges: UInt32(topology.late.count)))
  }

  func note(_ id: RecordID, _ place: RecordPlace) -> Bool {
    guard self.place(of: id) == nil else { return false }
    places[id] = place
    arrivals.append(Arrival(id: id, epoch: current))
    return true
  }
}

extension Record {
  /// Whether this is the record of an edge, or of a node with it.
  fileprivate func brings(_ edge: Edge) -> Bool {
    switch content {
    case .node(let node): node.edges.contains(edge)
    case .edge(let own): own == edge
    default: false
    }
  }
}
