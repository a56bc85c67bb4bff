// Loops over sets that look at nodes without putting them together.

extension NodeSet {
  /// How many of the nodes are of each kind; kinds without one are left out.
  ///
  /// O(n).
  public var kindCounts: [NodeKind: Int] {
    var counts = [Int](repeating: 0, count: NodeKind.allCases.count)
    withExtendedLifetime(graph) {
      let kinds = unsafe graph.tables.kinds(below: graph.view.vertices)
      rows.forEachChunk { vertices in
        for index in vertices.indices {
          counts[Int(unsafe graph.kindByte(of: vertices[index], kinds))] += 1
        }
      }
    }
    var found: [NodeKind: Int] = [:]
    for kind in NodeKind.allCases where counts[Int(kind.rawValue)] > 0 {
      found[kind] = counts[Int(kind.rawValue)]
    }
    return found
  }

  /// Hands out the nodes' indices and kinds, many at a time, in the order of the set.
  ///
  /// The fastest way for a loop of one's own: nothing is allocated for a node, and an index leads to an
  /// element of one's own arrays, to ``ProvenanceGraph/node(at:)`` or ``ProvenanceGraph/nodeID(at:)``.
  ///
  /// O(n).
  ///
  /// - Parameter body: Is given the indices of some nodes, and their kinds in the same places.
  /// - Throws: What the body throws.
  public func forEachChunk<Failure: Error>(
    _ body: (_ indices: Span<NodeIndex>, _ kinds: Span<NodeKind>) throws(Failure) -> Void
  ) throws(Failure) {
    var kinds = [NodeKind](repeating: .dataset, count: 512)
    var indices = [NodeIndex](repeating: 0, count: 512)
    let graph = graph
    func hand(_ vertices: Span<Vertex>) throws(Failure) {
      var start = 0
      while start < vertices.count {
        let count = Swift.min(512, vertices.count - start)
        graph.copyKinds(of: vertices.extracting(start..<start + count), to: &kinds)
        if graph.isNumberedByNode {
          try body(
            vertices.extracting(start..<start + count), kinds.span.extracting(0..<count))
        } else {
          for index in 0..<count { indices[index] = graph.row(ofVertex: vertices[start + index]) }
          try body(indices.span.extracting(0..<count), kinds.span.extracting(0..<count))
        }
        start += count
      }
    }
    if let sorted { return try hand(sorted.span) }
    try rows.forEachChunk { vertices throws(Failure) in try hand(vertices) }
  }
}

extension ProvenanceGraph {
  /// The index of a node.
  ///
  /// Expected O(1).
  ///
  /// - Parameter node: The node.
  /// - Returns: The index; `nil` where the node is not in this view.
  public func index(of node: some NodeReference) -> NodeIndex? { row(of: node.nodeID) }

  /// The node at an index.
  ///
  /// - Parameter index: An index that this graph gave, in this view or another.
  /// - Returns: The node.
  public func node(at index: NodeIndex) -> Node { storage.nodes[index] }

  /// The id of the node at an index.
  ///
  /// - Parameter index: An index that this graph gave, in this view or another.
  /// - Returns: The id.
  public func nodeID(at index: NodeIndex) -> NodeID { storage.nodes.ids[index] }

  /// Whether a vertex has the number of its node.
  fileprivate var isNumberedByNode: Bool { !tables.hasVertexMap && tables.openCount == 0 }

  @inline(__always)
  fileprivate func kindByte(of vertex: Vertex, _ kinds: UnsafePointer<UInt8>) -> UInt8 {
    vertex < view.vertices ? unsafe kinds[Int(vertex)] : NodeKind.run.rawValue
  }

  fileprivate func copyKinds(of vertices: Span<Vertex>, to kinds: inout [NodeKind]) {
    withExtendedLifetime(self) {
      let bytes = unsafe tables.kinds(below: view.vertices)
      for index in vertices.indices {
        guard let kind = unsafe NodeKind(rawValue: kindByte(of: vertices[index], bytes)) else {
          continue
        }
        kinds[index] = kind
      }
    }
  }
}
