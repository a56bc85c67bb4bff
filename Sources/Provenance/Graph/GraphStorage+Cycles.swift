// Whether the edges of a batch would close a cycle, found before anything is written.

extension GraphStorage {
  /// Whether a batch could close a cycle at all.
  ///
  /// It cannot as long as every edge of it leads down: to a vertex of a lower level, or from a new
  /// node to one that was there or stands before it in the batch.
  func mayCloseCycles(_ records: [Record]) -> Bool {
    // The common batch: nothing leads to a node that is not there yet.
    if records.count == 1, case .node(let node) = records[0].content,
      nodes.row(of: node.node.id) == nil
    {
      return !pending.edges(waitingFor: node.node.id).isEmpty
    }
    var position: [NodeID: Int] = [:]
    if records.count > 1 {
      for (index, record) in records.enumerated() {
        if case .node(let node) = record.content, position[node.node.id] == nil,
          nodes.row(of: node.node.id) == nil
        {
          position[node.node.id] = index
        }
      }
    }
    func leadsDown(_ edge: Edge, at index: Int) -> Bool {
      guard let order = Self.order(of: edge.kind) else { return true }
      guard let effect = nodes.row(of: edge.effect) else {
        if let cause = position[edge.cause], let effect = position[edge.effect] {
          return cause < effect
        }
        return nodes.row(of: edge.cause) != nil
      }
      let vertex = vertices.vertex(of: effect)
      guard let cause = nodes.row(of: edge.cause), vertices.vertex(of: cause) != VertexMap.none
      else { return false }
      // Nothing leads to an open run.
      if vertex == VertexMap.none { return position.isEmpty && records.count == 1 }
      return orders[order].level(vertices.vertex(of: cause)) < orders[order].level(vertex)
    }
    for (index, record) in records.enumerated() {
      switch record.content {
      case .node(let node):
        if !pending.edges(waitingFor: node.node.id).isEmpty { return true }
        for edge in node.edges where !leadsDown(edge, at: index) && bringsToLife(edge) {
          return true
        }
      case .edge(let edge):
        if !leadsDown(edge, at: index), bringsToLife(edge) { return true }
      case .retraction(let retraction):
        // To retract a retraction brings edges back.
        if case .record = retraction.target { return true }
      default: break
      }
    }
    return false
  }

  /// Whether a record of this edge would add an edge that counts.
  fileprivate func bringsToLife(_ edge: Edge) -> Bool {
    if let key = key(of: edge), isRecorded(key) { return false }
    return !pending.waits(edge) && !retractions.covers(.edge(edge))
  }

  /// Searches the graph with the batch's edges for a cycle.
  ///
  /// O(what lies upstream of the batch's edges and not below all of them).
  ///
  /// - Returns: Whether it is certain that there is none; what a batch retracts is not looked at.
  /// - Throws: ``GraphError`` with ``GraphError/Kind/cycle(_:path:)`` for the first edge that closes
  ///   one.
  func checkCycles(_ records: [Record]) throws(GraphError) -> Bool {
    let retracts = records.contains {
      if case .retraction = $0.content { true } else { false }
    }
    if retracts { return false }
    for order in [Self.causalOrder, Self.partOrder] {
      let search = BatchCycleSearch(self, records, order)
      guard search.hasCycle() else { continue }
      if let error = search.firstError() { throw error }
    }
    return true
  }
}

/// A search for cycles in a graph and the edges of a batch that is not in it yet.
private final class BatchCycleSearch {
  /// A node: its row, or for one of the batch its number behind them.
  typealias Place = Int

  struct BatchEdge {
    var edge: Edge
    var effect: Place
    var cause: Place
    var index: Int
  }

  let storage: GraphStorage
  let order: Int
  let kinds: EdgeKindSet
  var edges: [BatchEdge] = []
  var ids: [NodeID] = []
  /// By effect, positions in `edges`.
  var byEffect: [Place: [Int]] = [:]
  /// By effect, the causes along edges that waited for a node of the batch.
  var awaited: [Place: [Place]] = [:]
  /// Below this level nothing leads back to an effect of the batch.
  var floor = Int32.max

  init(_ storage: GraphStorage, _ records: [Record], _ order: Int) {
    self.storage = storage
    self.order = order
    kinds = order == GraphStorage.causalOrder ? .causal : .partOf
    var added: [NodeID: Place] = [:]
    for record in records {
      if case .node(let node) = record.content, storage.nodes.row(of: node.node.id) == nil,
        added[node.node.id] == nil
      {
        added[node.node.id] = storage.nodes.count + ids.count
        ids.append(node.node.id)
      }
    }
    func place(_ id: NodeID) -> Place? { storage.nodes.row(of: id).map { Int($0) } ?? added[id] }
    for edge in ids.flatMap({ storage.pending.edges(waitingFor: $0) })
    where kinds.contains(edge.kind) && !storage.retractions.covers(.edge(edge)) {
      guard let effect = place(edge.effect), let cause = place(edge.cause),
        Self.isLive(edge, effect, cause, records, storage)
      else { continue }
      awaited[effect, default: []].append(cause)
      if let vertex = vertex(effect) {
        floor = min(floor, storage.orders[order].level(vertex))
      }
    }
    for (index, record) in records.enumerated() {
      let own: [Edge]
      switch record.content {
      case .node(let node): own = node.edges
      case .edge(let edge): own = [edge]
      default: own = []
      }
      for edge in own where kinds.contains(edge.kind) && storage.bringsToLife(edge) {
        guard let effect = place(edge.effect), let cause = place(edge.cause) else { continue }
        byEffect[effect, default: []].append(edges.count)
        edges.append(BatchEdge(edge: edge, effect: effect, cause: cause, index: index))
        if let vertex = vertex(effect) {
          floor = min(floor, storage.orders[order].level(vertex))
        }
      }
    }
  }

  /// Whether an edge that waited will count.
  private static func isLive(
    _ edge: Edge, _ effect: Place, _ cause: Place, _ records: [Record], _ storage: GraphStorage
  ) -> Bool {
    func kind(_ id: NodeID, _ place: Place) -> NodeKind? {
      if place < storage.nodes.count {
        return storage.isHidden(NodeIndex(place)) ? nil : storage.nodes.kind(of: NodeIndex(place))
      }
      for record in records {
        if case .node(let node) = record.content, node.node.id == id {
          return storage.retractions.covers(.node(id)) ? nil : node.node.kind
        }
      }
      return nil
    }
    guard let from = kind(edge.effect, effect), let to = kind(edge.cause, cause) else {
      return false
    }
    return edge.kind.allows(from: from, to: to)
  }

  private func vertex(_ place: Place) -> Vertex? {
    guard place < storage.nodes.count else { return nil }
    let vertex = storage.vertices.vertex(of: NodeIndex(place))
    return vertex == VertexMap.none ? nil : vertex
  }

  private func id(_ place: Place) -> NodeID {
    place < storage.nodes.count ? storage.nodes.ids[place] : ids[place - storage.nodes.count]
  }

  /// The causes of a node, with those that the first edges of the batch add.
  private func causes(of place: Place, edgeLimit: Int) -> [Place] {
    var found: [Place] = []
    if let vertex = vertex(place) {
      if storage.orders[order].level(vertex) >= floor {
        storage.forEachLiveCause(of: vertex, kinds) { edge in
          found.append(Int(storage.vertices.row(of: edge.cause)))
        }
      }
    } else if place < storage.nodes.count {
      for cause in storage.open.causes(of: NodeIndex(place)) where kinds.contains(cause.kind) {
        found.append(Int(cause.cause))
      }
    }
    found += awaited[place] ?? []
    for position in byEffect[place] ?? [] where position < edgeLimit {
      found.append(edges[position].cause)
    }
    return found
  }

  /// Depth first from every edge of the batch: a cycle leads back to a node that is being searched.
  func hasCycle() -> Bool {
    var isDone: [Place: Bool] = [:]
    for edge in edges where isDone[edge.effect] == nil {
      var frames: [(place: Place, causes: [Place])] = []
      isDone[edge.effect] = false
      frames.append((edge.effect, causes(of: edge.effect, edgeLimit: .max)))
      while let frame = frames.last {
        guard let next = frame.causes.last else {
          isDone[frame.place] = true
          frames.removeLast()
          continue
        }
        frames[frames.count - 1].causes.removeLast()
        switch isDone[next] {
        case true?: continue
        case false?: return true
        case nil:
          isDone[next] = false
          frames.append((next, causes(of: next, edgeLimit: .max)))
        }
      }
    }
    return false
  }

  /// The first edge of the batch that closes a cycle with the graph and the edges before it.
  func firstError() -> GraphError? {
    for (position, edge) in edges.enumerated() {
      var cameFrom: [Place: Place] = [edge.cause: edge.cause]
      var queue = [edge.cause]
      var next = 0
      while next < queue.count, cameFrom[edge.effect] == nil {
        let place = queue[next]
        next += 1
        for cause in causes(of: place, edgeLimit: position) where cameFrom[cause] == nil {
          cameFrom[cause] = place
          queue.append(cause)
        }
      }
      guard cameFrom[edge.effect] != nil else { continue }
      var path = [edge.effect]
      while let last = path.last, last != edge.cause, let before = cameFrom[last] {
        path.append(before)
      }
      let names = [id(edge.effect)] + path.reversed().map(id)
      return GraphError(.cycle(edge.edge, path: names), at: edge.index)
    }
    return nil
  }
}
