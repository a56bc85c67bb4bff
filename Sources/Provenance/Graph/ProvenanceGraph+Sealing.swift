extension ProvenanceGraph {
  /// Re-packs the edges of all nodes that have their place by now into less than half the memory.
  ///
  /// Every question has the same answer as before; walks take up to a half longer. What is added later
  /// is kept as ever, beside the sealed lists, and sealing again takes it in. Copies made before keep the
  /// unsealed lists alive until they go. An index needs those lists: sealing drops it
  /// (``makeIndex(bytesPerEdge:)`` unseals the graph). Nothing changes where the edges of one direction would
  /// take 4 GiB. O(nodes + edges); seal when a graph has grown by a good part since the last time, or will
  /// grow no more.
  public mutating func seal() {
    write { if $0.topology.seal() { $0.index = nil } }
  }

  /// The number of nodes whose edges are sealed, but for those that came later than the node.
  public var sealedNodeCount: Int { min(storage.topology.sealedVertices, Int(view.vertices)) }
}
