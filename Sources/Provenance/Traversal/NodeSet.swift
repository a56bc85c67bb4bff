/// The nodes that answer a question, in topological order: causes before effects.
///
/// A random-access collection; a node is put together when it is looked at.
public struct NodeSet: Sendable {
  private let graph: ProvenanceGraph
  private let vertices: [Vertex]
  /// Why nodes may be missing; empty if none are.
  public let incompleteness: Incompleteness

  init(_ graph: ProvenanceGraph, _ vertices: [Vertex], _ incompleteness: Incompleteness) {
    self.graph = graph
    self.vertices = vertices
    self.incompleteness = incompleteness
  }

  /// Whether the answer is all there is.
  public var isComplete: Bool { incompleteness.isEmpty }
}

extension NodeSet: RandomAccessCollection {
  /// The position of the first node.
  public var startIndex: Int { 0 }
  /// The position past the last node.
  public var endIndex: Int { vertices.count }

  /// The node at a position.
  ///
  /// O(1).
  public subscript(position: Int) -> Node { graph.storage.nodes[graph.row(ofVertex: vertices[position])] }
}

extension NodeSet {
  /// The nodes' ids, in the same order.
  public var ids: [NodeID] { vertices.map { graph.storage.nodes.ids[graph.row(ofVertex: $0)] } }

  /// Whether a node is among them.
  ///
  /// O(n).
  ///
  /// - Parameter node: The node.
  /// - Returns: Whether it is.
  public func contains(_ node: some NodeReference) -> Bool {
    graph.row(of: node.nodeID).map { vertices.contains(graph.vertex(of: $0)) } ?? false
  }

  /// Those of them that are of one type.
  ///
  /// - Parameter type: ``Dataset``, ``Code``, ``Model``, ``Run`` or ``Environment``.
  /// - Returns: The nodes, in the same order.
  public func of<T: TypedNode>(_ type: T.Type) -> [T] {
    vertices.map { graph.row(ofVertex: $0) }
      .filter { graph.storage.nodes.kind(of: $0) == T.kind }
      .compactMap { T(graph.storage.nodes[$0]) }
  }
}
