// The lists of a view, as kernels read them.

extension Topology {
  /// The causes of every vertex, for as long as this topology lives and does not change.
  func upstream(in view: GraphView) -> AdjacencyView {
    var adjacency = AdjacencyView(
      sealed: sealed?.upstream.lists,
      lists: unsafe RowLists(
        starts: causeStart.pointer, entries: causeEntries.pointer,
        firstRow: UInt32(sealedVertices),
        rowCount: max(Int(view.vertices) - sealedVertices, 0), entryCount: causeEntries.count),
      rowBound: Int(view.vertices))
    adjacency.late = lateChains(irregular.lateEffects, late.causeChains(limit: view.lateEdges))
    adjacency.doubtful = Self.marks(irregular.doubtfulEffects)
    return adjacency
  }

  /// The effects of every vertex, for as long as this topology lives and does not change.
  func downstream(in view: GraphView) -> AdjacencyView {
    var chains: TailChains?
    // Once there is a link, every vertex has a head.
    if tail.linkCount > 0 {
      chains = unsafe TailChains(
        heads: tail.headBuffer.pointer, older: tail.olderPointer,
        entries: tailEntries.pointer, slotCount: tail.linkCount)
    }
    var adjacency = AdjacencyView(
      sealed: sealed?.downstream.lists,
      lists: unsafe RowLists(
        starts: packed.startPointer, entries: packed.entryPointer,
        rowCount: packed.vertexCount, entryCount: packed.entryCount),
      tail: chains, rowBound: vertexCount, rowLimit: Int(view.vertices))
    adjacency.late = lateChains(irregular.lateCauses, late.effectChains(limit: view.lateEdges))
    adjacency.doubtful = Self.marks(irregular.doubtfulCauses)
    return adjacency
  }

  private func lateChains(_ marks: VertexMarks, _ chains: TailChains) -> LateChains? {
    guard chains.slotCount > 0, let marks = Self.marks(marks) else { return nil }
    return LateChains(marks: marks, chains: chains, headCount: late.headCount)
  }

  private static func marks(_ marks: VertexMarks) -> RowMarks? {
    marks.isEmpty
      ? nil : unsafe RowMarks(words: marks.words.pointer, wordCount: marks.words.count)
  }
}

/// What lists do not say: which edges do not count.
struct ViewExceptions: AdjacencyExceptions {
  let graph: ProvenanceGraph
  let kinds: EdgeKindSet
  /// Whether an edge was met that lies on a cycle.
  var metDispute = false

  mutating func visitDoubtful(_ row: UInt32, tag: Int, _ sink: inout some NeighbourSink) {
    var dispute = false
    graph.forEachNeighbour(of: row, ProvenanceGraph.Direction(tag: tag), kinds) {
      _, other, status in
      if status == [], other < graph.view.vertices { sink.add(other) }
      if status == .disputed { dispute = true }
    }
    if dispute { metDispute = true }
  }
}

extension ProvenanceGraph.Direction {
  /// What walks are told of a leg.
  var tag: Int { self == .upstream ? 0 : 1 }

  init(tag: Int) { self = tag == 0 ? .upstream : .downstream }
}

extension ProvenanceGraph {
  /// The lists in a direction, with the edges to follow.
  func leg(_ direction: Direction, _ kinds: EdgeKindSet) -> ReachLeg {
    ReachLeg(
      direction == .upstream ? tables.upstream : tables.downstream, EntryFilter(kinds),
      tag: direction.tag)
  }
}
