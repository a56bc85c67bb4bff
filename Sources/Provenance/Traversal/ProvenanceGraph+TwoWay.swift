// Paths and reachability between two vertices, searched from both ends.

extension ProvenanceGraph {
  private func search(_ edges: EdgeKindSet) -> TwoWaySearch {
    TwoWaySearch(
      pool: tables.scratch, upstream: leg(.upstream, edges),
      downstream: leg(.downstream, edges),
      isTopological: edges.isSubset(of: .causal) && isTopologicalByVertex)
  }

  /// Whether a vertex lies upstream of another along edges in their own direction.
  func isAncestor(_ cause: Vertex, of effect: Vertex, _ edges: EdgeKindSet) -> Bool {
    // Nothing leads to an open run; from one, its causes lead on.
    if cause >= view.vertices { return false }
    guard effect < view.vertices else {
      var isFound = false
      forEachNeighbour(of: effect, .upstream, edges) { _, next, status in
        guard status == [], !isFound else { return }
        isFound = next == cause || isAncestor(cause, of: next, edges)
      }
      return isFound
    }
    if tables.hasIndex, edges == .causal, let isKept = keptIsAncestor(cause, of: effect) {
      return isKept
    }
    return withExtendedLifetime(self) {
      if tables.isRegular {
        var none = NoExceptions()
        return search(edges).isAncestor(cause, of: effect, &none)
      }
      var exceptions = ViewExceptions(graph: self, kinds: edges)
      return search(edges).isAncestor(cause, of: effect, &exceptions)
    }
  }

  /// How many paths lead from a vertex to another along edges in their own direction.
  func countPaths(from effect: Vertex, to cause: Vertex, _ edges: EdgeKindSet) -> PathCount {
    if effect == cause { return PathCount(count: 1, isExact: true) }
    var total = PathCount(count: 0, isExact: true)
    if cause >= view.vertices { return total }
    var exceptions = ViewExceptions(graph: self, kinds: edges)
    withExtendedLifetime(self) {
      let search = search(edges)
      guard effect >= view.vertices else {
        total = search.pathCount(from: effect, to: cause, &exceptions)
        return
      }
      forEachNeighbour(of: effect, .upstream, edges) { _, next, status in
        if status == [] { total.add(search.pathCount(from: next, to: cause, &exceptions)) }
      }
    }
    return total
  }

  /// The nearest common ancestors of two vertices, without walking all that is upstream of them.
  ///
  /// - Parameters:
  ///   - first: A vertex.
  ///   - second: Another vertex.
  ///   - edges: The kinds of edge to follow.
  /// - Returns: The vertices; `nil` where the answer might be incomplete, or an end is an open run.
  func commonAncestors(
    of first: Vertex, _ second: Vertex, _ edges: EdgeKindSet
  ) -> RowSet? {
    guard max(first, second) < view.vertices, storage.edgeStatus.isEmpty,
      !tables.mayWait
    else { return nil }
    var exceptions = ViewExceptions(graph: self, kinds: edges)
    return withExtendedLifetime(self) {
      search(edges).nearestCommonAncestors(of: first, second, &exceptions)
    }
  }

  /// The vertices of a shortest path along edges in their own direction.
  func shortestVertices(
    from effect: Vertex, to cause: Vertex, _ edges: EdgeKindSet
  ) -> [Vertex]? {
    if effect == cause { return [effect] }
    if cause >= view.vertices { return nil }
    if tables.isRegular, effect < view.vertices {
      var none = NoExceptions()
      return withExtendedLifetime(self) {
        search(edges).shortestPath(from: effect, to: cause, &none)
      }
    }
    var exceptions = ViewExceptions(graph: self, kinds: edges)
    return withExtendedLifetime(self) {
      let search = search(edges)
      guard effect >= view.vertices else {
        return search.shortestPath(from: effect, to: cause, &exceptions)
      }
      var best: [Vertex]?
      forEachNeighbour(of: effect, .upstream, edges) { _, next, status in
        guard status == [], best?.count != 2,
          let rest = search.shortestPath(from: next, to: cause, &exceptions)
        else { return }
        if rest.count + 1 < best?.count ?? .max { best = [effect] + rest }
      }
      return best
    }
  }

  /// An edge that counts between each two vertices of a path.
  func edgesAlong(_ path: [Vertex], _ edges: EdgeKindSet) -> [EdgeRef] {
    zip(path, path.dropFirst()).map { effect, cause in
      var found: EdgeRef?
      forEachCause(of: effect) { edge in
        guard edge.cause == cause, edges.contains(edge.kind), status(edge) == [] else { return }
        if found.map({ self.edge(edge) < self.edge($0) }) ?? true { found = edge }
      }
      guard let found else { preconditionFailure("a path follows edges that count") }
      return found
    }
  }

  /// A shortest path that may follow `alternateOf` both ways, breadth first.
  func walkPath(from start: Vertex, to goal: Vertex, _ edges: EdgeKindSet) -> [EdgeRef]? {
    var arrivedBy: [Vertex: (vertex: Vertex, edge: EdgeRef?)] = [start: (start, nil)]
    var queue = [start]
    var next = 0
    while next < queue.count, arrivedBy[goal] == nil {
      let vertex = queue[next]
      next += 1
      forEachNeighbour(of: vertex, .upstream, edges) { edge, other, status in
        guard status == [], arrivedBy[other] == nil else { return }
        arrivedBy[other] = (vertex, edge)
        queue.append(other)
      }
    }
    guard arrivedBy[goal] != nil else { return nil }
    var hops: [EdgeRef] = []
    var last = goal
    while let step = arrivedBy[last], let edge = step.edge {
      hops.append(edge)
      last = step.vertex
    }
    return hops.reversed()
  }
}
