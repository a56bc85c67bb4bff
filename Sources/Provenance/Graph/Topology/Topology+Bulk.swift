extension Topology {
  /// Builds a topology from arrays.
  ///
  /// O(vertices + edges).
  ///
  /// - Parameters:
  ///   - nodeKinds: By vertex, the raw value of its kind.
  ///   - effects: By edge, its effect, in ascending order.
  ///   - causes: By edge, its cause: a lower vertex; those of one effect in ascending order.
  ///   - edgeKinds: By edge, the raw value of its kind.
  package init(
    nodeKinds: Span<UInt8>, effects: Span<UInt32>, causes: Span<UInt32>, edgeKinds: Span<UInt8>
  ) {
    self.init()
    let (vertexCount, edgeCount) = (nodeKinds.count, effects.count)
    precondition(
      causes.count == edgeCount && edgeKinds.count == edgeCount,
      "every edge has an effect, a cause and a kind")
    kinds = Column(capacity: vertexCount)
    unsafe kinds.append(count: vertexCount) { target in
      for vertex in 0..<vertexCount { unsafe target[vertex] = nodeKinds[unchecked: vertex] }
    }
    // One entry more, since walks may touch the one behind a list.
    causeEntries = Column(capacity: edgeCount + 8)
    var isInOrder = true
    unsafe causeEntries.append(count: edgeCount) { target in
      var previous: UInt64 = 0
      for edge in 0..<edgeCount {
        let cause = unsafe causes[unchecked: edge]
        let effect = unsafe effects[unchecked: edge]
        let place = UInt64(effect) << 32 | UInt64(cause)
        isInOrder = isInOrder && cause < effect && place >= previous
        previous = place
        unsafe target[edge] = cause | UInt32(edgeKinds[unchecked: edge]) &<< 28
      }
    }
    precondition(
      isInOrder && (edgeCount == 0 || Int(effects[edgeCount - 1]) < vertexCount),
      "edges stand in order, and lead down")
    causeStart = Column(capacity: vertexCount + 1)
    unsafe causeStart.append(count: vertexCount + 1) { target in
      var edge = 0
      for vertex in 0..<vertexCount {
        unsafe target[vertex] = UInt32(truncatingIfNeeded: edge)
        while edge < edgeCount, unsafe effects[unchecked: edge] == vertex { edge &+= 1 }
      }
      unsafe target[vertexCount] = UInt32(edgeCount)
    }
    pack()
  }

  /// The bytes by component.
  package var byteCounts: [(name: String, bytes: Int)] {
    [
      ("kinds", kinds.byteCount),
      ("causes", causeStart.byteCount + causeEntries.byteCount),
      ("effects, packed", packed.byteCount),
      ("effects, chained", tail.byteCount + tailEntries.byteCount),
      ("late edges", late.byteCount + irregular.byteCount),
      ("roles", roles.byteCount),
    ]
  }
}

extension ProvenanceGraph {
  /// Builds a graph from nodes and the edges among them.
  ///
  /// O(nodes), beside what the topology took.
  ///
  /// - Parameters:
  ///   - nodes: The nodes, none twice, in the order of the topology's vertices.
  ///   - topology: Their edges, which must be allowed between their kinds.
  package init(_ nodes: [Node], _ topology: Topology) {
    precondition(nodes.count == topology.vertexCount, "every vertex is a node")
    self.init()
    storage.nodes = NodeTable(capacity: nodes.count)
    for node in nodes {
      let row = storage.nodes.append(node)
      storage.vertices.addRow()
      _ = storage.vertices.assign(row)
    }
    storage.topology = topology
    storage.claim = WriterClaim(end: 1)
    storage.epochs.append(
      EpochEnd(
        position: Position(UInt64(nodes.count)), time: nil, rows: UInt32(nodes.count),
        vertices: UInt32(nodes.count), lateEdges: 0))
    moveView(to: 1)
  }

  /// The bytes of the graph by component, without what attributes hold on the heap.
  package var byteCounts: [(name: String, bytes: Int)] {
    let orders = storage.orders.reduce(0) { $0 + $1.byteCount }
    let topology = storage.topology.byteCounts.reduce(0) { $0 + $1.bytes }
    return [("topology", topology + orders + storage.vertices.byteCount)]
      + storage.topology.byteCounts.map { ("topology: \($0.name)", $0.bytes) }
      + [("topology: levels", orders), ("topology: rows", storage.vertices.byteCount)]
      + storage.nodes.byteCounts
      + [("history", storage.epochs.byteCount), ("annotations", storage.annotations.byteCount)]
  }
}
