extension ProvenanceGraph {
  /// Everything that a node was made from, directly or not; the node itself is not among it.
  ///
  /// O(nodes and edges reached, and the graph's size over 64).
  ///
  /// - Parameters:
  ///   - node: The node.
  ///   - edges: The kinds of edge to follow; by default the causal ones. `alternateOf` is followed
  ///     both ways.
  ///   - kinds: The kinds of node to return; others are passed through.
  ///   - limits: Bounds; the answer says whether it met one.
  /// - Returns: The ancestors, causes before effects.
  /// - Throws: ``GraphError`` with ``GraphError/Kind/unknownNode(_:)``.
  public func ancestors(
    of node: some NodeReference, edges: EdgeKindSet = .causal, kinds: NodeKindSet = .all,
    limits: TraversalLimits = .none
  ) throws(GraphError) -> NodeSet {
    try reach(node.nodeID, .upstream, edges, kinds, limits)
  }

  /// Everything that was made from a node, directly or not; the node itself is not among it.
  ///
  /// O(nodes and edges reached, and the graph's size over 64).
  ///
  /// - Parameters:
  ///   - node: The node.
  ///   - edges: The kinds of edge to follow; by default the causal ones. `alternateOf` is followed
  ///     both ways.
  ///   - kinds: The kinds of node to return; others are passed through.
  ///   - limits: Bounds; the answer says whether it met one.
  /// - Returns: The descendants, causes before effects.
  /// - Throws: ``GraphError`` with ``GraphError/Kind/unknownNode(_:)``.
  public func descendants(
    of node: some NodeReference, edges: EdgeKindSet = .causal, kinds: NodeKindSet = .all,
    limits: TraversalLimits = .none
  ) throws(GraphError) -> NodeSet {
    try reach(node.nodeID, .downstream, edges, kinds, limits)
  }

  /// Whether one node is among the ancestors of another.
  ///
  /// - Parameters:
  ///   - ancestor: The node that may be upstream.
  ///   - node: The node that may be downstream; no node is its own ancestor.
  ///   - edges: The kinds of edge to follow.
  /// - Returns: Whether a path of such edges leads from `node` to `ancestor`.
  /// - Throws: ``GraphError`` with ``GraphError/Kind/unknownNode(_:)``.
  public func isAncestor(
    _ ancestor: some NodeReference, of node: some NodeReference, edges: EdgeKindSet = .causal
  ) throws(GraphError) -> Bool {
    let effect = try known(node.nodeID)
    let cause = try known(ancestor.nodeID)
    if effect == cause { return false }
    guard !edges.contains(EdgeKind.alternateOf) else {
      return walkPath(from: effect, to: cause, edges) != nil
    }
    return isAncestor(cause, of: effect, edges)
  }

  /// The direct causes of a node: the edges that start from it, in order.
  ///
  /// - Parameters:
  ///   - node: The node.
  ///   - edges: The kinds of edge.
  /// - Returns: The edges.
  /// - Throws: ``GraphError`` with ``GraphError/Kind/unknownNode(_:)``.
  public func causes(
    of node: some NodeReference, edges: EdgeKindSet = .causal
  ) throws(GraphError) -> [Edge] {
    var found: [Edge] = []
    let vertex = try known(node.nodeID)
    forEachCause(of: vertex) { ref in
      if edges.contains(ref.kind), status(ref) == [] { found.append(edge(ref)) }
    }
    return found.sorted()
  }

  /// The direct effects of a node: the edges that point to it, in order.
  ///
  /// - Parameters:
  ///   - node: The node.
  ///   - edges: The kinds of edge.
  /// - Returns: The edges.
  /// - Throws: ``GraphError`` with ``GraphError/Kind/unknownNode(_:)``.
  public func effects(
    of node: some NodeReference, edges: EdgeKindSet = .causal
  ) throws(GraphError) -> [Edge] {
    var found: [Edge] = []
    let vertex = try known(node.nodeID)
    forEachEffect(of: vertex) { ref in
      if edges.contains(ref.kind), status(ref) == [] { found.append(edge(ref)) }
    }
    return found.sorted()
  }

  /// All nodes, causes before effects by the causal edges.
  ///
  /// O(n log n).
  ///
  /// - Parameter kinds: The kinds of node to return.
  /// - Returns: The nodes; incomplete in order where edges are disputed.
  public func topologicalOrder(kinds: NodeKindSet = .all) -> NodeSet {
    let vertices = visibleRows().filter { kinds.contains(storage.nodes.kind(of: $0)) }
      .map { vertex(of: $0) }
    return NodeSet(self, RowSet(vertices), [])
  }
}

// MARK: - The walk

extension ProvenanceGraph {
  enum Direction: Sendable {
    case upstream
    case downstream
  }

  func known(_ id: NodeID) throws(GraphError) -> Vertex {
    guard let row = row(of: id) else { throw GraphError(.unknownNode(id)) }
    return vertex(of: row)
  }

  /// Calls `body` with the edges of some kinds at a vertex in a direction that this view knows of, the
  /// vertex at the other end, and why the edge does not count, if it does not.
  @inline(__always)
  func forEachNeighbour(
    of vertex: Vertex, _ direction: Direction, _ kinds: EdgeKindSet,
    _ body: (EdgeRef, Vertex, Status) -> Void
  ) {
    let bothWays = kinds.contains(EdgeKind.alternateOf)
    if direction == .upstream || bothWays {
      forEachCause(of: vertex) { edge in
        if kinds.contains(edge.kind), direction == .upstream || edge.kind == .alternateOf {
          body(edge, edge.cause, status(edge))
        }
      }
    }
    if direction == .downstream || bothWays {
      forEachEffect(of: vertex) { edge in
        if kinds.contains(edge.kind), direction == .downstream || edge.kind == .alternateOf {
          body(edge, edge.effect, status(edge))
        }
      }
    }
  }

  /// Whether an edge that waits for its other end would have led on from a node.
  func hasPendingEdge(
    at vertex: Vertex, _ direction: Direction, _ kinds: EdgeKindSet
  ) -> Bool {
    guard tables.mayWait else { return false }
    let id = storage.nodes.ids[row(ofVertex: vertex)]
    let pending = storage.pending
    let ahead = pending.hasEdge(
      at: id, asEffect: direction == .upstream, kinds: kinds, horizon: horizon,
      retractions: storage.retractions)
    guard !ahead, kinds.contains(EdgeKind.alternateOf) else { return ahead }
    return pending.hasEdge(
      at: id, asEffect: direction != .upstream, kinds: .alternateOf, horizon: horizon,
      retractions: storage.retractions)
  }

  /// Causes before effects, in every view.
  ///
  /// Levels order the newest view, and every earlier one unless edges ceased to count since: then the
  /// edges of the view itself do.
  func topologicallySorted(_ vertices: [Vertex]) -> [Vertex] {
    let sorted = sortedByLevel(vertices)
    return storage.lastOrderLoss > horizon ? causesFirst(sorted) : sorted
  }

  /// Whether ascending vertices are causes first.
  var isTopologicalByVertex: Bool { tables.isTopologicalByVertex }

  /// The level of a vertex of this view; open runs stand above everything.
  func level(_ vertex: Vertex) -> Int32 {
    vertex < view.vertices
      ? storage.orders[GraphStorage.causalOrder].level(vertex) : .max
  }

  /// By level, equals in order of their vertices.
  private func sortedByLevel(_ vertices: [Vertex]) -> [Vertex] {
    if storage.orders[GraphStorage.causalOrder].isNatural { return vertices.sorted() }
    var keys = vertices.map { Int64(level($0)) << 32 | Int64($0) }
    keys.sort()
    return keys.map { Vertex(truncatingIfNeeded: $0) }
  }

  /// Moves causes before their effects, by the edges of this view, and else keeps the order.
  ///
  /// O(nodes and edges upstream of the vertices): they may be joined through others.
  func causesFirst(_ vertices: [Vertex]) -> [Vertex] {
    let wanted = Set(vertices)
    // Where levels hold, what is below all of them leads to none of them.
    let floor = storage.lastOrderLoss > horizon ? .min : vertices.map(level).min() ?? .min
    var order: [Vertex] = []
    var seen: Set<Vertex> = []
    for vertex in vertices {
      // Each is met again when all upstream of it is done.
      var work = [(vertex: vertex, isDone: false)]
      while let (vertex, isDone) = work.popLast() {
        if isDone {
          if wanted.contains(vertex) { order.append(vertex) }
          continue
        }
        guard seen.insert(vertex).inserted else { continue }
        work.append((vertex, true))
        forEachNeighbour(of: vertex, .upstream, .causal) { _, cause, status in
          if status == [], level(cause) >= floor, !seen.contains(cause) {
            work.append((cause, false))
          }
        }
      }
    }
    return order
  }
}
