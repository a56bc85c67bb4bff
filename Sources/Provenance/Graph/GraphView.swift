/// What a graph value sees of its storage: how far each table goes.
///
/// Runs that are open in the view stand behind its vertices, in order of arrival: nothing leads to
/// them, so every order of vertices holds for them too.
struct GraphView: Sendable {
  var epoch: Epoch
  /// Rows below this one are in the view.
  var rows: NodeIndex
  /// Vertices below this one have their place.
  var vertices: Vertex
  /// Late edges below this one are in the view.
  var lateEdges: UInt32
  /// The runs that are open in the view; `nil` where those of the storage are.
  var earlierOpen: OpenRuns?

  init(_ storage: GraphStorage, at epoch: Epoch) {
    let end = storage.epochs[epoch]
    self.epoch = epoch
    rows = end.rows
    vertices = end.vertices
    lateEdges = end.lateEdges
    earlierOpen = epoch == storage.tail ? nil : storage.openRuns(at: epoch)
  }
}

extension ProvenanceGraph {
  var horizon: Epoch { view.epoch }

  /// The runs that are open in this view.
  @inline(__always)
  var open: OpenRuns { view.earlierOpen ?? storage.open }

  /// The vertices of this view with the open runs behind them.
  var vertexEnd: Vertex { view.vertices + Vertex(tables.openCount) }

  /// The vertex of a row of this view.
  func vertex(of row: NodeIndex) -> Vertex {
    let vertex = withExtendedLifetime(self) { tables.vertex(of: row) }
    if vertex < view.vertices { return vertex }
    guard let position = open.position(of: row) else {
      preconditionFailure("a row without a vertex is that of an open run")
    }
    return view.vertices + Vertex(position)
  }

  /// The row of a vertex of this view.
  @inline(__always)
  func row(ofVertex vertex: Vertex) -> NodeIndex {
    vertex < view.vertices
      ? storage.vertices.row(of: vertex) : open.rows[Int(vertex - view.vertices)]
  }

  func key(_ edge: EdgeRef) -> EdgeKey {
    EdgeKey(
      effect: row(ofVertex: edge.effect), cause: row(ofVertex: edge.cause), kind: edge.kind,
      role: edge.role)
  }

  func edge(_ edge: EdgeRef) -> Edge { storage.edge(key(edge)) }

  /// Why an edge does not count in this view; nothing if it does.
  func status(_ edge: EdgeRef) -> Status {
    storage.edgeStatus.isEmpty ? [] : storage.edgeStatus.status(key(edge), at: horizon)
  }

  /// The edge that the view holds for one that is asked for, whether it counts or not.
  func find(_ edge: Edge) -> EdgeRef? {
    storage.key(of: edge).flatMap { find($0) }
  }

  /// The edge that the view holds for a key, whether it counts or not.
  func find(_ key: EdgeKey) -> EdgeRef? {
    guard key.effect < view.rows, key.cause < view.rows else { return nil }
    let found = EdgeRef(
      effect: vertex(of: key.effect), cause: vertex(of: key.cause), kind: key.kind,
      role: key.role)
    if found.effect >= view.vertices {
      return open.contains(key) ? found : nil
    }
    guard found.cause < view.vertices else { return nil }
    return storage.isRecorded(found, late: view.lateEdges) ? found : nil
  }

  /// Calls `body` with the edges of the view from a vertex to its causes.
  @inline(__always)
  func forEachCause(of vertex: Vertex, _ body: (EdgeRef) -> Void) {
    guard vertex < view.vertices else {
      for cause in open.causes(of: row(ofVertex: vertex)) {
        body(
          EdgeRef(
            effect: vertex, cause: self.vertex(of: cause.cause), kind: cause.kind,
            role: cause.role))
      }
      return
    }
    storage.topology.forEachListedCause(of: vertex, body)
    if view.lateEdges > 0, storage.topology.irregular.lateEffects.contains(vertex) {
      storage.topology.late.forEachCause(of: vertex, limit: view.lateEdges, body)
    }
  }

  /// Calls `body` with the edges of the view from a vertex's effects to it.
  @inline(__always)
  func forEachEffect(of vertex: Vertex, _ body: (EdgeRef) -> Void) {
    guard vertex < view.vertices else { return }
    var last: (Vertex, EdgeKind)?
    storage.topology.forEachListedEffect(of: vertex, below: view.vertices) { entry in
      let kind = entry.kind
      // Several roles stand side by side, and each call below finds them all.
      if let last, last == (entry.vertex, kind) { return }
      last = (entry.vertex, kind)
      storage.topology.forEachListedEdge(from: entry.vertex, to: vertex, kind: kind, body)
    }
    if view.lateEdges > 0, storage.topology.irregular.lateCauses.contains(vertex) {
      storage.topology.late.forEachEffect(of: vertex, limit: view.lateEdges, body)
    }
    guard tables.openCount > 0 else { return }
    let row = row(ofVertex: vertex)
    for run in open.effects(of: row) {
      let effect = self.vertex(of: run)
      for cause in open.causes(of: run) where cause.cause == row {
        body(EdgeRef(effect: effect, cause: vertex, kind: cause.kind, role: cause.role))
      }
    }
  }

  /// Calls `body` with every edge of the view, whether it counts or not, in order of its effect.
  func forEachEdge(_ body: (EdgeRef) -> Void) {
    for vertex in 0..<vertexEnd { forEachCause(of: vertex, body) }
  }
}
