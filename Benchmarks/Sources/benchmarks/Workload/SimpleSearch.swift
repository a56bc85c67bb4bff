import Provenance

/// A search that anyone can check by reading it; where truth comes from.
struct SimpleSearch {
  enum Direction {
    case upstream
    case downstream
  }

  private let nodeKinds: [NodeKind]
  private let causes: Lists
  private let effects: Lists
  /// All false between searches.
  private var isReached: [Bool]
  private var queue: [UInt32] = []

  init(_ graph: GraphArrays) {
    nodeKinds = graph.nodeKinds
    causes = Lists(graph, from: graph.effects, to: graph.causes)
    effects = Lists(graph, from: graph.causes, to: graph.effects)
    isReached = [Bool](repeating: false, count: graph.nodeCount)
  }
}

extension SimpleSearch {
  /// Neighbours of each node, one after another.
  private struct Lists {
    var first: [Int]
    var others: [UInt32]
    var kinds: [EdgeKind]

    init(_ graph: GraphArrays, from: [UInt32], to: [UInt32]) {
      first = [Int](repeating: 0, count: graph.nodeCount + 1)
      for node in from { first[Int(node) + 1] += 1 }
      for node in 0..<graph.nodeCount { first[node + 1] += first[node] }
      others = [UInt32](repeating: 0, count: graph.edgeCount)
      kinds = [EdgeKind](repeating: .used, count: graph.edgeCount)
      var next = first
      for edge in 0..<graph.edgeCount {
        let place = next[Int(from[edge])]
        next[Int(from[edge])] += 1
        others[place] = to[edge]
        kinds[place] = graph.edgeKinds[edge]
      }
    }
  }

  /// What a node leads to; the node itself is not among it.
  mutating func reach(
    from start: UInt32, _ direction: Direction, edges: EdgeKindSet = .causal,
    kinds: NodeKindSet = .all
  ) -> [UInt32] {
    let lists = direction == .upstream ? causes : effects
    queue = [start]
    isReached[Int(start)] = true
    var next = 0
    while next < queue.count {
      let node = Int(queue[next])
      next += 1
      for place in lists.first[node]..<lists.first[node + 1]
      where edges.contains(lists.kinds[place]) {
        let other = lists.others[place]
        if isReached[Int(other)] { continue }
        isReached[Int(other)] = true
        queue.append(other)
      }
    }
    for node in queue { isReached[Int(node)] = false }
    return queue.dropFirst().filter { kinds.contains(nodeKinds[Int($0)]) }
  }

  /// The least number of edges from a node up to an ancestor; `nil` if it is none.
  mutating func distance(from start: UInt32, up goal: UInt32) -> Int? {
    queue = [start]
    isReached[Int(start)] = true
    defer { for node in queue { isReached[Int(node)] = false } }
    var next = 0
    var levelEnd = 1
    var distance = 0
    while next < queue.count {
      if queue[next] == goal { return distance }
      for other in directCauses(of: queue[next]) where !isReached[Int(other)] {
        isReached[Int(other)] = true
        queue.append(other)
      }
      next += 1
      if next == levelEnd {
        distance += 1
        levelEnd = queue.count
      }
    }
    return nil
  }

  func directCauses(of node: UInt32) -> ArraySlice<UInt32> {
    causes.others[causes.first[Int(node)]..<causes.first[Int(node) + 1]]
  }

  func effectCount(of node: Int) -> Int { effects.first[node + 1] - effects.first[node] }
}
