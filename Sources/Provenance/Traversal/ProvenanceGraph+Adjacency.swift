// The lists of a view, as kernels read them.

extension ProvenanceGraph {
  /// The causes of every vertex, for as long as the graph lives.
  var upstream: AdjacencyView {
    let topology = storage.topology
    var adjacency = AdjacencyView(
      lists: unsafe RowLists(
        starts: topology.causeStart.pointer, entries: topology.causeEntries.pointer,
        rowCount: Int(view.vertices), entryCount: topology.causeEntries.count),
      rowBound: Int(view.vertices))
    if view.lateEdges > 0 { adjacency.late = marks(topology.irregular.lateEffects) }
    adjacency.doubtful = marks(topology.irregular.doubtfulEffects)
    return adjacency
  }

  /// The effects of every vertex, for as long as the graph lives.
  var downstream: AdjacencyView {
    let topology = storage.topology
    var tail: TailChains?
    // Vertices behind the packed lists have heads, even if nothing hangs on them.
    if topology.packed.vertexCount < Int(view.vertices) || topology.tail.linkCount > 0 {
      tail = unsafe TailChains(
        heads: topology.tail.headBuffer.pointer, older: topology.tail.olderPointer,
        entries: topology.tailEntries.pointer, slotCount: topology.tail.linkCount)
    }
    var adjacency = AdjacencyView(
      lists: unsafe RowLists(
        starts: topology.packed.startPointer, entries: topology.packed.entryPointer,
        rowCount: topology.packed.vertexCount, entryCount: topology.packed.entryCount),
      tail: tail, rowBound: topology.vertexCount, rowLimit: Int(view.vertices))
    if view.lateEdges > 0 { adjacency.late = marks(topology.irregular.lateCauses) }
    adjacency.doubtful = marks(topology.irregular.doubtfulCauses)
    return adjacency
  }

  private func marks(_ marks: VertexMarks) -> RowMarks? {
    marks.isEmpty
      ? nil : unsafe RowMarks(words: marks.words.pointer, wordCount: marks.words.count)
  }
}

/// What lists do not say: late edges, and edges that do not count.
struct ViewExceptions: AdjacencyExceptions {
  let graph: ProvenanceGraph
  let kinds: EdgeKindSet
  /// Whether an edge was met that lies on a cycle.
  var metDispute = false

  mutating func visitFlagged(_ row: UInt32, tag: Int, _ sink: inout some NeighbourSink) {
    let late = graph.storage.topology.late
    switch ProvenanceGraph.Direction(tag: tag) {
    case .upstream:
      late.forEachCause(of: row, limit: graph.view.lateEdges) {
        if kinds.contains($0.kind) { sink.add($0.cause) }
      }
    case .downstream:
      late.forEachEffect(of: row, limit: graph.view.lateEdges) {
        if kinds.contains($0.kind) { sink.add($0.effect) }
      }
    }
  }

  mutating func visitDoubtful(_ row: UInt32, tag: Int, _ sink: inout some NeighbourSink) {
    var dispute = false
    graph.forEachNeighbour(of: row, ProvenanceGraph.Direction(tag: tag), kinds) {
      _, other, status in
      if status == [], other < graph.view.vertices { sink.add(other) }
      if status == .disputed { dispute = true }
    }
    if dispute { metDispute = true }
  }

  mutating func visitExceptional(
    _ entry: UInt32, of row: UInt32, at place: EntryPlace, tag: Int,
    _ sink: inout some NeighbourSink
  ) {}
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
      direction == .upstream ? upstream : downstream, EntryFilter(kinds), tag: direction.tag)
  }
}
