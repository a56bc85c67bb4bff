// Whether the edges of a batch would close a cycle, found before anything is written.

extension GraphStorage {
  /// Whether a batch could close a cycle at all.
  ///
  /// It cannot as long as every edge of it leads down: to a vertex of a lower level, or from a new
  /// node to one that was there or stands before it in the batch.
  func mayCloseCycles(_ records: [Record]) -> Bool {
    // The common batch: nothing leads to a node that is not there yet.
    if records.count == 1, case .node(let node) = records[0].content,
      row(of: node.node.id) == nil
    {
      return !pending.edges(waitingFor: node.node.id).isEmpty
    }
    var position: [NodeID: Int] = [:]
    if records.count > 1 {
      for (index, record) in records.enumerated() {
        if case .node(let node) = record.content, position[node.node.id] == nil,
          row(of: node.node.id) == nil
        {
          position[node.node.id] = index
        }
      }
    }
    func leadsDown(_ edge: Edge, at index: Int) -> Bool {
      guard let order = Self.order(of: edge.kind) else { return true }
      guard let effect = row(of: edge.effect) else {
        if let cause = position[edge.cause], let effect = position[edge.effect] {
          return cause < effect
        }
        return row(of: edge.cause) != nil
      }
      let vertex = vertices.vertex(of: effect)
      guard let cause = row(of: edge.cause), vertices.vertex(of: cause) != VertexMap.none
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
///
/// Vertices that are there have their levels, open runs stand above them, and nodes of the batch above
/// these in the order of their records. A cycle has an edge that leads up, and its lowest node is the
/// effect of such an edge: so only those are searched from, and only as deep as the lowest of them.
private final class BatchCycleSearch {
  /// A node: its row, or for one of the batch its number behind them.
  typealias Place = Int

  struct BatchEdge {
    var edge: Edge
    var effect: Place
    var cause: Place
    var index: Int
    /// The one before it with the same effect; negative at the end.
    var older: Int
  }

  let storage: GraphStorage
  let order: Int
  let kinds: EdgeKindSet
  var edges: [BatchEdge] = []
  var ids: [NodeID] = []
  private var index: HashIndex
  /// By effect, the newest of its `edges`.
  private var newest = RowMap()
  /// By effect, the causes along edges that waited for a node of the batch.
  private var awaited: [Place: [Place]] = [:]
  /// The effects of edges that lead up.
  private var roots: [Place] = []
  /// Below this level nothing leads back to one of them.
  private var floor = Int32.max
  private var found: [Place] = []
  private var neighbours: [Vertex] = []

  init(_ storage: GraphStorage, _ records: [Record], _ order: Int) {
    self.storage = storage
    self.order = order
    kinds = order == GraphStorage.causalOrder ? .causal : .partOf
    index = HashIndex(capacity: records.count)
    for record in records {
      if case .node(let node) = record.content, storage.row(of: node.node.id) == nil,
        added(node.node.id) == nil
      {
        let ids = ids
        index.append(node.node.id.digest.w0) { ids[Int($0)].digest.w0 }
        self.ids.append(node.node.id)
      }
    }
    if storage.pending.isAnythingAwaited {
      for edge in ids.flatMap({ storage.pending.edges(waitingFor: $0) })
      where kinds.contains(edge.kind) && !storage.retractions.covers(.edge(edge)) {
        guard let effect = place(edge.effect), let cause = place(edge.cause),
          Self.isLive(edge, effect, cause, records, storage)
        else { continue }
        awaited[effect, default: []].append(cause)
        addRoot(effect)
      }
    }
    for (index, record) in records.enumerated() {
      switch record.content {
      case .node(let node):
        for edge in node.edges { add(edge, index) }
      case .edge(let edge): add(edge, index)
      default: break
      }
    }
  }

  private func added(_ id: NodeID) -> Place? {
    index.find(id.digest.w0) { ids[Int($0)] == id }.map { storage.nodes.count + Int($0) }
  }

  private func place(_ id: NodeID) -> Place? {
    storage.row(of: id).map { Int($0) } ?? added(id)
  }

  private func add(_ edge: Edge, _ index: Int) {
    guard kinds.contains(edge.kind), let effect = place(edge.effect),
      let cause = place(edge.cause), bringsToLife(edge, effect)
    else { return }
    edges.append(
      BatchEdge(
        edge: edge, effect: effect, cause: cause, index: index,
        older: newest.find(UInt32(effect)).map { Int($0) } ?? -1))
    newest.set(UInt32(effect), UInt32(edges.count - 1))
    if leadsUp(effect, cause) { addRoot(effect) }
  }

  private func bringsToLife(_ edge: Edge, _ effect: Place) -> Bool {
    if effect < storage.nodes.count { return storage.bringsToLife(edge) }
    return !storage.pending.waits(edge)
      && (storage.retractions.isEmpty || !storage.retractions.covers(.edge(edge)))
  }

  private func leadsUp(_ effect: Place, _ cause: Place) -> Bool {
    if effect >= storage.nodes.count { return cause >= effect }
    guard let cause = vertex(cause) else { return true }
    guard let effect = vertex(effect) else { return false }
    return storage.orders[order].level(cause) >= storage.orders[order].level(effect)
  }

  private func addRoot(_ effect: Place) {
    roots.append(effect)
    if let vertex = vertex(effect) { floor = min(floor, storage.orders[order].level(vertex)) }
  }

  /// Whether an edge that waited will count.
  private static func isLive(
    _ edge: Edge, _ effect: Place, _ cause: Place, _ records: [Record], _ storage: GraphStorage
  ) -> Bool {
    func kind(_ id: NodeID, _ place: Place) -> NodeKind? {
      if place < storage.nodes.count {
        return storage.isHidden(NodeIndex(place)) ? nil : storage.nodeKind(NodeIndex(place))
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

  /// Gathers the causes of a node, with those that the first edges of the batch add.
  private func gatherCauses(of place: Place, edgeLimit: Int) {
    found.removeAll(keepingCapacity: true)
    if let vertex = vertex(place) {
      if storage.orders[order].level(vertex) >= floor {
        neighbours.removeAll(keepingCapacity: true)
        storage.gatherNeighbours(of: vertex, upstream: true, kinds, &neighbours)
        for cause in neighbours { found.append(Int(storage.vertices.row(of: cause))) }
      }
    } else if place < storage.nodes.count {
      storage.open.forEachCause(of: NodeIndex(place)) { cause in
        if kinds.contains(cause.kind) { found.append(Int(cause.cause)) }
      }
    }
    if !awaited.isEmpty { found += awaited[place] ?? [] }
    var position = newest.find(UInt32(place)).map { Int($0) } ?? -1
    while position >= 0 {
      if position < edgeLimit { found.append(edges[position].cause) }
      position = edges[position].older
    }
  }

  /// Depth first from every edge that leads up: a cycle leads back to a node that is being searched.
  func hasCycle() -> Bool {
    // Absent: not met. 0: being searched. 1: done.
    var states = RowMap()
    // Complements stand for the ends of searches.
    var work: [Place] = roots.reversed()
    while let next = work.popLast() {
      if next < 0 {
        states.set(UInt32(~next), 1)
        continue
      }
      guard states.find(UInt32(next)) == nil else { continue }
      states.set(UInt32(next), 0)
      work.append(~next)
      gatherCauses(of: next, edgeLimit: .max)
      for cause in found {
        switch states.find(UInt32(cause)) {
        case nil: work.append(cause)
        case 0: return true
        default: break
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
        gatherCauses(of: place, edgeLimit: position)
        for cause in found where cameFrom[cause] == nil {
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
