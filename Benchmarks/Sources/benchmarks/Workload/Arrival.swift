import Provenance

/// The order in which a graph's nodes and edges become known.
struct Arrival: Sendable {
  /// What becomes known at once.
  enum Step: Sendable {
    /// A node, with some of the edges to its causes: a range of ``Arrival/edgesOfNodes``.
    case node(UInt32, edges: Range<UInt32>)
    /// One more edge of a node that is known, to a cause that is known.
    case edge(UInt32)
  }

  /// How orderly facts come in.
  enum Style: Hashable, Sendable {
    /// Each node once all its causes are known, with all edges.
    case orderly
    /// A share of the edges late: an edge some time after its node, or a run after its results, as when
    /// logs of several services are read one after another.
    case late(Double)
    /// Runs are known when they start, before their inputs, which come one by one, many runs at a time.
    case openRuns
  }

  var steps: [Step] = []
  /// Edges, by their places in the graph's arrays, in the order in which nodes bring them.
  var edgesOfNodes: [UInt32] = []
  /// How many edges come by themselves.
  var lateEdges = 0
  /// How many of those lead to a cause that came after its effect.
  var edgesAgainstOrder = 0
}

extension Arrival {
  /// The longest that anything is late, in nodes.
  private static let longestDelay = 2000
  /// Longer than it takes a run to write its results.
  private static let shortestDelay = 8
  private static let longestRun = 500

  init(of graph: GraphArrays, _ style: Style, seed: UInt64 = 2) {
    let first = graph.firstEdges()
    if style == .orderly {
      edgesOfNodes = Array(0..<UInt32(graph.edgeCount))
      steps = (0..<graph.nodeCount).map { .node(UInt32($0), edges: first[$0]..<first[$0 + 1]) }
      return
    }
    var random = SeededRandom(seed: seed)
    let nodeTimes = Self.nodeTimes(graph, style, &random)
    let edgeTimes = Self.edgeTimes(graph, style, nodeTimes, &random)
    order(graph, first, nodeTimes, edgeTimes)
  }

  private static func nodeTimes(
    _ graph: GraphArrays, _ style: Style, _ random: inout SeededRandom
  ) -> [UInt32] {
    graph.nodeKinds.indices.map { row in
      guard graph.nodeKinds[row] == .run else { return UInt32(row) }
      switch style {
      case .orderly: return UInt32(row)
      case .late(let share):
        return random.chance(share) ? UInt32(row + delay(&random)) : UInt32(row)
      case .openRuns: return UInt32(max(0, row - 1 - random.below(longestRun)))
      }
    }
  }

  private static func delay(_ random: inout SeededRandom) -> Int {
    shortestDelay + random.below(longestDelay - shortestDelay)
  }

  /// When each edge becomes known; zero if with its node.
  private static func edgeTimes(
    _ graph: GraphArrays, _ style: Style, _ nodeTimes: [UInt32], _ random: inout SeededRandom
  ) -> [UInt32] {
    graph.causes.indices.map { edge in
      let effect = Int(graph.effects[edge])
      let possible = max(nodeTimes[effect], nodeTimes[Int(graph.causes[edge])])
      switch style {
      case .orderly: return 0
      case .late(let share):
        if possible > nodeTimes[effect] { return possible }
        guard graph.edgeKinds[edge] != .generatedBy, random.chance(share) else { return 0 }
        return possible + UInt32(delay(&random))
      case .openRuns:
        guard graph.nodeKinds[effect] == .run else {
          return possible > nodeTimes[effect] ? possible : 0
        }
        return possible + UInt32(random.below(max(1, effect - Int(possible))))
      }
    }
  }

  private mutating func order(
    _ graph: GraphArrays, _ first: [UInt32], _ nodeTimes: [UInt32], _ edgeTimes: [UInt32]
  ) {
    // Time, then nodes before edges, then place: causes before effects.
    let edgeFlag: UInt64 = 1 << 31
    var keys = nodeTimes.indices.map { UInt64(nodeTimes[$0]) << 32 | UInt64($0) }
    for edge in edgeTimes.indices where edgeTimes[edge] > 0 {
      keys.append(UInt64(edgeTimes[edge]) << 32 | edgeFlag | UInt64(edge))
    }
    keys.sort()
    var order = [UInt32](repeating: 0, count: graph.nodeCount)
    var arrived: UInt32 = 0
    for key in keys {
      let place = UInt32(truncatingIfNeeded: key & (edgeFlag - 1))
      if key & edgeFlag == 0 {
        let start = UInt32(edgesOfNodes.count)
        edgesOfNodes += (first[Int(place)]..<first[Int(place) + 1])
          .filter { edgeTimes[Int($0)] == 0 }
        steps.append(.node(place, edges: start..<UInt32(edgesOfNodes.count)))
        order[Int(place)] = arrived
        arrived += 1
      } else {
        steps.append(.edge(place))
        lateEdges += 1
        let (cause, effect) = (graph.causes[Int(place)], graph.effects[Int(place)])
        if order[Int(cause)] > order[Int(effect)] { edgesAgainstOrder += 1 }
      }
    }
  }
}
