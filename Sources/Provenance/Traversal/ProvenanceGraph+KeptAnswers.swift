// Questions that kept sets of ancestors answer, in every view of the graph's history.

/// What differs between a view and the moment that an index was made of.
private struct IndexGap {
  /// Late edges that only one of the two has.
  var late: Range<UInt32>
  /// Whether that is the view.
  var isFresh: Bool
  /// The changes of edges between the two.
  var changes: Range<Int>

  var isEmpty: Bool { late.isEmpty && changes.isEmpty }
}

extension ProvenanceGraph {
  /// All that some vertices were made from, from kept sets; themselves only where another was made
  /// from them.
  ///
  /// - Parameters:
  ///   - seeds: The vertices, each in the view.
  ///   - metDispute: Is set if the answer would go on along an edge that is disputed.
  /// - Returns: The vertices; `nil` where the graph is to be walked.
  func keptAncestors(of seeds: [Vertex], metDispute: inout Bool) -> RowSet? {
    guard let index = storage.index, let sets = index.ancestors else { return nil }
    let gap = gap(to: index)
    guard gap.late.count <= 1024, gap.changes.count <= 1024, index.disputed.count <= 4096 else {
      return nil
    }
    var newer = NewerViewCauses(graph: self)
    func ancestors(of vertices: [Vertex]) -> RowSet {
      withExtendedLifetime(self) {
        index.searches.with {
          unsafe $0.ancestors(of: vertices, sets, upstreamLists, &newer)
        }
      }
    }
    var found = ancestors(of: seeds)
    func holds(_ vertex: Vertex) -> Bool { found.contains(vertex) || seeds.contains(vertex) }
    if gap.isFresh {
      var fresh = freshEdges(gap, index)
      var rounds = 0
      while let reached = fresh.takeAll(where: { holds($0.effect) }) {
        rounds += 1
        if rounds > 16 { return nil }
        let causes = reached.map(\.cause).filter { !found.contains($0) }
        if !causes.isEmpty { found = found.union(ancestors(of: causes)).union(RowSet(causes)) }
      }
    } else if gap.late.contains(where: { holds(storage.topology.late[$0].effect) }) {
      return nil
    }
    if gap.changes.contains(where: { holds(storage.edgeChanges[$0].effect) }) { return nil }
    if newer.metDispute || index.disputed.contains(where: holds) { metDispute = true }
    return found
  }

  /// Whether a vertex lies upstream of another along causal edges, from what is kept.
  ///
  /// - Parameters:
  ///   - cause: The vertex that may be upstream; in the view.
  ///   - effect: The vertex that may be downstream; in the view.
  /// - Returns: `nil` where the graph is to be searched.
  @inline(__always)
  func keptIsAncestor(_ cause: Vertex, of effect: Vertex) -> Bool? {
    guard let index = storage.index else { return nil }
    guard let sets = index.ancestors else { return labelledIsAncestor(cause, of: effect, index) }
    let gap = gap(to: index)
    if gap.isEmpty, max(cause, effect) < index.moment.vertices {
      return withExtendedLifetime(self) {
        unsafe sets.isAncestor(cause, of: effect, upstreamLists)
      }
    }
    return keptIsAncestor(cause, of: effect, index, sets, gap)
  }

  /// The same across a gap, and for newer vertices.
  @inline(never)
  private func keptIsAncestor(
    _ cause: Vertex, of effect: Vertex, _ index: ReachabilityIndex, _ sets: AncestorIndex,
    _ gap: IndexGap
  ) -> Bool? {
    guard gap.late.count <= 64, gap.changes.count <= 64 else { return nil }
    var newer = NewerViewCauses(graph: self)
    return withExtendedLifetime(self) {
      index.searches.with { search in
        func isKept(_ cause: Vertex, _ effect: Vertex) -> Bool {
          // An indexed vertex has a newer ancestor only behind a fresh edge.
          if cause >= index.moment.vertices, effect < index.moment.vertices { return false }
          return unsafe search.isAncestor(cause, of: effect, sets, upstreamLists, &newer)
        }
        var sources = [effect]
        func holds(_ vertex: Vertex) -> Bool {
          sources.contains { $0 == vertex || isKept(vertex, $0) }
        }
        var fresh = gap.isFresh ? freshEdges(gap, index) : []
        while let reached = fresh.takeAll(where: { holds($0.effect) }) {
          sources += reached.map(\.cause)
          if sources.count > 16 { return nil }
        }
        let isFound = sources.dropFirst().contains(cause) || sources.contains { isKept(cause, $0) }
        // What the index has beyond the view can only make it say yes too often.
        if isFound, !gap.isFresh,
          gap.late.contains(where: { holds(storage.topology.late[$0].effect) })
        {
          return nil
        }
        if gap.changes.contains(where: { holds(storage.edgeChanges[$0].effect) }) { return nil }
        return isFound
      }
    }
  }

  private func labelledIsAncestor(
    _ cause: Vertex, of effect: Vertex, _ index: ReachabilityIndex
  ) -> Bool? {
    guard let labels = index.labels, isToldByLists else { return nil }
    return withExtendedLifetime(self) {
      labels.isAncestor(
        cause, of: effect, upstream: tables.upstream, downstream: tables.downstream,
        pool: tables.scratch)
    }
  }

  @inline(__always)
  private func gap(to index: ReachabilityIndex) -> IndexGap {
    let (then, now) = (index.moment, view.lateEdges)
    let changes = storage.edgeChanges.isEmpty ? 0 : storage.changeCount(at: horizon)
    return IndexGap(
      late: min(then.lateEdges, now)..<max(then.lateEdges, now), isFresh: now > then.lateEdges,
      changes: min(then.changes, changes)..<max(then.changes, changes))
  }

  /// The late edges that lead on from vertices that an index knows, and that it does not have.
  private func freshEdges(_ gap: IndexGap, _ index: ReachabilityIndex) -> [EdgeRef] {
    gap.late.map { storage.topology.late[$0] }.filter {
      $0.effect < index.moment.vertices && EdgeKindSet.causal.contains($0.kind)
        && status($0) == []
    }
  }
}

extension [EdgeRef] {
  /// Removes the edges that satisfy a condition, and returns them; `nil` if there are none.
  fileprivate mutating func takeAll(where matches: (EdgeRef) -> Bool) -> [EdgeRef]? {
    let taken = filter(matches)
    if taken.isEmpty { return nil }
    removeAll { taken.contains($0) }
    return taken
  }
}

/// The causes of vertices that an index does not know, in a view.
private struct NewerViewCauses: NewerCauses {
  private let graph: ProvenanceGraph
  private let irregular: IrregularVertices
  private let isTold: Bool
  /// Whether an edge was met that lies on a cycle.
  private(set) var metDispute = false

  init(graph: ProvenanceGraph) {
    self.graph = graph
    irregular = graph.storage.topology.irregular
    isTold = graph.isToldByLists
  }

  func contains(_ row: UInt32) -> Bool {
    if isTold { return false }
    return irregular.lateEffects.contains(row) || irregular.doubtfulEffects.contains(row)
  }

  mutating func forEachCause(of row: UInt32, _ body: (UInt32) -> Void) {
    var dispute = false
    graph.forEachNeighbour(of: row, .upstream, .causal) { _, cause, status in
      if status == [] { body(cause) }
      if status == .disputed { dispute = true }
    }
    if dispute { metDispute = true }
  }
}
