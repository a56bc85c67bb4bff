extension GraphStorage {
  typealias OrderIndex = Int

  /// Brings a late edge that became live into the order of its class.
  ///
  /// One comparison where the cause has the lower level. Otherwise a search in both directions between
  /// the levels of the two ends, which costs as much as the smaller of its sides: nothing leads back
  /// from an effect that has no effects yet, nor on from a cause that has no causes yet, so in whichever
  /// direction a history arrives, its edges are placed in O(1). The first edge of a graph that leads to
  /// a higher vertex costs O(n).
  ///
  /// - Parameters:
  ///   - edge: The edge, already recorded and live.
  ///   - work: Memory to search in.
  /// - Returns: Whether it closes a cycle; if not, it has its place.
  func closesCycle(_ edge: EdgeRef, _ work: inout OrderScratch) -> Bool {
    guard let order = Self.order(of: edge.kind) else { return false }
    if edge.effect == edge.cause { return true }
    if leadsDown(edge, order) { return false }
    let kinds = Self.orderedKinds(with: edge.kind)
    prepareLevels(order)
    let verdict = search(edge.effect, CollectionOfOne(edge.cause), order, kinds, &work)
    if verdict == .cycle {
      work.end()
      return true
    }
    arrange(edge.effect, edge.cause, verdict, order, kinds, &work)
    return false
  }

  /// Brings a late edge that became live into the order of its class, or says that it closes a cycle.
  func closesCycle(_ edge: EdgeRef) -> Bool {
    let memory = memory
    return memory.with { closesCycle(edge, &$0.search) }
  }

  /// Whether levels already tell that an edge closes no cycle.
  @inline(__always)
  func leadsDown(_ edge: EdgeRef, _ order: OrderIndex) -> Bool {
    orders[order].level(edge.cause) < orders[order].level(edge.effect)
  }

  /// Makes levels ready for a search that may move some.
  ///
  /// O(vertices) for the first edge of a graph that leads up, and where levels ran out of room.
  func prepareLevels(_ order: OrderIndex) {
    if orders[order].isNatural {
      orders[order].materialize(topology.vertexCount)
    } else {
      orders[order].makeRoom()
    }
  }

  /// An edge that the batch under way made live and that shares a cycle with an edge; `nil` if all of
  /// them were live before.
  func edgeOfBatch(onCyclesOf edge: EdgeRef) -> EdgeRef? {
    guard edgeStatus[key(edge)].contains(.disputed), let order = Self.order(of: edge.kind)
    else { return nil }
    // What waited was known before the batch.
    let waited = pending.edges(at: tail)
    func isOfBatch(_ ref: EdgeRef) -> Bool {
      if wasRecorded(ref) {
        return edgeStatus.status(key(ref), at: tail).subtracting(.disputed) != []
      }
      let edge = self.edge(key(ref))
      guard waited.contains(edge) else { return true }
      let targets: [Retraction.Target] = [.edge(edge), .node(edge.effect), .node(edge.cause)]
      return targets.contains { retractions.covers($0, at: tail) }
    }
    if isOfBatch(edge) { return edge }
    var found: EdgeRef?
    for vertex in orders[order].companions(of: edge.effect) {
      forEachLiveCause(of: vertex, Self.orderedKinds(with: edge.kind)) { other in
        if edgeStatus[key(other)].contains(.disputed), isOfBatch(other) { found = other }
      }
    }
    return found
  }

  /// Whether an edge was there before the batch under way.
  private func wasRecorded(_ edge: EdgeRef) -> Bool {
    let end = epochs[tail]
    guard edge.effect < end.vertices else {
      return openRuns(before: current).causes(of: vertices.row(of: edge.effect)).contains {
        $0.cause == vertices.row(of: edge.cause) && $0.kind == edge.kind && $0.role == edge.role
      }
    }
    return isRecorded(edge, late: end.lateEdges)
  }

  /// A shortest cycle over a disputed edge: from its effect over its cause back to its effect.
  func cycle(over edge: EdgeRef) -> [Vertex] {
    guard edge.effect != edge.cause, let order = Self.order(of: edge.kind) else {
      return [edge.effect, edge.cause]
    }
    let back = pathDown(
      from: edge.cause, to: edge.effect, order, Self.orderedKinds(with: edge.kind), except: edge)
    return [edge.effect] + (back ?? [])
  }

  /// A shortest path along causes, found among nodes whose level allows it.
  private func pathDown(
    from start: Vertex, to goal: Vertex, _ order: OrderIndex, _ kinds: EdgeKindSet,
    except skipped: EdgeRef
  ) -> [Vertex]? {
    let floor = orders[order].level(goal)
    var cameFrom: [Vertex: Vertex] = [start: start]
    var queue = [start]
    var next = 0
    while next < queue.count {
      let node = queue[next]
      next += 1
      forEachLiveCause(of: node, kinds) { edge in
        let cause = edge.cause
        if edge != skipped, orders[order].level(cause) >= floor, cameFrom[cause] == nil {
          cameFrom[cause] = node
          queue.append(cause)
        }
      }
      if cameFrom[goal] != nil { break }
    }
    guard cameFrom[goal] != nil else { return nil }
    var path = [goal]
    while let last = path.last, last != start, let before = cameFrom[last] { path.append(before) }
    return path.reversed()
  }

  /// Lifts a vertex above another, and everything downstream of it that would not be above it.
  private func raise(
    _ vertex: Vertex, above cause: Vertex, _ order: OrderIndex, _ kinds: EdgeKindSet
  ) {
    prepareLevels(order)
    let level = orders[order].level(cause)
    guard orders[order].level(vertex) <= level else { return }
    let memory = memory
    memory.with { shift(vertex, past: level, up: true, order, kinds, &$0.search) }
  }

  /// Sets aside the edges on the cycles that an edge closes: those inside its strongly connected
  /// component.
  func dispute(_ edge: EdgeRef) {
    guard let order = Self.order(of: edge.kind) else { return }
    lastOrderLoss = current
    if edge.effect == edge.cause {
      mark(key(edge), disputed: true)
      return
    }
    let kinds = Self.orderedKinds(with: edge.kind)
    let below = reach(from: edge.cause, upstream: true, kinds)
    let above = reach(from: edge.effect, upstream: false, kinds)
    let component = below.intersection(above).sorted()
    orders[order].join(component)
    markInnerEdges(of: component, order, kinds)
    for vertex in component {
      var effects: [Vertex] = []
      forEachLiveEffect(of: vertex, kinds) { effects.append($0.effect) }
      for effect in effects where !orders[order].areJoined(effect, vertex) {
        raise(effect, above: vertex, order, kinds)
      }
    }
  }

  private func reach(
    from start: Vertex, upstream: Bool, _ kinds: EdgeKindSet
  ) -> Set<Vertex> {
    var seen: Set<Vertex> = [start]
    var work = [start]
    while let vertex = work.popLast() {
      let visit: (Vertex) -> Void = { if seen.insert($0).inserted { work.append($0) } }
      if upstream {
        forEachLiveCause(of: vertex, kinds) { visit($0.cause) }
      } else {
        forEachLiveEffect(of: vertex, kinds) { visit($0.effect) }
      }
    }
    return seen
  }

  private func mark(_ key: EdgeKey, disputed: Bool) {
    var status = edgeStatus[key]
    if disputed { status.insert(.disputed) } else { status.remove(.disputed) }
    setStatus(key, status)
  }

  private func markInnerEdges(
    of component: [Vertex], _ order: OrderIndex, _ kinds: EdgeKindSet
  ) {
    for vertex in component {
      var edges: [(EdgeKey, Bool)] = []
      forEachLiveCause(of: vertex, kinds) { edge in
        edges.append((key(edge), orders[order].areJoined(vertex, edge.cause)))
      }
      for (key, isInside) in edges { mark(key, disputed: isInside) }
    }
  }

  /// Works out the cycles among vertices anew, after edges between them ceased to count.
  func resettle(_ members: [Vertex], _ order: OrderIndex, _ kinds: EdgeKindSet) {
    lastOrderLoss = current
    orders[order].dissolve(members)
    // Causes come before effects, so that raising one vertex never has to come back to another.
    let components = stronglyConnected(members, kinds)
    for component in components where component.count > 1 {
      orders[order].join(component)
    }
    for component in components { markInnerEdges(of: component, order, kinds) }
    for component in components {
      var highest: (level: Int32, cause: Vertex)?
      for vertex in component {
        forEachLiveCause(of: vertex, kinds) { edge in
          guard !orders[order].areJoined(vertex, edge.cause) else { return }
          let level = orders[order].level(edge.cause)
          if level > highest?.level ?? .min { highest = (level, edge.cause) }
        }
      }
      if let highest { raise(component[0], above: highest.cause, order, kinds) }
    }
  }

  /// Works out levels and components from nothing.
  ///
  /// O(vertices + edges).
  func rebuildOrder(_ order: OrderIndex, _ kinds: EdgeKindSet) {
    let count = Vertex(topology.vertexCount)
    let mayBeInverted = (0..<UInt32(topology.late.count)).contains { index in
      let edge = topology.late[index]
      return kinds.contains(edge.kind) && edge.cause >= edge.effect && isLive(key(edge))
    }
    guard mayBeInverted else {
      orders[order].reset()
      return
    }
    orders[order].materialize(Int(count))
    let gap = orders[order].gap
    for component in stronglyConnected(Array(0..<count), kinds) {
      if component.count > 1 { orders[order].join(component) }
      var level: Int32 = 0
      for vertex in component {
        forEachLiveCause(of: vertex, kinds) { edge in
          if !orders[order].areJoined(vertex, edge.cause) {
            level = max(level, orders[order].level(edge.cause) + gap)
          }
        }
      }
      orders[order].setLevel(component[0], level)
    }
  }

  /// The strongly connected components of the subgraph of live edges on some vertices, causes before
  /// effects (Tarjan 1972, with a stack of its own in place of recursion).
  func stronglyConnected(_ vertices: [Vertex], _ kinds: EdgeKindSet) -> [[Vertex]] {
    struct Frame {
      var vertex: Vertex
      var causes: [Vertex]
    }
    let inside: Set<Vertex>? = vertices.count == topology.vertexCount ? nil : Set(vertices)
    var number: [Vertex: Int] = [:]
    var low: [Vertex: Int] = [:]
    var onStack: Set<Vertex> = []
    var stack: [Vertex] = []
    var components: [[Vertex]] = []
    for root in vertices where number[root] == nil {
      var frames: [Frame] = []
      func enter(_ vertex: Vertex) {
        let count = number.count
        number[vertex] = count
        low[vertex] = count
        stack.append(vertex)
        onStack.insert(vertex)
        var causes: [Vertex] = []
        forEachLiveCause(of: vertex, kinds) { causes.append($0.cause) }
        frames.append(Frame(vertex: vertex, causes: causes))
      }
      enter(root)
      while let frame = frames.last {
        guard let cause = frame.causes.last else {
          frames.removeLast()
          let vertex = frame.vertex
          if let parent = frames.last?.vertex { low[parent] = min(low[parent]!, low[vertex]!) }
          guard low[vertex] == number[vertex] else { continue }
          var component: [Vertex] = []
          while let member = stack.popLast() {
            onStack.remove(member)
            component.append(member)
            if member == vertex { break }
          }
          components.append(component)
          continue
        }
        frames[frames.count - 1].causes.removeLast()
        guard inside?.contains(cause) != false else { continue }
        if number[cause] == nil {
          enter(cause)
        } else if onStack.contains(cause) {
          low[frame.vertex] = min(low[frame.vertex]!, number[cause]!)
        }
      }
    }
    return components
  }
}
