// Sets of nodes can be combined, and asked for their ends.

extension NodeSet {
  /// The nodes in either set.
  ///
  /// O(nodes), or O(nodes / 64) where they stand close together.
  ///
  /// - Parameter other: Another answer about the same graph; of another view, nodes that this one
  ///   does not show are left out.
  /// - Returns: The nodes; incomplete if either set is.
  public func union(_ other: NodeSet) -> NodeSet { combined(other) { $0.union($1) } }

  /// The nodes in both sets.
  ///
  /// - Parameter other: See ``union(_:)``.
  /// - Returns: The nodes; incomplete if either set is.
  public func intersection(_ other: NodeSet) -> NodeSet {
    combined(other) { $0.intersection($1) }
  }

  /// The nodes that the other set lacks.
  ///
  /// - Parameter other: See ``union(_:)``.
  /// - Returns: The nodes; incomplete if either set is.
  public func subtracting(_ other: NodeSet) -> NodeSet {
    combined(other) { $0.subtracting($1) }
  }

  /// The nodes in exactly one of the sets.
  ///
  /// - Parameter other: See ``union(_:)``.
  /// - Returns: The nodes; incomplete if either set is.
  public func symmetricDifference(_ other: NodeSet) -> NodeSet {
    combined(other) { $0.symmetricDifference($1) }
  }

  /// Whether all nodes of this set are in another.
  ///
  /// - Parameter other: See ``union(_:)``.
  /// - Returns: Whether they are.
  public func isSubset(of other: NodeSet) -> Bool { rows.isSubset(of: aligned(other)) }

  /// Whether no node is in both sets.
  ///
  /// - Parameter other: See ``union(_:)``.
  /// - Returns: Whether none is.
  public func isDisjoint(with other: NodeSet) -> Bool { rows.isDisjoint(with: aligned(other)) }

  /// The nodes of the set that have no direct cause in it: where it starts.
  ///
  /// O(nodes and their edges).
  ///
  /// - Parameter edges: The kinds of edge that count.
  /// - Returns: The nodes.
  public func sources(edges: EdgeKindSet = .causal) -> NodeSet { ends(.upstream, edges) }

  /// The nodes of the set that have no direct effect in it: where it ends.
  ///
  /// O(nodes and their edges).
  ///
  /// - Parameter edges: The kinds of edge that count.
  /// - Returns: The nodes.
  public func leaves(edges: EdgeKindSet = .causal) -> NodeSet { ends(.downstream, edges) }

  private func ends(
    _ direction: ProvenanceGraph.Direction, _ edges: EdgeKindSet
  ) -> NodeSet {
    let kept = rows.filter { vertex in
      var leadsOn = false
      graph.forEachNeighbour(of: vertex, direction, edges) { _, other, status in
        if status == [], rows.contains(other) { leadsOn = true }
      }
      return !leadsOn
    }
    return NodeSet(graph, RowSet(ascending: kept), incompleteness)
  }

  private func combined(_ other: NodeSet, _ combine: (RowSet, RowSet) -> RowSet) -> NodeSet {
    NodeSet(graph, combine(rows, aligned(other)), incompleteness.union(other.incompleteness))
  }

  /// Another set's nodes as vertices of this set's view.
  private func aligned(_ other: NodeSet) -> RowSet {
    if graph.storage.history === other.graph.storage.history, graph.horizon == other.graph.horizon {
      return other.rows
    }
    return RowSet(
      other.ids.compactMap { id in graph.row(of: id).map { graph.vertex(of: $0) } })
  }
}
