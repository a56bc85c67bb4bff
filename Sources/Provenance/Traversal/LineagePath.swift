/// A path through a graph: from an effect, edge by edge, to one of its causes.
public struct LineagePath: Sendable, Hashable {
  /// The nodes, from the effect to the cause; at least one.
  public let nodes: [Node]
  /// The edges between them; one fewer than the nodes.
  ///
  /// An `alternateOf` edge may lead either way.
  public let edges: [Edge]
}

extension LineagePath: CustomStringConvertible {
  /// For people: one line a node, each with the edge that led to it.
  public var description: String {
    var text = nodes.first?.description ?? ""
    for (edge, node) in zip(edges, nodes.dropFirst()) {
      let role = edge.role.map { " as \($0)" } ?? ""
      text += "\n  \(edge.kind)\(role) \(node)"
    }
    return text
  }
}

/// Several paths, and whether they are all.
public struct LineagePaths: Sendable, Hashable {
  /// The paths, in order of the edges that they take.
  public let paths: [LineagePath]
  /// Why paths may be missing; empty if none are.
  public let incompleteness: Incompleteness

  /// Whether these are all paths.
  public var isComplete: Bool { incompleteness.isEmpty }
}
