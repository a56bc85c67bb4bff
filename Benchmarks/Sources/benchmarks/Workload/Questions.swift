import Provenance

/// Questions about a graph, with their answers.
struct Questions: Sendable {
  /// A node and how much it leads to.
  struct Reach: Sendable {
    var node: UInt32
    var ancestors: Int
    var descendants: Int
  }

  /// Two nodes and whether one is an ancestor of the other.
  struct Pair: Sendable {
    var ancestor: UInt32
    var node: UInt32
    var holds: Bool
  }

  /// Two nodes and the number of edges between them.
  struct Path: Sendable {
    var ancestor: UInt32
    var node: UInt32
    var length: Int
  }

  var reach: [Reach] = []
  /// Half of them hold.
  var pairs: [Pair] = []
  var paths: [Path] = []
  /// The node with the most direct effects.
  var hub = Reach(node: 0, ancestors: 0, descendants: 0)
}

extension Questions {
  /// How many to draw.
  struct Amount: Sendable {
    var nodes = 600
    /// Nodes for which pairs are drawn, and pairs for each.
    var pairNodes = 200
    var pairsPerNode = 100
    var paths = 300
  }

  /// Draws questions and answers them by the simple search.
  ///
  /// Nodes are drawn uniformly. Pairs: for a node drawn uniformly among those with ancestors, as many of
  /// its ancestors, drawn uniformly, as of other nodes before it, half of these from the 10,000 nearest
  /// to it, where wrong answers are hardest to tell. Paths are drawn from the pairs that hold.
  init(about graph: GraphArrays, seed: UInt64 = 3, _ amount: Amount = Amount()) {
    var random = SeededRandom(seed: seed)
    var search = SimpleSearch(graph)
    for _ in 0..<amount.nodes {
      reach.append(Self.reach(of: UInt32(random.below(graph.nodeCount)), &search))
    }
    var sources = 0
    var attempts = 0
    while sources < amount.pairNodes, attempts < amount.pairNodes * 100 {
      attempts += 1
      let node = UInt32(random.below(graph.nodeCount))
      let drawn = Self.pairs(of: node, amount.pairsPerNode, &search, &random)
      pairs += drawn
      sources += drawn.isEmpty ? 0 : 1
    }
    for place in pairs.indices.reversed() { pairs.swapAt(place, random.below(place + 1)) }
    drawPaths(amount.paths, &search)
    hub = Self.hub(graph, &search)
  }

  mutating func drawPaths(_ count: Int, _ search: inout SimpleSearch) {
    paths = pairs.filter(\.holds).prefix(count).map {
      Path(
        ancestor: $0.ancestor, node: $0.node,
        length: search.distance(from: $0.node, up: $0.ancestor) ?? -1)
    }
  }

  static func reach(of node: UInt32, _ search: inout SimpleSearch) -> Reach {
    Reach(
      node: node, ancestors: search.reach(from: node, .upstream).count,
      descendants: search.reach(from: node, .downstream).count)
  }

  static func hub(_ graph: GraphArrays, _ search: inout SimpleSearch) -> Reach {
    var hub = 0
    for node in 0..<graph.nodeCount where search.effectCount(of: node) > search.effectCount(of: hub)
    {
      hub = node
    }
    return reach(of: UInt32(hub), &search)
  }

  private static func pairs(
    of node: UInt32, _ count: Int, _ search: inout SimpleSearch, _ random: inout SeededRandom
  ) -> [Pair] {
    let ancestors = search.reach(from: node, .upstream)
    guard !ancestors.isEmpty, ancestors.count < Int(node) else { return [] }
    var isAncestor = [Bool](repeating: false, count: Int(node))
    for ancestor in ancestors { isAncestor[Int(ancestor)] = true }
    let others = (0..<node).filter { !isAncestor[Int($0)] }
    func other(amongNearest count: Int) -> UInt32 {
      others[others.count - 1 - random.below(min(count, others.count))]
    }
    return (0..<count / 2).flatMap { place in
      [
        Pair(ancestor: ancestors[random.below(ancestors.count)], node: node, holds: true),
        Pair(
          ancestor: other(amongNearest: place.isMultiple(of: 2) ? 10_000 : .max), node: node,
          holds: false),
      ]
    }
  }
}
