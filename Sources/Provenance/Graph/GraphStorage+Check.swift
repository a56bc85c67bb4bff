extension GraphStorage {
  /// What a local insert demands before anything changes: that all a batch speaks of is recorded.
  ///
  /// Cycles are found while the batch is taken in.
  func check(_ records: [Record]) throws(GraphError) {
    let batch = BatchContents(records)
    for (index, record) in records.enumerated() {
      switch record.content {
      case .node(let node):
        try checkVisible(node.node.id, index)
        for edge in node.edges { try check(edge, batch, index) }
      case .edge(let edge):
        try check(edge, batch, index)
      case .annotation(let annotation):
        // A batch that brings its own tombstone may be repeated, as after an unknown outcome.
        if place(of: record.id) != nil, batch.erased.contains(record.id) { continue }
        if annotation.body == nil || tombstones[record.id] != nil {
          throw GraphError(.erased(record.id), at: index)
        }
        let isKnown =
          switch annotation.subject {
          case .node(let id): batch.nodes[id] != nil || row(of: id) != nil
          case .edge(let edge): batch.edges.contains(edge) || isRecorded(edge)
          }
        guard isKnown else { throw GraphError(.unknownSubject(record.id), at: index) }
      case .retraction(let retraction):
        let isKnown =
          switch retraction.target {
          case .node(let id): batch.nodes[id] != nil || row(of: id) != nil
          case .edge(let edge): batch.edges.contains(edge) || isRecorded(edge)
          case .record(let id): batch.records.contains(id) || place(of: id) != nil
          }
        guard isKnown else { throw GraphError(.unknownTarget(record.id), at: index) }
      case .tombstone(let tombstone):
        guard batch.records.contains(tombstone.target) || place(of: tombstone.target) != nil else {
          throw GraphError(.unknownTarget(record.id), at: index)
        }
      case .unknown:
        throw GraphError(.unknownRecordKind(record.id), at: index)
      }
    }
  }

  private func isRecorded(_ edge: Edge) -> Bool { key(of: edge).map { isRecorded($0) } ?? false }

  private func checkVisible(_ id: NodeID, _ index: Int) throws(GraphError) {
    if let row = row(of: id), isHidden(row) {
      throw GraphError(.retracted(id), at: index)
    }
  }

  private func check(
    _ edge: Edge, _ batch: BatchContents, _ index: Int
  ) throws(GraphError) {
    func kind(of id: NodeID) throws(GraphError) -> NodeKind {
      try checkVisible(id, index)
      if let kind = batch.nodes[id] { return kind }
      if let row = row(of: id) { return nodeKind(row) }
      throw GraphError(.unknownEndpoint(edge, missing: id), at: index)
    }
    let effect = try kind(of: edge.effect)
    let cause = try kind(of: edge.cause)
    guard edge.kind.allows(from: effect, to: cause) else {
      throw GraphError(.relationNotAllowed(edge, from: effect, to: cause), at: index)
    }
    guard edge.effect != edge.cause else {
      throw GraphError(.cycle(edge, path: [edge.effect, edge.cause]), at: index)
    }
  }
}

/// What a batch itself brings, so that its records can speak of one another.
private struct BatchContents {
  var nodes: [NodeID: NodeKind] = [:]
  var edges: Set<Edge> = []
  var records: Set<RecordID> = []
  /// The targets of the batch's tombstones.
  var erased: Set<RecordID> = []

  init(_ records: [Record]) {
    let needsEdges = records.contains {
      switch $0.content {
      case .annotation(let annotation):
        if case .edge = annotation.subject { true } else { false }
      case .retraction(let retraction):
        if case .edge = retraction.target { true } else { false }
      default: false
      }
    }
    for record in records {
      switch record.content {
      case .node(let node):
        nodes[node.node.id] = node.node.kind
        if needsEdges { edges.formUnion(node.edges) }
      case .edge(let edge):
        if needsEdges { edges.insert(edge) }
      case .annotation, .retraction:
        self.records.insert(record.id)
      case .tombstone(let tombstone):
        self.records.insert(record.id)
        erased.insert(tombstone.target)
      case .unknown:
        break
      }
    }
  }
}
