/// What becomes of a record that contradicts or exceeds what the graph holds.
enum ArrivalPolicy: Sendable {
  /// A local insert: refuse the batch with an error.
  case insert
  /// Merge, replay and import: keep the record; dispute cycles, let the rest wait.
  case merge
}

/// The edges of a batch that closed a cycle when they became live.
struct Suspects {
  /// Whether to set their cycles aside.
  ///
  /// If not, the batch is to be refused at the first.
  var areDisputed: Bool
  /// Each with the record of the batch that made it live.
  var found: [(row: EdgeIndex, index: Int)] = []

  var areFinal: Bool { !areDisputed && !found.isEmpty }
}

extension GraphStorage {
  /// Takes in a batch: all of it or, if it throws, nothing.
  ///
  /// - Parameters:
  ///   - records: The records, in any order.
  ///   - policy: What to do about contradictions.
  ///   - time: When the batch arrived; earlier than the one before counts as the same.
  ///   - end: What the position after it is.
  ///   - nodeLimit: The most nodes.
  /// - Returns: The positions in the batch of the records that were new, ascending.
  /// - Throws: ``GraphError``.
  mutating func apply(
    _ records: [Record], _ policy: ArrivalPolicy, time: Timestamp?, _ end: BatchEnd,
    nodeLimit: Int
  ) throws(GraphError) -> [Int] {
    try checkNodeCount(records, limit: nodeLimit)
    if policy == .insert { try check(records) }
    let start = tail
    var arrived: [Bool] = []
    do throws(GraphError) {
      arrived = try absorb(records, policy)
    } catch {
      rewind(to: start)
      throw error
    }
    let fresh = arrived.indices.filter { arrived[$0] }
    let last = epochs[epochs.count - 1]
    let position: Position
    switch end {
    case .at(let known): position = known
    case .counting(let extra):
      guard !fresh.isEmpty else { return [] }
      position = Position(last.position.count + UInt64(fresh.count) + extra)
    }
    for index in fresh {
      if case .tombstone(let tombstone) = records[index].content { erase(tombstone.target) }
    }
    let moment =
      switch (last.time, time) {
      case (let before?, let now?): max(before, now)
      case (let before, let now): now ?? before
      }
    epochs.append(EpochEnd(position: position, time: moment))
    return fresh
  }

  private func checkNodeCount(_ records: [Record], limit: Int) throws(GraphError) {
    guard nodes.count + records.count > limit else { return }
    var added: Set<NodeID> = []
    for (index, record) in records.enumerated() {
      guard case .node(let node) = record.content, nodes.row(of: node.node.id) == nil else {
        continue
      }
      added.insert(node.node.id)
      if nodes.count + added.count > limit {
        throw GraphError(.tooManyNodes(limit: limit), at: index)
      }
    }
  }

  /// Nodes first, so that within a batch the order of records does not matter.
  ///
  /// For the same reason a cycle counts only if it is still there when all of the batch is: a later
  /// record may retract an edge of it.
  private mutating func absorb(
    _ records: [Record], _ policy: ArrivalPolicy
  ) throws(GraphError) -> [Bool] {
    let mayRetract = records.contains {
      if case .retraction = $0.content { true } else { false }
    }
    var suspects = Suspects(areDisputed: policy == .merge || mayRetract)
    let arrived = absorb(records, &suspects)
    guard policy == .insert else { return arrived }
    for (row, index) in suspects.found {
      guard let closing = suspects.areFinal ? row : edgeOfBatch(onCyclesOf: row) else { continue }
      let path = cycle(over: closing).map { nodes.ids[Int($0)] }
      throw GraphError(.cycle(edge(closing), path: path), at: index)
    }
    return arrived
  }

  private mutating func absorb(_ records: [Record], _ suspects: inout Suspects) -> [Bool] {
    var arrived = [Bool](repeating: false, count: records.count)
    for (index, record) in records.enumerated() {
      if case .node(let record) = record.content { arrived[index] = add(record.node) }
    }
    for (index, record) in records.enumerated() where !suspects.areFinal {
      switch record.content {
      case .node(let node):
        for edge in node.edges where !suspects.areFinal {
          if add(edge, index, &suspects) { arrived[index] = true }
        }
      case .edge(let edge):
        arrived[index] = add(edge, index, &suspects)
      case .annotation(let annotation):
        arrived[index] = add(annotation, record.id)
      case .retraction(let retraction):
        arrived[index] = add(retraction, record.id, index, &suspects)
      case .tombstone(let tombstone):
        guard note(record.id, .tombstone) else { continue }
        if tombstones[tombstone.target] == nil { tombstones[tombstone.target] = current }
        arrived[index] = true
      case .unknown(let unknown):
        guard note(record.id, .unknown) else { continue }
        self.unknown.append((record.id, unknown, current))
        arrived[index] = true
      }
    }
    return arrived
  }

  mutating func note(_ id: RecordID, _ place: RecordPlace) -> Bool {
    guard places[id] == nil else { return false }
    places[id] = place
    arrivals.append((id, current))
    return true
  }
}

// MARK: - Nodes and edges

extension GraphStorage {
  private mutating func add(_ node: Node) -> Bool {
    guard nodes.row(of: node.id) == nil else { return false }
    let row = nodes.append(node, epoch: current)
    edges.addNode()
    for order in orders.indices { orders[order].addNode() }
    if let digest = node.contentDigest { annotations.noteContent(digest, of: row) }
    if retractions.covers(.node(node.id)) {
      nodes.status.set(row, .retracted, at: current, birth: current)
    }
    for fact in pending.resolve(.node(node.id), at: current) {
      switch fact {
      case .edge(let edge): merge(edge)
      case .annotation(let id, let annotation): attach(annotation, id)
      }
    }
    return true
  }

  /// Adds an edge that waited: it was kept before, so it cannot be refused now.
  private mutating func merge(_ edge: Edge) {
    var ignored = Suspects(areDisputed: true)
    _ = add(edge, 0, &ignored)
  }

  private mutating func add(_ edge: Edge, _ index: Int, _ suspects: inout Suspects) -> Bool {
    guard let effect = nodes.row(of: edge.effect), let cause = nodes.row(of: edge.cause) else {
      guard !pending.waits(edge) else { return false }
      let missing = nodes.row(of: edge.effect) == nil ? edge.effect : edge.cause
      pending.append(.edge(edge), for: .node(missing), epoch: current)
      return true
    }
    guard edges.find(effect: effect, edge.kind, cause: cause, role: edge.role) == nil else {
      return false
    }
    var status: Status = []
    if !edge.kind.allows(from: nodes.kinds[Int(effect)], to: nodes.kinds[Int(cause)]) {
      status.insert(.forbidden)
    }
    if retractions.covers(.edge(edge)) { status.insert(.retracted) }
    if isHidden(effect) || isHidden(cause) { status.insert(.endpointHidden) }
    let row = edges.append(
      effect: effect, edge.kind, cause: cause, role: edge.role, status: status, epoch: current)
    if status == [] { settle(row, index, &suspects) }
    for fact in pending.resolve(.edge(edge), at: current) {
      if case .annotation(let id, let annotation) = fact { attach(annotation, id) }
    }
    return true
  }

  /// Gives an edge that became live its place, or sets it aside.
  mutating func settle(_ row: EdgeIndex, _ index: Int, _ suspects: inout Suspects) {
    guard closesCycle(row) else { return }
    suspects.found.append((row, index))
    if suspects.areDisputed { dispute(row) }
  }

  func isHidden(_ node: NodeIndex) -> Bool { nodes.status[node].contains(.retracted) }
}
