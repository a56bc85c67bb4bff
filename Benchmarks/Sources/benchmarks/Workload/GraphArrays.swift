import Provenance

/// A graph as bare arrays, which every contender is built from.
///
/// Rows are a topological order: causes come before their effects. Edges come effect by effect.
struct GraphArrays: Sendable {
  var name: String
  /// The kind of each node.
  var nodeKinds: [NodeKind] = []
  /// The cause of each edge.
  var causes: [UInt32] = []
  /// The effect of each edge, ascending.
  var effects: [UInt32] = []
  /// The kind of each edge.
  var edgeKinds: [EdgeKind] = []
}

extension GraphArrays {
  var nodeCount: Int { nodeKinds.count }
  var edgeCount: Int { causes.count }

  mutating func addNode(_ kind: NodeKind) -> UInt32 {
    nodeKinds.append(kind)
    return UInt32(nodeKinds.count - 1)
  }

  /// Adds an edge to the newest node, or to an older one if that comes last so far.
  mutating func addEdge(from effect: UInt32, to cause: UInt32) {
    causes.append(cause)
    effects.append(effect)
    edgeKinds.append(
      Self.kind(from: nodeKinds[Int(effect)], to: nodeKinds[Int(cause)]))
  }

  /// The causal kind that the relation table has for two kinds of node: for each pair there is one.
  static func kind(from effect: NodeKind, to cause: NodeKind) -> EdgeKind {
    switch (effect, cause) {
    case (.run, .run): .informedBy
    case (.run, .environment): .ranIn
    case (.run, _): .used
    case (_, .run): .generatedBy
    case (_, _): .derivedFrom
    }
  }

  /// Where the edges of each node begin; one more at the end.
  func firstEdges() -> [UInt32] {
    var first = [UInt32](repeating: 0, count: nodeCount + 1)
    for effect in effects { first[Int(effect) + 1] += 1 }
    for row in 0..<nodeCount { first[row + 1] += first[row] }
    return first
  }
}

/// `50k`, `1m`: how a count reads in the name of a graph.
func shortCount(_ count: Int) -> String {
  switch count {
  case 1_000_000... where count.isMultiple(of: 1_000_000): "\(count / 1_000_000)m"
  case 1000... where count.isMultiple(of: 1000): "\(count / 1000)k"
  default: "\(count)"
  }
}
