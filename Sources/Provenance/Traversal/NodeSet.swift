/// The nodes that answer a question, in topological order: causes before effects.
///
/// A random-access collection; a node is put together when it is looked at.
public struct NodeSet: Sendable {
  private let graph: ProvenanceGraph
  private let rows: [NodeIndex]
  /// Why nodes may be missing; empty if none are.
  public let incompleteness: Incompleteness

  init(_ graph: ProvenanceGraph, _ rows: [NodeIndex], _ incompleteness: Incompleteness) {
    self.graph = graph
    self.rows = rows
    self.incompleteness = incompleteness
  }

  /// Whether the answer is all there is.
  public var isComplete: Bool { incompleteness.isEmpty }
}

extension NodeSet: RandomAccessCollection {
  /// The position of the first node.
  public var startIndex: Int { 0 }
  /// The position past the last node.
  public var endIndex: Int { rows.count }

  /// The node at a position.
  ///
  /// O(1).
  public subscript(position: Int) -> Node { graph.storage.nodes[rows[position]] }
}

extension NodeSet {
  /// The nodes' ids, in the same order.
  public var ids: [NodeID] { rows.map { graph.storage.nodes.ids[Int($0)] } }

  /// Whether a node is among them.
  ///
  /// O(n).
  ///
  /// - Parameter node: The node.
  /// - Returns: Whether it is.
  public func contains(_ node: some NodeReference) -> Bool {
    graph.storage.nodes.row(of: node.nodeID).map { rows.contains($0) } ?? false
  }

  /// Those of them that are of one type.
  ///
  /// - Parameter type: ``Dataset``, ``Code``, ``Model``, ``Run`` or ``Environment``.
  /// - Returns: The nodes, in the same order.
  public func of<T: TypedNode>(_ type: T.Type) -> [T] {
    rows.filter { graph.storage.nodes.kinds[Int($0)] == T.kind }
      .compactMap { T(graph.storage.nodes[$0]) }
  }
}
