import Provenance
import Testing

/// A small lineage with mappings, put together by name.
struct FieldStory {
  private(set) var graph = ProvenanceGraph()
  private(set) var nodes: [String: Node] = [:]

  /// Records a node; its causes are recorded already.
  mutating func add(_ node: some TypedNode, _ edges: [Edge] = []) throws {
    nodes[node.name] = node.node
    try graph.insert(Record(node, edges: edges))
  }

  mutating func insert(_ records: [Record]) throws { try graph.insert(records) }

  /// States mappings, each as `output` and what it is made from.
  mutating func map(
    _ edge: Edge, _ mappings: [FieldMapping], isExhaustive: Bool = false, at seconds: Int64 = 0,
    source: String = ""
  ) throws {
    let statement = try FieldMappings(mappings, isExhaustive: isExhaustive)
    try graph.insert(
      statement.annotations(on: edge, at: moment(seconds), source: source).map { try Record($0) })
  }
}

/// `table.column` for each field, so that expectations can be read.
func names(_ fields: some Sequence<Field>, in graph: ProvenanceGraph) -> [String] {
  fields.map { "\(graph.node($0.node)?.name ?? "?").\($0.path)" }.sorted()
}

func column(_ node: some TypedNode, _ name: String) throws -> Field { try Field(node, name) }

func direct(_ field: Field, masks: Bool = false) throws -> FieldInput {
  try FieldInput(field, [FieldTransformation(.direct, masks: masks)])
}

func indirect(_ field: Field) throws -> FieldInput {
  try FieldInput(field, [FieldTransformation(.indirect, .filter)])
}
