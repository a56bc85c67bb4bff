// The ordinary record: a node whose causes are known, or an edge between known nodes, of which nothing
// is in dispute. It is nearly every record, and takes neither dictionaries nor sets.

extension GraphStorage {
  /// Takes in one record if it is an ordinary one.
  ///
  /// Expected O(number of edges), and what ``closesCycle(_:)`` costs for an edge between nodes that are
  /// there. Whatever would be refused is left alone, so that it is refused elsewhere.
  ///
  /// - Parameters:
  ///   - record: The record.
  ///   - nodeLimit: The most nodes.
  /// - Returns: Whether it was taken in; the epoch is still to be ended.
  func absorbOrdinary(_ record: Record, nodeLimit: Int) -> Bool {
    let memory = memory
    return switch record.content {
    case .node(let record):
      memory.with { absorbOrdinary(record, nodeLimit: nodeLimit, &$0) }
    case .edge(let edge): memory.with { absorbOrdinary(edge, &$0) }
    default: false
    }
  }

  private func absorbOrdinary(
    _ record: NodeRecord, nodeLimit: Int, _ work: inout WriterScratch
  ) -> Bool {
    let id = record.node.id
    guard nodes.count < nodeLimit, row(of: id) == nil, !pending.isAwaited(.node(id)),
      !retractions.covers(.node(id))
    else { return false }
    work.rows.removeAll(keepingCapacity: true)
    let kind = record.node.kind
    let edges = record.edges.span
    for index in edges.indices {
      guard let cause = row(of: edges[index].cause),
        isOrdinary(edges[index], from: kind, to: cause)
      else { return false }
      work.rows.append(cause)
    }
    work.given.removeAll(keepingCapacity: true)
    for index in edges.indices {
      work.given.append(
        GivenCause(
          row: work.rows[index], kind: edges[index].kind,
          role: number(ofRole: edges[index].role)))
    }
    add(record.node, &work)
    return true
  }

  /// Adds a node with the edges in ``WriterScratch/given``.
  func add(_ node: Node, _ work: inout WriterScratch) {
    let row = append(node)
    vertices.addRow()
    if node.kind == .run {
      open.insert(row)
      for index in work.given.indices {
        let given = work.given[index]
        closeIfOpen(given.row, &work)
        open.append(
          OpenRuns.Cause(cause: given.row, kind: given.kind, role: given.role, epoch: current),
          to: row)
      }
      while open.count > OpenRuns.limit { close(open: open.rows[0], &work) }
      return
    }
    work.runs.removeAll(keepingCapacity: true)
    for given in work.given where vertices.vertex(of: given.row) == VertexMap.none {
      work.runs.append(given.row)
    }
    if work.runs.count > 1 { work.runs.sort() }
    for index in work.runs.indices { closeIfOpen(work.runs[index], &work) }
    work.causes.removeAll(keepingCapacity: true)
    for given in work.given {
      work.causes.append(
        PlacedCause(vertices.vertex(of: given.row), given.kind, given.role, current))
    }
    place(row, wasOpen: false, &work)
  }

  private func absorbOrdinary(_ edge: Edge, _ work: inout WriterScratch) -> Bool {
    guard edge.effect != edge.cause, let effect = row(of: edge.effect),
      let cause = row(of: edge.cause),
      isOrdinary(edge, from: nodeKind(effect), to: cause),
      nodeStatus.isEmpty || !isHidden(effect)
    else { return false }
    let known = edge.role == nil ? EdgeRef.noRole : edge.role.flatMap { roleNames.number(of: $0) }
    if let known,
      isRecorded(EdgeKey(effect: effect, cause: cause, kind: edge.kind, role: known))
    {
      return false
    }
    let effectVertex = vertices.vertex(of: effect)
    let causeVertex = vertices.vertex(of: cause)
    guard effectVertex != VertexMap.none else {
      closeIfOpen(cause, &work)
      open.append(
        OpenRuns.Cause(
          cause: cause, kind: edge.kind, role: number(ofRole: edge.role), epoch: current),
        to: effect)
      return true
    }
    var verdict: OrderVerdict?
    if let order = Self.order(of: edge.kind) {
      let kinds = Self.orderedKinds(with: edge.kind)
      if causeVertex == VertexMap.none {
        guard mayFollow(effectVertex, openRun: cause, order, kinds, &work.search) else {
          return false
        }
      } else if orders[order].level(causeVertex) >= orders[order].level(effectVertex) {
        prepareLevels(order)
        let found = search(
          effectVertex, CollectionOfOne(causeVertex), order, kinds, &work.search)
        if found == .cycle {
          work.search.end()
          return false
        }
        verdict = found
      }
    }
    closeIfOpen(cause, &work)
    let ref = EdgeRef(
      effect: effectVertex, cause: vertices.vertex(of: cause), kind: edge.kind,
      role: number(ofRole: edge.role))
    topology.late.append(ref, vertexCount: topology.vertexCount)
    topology.irregular.insertLate(effect: ref.effect, cause: ref.cause)
    if let order = Self.order(of: edge.kind) {
      let kinds = Self.orderedKinds(with: edge.kind)
      if verdict == nil, !leadsDown(ref, order) {
        prepareLevels(order)
        verdict = search(
          ref.effect, CollectionOfOne(ref.cause), order, kinds, &work.search)
      }
      if let verdict {
        arrange(ref.effect, ref.cause, verdict, order, kinds, &work.search)
      }
    }
    return true
  }

  /// Whether an edge from an effect to an open run, which then gets its place, closes no cycle.
  private func mayFollow(
    _ effect: Vertex, openRun run: NodeIndex, _ order: OrderIndex, _ kinds: EdgeKindSet,
    _ work: inout OrderScratch
  ) -> Bool {
    prepareLevels(order)
    var seeds: [Vertex] = []
    let floor = orders[order].level(effect)
    open.forEachCause(of: run) { cause in
      guard kinds.contains(cause.kind) else { return }
      let key = EdgeKey(effect: run, cause: cause.cause, kind: cause.kind, role: cause.role)
      let vertex = vertices.vertex(of: cause.cause)
      if isLive(key), orders[order].level(vertex) >= floor { seeds.append(vertex) }
    }
    guard !seeds.isEmpty else { return true }
    let verdict = search(effect, seeds, order, kinds, &work)
    work.end()
    return verdict != .cycle
  }

  /// Whether nothing that is known speaks against an edge to a cause, or waits for the edge.
  @inline(__always)
  func isOrdinary(_ edge: Edge, from kind: NodeKind, to cause: NodeIndex) -> Bool {
    (nodeStatus.isEmpty || !isHidden(cause))
      && isOrdinary(edge, from: kind, to: nodeKind(cause))
  }

  @inline(__always)
  func isOrdinary(_ edge: Edge, from kind: NodeKind, to cause: NodeKind) -> Bool {
    edge.kind.allows(from: kind, to: cause)
      && (retractions.isEmpty || !retractions.covers(.edge(edge)))
      && (!pending.isAnythingAwaited || !pending.isAwaited(.edge(edge)))
  }

  /// The number of a role, given to it now if it has none.
  @inline(__always)
  func number(ofRole role: String?) -> UInt32 {
    guard let role else { return EdgeRef.noRole }
    return roleNames.intern(role)
  }

  /// Gives a run its vertex if it has none.
  func closeIfOpen(_ row: NodeIndex, _ work: inout WriterScratch) {
    guard vertices.vertex(of: row) == VertexMap.none, open.contains(row) else { return }
    close(open: row, &work)
  }
}

extension GraphStorage {
  /// Gives an open run its vertex and its list; its causes have theirs.
  func close(open row: NodeIndex, _ work: inout WriterScratch) {
    work.causes.removeAll(keepingCapacity: true)
    open.remove(row) { cause in
      work.causes.append(
        PlacedCause(vertices.vertex(of: cause.cause), cause.kind, cause.role, cause.epoch))
    }
    place(row, wasOpen: true, &work)
  }

  /// Gives a node the next vertex, and the list that was gathered.
  func place(_ row: NodeIndex, wasOpen: Bool, _ work: inout WriterScratch) {
    if work.causes.count > 1 { work.causes.sort { $0.key < $1.key } }
    work.entries.removeAll(keepingCapacity: true)
    var hasRoles = !topology.roles.isEmpty
    for cause in work.causes {
      work.entries.append(cause.entry)
      if cause.role != EdgeRef.noRole { hasRoles = true }
    }
    let vertex = topology.append(nodeKind(row), causes: work.entries.span)
    if hasRoles {
      work.roles.removeAll(keepingCapacity: true)
      for cause in work.causes { work.roles.append(cause.role) }
      topology.appendRoles(work.roles)
    }
    _ = vertices.assign(row)
    // Views of earlier positions ask only about runs that they know.
    if wasOpen, row < epochs[tail].rows {
      closed.append(
        row: row, vertex: vertex, epoch: current, edgeEpochs: work.causes.lazy.map(\.epoch))
    }
    if !edgeStatus.isEmpty {
      for cause in work.causes where edgeStatus.isKnown(key(cause.edge(from: vertex))) {
        topology.irregular.insertDoubtful(effect: vertex, cause: cause.entry.vertex)
      }
    }
    appendLevel(of: vertex, Self.causalOrder, .causal, work)
    appendLevel(of: vertex, Self.partOrder, .partOf, work)
  }

  /// Gives the newest vertex its level.
  private func appendLevel(
    of vertex: Vertex, _ order: OrderIndex, _ kinds: EdgeKindSet,
    _ work: borrowing WriterScratch
  ) {
    if orders[order].isNatural { return }
    orders[order].makeRoom()
    var highest: Int32?
    for index in work.causes.indices {
      let cause = work.causes[index]
      guard kinds.contains(cause.entry.kind),
        edgeStatus.isEmpty || isLive(key(cause.edge(from: vertex)))
      else { continue }
      highest = max(highest ?? .min, orders[order].level(cause.entry.vertex))
    }
    orders[order].append(above: highest)
  }
}
