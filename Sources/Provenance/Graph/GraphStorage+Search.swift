/// What a search around an edge works in, and what it found.
struct OrderScratch: Sendable {
  enum Side: UInt8, Sendable {
    case neither, above, below
  }

  /// By vertex, on which side it was found; all clear between searches.
  private(set) var sides: [Side] = []
  /// The effect and what was found downstream of it, no higher than the cause.
  private(set) var above: [Vertex] = []
  /// The cause and what was found upstream of it, no lower than the effect.
  private(set) var below: [Vertex] = []
  /// The lowest level above the cause's that an effect of the ones above has.
  var lowestAbove: Int32?
  /// The highest level below the effect's that a cause of the ones below has.
  var highestBelow: Int32?
  /// Vertices in the order of their levels.
  var keys: [Int64] = []
  var queue = LevelQueue()
  /// By vertex in the queue, what it must get past.
  var floors = RowMap()
  /// What the one at hand leads to.
  var neighbours: [Vertex] = []

  mutating func begin(vertexCount: Int) {
    if sides.count < vertexCount {
      let missing = vertexCount + vertexCount / 2 - sides.count
      sides.append(contentsOf: repeatElement(.neither, count: missing))
    }
    lowestAbove = nil
    highestBelow = nil
  }

  mutating func end() {
    for vertex in above { sides[Int(vertex)] = .neither }
    for vertex in below { sides[Int(vertex)] = .neither }
    above.removeAll(keepingCapacity: true)
    below.removeAll(keepingCapacity: true)
  }

  /// Notes that a vertex is on a side.
  ///
  /// - Returns: Whether it is on the other side as well.
  @inline(__always)
  mutating func meet(_ vertex: Vertex, _ side: Side) -> Bool {
    let known = sides[Int(vertex)]
    if known == .neither {
      sides[Int(vertex)] = side
      if side == .above { above.append(vertex) } else { below.append(vertex) }
    }
    return known != .neither && known != side
  }
}

/// How the search around an edge against the order ended.
enum OrderVerdict: Sendable {
  case cycle
  /// All that must go above the cause is known.
  case above
  /// All that must go below the effect is known.
  case below
}

extension GraphStorage {
  /// Searches around an edge that leads up, in both directions at once, until they meet or one of them
  /// has seen all that it can reach between the levels of the two ends.
  ///
  /// O(twice the edges of the smaller side). Of the components on cycles one vertex each is met.
  ///
  /// - Parameters:
  ///   - effect: The edge's effect.
  ///   - causes: Its cause, or the causes of a cause that has no place yet; none lower than the effect.
  ///   - order: The order that the edge must keep.
  ///   - kinds: The kinds of edge in it.
  ///   - work: Memory; what was found stays in it.
  /// - Returns: How it ended.
  func search(
    _ effect: Vertex, _ causes: some Sequence<Vertex>, _ order: OrderIndex,
    _ kinds: EdgeKindSet, _ work: inout OrderScratch
  ) -> OrderVerdict {
    work.begin(vertexCount: topology.vertexCount)
    let floor = orders[order].level(effect)
    var ceiling = floor
    _ = work.meet(orders[order].representative(of: effect), .above)
    for cause in causes {
      ceiling = max(ceiling, orders[order].level(cause))
      if work.meet(orders[order].representative(of: cause), .below) { return .cycle }
    }
    var (nextAbove, nextBelow) = (0, 0)
    var (costAbove, costBelow) = (0, 0)
    while true {
      // The cheaper side goes on; a vertex with very many effects waits for that to be worth it.
      if nextBelow == work.below.count { return .below }
      if nextAbove == work.above.count { return .above }
      let ahead = work.above[nextAbove]
      let behind = work.below[nextBelow]
      let stepAbove = 1 + topology.effectEstimate(ahead)
      let stepBelow = 1 + topology.causeEstimate(behind)
      var isClosed = false
      if costBelow + stepBelow <= costAbove + stepAbove {
        nextBelow += 1
        costBelow += stepBelow
        gatherSteps(from: behind, upstream: true, order, kinds, &work.neighbours)
        for cause in work.neighbours {
          let level = orders[order].level(cause)
          if level < floor {
            work.highestBelow = max(work.highestBelow ?? level, level)
          } else if work.meet(orders[order].representative(of: cause), .below) {
            isClosed = true
          }
        }
      } else {
        nextAbove += 1
        costAbove += stepAbove
        gatherSteps(from: ahead, upstream: false, order, kinds, &work.neighbours)
        for effect in work.neighbours {
          let level = orders[order].level(effect)
          if level > ceiling {
            work.lowestAbove = min(work.lowestAbove ?? level, level)
          } else if work.meet(orders[order].representative(of: effect), .above) {
            isClosed = true
          }
        }
      }
      if isClosed { return .cycle }
    }
  }

  /// Gathers the other ends of live edges in a direction that lead out of a vertex's component, some
  /// maybe more than once.
  func gatherSteps(
    from vertex: Vertex, upstream: Bool, _ order: OrderIndex, _ kinds: EdgeKindSet,
    _ found: inout [Vertex]
  ) {
    found.removeAll(keepingCapacity: true)
    if orders[order].component(of: vertex) == nil {
      gatherNeighbours(of: vertex, upstream: upstream, kinds, &found)
      // An edge from a node to itself is kept, disputed.
      if !edgeStatus.isEmpty { found.removeAll { $0 == vertex } }
      return
    }
    for companion in orders[order].companions(of: vertex) {
      gatherNeighbours(of: companion, upstream: upstream, kinds, &found)
    }
    found.removeAll { orders[order].areJoined($0, vertex) }
  }

  /// Appends the other ends of a vertex's live edges in a direction.
  func gatherNeighbours(
    of vertex: Vertex, upstream: Bool, _ kinds: EdgeKindSet, _ found: inout [Vertex]
  ) {
    let irregular = topology.irregular
    if upstream {
      if irregular.doubtfulEffects.contains(vertex) {
        forEachLiveCause(of: vertex, kinds) { found.append($0.cause) }
      } else {
        topology.gatherCauses(
          of: vertex, kinds, andLate: irregular.lateEffects.contains(vertex), &found)
      }
    } else {
      if irregular.doubtfulCauses.contains(vertex) {
        forEachLiveEffect(of: vertex, kinds) { found.append($0.effect) }
      } else {
        topology.gatherEffects(
          of: vertex, kinds, andLate: irregular.lateCauses.contains(vertex), &found)
      }
    }
  }
}

extension GraphStorage {
  /// Gives new levels to what a search found on the side that it has seen all of, so that an edge
  /// leads down.
  ///
  /// Where there is room between what stays above and what stays below, nothing else moves.
  func arrange(
    _ effect: Vertex, _ cause: Vertex, _ verdict: OrderVerdict, _ order: OrderIndex,
    _ kinds: EdgeKindSet, _ work: inout OrderScratch
  ) {
    let isAbove = verdict == .above
    work.keys.removeAll(keepingCapacity: true)
    for vertex in isAbove ? work.above : work.below {
      work.keys.append(Int64(orders[order].level(vertex)) << 32 | Int64(vertex))
    }
    work.keys.sort()
    var steps = 1
    for index in work.keys.indices.dropFirst()
    where work.keys[index] >> 32 != work.keys[index - 1] >> 32 {
      steps += 1
    }
    let usual = Int64(orders[order].gap) * Int64(steps + 1)
    let low: Int64
    let high: Int64
    if isAbove {
      low = Int64(orders[order].level(cause))
      high = work.lowestAbove.map { Int64($0) } ?? low + usual
    } else {
      high = Int64(orders[order].level(effect))
      low = work.highestBelow.map { Int64($0) } ?? high - usual
    }
    guard high - low > Int64(steps) else {
      work.end()
      if isAbove {
        shift(effect, past: Int32(low), up: true, order, kinds, &work)
      } else {
        shift(cause, past: Int32(high), up: false, order, kinds, &work)
      }
      return
    }
    // Where a side is free, neighbours keep their usual distance.
    let width = min(high - low, usual)
    let first = isAbove ? low : high - width
    var step: Int64 = 0
    var last: Int64?
    for key in work.keys {
      if last != key >> 32 { step += 1 }
      last = key >> 32
      orders[order].setLevel(
        Vertex(truncatingIfNeeded: key), Int32(first + step * width / Int64(steps + 1)))
    }
    work.end()
  }

  /// Moves a vertex past a level, and before it everything in its way.
  ///
  /// Vertices are moved in the order of the levels that they had, which puts each after all that can
  /// move it: so every one is moved once. Some room is made on the way, so that where levels have
  /// become dense the next ones find it.
  func shift(
    _ vertex: Vertex, past level: Int32, up: Bool, _ order: OrderIndex, _ kinds: EdgeKindSet,
    _ work: inout OrderScratch
  ) {
    let sign: Int32 = up ? 1 : -1
    let step = max(1, orders[order].gap / 4)
    func push(_ vertex: Vertex, past floor: Int32) {
      let vertex = orders[order].representative(of: vertex)
      if let known = work.floors.find(vertex) {
        if Int32(bitPattern: known) >= floor { return }
      } else {
        work.queue.insert(vertex, sign * orders[order].level(vertex))
      }
      work.floors.set(vertex, UInt32(bitPattern: floor))
    }
    push(vertex, past: sign * level)
    while let next = work.queue.removeLowest() {
      guard let found = work.floors.find(next) else { continue }
      work.floors.remove(next)
      let floor = Int32(bitPattern: found)
      guard sign * orders[order].level(next) <= floor else { continue }
      let moved = floor + step
      orders[order].setLevel(next, sign * moved)
      gatherSteps(from: next, upstream: !up, order, kinds, &work.neighbours)
      for neighbour in work.neighbours where sign * orders[order].level(neighbour) <= moved {
        push(neighbour, past: moved)
      }
    }
  }
}
