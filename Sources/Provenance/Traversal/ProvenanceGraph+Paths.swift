extension ProvenanceGraph {
  /// A shortest path from an effect to one of its causes.
  ///
  /// - Parameters:
  ///   - effect: Where the path starts.
  ///   - cause: Where it ends.
  ///   - edges: The kinds of edge to follow; `alternateOf` both ways.
  /// - Returns: `nil` if there is none; a path of one node if the two are the same. Among paths of one
  ///   length, which is returned may depend on the order of arrival.
  /// - Throws: ``GraphError`` with ``GraphError/Kind/unknownNode(_:)``.
  public func shortestPath(
    from effect: some NodeReference, to cause: some NodeReference, edges: EdgeKindSet = .causal
  ) throws(GraphError) -> LineagePath? {
    let start = try known(effect.nodeID)
    let goal = try known(cause.nodeID)
    let hops: [EdgeRef]?
    if edges.contains(EdgeKind.alternateOf) {
      hops = walkPath(from: start, to: goal, edges)
    } else {
      hops = shortestVertices(from: start, to: goal, edges).map { edgesAlong($0, edges) }
    }
    guard let hops else { return nil }
    var nodes = [storage.nodes[row(ofVertex: start)]]
    var last = start
    for hop in hops {
      last = hop.effect == last ? hop.cause : hop.effect
      nodes.append(storage.nodes[row(ofVertex: last)])
    }
    return LineagePath(nodes: nodes, edges: hops.map { edge($0) })
  }

  /// How many paths lead from an effect to one of its causes along causal edges, without listing them.
  ///
  /// Paths that differ in an edge are counted apart, even where they visit the same nodes. O(nodes and
  /// edges upstream of the one or downstream of the other).
  ///
  /// - Parameters:
  ///   - effect: Where the paths start.
  ///   - cause: Where they end.
  ///   - edges: The kinds of edge to follow, among the causal ones.
  /// - Returns: The number, 1 if the two are the same; the greatest `UInt64` stands for that many or
  ///   more.
  /// - Throws: ``GraphError`` with ``GraphError/Kind/unknownNode(_:)``.
  public func pathCount(
    from effect: some NodeReference, to cause: some NodeReference, edges: EdgeKindSet = .causal
  ) throws(GraphError) -> UInt64 {
    countPaths(
      from: try known(effect.nodeID), to: try known(cause.nodeID), edges.intersection(.causal)
    ).count
  }

  /// All paths from an effect to one of its causes along causal edges, up to a bound.
  ///
  /// There can be exponentially many; only nodes that lie on some path are visited.
  ///
  /// - Parameters:
  ///   - effect: Where the paths start.
  ///   - cause: Where they end.
  ///   - edges: The kinds of edge to follow, among the causal ones.
  ///   - count: The most paths to return.
  ///   - length: The most edges in a path.
  /// - Returns: The paths, and whether they are all.
  /// - Throws: ``GraphError`` with ``GraphError/Kind/unknownNode(_:)``.
  public func paths(
    from effect: some NodeReference, to cause: some NodeReference, edges: EdgeKindSet = .causal,
    atMost count: Int = 1000, length: Int = .max
  ) throws(GraphError) -> LineagePaths {
    let start = try known(effect.nodeID)
    let goal = try known(cause.nodeID)
    let kinds = edges.intersection(.causal)
    let (toGoal, incompleteness) = distances(to: goal, kinds)
    var result = incompleteness
    var found: [LineagePath] = []
    guard toGoal[start] != nil else { return LineagePaths(paths: [], incompleteness: result) }
    if count <= 0 || length < 0 {
      result.insert(count <= 0 ? .nodeLimit : .depthLimit)
      return LineagePaths(paths: [], incompleteness: result)
    }
    // One frame a node of the current path, with the edges that are still to be tried, last first.
    var path: [Vertex] = [start]
    var hops: [EdgeRef] = []
    var frames: [[EdgeRef]] = []
    func enter(_ node: Vertex) {
      if node == goal {
        found.append(
          LineagePath(
            nodes: path.map { storage.nodes[row(ofVertex: $0)] },
            edges: hops.map { self.edge($0) }))
        frames.append([])
        return
      }
      var choices: [EdgeRef] = []
      forEachNeighbour(of: node, .upstream, kinds) { edge, other, status in
        guard status == [], let rest = toGoal[other] else { return }
        if hops.count + rest >= length {
          result.insert(.depthLimit)
        } else {
          choices.append(edge)
        }
      }
      frames.append(choices.sorted { self.edge($0) > self.edge($1) })
    }
    enter(start)
    while let choices = frames.last {
      if let edge = choices.last {
        guard found.count < count else {
          result.insert(.nodeLimit)
          break
        }
        frames[frames.count - 1].removeLast()
        let node = edge.cause
        hops.append(edge)
        path.append(node)
        enter(node)
      } else {
        frames.removeLast()
        path.removeLast()
        if !hops.isEmpty { hops.removeLast() }
      }
    }
    return LineagePaths(paths: found, incompleteness: result)
  }

  /// The least number of edges from each node downstream of a goal to it.
  private func distances(
    to goal: Vertex, _ kinds: EdgeKindSet
  ) -> ([Vertex: Int], Incompleteness) {
    var distance: [Vertex: Int] = [goal: 0]
    var incompleteness: Incompleteness = []
    var queue = [goal]
    var next = 0
    while next < queue.count {
      let node = queue[next]
      next += 1
      if hasPendingEdge(at: node, .downstream, kinds) { incompleteness.insert(.pendingEdges) }
      forEachNeighbour(of: node, .downstream, kinds) { _, other, status in
        if status == .disputed { incompleteness.insert(.disputedEdges) }
        guard status == [], distance[other] == nil else { return }
        distance[other] = (distance[node] ?? 0) + 1
        queue.append(other)
      }
    }
    return (distance, incompleteness)
  }

  /// The nearest common ancestors of two nodes: common ancestors that are no ancestor of another one.
  ///
  /// A node counts as an ancestor of itself here, as in `git merge-base --all`. O(what lies between them) where no edge waits or is in doubt, else O(ancestors of both).
  ///
  /// - Parameters:
  ///   - first: A node.
  ///   - second: Another node.
  ///   - edges: The kinds of edge to follow, among the causal ones.
  /// - Returns: The nodes, causes before effects.
  /// - Throws: ``GraphError`` with ``GraphError/Kind/unknownNode(_:)``.
  public func nearestCommonAncestors(
    of first: some NodeReference, _ second: some NodeReference, edges: EdgeKindSet = .causal
  ) throws(GraphError) -> NodeSet {
    let kinds = edges.intersection(.causal)
    let ends = (try known(first.nodeID), try known(second.nodeID))
    if let found = commonAncestors(of: ends.0, ends.1, kinds) { return NodeSet(self, found, []) }
    let (one, oneIncomplete) = selfAndAncestors(ends.0, kinds)
    let (two, twoIncomplete) = selfAndAncestors(ends.1, kinds)
    let common = one.intersection(two)
    // Any strict ancestor of a common ancestor is common too, so its effects tell it apart.
    var isCovered: Set<Vertex> = []
    for node in common {
      forEachNeighbour(of: node, .upstream, kinds) { _, cause, status in
        if status == [] { isCovered.insert(cause) }
      }
    }
    return NodeSet(
      self, RowSet(common.subtracting(isCovered)),
      oneIncomplete.union(twoIncomplete))
  }

  func selfAndAncestors(
    _ start: Vertex, _ kinds: EdgeKindSet
  ) -> (Set<Vertex>, Incompleteness) {
    var seen: Set<Vertex> = [start]
    var incompleteness: Incompleteness = []
    var work = [start]
    while let node = work.popLast() {
      if hasPendingEdge(at: node, .upstream, kinds) { incompleteness.insert(.pendingEdges) }
      forEachNeighbour(of: node, .upstream, kinds) { _, cause, status in
        if status == .disputed { incompleteness.insert(.disputedEdges) }
        if status == [], seen.insert(cause).inserted { work.append(cause) }
      }
    }
    return (seen, incompleteness)
  }
}
