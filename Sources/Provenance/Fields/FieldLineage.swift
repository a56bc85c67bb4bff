/// The lineage of fields in one view of a graph: which column was made from which.
///
/// Made once from all mappings of a view, see ``FieldMappings``; then each question costs what its
/// answer does. It is a value that does not change: a graph that has grown needs a new one.
///
/// Fields overlap where one lies inside the other, and what is asked of a field concerns every field
/// that overlaps it: a mapping of a whole output (a filter) holds for each of its fields, and a whole
/// table is made from what any of its columns is made from.
///
/// What mappings do not say is not taken for nothing. A field of a node that was made from something
/// is a *gap* unless a mapping covers it or a statement is exhaustive; answers name the gaps they
/// met. A node's `derivedFrom` edges speak together: one of them that covers a field is enough. Of
/// its `generatedBy` edges each must, since each run made all of it.
///
/// Nothing keeps mappings of `generatedBy` edges from contradicting the graph, so fields, unlike
/// nodes, can lie on cycles.
public struct FieldLineage: Sendable {
  /// The view that it was made from.
  public let graph: ProvenanceGraph
  /// The statements that could not be used in full, by edge.
  public let faults: [FieldFault]
  let fields: FieldGraph
  let steps: NodeSteps

  /// Gathers the mappings of a view.
  ///
  /// O(*n* log *n*) in the annotations of the graph, the mappings and the nodes that they name.
  ///
  /// - Parameter graph: The view.
  /// - Throws: ``FieldError`` with ``FieldError/Kind/tooManyFields(limit:)``.
  public init(_ graph: ProvenanceGraph) throws(FieldError) {
    let builder = try FieldGraphBuilder(graph)
    var steps = NodeSteps(graph)
    self.graph = graph
    fields = builder.build(&steps)
    faults = builder.faults
    self.steps = steps
  }
}

extension FieldLineage {
  /// The number of fields that mappings name, not counting whole nodes.
  ///
  /// O(1).
  public var fieldCount: Int { fields.count - fields.nodes.count }

  /// The number of pairs of an output and an input that mappings state.
  ///
  /// O(1).
  public var dependencyCount: Int { fields.upstream.entries.count }

  /// The nodes that mappings name, in order of id.
  ///
  /// O(1).
  public var nodes: [NodeID] { fields.nodes }

  /// The fields of a node that mappings name, in order, without the whole.
  ///
  /// O(log *n* + answer).
  ///
  /// - Parameter node: The node.
  /// - Returns: The fields; none for a node that no mapping names.
  public func fields(of node: some NodeReference) -> [Field] {
    guard let whole = fields.whole(of: node.nodeID) else { return [] }
    return (whole + 1..<fields.ends[Int(whole)]).map { fields[$0] }
  }

  /// The bytes that the numbered fields and their lists take.
  public var byteCount: Int {
    fields.count * 13 + fields.nodes.count * 36 + fields.names.byteCount
      + 4 * (fields.upstream.starts.count + fields.upstream.entries.count)
      + 4 * (fields.downstream.starts.count + fields.downstream.entries.count)
  }
}
