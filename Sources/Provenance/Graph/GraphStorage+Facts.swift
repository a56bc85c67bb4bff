// The nodes and edges of a batch.

extension GraphStorage {
  /// Nodes first, so that within a batch the order of records does not matter.
  func absorbNodes(_ records: [Record], _ batch: inout Batch) {
    for (index, record) in records.enumerated() {
      guard case .node(let record) = record.content, row(of: record.node.id) == nil else {
        continue
      }
      let row = append(record.node)
      vertices.addRow()
      batch.arrived[index] = true
      batch.newRows.append(row)
      batch.lists[row] = Batch.List()
      if retractions.covers(.node(record.node.id)) {
        nodeStatus.set(row, .retracted, at: current)
      }
      for fact in pending.resolve(.node(record.node.id), at: current) {
        batch.resolved.append(fact)
      }
    }
  }
}

extension GraphStorage {
  func absorbEdges(_ records: [Record], _ batch: inout Batch) {
    // What waited was known before the batch.
    var next = 0
    while next < batch.resolved.count {
      if case .edge(let edge) = batch.resolved[next] {
        _ = add(edge, from: row(of: edge.effect), nil, &batch)
      }
      next += 1
    }
    for (index, record) in records.enumerated() {
      switch record.content {
      case .node(let node):
        guard !node.edges.isEmpty, let row = row(of: node.node.id) else { continue }
        for edge in node.edges where add(edge, from: row, index, &batch) {
          batch.arrived[index] = true
        }
      case .edge(let edge):
        if add(edge, from: row(of: edge.effect), index, &batch) {
          batch.arrived[index] = true
        }
      default: break
      }
    }
    place(&batch)
    addLate(&batch)
    for fact in batch.resolved {
      if case .annotation(let id, let annotation) = fact { attach(annotation, id) }
    }
  }

  /// Sorts an edge of the batch into the lists.
  ///
  /// - Returns: Whether it was new.
  private func add(
    _ edge: Edge, from effect: NodeIndex?, _ index: Int?, _ batch: inout Batch
  ) -> Bool {
    guard let effect, let cause = row(of: edge.cause) else {
      guard !pending.waits(edge) else { return false }
      let missing = effect == nil ? edge.effect : edge.cause
      pending.append(.edge(edge), for: .node(missing), epoch: current)
      return true
    }
    let role = edge.role.map { roleNames.intern($0) } ?? EdgeRef.noRole
    let key = EdgeKey(effect: effect, cause: cause, kind: edge.kind, role: role)
    if vertices.vertex(of: effect) == VertexMap.none, effect != cause {
      guard list(key, index, &batch) else { return false }
    } else {
      guard !isRecorded(key), batch.lateKeys.insert(key).inserted else { return false }
      batch.late.append((key, index))
    }
    var status: Status = []
    if !edge.kind.allows(from: nodeKind(effect), to: nodeKind(cause)) {
      status.insert(.forbidden)
    }
    if retractions.covers(.edge(edge)) { status.insert(.retracted) }
    if !nodeStatus.isEmpty, isHidden(effect) || isHidden(cause) { status.insert(.endpointHidden) }
    // Set before the edge has its place, so that it is never searched as if it counted.
    if status != [] { edgeStatus.set(key, status, at: current) }
    for fact in pending.resolve(.edge(edge), at: current) { batch.resolved.append(fact) }
    return true
  }

  private func list(_ key: EdgeKey, _ index: Int?, _ batch: inout Batch) -> Bool {
    if !open.isEmpty, open.contains(key.effect), isRecorded(key) { return false }
    let cause = Batch.ListedCause(
      cause: key.cause, kind: key.kind, role: key.role, index: index)
    return batch.lists[key.effect, default: Batch.List()].append(cause, of: key.effect)
  }

  /// Gives vertices to the nodes that can have one now, causes first, and opens the other runs.
  private func place(_ batch: inout Batch) {
    var isCause: Set<NodeIndex> = []
    for list in batch.lists.values { for cause in list.causes { isCause.insert(cause.cause) } }
    for (key, _) in batch.late {
      isCause.insert(key.cause)
      isCause.insert(key.effect)
    }
    var wanted: [NodeIndex] = []
    for row in isCause where open.contains(row) { wanted.append(row) }
    wanted.sort()
    for row in batch.newRows {
      if nodeKind(row) == .run, !isCause.contains(row) {
        open.insert(row)
      } else {
        wanted.append(row)
      }
    }
    for row in causesFirst(wanted, &batch) { close(row, &batch) }
    for row in batch.lists.keys.sorted() where open.contains(row) {
      // Taken out of the batch: a run that is closed below must not find them twice.
      for cause in batch.lists.removeValue(forKey: row)?.causes ?? [] {
        open.append(
          OpenRuns.Cause(cause: cause.cause, kind: cause.kind, role: cause.role, epoch: current),
          to: row)
      }
    }
    while open.count > OpenRuns.limit { close(open.rows[0], &batch) }
  }

  /// Orders nodes without a vertex such that causes come first, as far as the edges among them allow.
  private func causesFirst(_ rows: [NodeIndex], _ batch: inout Batch) -> [NodeIndex] {
    guard rows.count > 1 else { return rows }
    var state: [NodeIndex: Bool] = [:]  // absent: not met; false: being placed; true: placed
    let wanted = Set(rows)
    var order: [NodeIndex] = []
    for root in rows where state[root] == nil {
      var work: [(row: NodeIndex, isDone: Bool)] = [(root, false)]
      while let (row, isDone) = work.popLast() {
        if isDone {
          state[row] = true
          order.append(row)
          continue
        }
        guard state[row] == nil else { continue }
        state[row] = false
        work.append((row, true))
        for cause in (batch.lists[row]?.causes ?? []).reversed()
        where wanted.contains(cause.cause) && cause.kind != .alternateOf
          && state[cause.cause] == nil
        {
          let key = EdgeKey(effect: row, cause: cause.cause, kind: cause.kind, role: cause.role)
          // What must stay in order counts first; `partOf` keeps an order of its own.
          if cause.kind != .partOf, isLive(key) { work.append((cause.cause, false)) }
        }
      }
    }
    return order
  }

  /// Gives a node its vertex and its list.
  private func close(_ row: NodeIndex, _ batch: inout Batch) {
    let memory = memory
    memory.with { close(row, &batch, &$0) }
  }

  private func close(
    _ row: NodeIndex, _ batch: inout Batch, _ work: inout WriterScratch
  ) {
    work.causes.removeAll(keepingCapacity: true)
    let wasOpen = open.contains(row)
    if wasOpen {
      open.remove(row) { cause in
        work.causes.append(
          PlacedCause(vertices.vertex(of: cause.cause), cause.kind, cause.role, cause.epoch))
      }
    }
    for cause in batch.lists.removeValue(forKey: row)?.causes ?? [] {
      let causeVertex = vertices.vertex(of: cause.cause)
      if causeVertex == VertexMap.none {
        let key = EdgeKey(effect: row, cause: cause.cause, kind: cause.kind, role: cause.role)
        batch.late.append((key, cause.index))
      } else {
        work.causes.append(PlacedCause(causeVertex, cause.kind, cause.role, current))
      }
    }
    place(row, wasOpen: wasOpen, &work)
  }

  /// Gives a run that has ended its vertex.
  func close(ended row: NodeIndex) {
    guard open.contains(row) else { return }
    let memory = memory
    memory.with { close(open: row, &$0) }
  }

  /// Adds the edges that do not go into a list.
  private func addLate(_ batch: inout Batch) {
    for (key, index) in batch.late {
      let edge = EdgeRef(
        effect: vertices.vertex(of: key.effect), cause: vertices.vertex(of: key.cause),
        kind: key.kind, role: key.role)
      topology.late.append(edge, vertexCount: topology.vertexCount)
      topology.irregular.insertLate(effect: edge.effect, cause: edge.cause)
      if edgeStatus.isKnown(key) {
        topology.irregular.insertDoubtful(effect: edge.effect, cause: edge.cause)
      }
      if isLive(key) { settle(edge, index, &batch.suspects) }
    }
  }

  /// Gives an edge that became live its place, or sets it aside.
  ///
  /// - Parameters:
  ///   - edge: The edge.
  ///   - index: The record that made it live; `nil` where it was known before.
  ///   - suspects: Where it is noted if it closes a cycle.
  func settle(_ edge: EdgeRef, _ index: Int?, _ suspects: inout Suspects) {
    guard closesCycle(edge) else { return }
    suspects.found.append((edge, index))
    dispute(edge)
  }
}
