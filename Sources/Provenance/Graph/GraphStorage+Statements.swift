// Annotations, retractions and erasure: what is said about nodes and edges.

extension GraphStorage {
  func absorbStatements(_ records: [Record], _ batch: inout Batch) {
    for (index, record) in records.enumerated() {
      switch record.content {
      case .node, .edge: break
      case .annotation(let annotation):
        batch.arrived[index] = add(annotation, record.id)
      case .retraction(let retraction):
        batch.arrived[index] = add(retraction, record.id, index, &batch.suspects)
      case .tombstone(let tombstone):
        guard note(record.id, .tombstone) else { continue }
        if tombstones[tombstone.target] == nil { tombstones[tombstone.target] = current }
        batch.arrived[index] = true
      case .unknown(let unknown):
        guard note(record.id, .unknown) else { continue }
        self.unknown.append((record.id, unknown, current))
        batch.arrived[index] = true
      }
    }
  }

  private func add(_ annotation: Annotation, _ id: RecordID) -> Bool {
    let allowed =
      tombstones[id] == nil ? annotation : Annotation(subject: annotation.subject, body: nil)
    switch place(of: id) {
    case .annotation(let row)?:
      guard let body = allowed.body, annotations.body(row, at: current) == nil else {
        return false
      }
      annotations.restore(row, body, at: current)
      return true
    case .pendingAnnotation?:
      return allowed.body != nil && pending.restore(id, allowed, at: current)
    case _?:
      return false
    case nil:
      if subject(of: allowed) != nil {
        attach(allowed, id)
      } else {
        _ = note(id, .pendingAnnotation)
        let need: PendingTable.Need =
          switch allowed.subject {
          case .node(let node): .node(node)
          case .edge(let edge): .edge(edge)
          }
        pending.append(.annotation(id, allowed), for: need, epoch: current)
      }
      return true
    }
  }

  private func subject(of annotation: Annotation) -> AnnotationTable.Subject? {
    switch annotation.subject {
    case .node(let id): row(of: id).map { .node($0) }
    case .edge(let edge):
      key(of: edge).flatMap { isRecorded($0) ? .edge($0) : nil }
    }
  }

  func attach(_ annotation: Annotation, _ id: RecordID) {
    guard let subject = subject(of: annotation) else {
      preconditionFailure("a fact is attached when what it needs is there")
    }
    let status: Status = retractions.covers(.record(id)) ? .retracted : []
    _ = annotations.append(id, about: subject, annotation.body, status, epoch: current)
    if case .node(let node) = subject, annotation.body?.attributes[AttributeKey.ended] != nil {
      close(ended: node)
    }
  }

  private func add(
    _ retraction: Retraction, _ id: RecordID, _ index: Int, _ suspects: inout Suspects
  ) -> Bool {
    if case .retraction(let row)? = places[id] {
      guard retraction.statement != nil, tombstones[id] == nil,
        retractions.retractions[Int(row)].statement == nil
      else { return false }
      retractions.restore(row, retraction, at: current)
      return true
    }
    let row = UInt32(retractions.count)
    guard note(id, .retraction(row)) else { return false }
    let status: Status = retractions.covers(.record(id)) ? .retracted : []
    let allowed =
      tombstones[id] == nil ? retraction : Retraction(target: retraction.target, statement: nil)
    _ = retractions.append(id, allowed, status, epoch: current)
    if status == [] { spread(retraction.target, index, &suspects) }
    return true
  }

  /// Carries a change in the retractions of a target to the target, and along a chain of retractions
  /// of retractions.
  private func spread(
    _ first: Retraction.Target, _ index: Int, _ suspects: inout Suspects
  ) {
    var target = first
    while true {
      let status: Status = retractions.covers(target) ? .retracted : []
      switch target {
      case .node(let id):
        if let row = row(of: id) { hide(row, status, index, &suspects) }
        return
      case .edge(let edge):
        if let key = key(of: edge), isRecorded(key) {
          hide(edges: [key], .retracted, status, index, &suspects)
        }
        return
      case .record(let id):
        switch place(of: id) {
        case .annotation(let row)?:
          annotations.status.set(row, status, at: current)
          return
        case .retraction(let row)?:
          guard retractions.status[row] != status else { return }
          retractions.status.set(row, status, at: current)
          target = retractions.retractions[Int(row)].target
        default:
          return
        }
      }
    }
  }

  private func hide(
    _ row: NodeIndex, _ status: Status, _ index: Int, _ suspects: inout Suspects
  ) {
    guard nodeStatus[row] != status else { return }
    nodeStatus.set(row, status, at: current)
    let flag: Status = status == [] ? [] : .endpointHidden
    hide(edges: incidentEdges(row), .endpointHidden, flag, index, &suspects)
  }

  /// All edges at a node.
  private func incidentEdges(_ row: NodeIndex) -> [EdgeKey] {
    var incident: [EdgeKey] = []
    for cause in open.causes(of: row) {
      incident.append(
        EdgeKey(effect: row, cause: cause.cause, kind: cause.kind, role: cause.role))
    }
    for run in open.effects(of: row) {
      for cause in open.causes(of: run) where cause.cause == row {
        incident.append(EdgeKey(effect: run, cause: row, kind: cause.kind, role: cause.role))
      }
    }
    let vertex = vertices.vertex(of: row)
    guard vertex != VertexMap.none else { return incident }
    forEachCause(of: vertex) { incident.append(key($0)) }
    forEachEffect(of: vertex) { if $0.effect != vertex { incident.append(key($0)) } }
    return incident
  }

  /// Sets or clears one flag of some edges; those that cease to count free the cycles they were on,
  /// those that count again take their place in the order.
  private func hide(
    edges keys: [EdgeKey], _ flag: Status, _ value: Status, _ index: Int,
    _ suspects: inout Suspects
  ) {
    var loosened: [(OrderIndex, EdgeKindSet, [Vertex])] = []
    for key in keys {
      let before = edgeStatus[key]
      var after = before.subtracting(flag).union(value)
      if flag == .endpointHidden, isHidden(key.effect) || isHidden(key.cause) {
        after.insert(.endpointHidden)
      }
      let wasLive = before.subtracting(.disputed) == []
      let willLive = after.subtracting(.disputed) == []
      if wasLive, !willLive { after.remove(.disputed) }
      setStatus(key, after)
      let edge = EdgeRef(
        effect: vertices.vertex(of: key.effect), cause: vertices.vertex(of: key.cause),
        kind: key.kind, role: key.role)
      // Nothing leads to an open run, so it is on no cycle, and it has no level yet.
      guard edge.effect != VertexMap.none, let order = Self.order(of: key.kind) else { continue }
      if wasLive, !willLive {
        lastOrderLoss = current
        if before.contains(.disputed) {
          let companions = orders[order].companions(of: edge.effect)
          loosened.append((order, Self.orderedKinds(with: key.kind), companions))
        }
      } else if !wasLive, willLive {
        settle(edge, index, &suspects)
      }
    }
    for (order, kinds, members) in loosened where members.count > 1 {
      // A component that was already taken apart by an earlier edge has no companions left to free.
      if orders[order].companions(of: members[0]) == members || keys.count == 1 {
        resettle(members, order, kinds)
      }
    }
  }

  func erase(_ target: RecordID) {
    switch place(of: target) {
    case .annotation(let row)?:
      annotations.erase(row)
      pending.erase(target)
    case .retraction(let row)?: retractions.erase(row)
    case .pendingAnnotation?: pending.erase(target)
    default: break
    }
  }
}
