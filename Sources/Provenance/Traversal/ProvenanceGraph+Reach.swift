// Everything upstream or downstream of a node.

extension ProvenanceGraph {
  func reach(
    _ id: NodeID, _ direction: Direction, _ edges: EdgeKindSet, _ kinds: NodeKindSet,
    _ limits: TraversalLimits
  ) throws(GraphError) -> NodeSet {
    let start = try known(id)
    guard limits == .none, !edges.contains(EdgeKind.alternateOf), !tables.mayWait else {
      return walk(from: start, direction, edges, kinds, limits)
    }
    if tables.isRegular, tables.openCount == 0, !tables.hasIndex {
      var exceptions = NoExceptions()
      let found = rows(from: CollectionOfOne(start), direction, edges, kinds, &exceptions)
      return NodeSet(self, found, [])
    }
    return switch direction {
    case .upstream: upstream(of: start, edges, kinds)
    case .downstream: downstream(of: start, edges, kinds)
    }
  }

  private func rows(
    from seeds: some Sequence<Vertex>, _ direction: Direction, _ edges: EdgeKindSet,
    _ kinds: NodeKindSet, includesSeeds: Bool = false,
    _ exceptions: inout some AdjacencyExceptions
  ) -> RowSet {
    withExtendedLifetime(self) {
      Reach(pool: tables.scratch).rows(
        from: seeds, leg(direction, edges), kinds: filter(kinds), includesSeeds: includesSeeds,
        &exceptions)
    }
  }

  /// All that a vertex was made from, without bounds and where nothing waits.
  private func upstream(
    of start: Vertex, _ edges: EdgeKindSet, _ kinds: NodeKindSet
  ) -> NodeSet {
    var exceptions = ViewExceptions(graph: self, kinds: edges)
    let isOpen = start >= view.vertices
    var seeds = isOpen ? [] : [start]
    if isOpen {
      // An open run is in no list: its causes are where the walk starts, and part of the answer.
      forEachNeighbour(of: start, .upstream, edges) { _, cause, status in
        if status == [] { seeds.append(cause) }
        if status == .disputed { exceptions.metDispute = true }
      }
    }
    var metDispute = exceptions.metDispute
    if tables.hasIndex, edges == .causal,
      var found = keptAncestors(of: seeds, metDispute: &metDispute)
    {
      if isOpen { found = found.union(RowSet(seeds)) }
      return NodeSet(
        self, kinds == .all ? found : filtered(found, kinds), metDispute ? .disputedEdges : [])
    }
    let found = rows(from: seeds, .upstream, edges, kinds, includesSeeds: isOpen, &exceptions)
    return NodeSet(self, found, exceptions.metDispute ? .disputedEdges : [])
  }

  /// All that was made from a vertex, without bounds and where nothing waits.
  private func downstream(
    of start: Vertex, _ edges: EdgeKindSet, _ kinds: NodeKindSet
  ) -> NodeSet {
    // Nothing was made from an open run.
    guard start < view.vertices else { return NodeSet(self, RowSet(), []) }
    var exceptions = ViewExceptions(graph: self, kinds: edges)
    let hasOpen = tables.openCount > 0
    var found = rows(
      from: CollectionOfOne(start), .downstream, edges, hasOpen ? .all : kinds, &exceptions)
    if hasOpen {
      let runs = openEffects(of: found, start, edges, &exceptions)
      if kinds != .all { found = filtered(found, kinds) }
      if kinds.contains(NodeKind.run) { found = found.union(RowSet(ascending: runs)) }
    }
    return NodeSet(self, found, exceptions.metDispute ? .disputedEdges : [])
  }

  /// The open runs that name a vertex, or one of those found from it, as a cause.
  private func openEffects(
    of found: RowSet, _ start: Vertex, _ edges: EdgeKindSet, _ exceptions: inout ViewExceptions
  ) -> [Vertex] {
    var runs: [Vertex] = []
    for position in 0..<tables.openCount {
      let run = view.vertices + Vertex(position)
      var isEffect = false
      forEachNeighbour(of: run, .upstream, edges) { _, cause, status in
        guard cause == start || found.contains(cause) else { return }
        if status == [] { isEffect = true }
        if status == .disputed { exceptions.metDispute = true }
      }
      if isEffect { runs.append(run) }
    }
    return runs
  }

  /// What lets some kinds of vertex through; `nil` for all.
  ///
  /// Holds for as long as the graph lives.
  private func filter(_ kinds: NodeKindSet) -> KindFilter? {
    kinds == .all
      ? nil
      : unsafe KindFilter(
        column: tables.kinds(below: view.vertices), rowCount: Int(view.vertices),
        mask: kinds.rawValue)
  }

  private func filtered(_ rows: RowSet, _ kinds: NodeKindSet) -> RowSet {
    withExtendedLifetime(self) { filter(kinds).map { rows.filtered(by: $0) } ?? rows }
  }

  /// Breadth first, edge by edge: with bounds, along `alternateOf`, and where edges wait.
  private func walk(
    from start: Vertex, _ direction: Direction, _ edges: EdgeKindSet, _ kinds: NodeKindSet,
    _ limits: TraversalLimits
  ) -> NodeSet {
    var seen = Bitmap(count: Int(vertexEnd))
    _ = seen.insert(start)
    var queue = [start]
    var incompleteness: Incompleteness = []
    var next = 0
    var depth = 0
    var levelEnd = queue.count
    var edgesLeft = limits.edges
    walk: while next < queue.count {
      if next == levelEnd {
        depth += 1
        levelEnd = queue.count
      }
      if next & 1023 == 0, let deadline = limits.deadline, ContinuousClock.now >= deadline {
        incompleteness.insert(.deadline)
        break
      }
      let node = queue[next]
      next += 1
      if hasPendingEdge(at: node, direction, edges) { incompleteness.insert(.pendingEdges) }
      forEachNeighbour(of: node, direction, edges) { _, other, status in
        if status != [] {
          if status == .disputed { incompleteness.insert(.disputedEdges) }
          return
        }
        guard edgesLeft > 0 else {
          incompleteness.insert(.edgeLimit)
          return
        }
        edgesLeft -= 1
        if seen.contains(other) { return }
        if depth >= limits.depth {
          incompleteness.insert(.depthLimit)
        } else if queue.count - 1 >= limits.nodes {
          incompleteness.insert(.nodeLimit)
        } else {
          _ = seen.insert(other)
          queue.append(other)
        }
      }
      if incompleteness.contains(.edgeLimit) { break walk }
    }
    let found = queue.dropFirst()
      .filter { kinds.contains(storage.nodes.kind(of: row(ofVertex: $0))) }
    return NodeSet(self, RowSet(found), incompleteness)
  }
}
