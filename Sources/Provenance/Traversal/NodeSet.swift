import Synchronization

/// The nodes that answer a question, in topological order: causes before effects.
///
/// A random-access collection; a node is put together when it is looked at. Sets of one graph can be
/// combined: ``union(_:)``, ``intersection(_:)``, ``subtracting(_:)``.
public struct NodeSet: Sendable {
  let graph: ProvenanceGraph
  let rows: RowSet
  /// Why nodes may be missing; empty if none are.
  public var incompleteness: Incompleteness {
    graph.storage.isDamaged ? known.union(.damagedStorage) : known
  }
  private let known: Incompleteness
  /// Where ascending vertices are not causes first: the order, once it was asked for.
  private let order: LazyOrder?

  /// - Parameters:
  ///   - graph: The view that was asked.
  ///   - rows: The vertices.
  ///   - incompleteness: Why some may be missing.
  init(_ graph: ProvenanceGraph, _ rows: RowSet, _ incompleteness: Incompleteness) {
    self.graph = graph
    self.rows = rows
    known = incompleteness
    order = graph.isTopologicalByVertex ? nil : LazyOrder()
  }

  /// Whether the answer is all there is.
  public var isComplete: Bool { incompleteness.isEmpty }

  /// The vertices in topological order.
  var vertices: [Vertex] { sorted ?? Array(rows) }

  /// The vertices in topological order where that is not the ascending one; else `nil`.
  var sorted: [Vertex]? { order?.value { graph.topologicallySorted(Array(rows)) } }

  private func vertex(at position: Int) -> Vertex {
    sorted?[position] ?? rows.select(position)
  }
}

extension NodeSet: RandomAccessCollection {
  /// The position of the first node.
  public var startIndex: Int { 0 }
  /// The position past the last node.
  public var endIndex: Int { rows.count }

  /// The node at a position.
  ///
  /// O(log n); to look at all, iterate.
  public subscript(position: Int) -> Node {
    graph.storage.nodes[graph.row(ofVertex: vertex(at: position))]
  }

  /// Walks a set in topological order.
  public struct Iterator: IteratorProtocol {
    private let graph: ProvenanceGraph
    private var rows: RowSet.Iterator
    private var sorted: ArraySlice<Vertex>?

    fileprivate init(_ set: NodeSet) {
      graph = set.graph
      rows = set.rows.makeIterator()
      sorted = set.sorted?[...]
    }

    /// The next node; `nil` after the last.
    public mutating func next() -> Node? {
      let vertex = sorted == nil ? rows.next() : sorted?.popFirst()
      return vertex.map { graph.storage.nodes[graph.row(ofVertex: $0)] }
    }
  }

  /// Starts at the first node.
  public func makeIterator() -> Iterator { Iterator(self) }
}

extension NodeSet {
  /// The nodes' ids, in the same order.
  public var ids: [NodeID] { vertices.map { graph.storage.nodes.ids[graph.row(ofVertex: $0)] } }

  /// Whether a node is among them.
  ///
  /// Expected O(log n).
  ///
  /// - Parameter node: The node.
  /// - Returns: Whether it is.
  public func contains(_ node: some NodeReference) -> Bool {
    graph.row(of: node.nodeID).map { rows.contains(graph.vertex(of: $0)) } ?? false
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

/// An order that is worked out when it is first asked for.
private final class LazyOrder: Sendable {
  private final class Order: Sendable {
    let vertices: [Vertex]
    init(_ vertices: [Vertex]) { self.vertices = vertices }
  }

  private let order = AtomicLazyReference<Order>()

  func value(_ make: () -> [Vertex]) -> [Vertex] {
    if let known = order.load() { return known.vertices }
    return order.storeIfNil(Order(make())).vertices
  }
}
