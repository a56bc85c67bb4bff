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
      unsafe nodeKinds.withUnsafeBufferPointer { source in
        guard let base = source.baseAddress else { return }
        unsafe target.initialize(from: base, count: vertexCount)
      }
    }
    causeStart = Column(capacity: vertexCount + 1)
    causeEntries = Column(capacity: edgeCount)
    unsafe effects.withUnsafeBufferPointer { effects in
      unsafe causes.withUnsafeBufferPointer { causes in
        unsafe edgeKinds.withUnsafeBufferPointer { edgeKinds in
          guard let effects = effects.baseAddress, let causes = causes.baseAddress,
            let edgeKinds = edgeKinds.baseAddress
          else {
            unsafe causeStart.append(count: vertexCount + 1) {
              unsafe $0.initialize(repeating: 0, count: vertexCount + 1)
            }
            return
          }
          let filler = unsafe ListFiller(
            vertexCount: vertexCount, edgeCount: edgeCount, effects: effects, causes: causes,
            edgeKinds: edgeKinds)
          fill(filler)
        }
      }
    }
  }

  private mutating func fill(_ filler: ListFiller) {
    let (vertexCount, edgeCount) = (filler.vertexCount, filler.edgeCount)
    packed = unsafe PackedEffects(vertexCount: vertexCount, entryCount: edgeCount) {
      places, target in
      unsafe places.initialize(repeating: 0, count: vertexCount + 1)
      unsafe causeStart.append(count: vertexCount + 1) { ends in
        unsafe ends.initialize(repeating: 0, count: vertexCount + 1)
        unsafe causeEntries.append(count: edgeCount) { entries in
          unsafe filler.packCauses(entries, ends: ends, places: places)
          unsafe filler.placeEffects(entries, target, places: places)
        }
      }
    }
  }

  /// The bytes by component.
  package var byteCounts: [(name: String, bytes: Int)] {
    [
      ("kinds", kinds.byteCount),
      ("sealed", sealed?.byteCount ?? 0),
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
    write { storage in
      storage.replaceNodes(NodeTable(capacity: nodes.count))
      for node in nodes {
        let row = storage.append(node)
        storage.vertices.addRow()
        _ = storage.vertices.assign(row)
      }
      storage.topology = topology
      storage.claim = WriterClaim(end: 1)
      storage.epochs.append(
        EpochEnd(
          position: Position(UInt64(nodes.count)), time: nil, rows: UInt32(nodes.count),
          vertices: UInt32(nodes.count), lateEdges: 0))
    }
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
