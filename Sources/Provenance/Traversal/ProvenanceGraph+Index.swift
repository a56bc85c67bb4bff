extension ProvenanceGraph {
  /// Keeps what answers questions about causes without walking, for all that the graph holds now.
  ///
  /// With it, ``isAncestor(_:of:edges:)`` along causal edges tests a few labels, and
  /// ``ancestors(of:edges:kinds:limits:)`` puts kept sets together. It takes about 26 bytes a node for
  /// the labels and 14 bytes an edge for the sets, is shared by copies, and is a cache: what is added
  /// later is walked as far as it reaches, and it can be dropped and made again at will. Where an edge
  /// was ever late, retracted or disputed, it is not used.
  ///
  /// O(nodes + edges) for graphs whose nodes share most of what they were made from. To make it in the
  /// background, make it on a copy and go on with the copy.
  ///
  /// - Parameter bytesPerEdge: What the sets may take; past it only labels are kept.
  public mutating func makeIndex(bytesPerEdge: Int = 40) {
    guard isIndexable else { return }
    // Labels and sets are read beside flat lists.
    storage.topology.unseal()
    storage.topology.pack()
    var options = AncestorIndexOptions()
    options.bytesPerEdge = bytesPerEdge
    storage.index = withExtendedLifetime(self) {
      ReachabilityIndex(
        labels: ReachabilityLabels(
          upstream: tables.upstream, downstream: tables.downstream,
          codes: EdgeKindSet.causal.rawValue),
        ancestors: try? unsafe AncestorIndex(upstreamLists, options: options))
    }
  }

  /// Forgets what ``makeIndex(bytesPerEdge:)`` keeps.
  public mutating func dropIndex() { storage.index = nil }

  /// The bytes that ``makeIndex(bytesPerEdge:)`` keeps: for labels, and for sets of ancestors.
  public var indexByteCounts: (labels: Int, ancestors: Int) {
    (storage.index?.labels.byteCount ?? 0, storage.index?.ancestors?.byteCount ?? 0)
  }

  /// Whether the lists tell all.
  private var isIndexable: Bool {
    storage.edgeStatus.isEmpty && storage.topology.late.isEmpty && view.epoch == storage.tail
  }

  /// What answers about these edges, if it holds in this view.
  func index(for edges: EdgeKindSet) -> ReachabilityIndex? {
    guard tables.hasIndex, edges == .causal, let index = storage.index, storage.edgeStatus.isEmpty,
      storage.topology.late.isEmpty, storage.topology.sealed == nil
    else { return nil }
    return index
  }

  private var upstreamLists: UpstreamLists {
    unsafe UpstreamLists(
      starts: storage.topology.causeStart.pointer,
      entries: storage.topology.causeEntries.pointer, rowCount: Int(view.vertices),
      codes: EdgeKindSet.causal.rawValue)
  }

  /// All that some vertices were made from, from kept sets; themselves only where another was made
  /// from them.
  func keptAncestors(of seeds: [Vertex], _ index: AncestorIndex) -> RowSet {
    guard let last = seeds.max() else { return RowSet() }
    var words = [UInt64](repeating: 0, count: Int(last >> 6) + 1)
    var search = AncestorSearch()
    withExtendedLifetime(self) {
      unsafe words.withUnsafeMutableBufferPointer { buffer in
        guard let base = buffer.baseAddress else { return }
        unsafe search.insertAncestors(
          of: seeds, index, upstreamLists, late: LatePairs(), into: base)
      }
    }
    return RowSet(words: words, firstWord: 0)
  }
}
