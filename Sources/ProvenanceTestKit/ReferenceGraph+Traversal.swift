public import Provenance

/// Which way a reference graph is walked.
public enum ReferenceDirection: Sendable, Hashable, CaseIterable {
  /// From effects to causes.
  case upstream
  /// From causes to effects.
  case downstream
}

extension ReferenceView {
  /// The hops that edges of some kinds allow from a node: the edge, and the node at its other end.
  ///
  /// `alternateOf` leads both ways.
  ///
  /// - Parameters:
  ///   - node: The node.
  ///   - direction: The direction.
  ///   - kinds: The kinds of edge.
  ///   - edges: The edges; they need not count.
  /// - Returns: The hops, in order of their edges.
  public func hops(
    from node: NodeID, _ direction: ReferenceDirection, _ kinds: EdgeKindSet,
    over edges: Set<Edge>
  ) -> [(edge: Edge, node: NodeID)] {
    var found: [(edge: Edge, node: NodeID)] = []
    for edge in edges where kinds.contains(edge.kind) {
      let isBothWays = edge.kind == .alternateOf
      if edge.effect == node, direction == .upstream || isBothWays {
        found.append((edge, edge.cause))
      } else if edge.cause == node, direction == .downstream || isBothWays {
        found.append((edge, edge.effect))
      }
    }
    return found.sorted { $0.edge < $1.edge }
  }

  /// How many edges away each node is that can be reached from one; the start is 0 away.
  ///
  /// - Parameters:
  ///   - start: The start.
  ///   - direction: The direction.
  ///   - kinds: The kinds of edge.
  /// - Returns: The distances of what is reached.
  public func distances(
    from start: NodeID, _ direction: ReferenceDirection, _ kinds: EdgeKindSet = .causal
  ) -> [NodeID: Int] {
    let edges = self.edges
    var distances = [start: 0]
    var ring = [start]
    while !ring.isEmpty {
      var next: [NodeID] = []
      for node in ring {
        for hop in hops(from: node, direction, kinds, over: edges)
        where distances[hop.node] == nil {
          distances[hop.node] = (distances[node] ?? 0) + 1
          next.append(hop.node)
        }
      }
      ring = next
    }
    return distances
  }

  /// What can be reached from a node, without the node itself.
  ///
  /// - Parameters:
  ///   - start: The start.
  ///   - direction: The direction.
  ///   - kinds: The kinds of edge.
  /// - Returns: The ancestors or descendants.
  public func reach(
    from start: NodeID, _ direction: ReferenceDirection, _ kinds: EdgeKindSet = .causal
  ) -> Set<NodeID> {
    Set(distances(from: start, direction, kinds).keys).subtracting([start])
  }

  /// Why an unbounded walk from a node is not complete: at a node that it visits, a disputed edge
  /// leads on, or an edge that waits for its other end.
  ///
  /// - Parameters:
  ///   - start: The start.
  ///   - direction: The direction.
  ///   - kinds: The kinds of edge.
  /// - Returns: The reasons.
  public func incompleteness(
    from start: NodeID, _ direction: ReferenceDirection, _ kinds: EdgeKindSet = .causal
  ) -> Incompleteness {
    let disputed = disputedEdges
    let pending = pendingEdges
    var reasons: Incompleteness = []
    for node in distances(from: start, direction, kinds).keys {
      if !hops(from: node, direction, kinds, over: disputed).isEmpty {
        reasons.insert(.disputedEdges)
      }
      if !hops(from: node, direction, kinds, over: pending).isEmpty {
        reasons.insert(.pendingEdges)
      }
    }
    return reasons
  }

  /// All paths of causal edges from an effect to a cause, each as the edges it takes, in order of
  /// these edges.
  ///
  /// - Parameters:
  ///   - effect: Where the paths start.
  ///   - cause: Where they end.
  ///   - kinds: The kinds of edge, among the causal ones.
  /// - Returns: The paths; there can be exponentially many.
  public func paths(
    from effect: NodeID, to cause: NodeID, _ kinds: EdgeKindSet = .causal
  ) -> [[Edge]] {
    let edges = self.edges
    let kinds = kinds.intersection(.causal)
    var found: [[Edge]] = []
    var open: [[Edge]] = [[]]
    while let path = open.popLast() {
      let end = path.last?.cause ?? effect
      if end == cause {
        found.append(path)
      } else {
        for hop in hops(from: end, .upstream, kinds, over: edges) { open.append(path + [hop.edge]) }
      }
    }
    return found.sorted { $0.lexicographicallyPrecedes($1) }
  }

  /// The common ancestors of two nodes, themselves among them, that are no ancestor of another one.
  ///
  /// - Parameters:
  ///   - first: A node.
  ///   - second: Another node.
  ///   - kinds: The kinds of edge, among the causal ones.
  /// - Returns: The nodes.
  public func nearestCommonAncestors(
    of first: NodeID, _ second: NodeID, _ kinds: EdgeKindSet = .causal
  ) -> Set<NodeID> {
    let kinds = kinds.intersection(.causal)
    let common = Set(distances(from: first, .upstream, kinds).keys)
      .intersection(distances(from: second, .upstream, kinds).keys)
    let covered = common.map { reach(from: $0, .upstream, kinds) }
    return common.filter { node in !covered.contains { $0.contains(node) } }
  }

  /// Whether no node of a list comes before one of its ancestors.
  ///
  /// - Parameter order: Nodes that count, each once.
  /// - Returns: Whether causes come before effects.
  public func isTopological(_ order: [NodeID]) -> Bool {
    var later: Set<NodeID> = []
    for node in order.reversed() {
      // What comes after this node in the order must not be upstream of it.
      if !later.isDisjoint(with: reach(from: node, .upstream)) { return false }
      later.insert(node)
    }
    return true
  }
}
