// What a graph keeps on request, to answer about causes without walking.

extension ProvenanceGraph {
  /// Keeps the ancestors of every node, for all that the graph holds now.
  ///
  /// With it, ``ancestors(of:edges:kinds:limits:)`` along the causal edges puts kept sets together, and
  /// ``isAncestor(_:of:edges:)`` tests a few bits. Sets share what they have in common: about 14
  /// bytes an edge. It is a cache, shared by copies, and can be dropped and made again at will. Every
  /// view of the graph's history may ask it; answers are the same with and without:
  ///
  /// - Nodes that came later are walked as far as nodes that it knows.
  /// - Late edges that came before it was made are part of it. Up to 1,024 that came since are made up
  ///   for (64 for `isAncestor`), as are as many edges retracted, restored or disputed since,
  ///   where the answer does not hold their effects. Beyond, the graph is walked: make it again.
  /// - Where the sets would take more than `bytesPerEdge`, labels of about 26 bytes a node are kept
  ///   instead: they serve `isAncestor` alone, and only while no edge was late, retracted or disputed.
  ///
  /// Made again, it is extended by what is new, if no edge of a node that it knows has changed since.
  /// An index is not kept up to date by itself. To make it in the background, make it on a copy, and let
  /// the graph that went on meanwhile adopt it (``adoptIndex(from:)``):
  ///
  /// ```swift
  /// let copy = graph
  /// let task = Task.detached { var copy = copy; copy.makeIndex(); return copy }
  /// // … the graph goes on …
  /// graph.adoptIndex(from: await task.value)
  /// ```
  ///
  /// O(nodes + edges) for graphs whose nodes share most of what they were made from.
  ///
  /// - Parameter bytesPerEdge: What the sets may take.
  public mutating func makeIndex(bytesPerEdge: Int = 40) {
    var options = AncestorIndexOptions()
    options.bytesPerEdge = bytesPerEdge
    makeIndex(options)
  }

  mutating func makeIndex(_ options: AncestorIndexOptions) {
    // Labels and sets are read beside flat lists.
    write { $0.topology.unseal() }
    let (overrides, disputed) = irregularCauses()
    let sets = withExtendedLifetime(self) { ancestorIndex(overrides, options) }
    var labels: ReachabilityLabels?
    if sets == nil, isToldByLists, horizon == storage.tail {
      write { $0.topology.pack() }
      labels = withExtendedLifetime(self) {
        ReachabilityLabels(
          upstream: tables.upstream, downstream: tables.downstream,
          codes: EdgeKindSet.causal.rawValue)
      }
    }
    let index = ReachabilityIndex(at: moment, sets, labels, disputed: disputed)
    write { $0.index = index }
  }

  /// Takes over the index that was made on a copy of this graph.
  ///
  /// The copy may be older or newer than this graph. O(1).
  ///
  /// - Parameter other: The copy.
  /// - Returns: Whether there was one to take over: not if the other graph has none, if this graph has a
  ///   newer one or is sealed, if the index was made of what this graph does not have yet, or if the other is
  ///   no copy, or one that has gone its own way.
  @discardableResult
  public mutating func adoptIndex(from other: ProvenanceGraph) -> Bool {
    guard let index = other.storage.index, other.storage.history === storage.history,
      index.moment.epoch <= storage.tail,
      storage.topology.sealed == nil,
      storage.index.map({ $0.moment.epoch <= index.moment.epoch }) ?? true
    else { return false }
    write { $0.index = index }
    return true
  }

  /// Forgets what ``makeIndex(bytesPerEdge:)`` keeps.
  public mutating func dropIndex() { write { $0.index = nil } }

  /// The bytes that ``makeIndex(bytesPerEdge:)`` keeps: for labels, and for sets of ancestors.
  public var indexByteCounts: (labels: Int, ancestors: Int) {
    (storage.index?.labels?.byteCount ?? 0, storage.index?.ancestors?.byteCount ?? 0)
  }
}

// MARK: - Making

extension ProvenanceGraph {
  /// Where this view stands in the history.
  private var moment: IndexMoment {
    IndexMoment(
      epoch: horizon, vertices: view.vertices, lateEdges: view.lateEdges,
      changes: storage.changeCount(at: horizon))
  }

  /// Whether the lists tell all.
  var isToldByLists: Bool { storage.edgeStatus.isEmpty && storage.topology.late.isEmpty }

  /// The causes of vertices whose lists do not tell them, and the effects of disputed edges.
  private func irregularCauses() -> (CauseOverrides, disputed: [Vertex]) {
    if isToldByLists { return (.none, []) }
    let irregular = storage.topology.irregular
    var draft = CauseOverrides.Draft()
    var disputed: [Vertex] = []
    for vertex in 0..<view.vertices
    where irregular.lateEffects.contains(vertex) || irregular.doubtfulEffects.contains(vertex) {
      draft.start(vertex)
      forEachNeighbour(of: vertex, .upstream, .causal) { _, cause, status in
        if status == [] { draft.append(cause) }
        if status == .disputed, disputed.last != vertex { disputed.append(vertex) }
      }
    }
    return (CauseOverrides(draft), disputed)
  }

  private func ancestorIndex(
    _ overrides: CauseOverrides, _ options: AncestorIndexOptions
  ) -> AncestorIndex? {
    func order(from first: Vertex) -> [Vertex]? {
      isTopologicalByVertex ? nil : topologicallySorted(Array(first..<view.vertices))
    }
    if let index = storage.index, let known = index.ancestors, isExtendable(index) {
      return try? unsafe known.extended(
        upstreamLists, overrides: overrides, order: order(from: index.moment.vertices),
        options: options)
    }
    return try? unsafe AncestorIndex(
      upstreamLists, overrides: overrides, order: order(from: 0), options: options)
  }

  /// Whether the causes of all vertices that an index knows are those of this view.
  private func isExtendable(_ index: ReachabilityIndex) -> Bool {
    let (then, now) = (index.moment, moment)
    guard then.epoch <= now.epoch, then.changes == now.changes else { return false }
    return !(then.lateEdges..<now.lateEdges).contains {
      storage.topology.late[$0].effect < then.vertices
    }
  }

  /// The causes of every vertex, as kept sets are made of them.
  var upstreamLists: UpstreamLists {
    unsafe UpstreamLists(
      starts: storage.topology.causeStart.pointer,
      entries: storage.topology.causeEntries.pointer, rowCount: Int(view.vertices),
      codes: EdgeKindSet.causal.rawValue)
  }
}
