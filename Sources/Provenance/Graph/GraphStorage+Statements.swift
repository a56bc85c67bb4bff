// Annotations, retractions and erasure: what is said about nodes and edges.

extension GraphStorage {
  mutating func add(_ annotation: Annotation, _ id: RecordID) -> Bool {
    let allowed =
      tombstones[id] == nil ? annotation : Annotation(subject: annotation.subject, body: nil)
    switch places[id] {
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
      guard note(id, .pendingAnnotation) else { return false }
      if subject(of: allowed) != nil {
        attach(allowed, id)
      } else {
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
    case .node(let id): nodes.row(of: id).map { .node($0) }
    case .edge(let edge): row(of: edge).map { .edge($0) }
    }
  }

  mutating func attach(_ annotation: Annotation, _ id: RecordID) {
    guard let subject = subject(of: annotation) else {
      preconditionFailure("a fact is attached when what it needs is there")
    }
    let status: Status = retractions.covers(.record(id)) ? .retracted : []
    let row = annotations.append(id, about: subject, annotation.body, status, epoch: current)
    places[id] = .annotation(row)
  }

  mutating func add(
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
  private mutating func spread(
    _ first: Retraction.Target, _ index: Int, _ suspects: inout Suspects
  ) {
    var target = first
    while true {
      let status: Status = retractions.covers(target) ? .retracted : []
      switch target {
      case .node(let id):
        if let row = nodes.row(of: id) { hide(row, status, index, &suspects) }
        return
      case .edge(let edge):
        if let row = row(of: edge) { hide(edges: [row], .retracted, status, index, &suspects) }
        return
      case .record(let id):
        switch places[id] {
        case .annotation(let row)?:
          let birth = annotations.epochs[Int(row)]
          annotations.status.set(row, status, at: current, birth: birth)
          return
        case .retraction(let row)?:
          guard retractions.status[row] != status else { return }
          let birth = retractions.epochs[Int(row)]
          retractions.status.set(row, status, at: current, birth: birth)
          target = retractions.retractions[Int(row)].target
        default:
          return
        }
      }
    }
  }

  private mutating func hide(
    _ node: NodeIndex, _ status: Status, _ index: Int, _ suspects: inout Suspects
  ) {
    guard nodes.status[node] != status else { return }
    nodes.status.set(node, status, at: current, birth: nodes.epochs[Int(node)])
    var incident: [EdgeIndex] = []
    var row = edges.firstCause(of: node)
    while row != EdgeTable.none {
      incident.append(row)
      row = edges.nextCause(after: row)
    }
    row = edges.firstEffect(of: node)
    while row != EdgeTable.none {
      if edges.effects[Int(row)] != node { incident.append(row) }
      row = edges.nextEffect(after: row)
    }
    let flag: Status = status == [] ? [] : .endpointHidden
    hide(edges: incident, .endpointHidden, flag, index, &suspects)
  }

  /// Sets or clears one flag of some edges; those that cease to count free the cycles they were on,
  /// those that count again take their place in the order.
  private mutating func hide(
    edges rows: [EdgeIndex], _ flag: Status, _ value: Status, _ index: Int,
    _ suspects: inout Suspects
  ) {
    var loosened: [(OrderIndex, EdgeKindSet, [NodeIndex])] = []
    for row in rows {
      let before = edges.status[row]
      var after = before.subtracting(flag).union(value)
      if flag == .endpointHidden,
        isHidden(edges.effects[Int(row)]) || isHidden(edges.causes[Int(row)])
      {
        after.insert(.endpointHidden)
      }
      let wasLive = isLive(row)
      let willLive = after.subtracting(.disputed) == []
      if wasLive, !willLive { after.remove(.disputed) }
      edges.status.set(row, after, at: current, birth: edges.epochs[Int(row)])
      if wasLive, !willLive {
        let kind = edges.kinds[Int(row)]
        guard let order = Self.order(of: kind) else { continue }
        lastOrderLoss = current
        if before.contains(.disputed) {
          let companions = orders[order].companions(of: edges.effects[Int(row)])
          loosened.append((order, Self.orderedKinds(with: kind), companions))
        }
      } else if !wasLive, willLive {
        settle(row, index, &suspects)
      }
    }
    for (order, kinds, members) in loosened where members.count > 1 {
      // A component that was already taken apart by an earlier edge has no companions left to free.
      if orders[order].companions(of: members[0]) == members || rows.count == 1 {
        resettle(members, order, kinds)
      }
    }
  }

  mutating func erase(_ target: RecordID) {
    switch places[target] {
    case .annotation(let row)?:
      annotations.erase(row)
      pending.erase(target)
    case .retraction(let row)?: retractions.erase(row)
    case .pendingAnnotation?: pending.erase(target)
    default: break
    }
  }
}
