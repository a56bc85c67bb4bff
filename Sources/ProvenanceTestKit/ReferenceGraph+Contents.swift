public import Provenance

/// All that a graph shows at one position, spelt out: two graphs are the same if these are equal.
///
/// Positions and times of arrival are left out, since they differ between stores that know the same.
public struct GraphContents: Sendable, Hashable {
  /// The nodes that count.
  public var nodes: Set<Node> = []
  /// The edges that count.
  public var edges: Set<Edge> = []
  /// The current attributes of each node and edge that has any.
  public var attributes: [Annotation.Subject: AttributeMap] = [:]
  /// Everything said about each node and edge.
  public var history: [Annotation.Subject: [Entry]] = [:]
  /// What contradicts, in the graph's order.
  public var conflicts: [Conflict] = []
  /// What waits, in the graph's order.
  public var pending: [PendingFact] = []

  /// One annotation in a history.
  public struct Entry: Sendable, Hashable {
    /// The record.
    public var record: RecordID
    /// What it says; `nil` once erased.
    public var body: Annotation.Body?
    /// Whether it is retracted.
    public var isRetracted: Bool
  }

  /// Spells out a graph.
  ///
  /// O(n) queries.
  ///
  /// - Parameter graph: The graph.
  /// - Throws: ``GraphError`` if the graph does not know a node that it listed.
  public init(_ graph: ProvenanceGraph) throws(GraphError) {
    nodes = Set(graph.nodes())
    for node in nodes {
      note(
        .node(node.id), graph.attributes(of: node),
        graph.history(of: node).map {
          Entry(record: $0.record, body: $0.annotation.body, isRetracted: $0.isRetracted)
        })
      for edge in try graph.causes(of: node, edges: .all) {
        edges.insert(edge)
        note(
          .edge(edge), graph.attributes(of: edge),
          graph.history(of: edge).map {
            Entry(record: $0.record, body: $0.annotation.body, isRetracted: $0.isRetracted)
          })
      }
    }
    conflicts = graph.conflicts
    pending = graph.pending
  }

  /// Spells out what a reference graph knows.
  ///
  /// - Parameter view: The view.
  public init(_ view: ReferenceView) {
    nodes = Set(view.nodes.values)
    edges = view.edges
    for subject in nodes.map({ Annotation.Subject.node($0.id) })
      + edges.map({ Annotation.Subject.edge($0) })
    {
      note(
        subject, view.attributes(of: subject),
        view.history(of: subject).map {
          Entry(record: $0.record, body: $0.body, isRetracted: $0.isRetracted)
        })
    }
    conflicts = view.conflicts
    pending = view.pending
  }

  private mutating func note(
    _ subject: Annotation.Subject, _ attributes: AttributeMap, _ history: [Entry]
  ) {
    if !attributes.isEmpty { self.attributes[subject] = attributes }
    if !history.isEmpty { self.history[subject] = history }
  }

  /// What differs from other contents, for people.
  ///
  /// - Parameter other: What was expected.
  /// - Returns: The first part that differs; `nil` if none does.
  public func difference(from other: GraphContents) -> String? {
    func changes<T: Hashable>(_ name: String, _ found: Set<T>, _ wanted: Set<T>) -> String? {
      guard found != wanted else { return nil }
      return "\(name): surplus \(found.subtracting(wanted)), missing \(wanted.subtracting(found))"
    }
    if let text = changes("nodes", nodes, other.nodes) { return text }
    if let text = changes("edges", edges, other.edges) { return text }
    if attributes != other.attributes {
      return "attributes: \(attributes) instead of \(other.attributes)"
    }
    if history != other.history { return "history: \(history) instead of \(other.history)" }
    if let text = changes("conflicts", Set(conflicts), Set(other.conflicts)) { return text }
    if let text = changes("pending", Set(pending), Set(other.pending)) { return text }
    if conflicts != other.conflicts { return "order of conflicts" }
    return pending == other.pending ? nil : "order of pending facts"
  }
}
