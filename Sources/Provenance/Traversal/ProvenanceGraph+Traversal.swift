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
    try reach([node.nodeID], .upstream, edges, kinds, limits)
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
    try reach([node.nodeID], .downstream, edges, kinds, limits)
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
    try shortestPath(from: node, to: ancestor, edges: edges).map { !$0.edges.isEmpty } ?? false
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
    let row = try known(node.nodeID)
    forEachNeighbour(of: row, .upstream, edges) { edge, _, status in
      if status == [], storage.edges.effects[Int(edge)] == row { found.append(storage.edge(edge)) }
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
    let row = try known(node.nodeID)
    forEachNeighbour(of: row, .downstream, edges) { edge, _, status in
      if status == [], storage.edges.causes[Int(edge)] == row { found.append(storage.edge(edge)) }
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
    let rows = visibleRows().filter { kinds.contains(storage.nodes.kinds[Int($0)]) }
    return NodeSet(self, topologicallySorted(rows), [])
  }
}

// MARK: - The walk

extension ProvenanceGraph {
  enum Direction: Sendable {
    case upstream
    case downstream
  }

  func known(_ id: NodeID) throws(GraphError) -> NodeIndex {
    guard let row = row(of: id) else { throw GraphError(.unknownNode(id)) }
    return row
  }

  /// Calls `body` with the edges of some kinds at a node in a direction that this view knows of, the
  /// node at the other end, and why the edge does not count, if it does not.
  @inline(__always)
  func forEachNeighbour(
    of node: NodeIndex, _ direction: Direction, _ kinds: EdgeKindSet,
    _ body: (EdgeIndex, NodeIndex, Status) -> Void
  ) {
    let bothWays = kinds.contains(EdgeKind.alternateOf)
    if direction == .upstream || bothWays {
      var row = storage.edges.firstCause(of: node)
      while row != EdgeTable.none {
        let kind = storage.edges.kinds[Int(row)]
        if kinds.contains(kind), direction == .upstream || kind == .alternateOf,
          storage.edges.epochs[Int(row)] <= horizon
        {
          body(row, storage.edges.causes[Int(row)], edgeStatus(row))
        }
        row = storage.edges.nextCause(after: row)
      }
    }
    if direction == .downstream || bothWays {
      var row = storage.edges.firstEffect(of: node)
      while row != EdgeTable.none {
        let kind = storage.edges.kinds[Int(row)]
        // An edge from a node to itself was met above.
        if kinds.contains(kind), direction == .downstream || kind == .alternateOf,
          storage.edges.epochs[Int(row)] <= horizon,
          !(kind == .alternateOf && storage.edges.effects[Int(row)] == node)
        {
          body(row, storage.edges.effects[Int(row)], edgeStatus(row))
        }
        row = storage.edges.nextEffect(after: row)
      }
    }
  }

  /// Whether an edge that waits for its other end would have led on from a node.
  func hasPendingEdge(
    at node: NodeIndex, _ direction: Direction, _ kinds: EdgeKindSet
  ) -> Bool {
    guard !storage.pending.isEmpty else { return false }
    let id = storage.nodes.ids[Int(node)]
    let pending = storage.pending
    let ahead = pending.hasEdge(
      at: id, asEffect: direction == .upstream, kinds: kinds, horizon: horizon,
      retractions: storage.retractions)
    guard !ahead, kinds.contains(EdgeKind.alternateOf) else { return ahead }
    return pending.hasEdge(
      at: id, asEffect: direction != .upstream, kinds: .alternateOf, horizon: horizon,
      retractions: storage.retractions)
  }

  private func reach(
    _ starts: [NodeID], _ direction: Direction, _ edges: EdgeKindSet, _ kinds: NodeKindSet,
    _ limits: TraversalLimits
  ) throws(GraphError) -> NodeSet {
    var seen = Bitmap(count: storage.nodes.count)
    var queue: [NodeIndex] = []
    for start in starts where seen.insert(try known(start)) { queue.append(try known(start)) }
    let startCount = queue.count
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
        } else if queue.count - startCount >= limits.nodes {
          incompleteness.insert(.nodeLimit)
        } else {
          _ = seen.insert(other)
          queue.append(other)
        }
      }
      if incompleteness.contains(.edgeLimit) { break walk }
    }
    let found = queue.dropFirst(startCount)
      .filter { kinds.contains(storage.nodes.kinds[Int($0)]) }
    return NodeSet(self, topologicallySorted(found), incompleteness)
  }

  /// Causes before effects, in every view.
  ///
  /// Levels order the newest view, and every earlier one unless edges ceased to count since: then the
  /// edges of the view itself do.
  func topologicallySorted(_ rows: [NodeIndex]) -> [NodeIndex] {
    let sorted = sortedByLevel(rows)
    return storage.lastOrderLoss > horizon ? causesFirst(sorted) : sorted
  }

  /// By level, equals in order of arrival.
  private func sortedByLevel(_ rows: [NodeIndex]) -> [NodeIndex] {
    var keys = rows.map {
      Int64(storage.orders[GraphStorage.causalOrder].level($0)) << 32 | Int64($0)
    }
    keys.sort()
    return keys.map { NodeIndex(truncatingIfNeeded: $0) }
  }

  /// Moves causes before their effects, by the edges of this view, and else keeps the order.
  ///
  /// O(nodes and edges upstream of the rows): rows may be joined through nodes that are not among
  /// them.
  func causesFirst(_ rows: [NodeIndex]) -> [NodeIndex] {
    let wanted = Set(rows)
    // Where levels hold, what is below all rows leads to none of them.
    let floor =
      storage.lastOrderLoss > horizon
      ? .min : rows.map(storage.orders[GraphStorage.causalOrder].level).min() ?? .min
    var order: [NodeIndex] = []
    var seen: Set<NodeIndex> = []
    for row in rows {
      // Each node is met again when all upstream of it is done.
      var work = [(node: row, isDone: false)]
      while let (node, isDone) = work.popLast() {
        if isDone {
          if wanted.contains(node) { order.append(node) }
          continue
        }
        guard seen.insert(node).inserted else { continue }
        work.append((node, true))
        forEachNeighbour(of: node, .upstream, .causal) { _, cause, status in
          if status == [], storage.orders[GraphStorage.causalOrder].level(cause) >= floor,
            !seen.contains(cause)
          {
            work.append((cause, false))
          }
        }
      }
    }
    return order
  }
}
