extension GraphStorage {
  typealias OrderIndex = Int

  /// Brings an edge that became live into the order of its class.
  ///
  /// The ordinary edge costs one comparison. Nothing can lead back from an effect that has no effects
  /// yet, nor on from a cause that has no causes yet, so in whichever direction a history arrives,
  /// its edges are placed in O(1). Otherwise a search bounded by the levels of the two ends decides.
  ///
  /// - Parameter row: The edge, already linked and live.
  /// - Returns: Whether it closes a cycle; if not, it has its place.
  mutating func closesCycle(_ row: EdgeIndex) -> Bool {
    let kind = edges.kinds[Int(row)]
    guard let order = Self.order(of: kind) else { return false }
    let effect = edges.effects[Int(row)]
    let cause = edges.causes[Int(row)]
    if effect == cause { return true }
    let kinds = Self.orderedKinds(with: kind)
    let effectLevel = orders[order].level(effect)
    let causeLevel = orders[order].level(cause)
    if causeLevel < effectLevel { return false }
    if !hasLiveEffect(effect, kinds) {
      orders[order].setLevel(effect, causeLevel + 1)
    } else if !hasLiveCause(cause, kinds) {
      orders[order].setLevel(cause, effectLevel - 1)
    } else if pathDown(from: cause, to: effect, order, kinds, except: row) != nil {
      return true
    } else {
      raise(effect, above: causeLevel, order, kinds)
    }
    return false
  }

  /// An edge that the batch under way made live and that shares a cycle with an edge; `nil` if all of
  /// them were live before.
  func edgeOfBatch(onCyclesOf row: EdgeIndex) -> EdgeIndex? {
    guard edges.status[row].contains(.disputed), let order = Self.order(of: edges.kinds[Int(row)])
    else { return nil }
    func isOfBatch(_ row: EdgeIndex) -> Bool {
      edges.epochs[Int(row)] > tail
        || edges.status.status(row, at: tail).subtracting(.disputed) != []
    }
    if isOfBatch(row) { return row }
    var found: EdgeIndex?
    for node in orders[order].companions(of: edges.effects[Int(row)]) {
      forEachLiveCause(of: node, Self.orderedKinds(with: edges.kinds[Int(row)])) { other, _ in
        if edges.status[other].contains(.disputed), isOfBatch(other) { found = other }
      }
    }
    return found
  }

  /// A shortest cycle over a disputed edge: from its effect over its cause back to its effect.
  func cycle(over row: EdgeIndex) -> [NodeIndex] {
    let effect = edges.effects[Int(row)]
    let cause = edges.causes[Int(row)]
    let kind = edges.kinds[Int(row)]
    guard effect != cause, let order = Self.order(of: kind) else { return [effect, cause] }
    let back = pathDown(
      from: cause, to: effect, order, Self.orderedKinds(with: kind), except: row)
    return [effect] + (back ?? [])
  }

  private func hasLiveEffect(_ node: NodeIndex, _ kinds: EdgeKindSet) -> Bool {
    var row = edges.firstEffect(of: node)
    while row != EdgeTable.none {
      if kinds.contains(edges.kinds[Int(row)]), isLive(row) { return true }
      row = edges.nextEffect(after: row)
    }
    return false
  }

  private func hasLiveCause(_ node: NodeIndex, _ kinds: EdgeKindSet) -> Bool {
    var row = edges.firstCause(of: node)
    while row != EdgeTable.none {
      if kinds.contains(edges.kinds[Int(row)]), isLive(row) { return true }
      row = edges.nextCause(after: row)
    }
    return false
  }

  /// A shortest path along causes, found among nodes whose level allows it.
  private func pathDown(
    from start: NodeIndex, to goal: NodeIndex, _ order: OrderIndex, _ kinds: EdgeKindSet,
    except skipped: EdgeIndex
  ) -> [NodeIndex]? {
    let floor = orders[order].level(goal)
    var cameFrom: [NodeIndex: NodeIndex] = [start: start]
    var queue = [start]
    var next = 0
    while next < queue.count {
      let node = queue[next]
      next += 1
      forEachLiveCause(of: node, kinds) { row, cause in
        if row != skipped, orders[order].level(cause) >= floor, cameFrom[cause] == nil {
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

  /// Lifts a node above a level, and everything downstream of it that would not be above it.
  ///
  /// Nodes are lifted in the order of the levels that they had, which puts each after all that can
  /// lift it: so every one is lifted once.
  private mutating func raise(
    _ node: NodeIndex, above level: Int32, _ order: OrderIndex, _ kinds: EdgeKindSet
  ) {
    guard orders[order].level(node) <= level else { return }
    var waiting = LevelQueue()
    var floors: [NodeIndex: Int32] = [:]
    func lift(_ node: NodeIndex, above level: Int32) {
      let representative = orders[order].companions(of: node)[0]
      if floors[representative] == nil {
        waiting.insert(representative, orders[order].level(representative))
      }
      floors[representative] = max(floors[representative] ?? level, level)
    }
    lift(node, above: level)
    while let next = waiting.removeLowest() {
      guard let floor = floors.removeValue(forKey: next), orders[order].level(next) <= floor
      else { continue }
      orders[order].setLevel(next, floor + 1)
      for companion in orders[order].companions(of: next) {
        forEachLiveEffect(of: companion, kinds) { _, effect in
          if orders[order].level(effect) <= floor + 1,
            !orders[order].areJoined(effect, companion)
          {
            lift(effect, above: floor + 1)
          }
        }
      }
    }
  }

  /// Sets aside the edges on the cycles that an edge closes: those inside its strongly connected
  /// component.
  mutating func dispute(_ row: EdgeIndex) {
    let kind = edges.kinds[Int(row)]
    guard let order = Self.order(of: kind) else { return }
    lastOrderLoss = current
    let effect = edges.effects[Int(row)]
    let cause = edges.causes[Int(row)]
    if effect == cause {
      mark(row, disputed: true)
      return
    }
    let kinds = Self.orderedKinds(with: kind)
    let below = reach(from: cause, upstream: true, order, kinds)
    let above = reach(from: effect, upstream: false, order, kinds)
    let component = below.intersection(above).sorted()
    orders[order].join(component)
    markInnerEdges(of: component, order, kinds)
    for node in component {
      let level = orders[order].level(node)
      var effects: [NodeIndex] = []
      forEachLiveEffect(of: node, kinds) { _, effect in effects.append(effect) }
      for effect in effects where !orders[order].areJoined(effect, node) {
        raise(effect, above: level, order, kinds)
      }
    }
  }

  private func reach(
    from start: NodeIndex, upstream: Bool, _ order: OrderIndex, _ kinds: EdgeKindSet
  ) -> Set<NodeIndex> {
    var seen: Set<NodeIndex> = [start]
    var work = [start]
    while let node = work.popLast() {
      let visit: (EdgeIndex, NodeIndex) -> Void = { _, other in
        if seen.insert(other).inserted { work.append(other) }
      }
      if upstream {
        forEachLiveCause(of: node, kinds, visit)
      } else {
        forEachLiveEffect(of: node, kinds, visit)
      }
    }
    return seen
  }

  private mutating func mark(_ row: EdgeIndex, disputed: Bool) {
    var status = edges.status[row]
    if disputed { status.insert(.disputed) } else { status.remove(.disputed) }
    edges.status.set(row, status, at: current, birth: edges.epochs[Int(row)])
  }

  private mutating func markInnerEdges(
    of component: [NodeIndex], _ order: OrderIndex, _ kinds: EdgeKindSet
  ) {
    for node in component {
      var rows: [(EdgeIndex, Bool)] = []
      forEachLiveCause(of: node, kinds) { row, cause in
        rows.append((row, orders[order].areJoined(node, cause)))
      }
      for (row, isInside) in rows { mark(row, disputed: isInside) }
    }
  }

  /// Works out the cycles among nodes anew, after edges between them ceased to count.
  mutating func resettle(_ members: [NodeIndex], _ order: OrderIndex, _ kinds: EdgeKindSet) {
    lastOrderLoss = current
    orders[order].dissolve(members)
    // Causes come before effects, so that raising one node never has to come back to another.
    let components = stronglyConnected(members, kinds)
    for component in components where component.count > 1 {
      orders[order].join(component)
    }
    for component in components { markInnerEdges(of: component, order, kinds) }
    for component in components {
      var level: Int32?
      for node in component {
        forEachLiveCause(of: node, kinds) { _, cause in
          guard !orders[order].areJoined(node, cause) else { return }
          let below = orders[order].level(cause)
          level = max(level ?? below, below)
        }
      }
      if let level { raise(component[0], above: level, order, kinds) }
    }
  }

  /// Works out levels and components from nothing.
  ///
  /// O(nodes + edges).
  mutating func rebuildOrder(_ order: OrderIndex, _ kinds: EdgeKindSet) {
    orders[order].reset(nodes: nodes.count)
    for component in stronglyConnected(Array(0..<NodeIndex(nodes.count)), kinds) {
      if component.count > 1 { orders[order].join(component) }
      var level: Int32 = 0
      for node in component {
        forEachLiveCause(of: node, kinds) { _, cause in
          if !orders[order].areJoined(node, cause) {
            level = max(level, orders[order].level(cause) + 1)
          }
        }
      }
      orders[order].setLevel(component[0], level)
    }
  }

  /// The strongly connected components of the subgraph of live edges on some nodes, causes before
  /// effects (Tarjan 1972, with a stack of its own in place of recursion).
  func stronglyConnected(_ nodes: [NodeIndex], _ kinds: EdgeKindSet) -> [[NodeIndex]] {
    struct Frame {
      var node: NodeIndex
      var edge: EdgeIndex
    }
    let inside: Set<NodeIndex>? = nodes.count == self.nodes.count ? nil : Set(nodes)
    var number: [NodeIndex: Int] = [:]
    var low: [NodeIndex: Int] = [:]
    var onStack: Set<NodeIndex> = []
    var stack: [NodeIndex] = []
    var components: [[NodeIndex]] = []
    for root in nodes where number[root] == nil {
      var frames: [Frame] = []
      func enter(_ node: NodeIndex) {
        let count = number.count
        number[node] = count
        low[node] = count
        stack.append(node)
        onStack.insert(node)
        frames.append(Frame(node: node, edge: edges.firstCause(of: node)))
      }
      enter(root)
      while let frame = frames.last {
        let row = frame.edge
        guard row != EdgeTable.none else {
          frames.removeLast()
          let node = frame.node
          if let parent = frames.last?.node { low[parent] = min(low[parent]!, low[node]!) }
          guard low[node] == number[node] else { continue }
          var component: [NodeIndex] = []
          while let member = stack.popLast() {
            onStack.remove(member)
            component.append(member)
            if member == node { break }
          }
          components.append(component)
          continue
        }
        frames[frames.count - 1].edge = edges.nextCause(after: row)
        let cause = edges.causes[Int(row)]
        guard kinds.contains(edges.kinds[Int(row)]), isLive(row), inside?.contains(cause) != false
        else { continue }
        if number[cause] == nil {
          enter(cause)
        } else if onStack.contains(cause) {
          low[frame.node] = min(low[frame.node]!, number[cause]!)
        }
      }
    }
    return components
  }
}
