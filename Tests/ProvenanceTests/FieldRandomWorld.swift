import Provenance
import ProvenanceTestKit

/// A random graph whose edges carry random mappings, told to a graph and to the reference.
struct FieldRandomWorld {
  struct Shape {
    var entities = 6
    var runs = 3
    var edges = 12
    var statements = 10
    var isNested = true
    /// The most outputs of a statement, less one.
    var width = 4
    /// Columns beside those with short names.
    var columns = 0
  }

  private(set) var nodes: [Node] = []
  private(set) var graph = ProvenanceGraph()
  private(set) var said: [FieldReference.Said] = []
  private var random: SeededGenerator
  private let stranger: Node

  init(seed: UInt64, _ shape: Shape = Shape()) throws {
    random = SeededGenerator(seed: seed)
    stranger = try Node(kind: .dataset, name: "never recorded")
    let kinds: [NodeKind] = [.dataset, .dataset, .dataset, .model, .code]
    for number in 0..<shape.entities + shape.runs {
      let isRun = chance(100 * shape.runs / (shape.entities + shape.runs))
      nodes.append(
        try Node(kind: isRun ? .run : pick(kinds), name: "n\(number)", version: "1"))
    }
    var edges: Set<Edge> = []
    for _ in 0..<shape.edges {
      let effect = below(nodes.count)
      guard effect > 0 else { continue }
      let cause = below(effect)
      let allowed = [EdgeKind.used, .configuredBy, .generatedBy, .derivedFrom, .informedBy]
        .filter { $0.allows(from: nodes[effect].kind, to: nodes[cause].kind) }
      guard !allowed.isEmpty else { continue }
      edges.insert(
        try Edge(effect: nodes[effect].id, kind: pick(allowed), cause: nodes[cause].id))
    }
    var records = try nodes.map { try Record($0) } + edges.sorted().map { try Record($0) }
    let carriers = edges.sorted().filter { $0.kind == .generatedBy || $0.kind == .derivedFrom }
    for _ in 0..<(carriers.isEmpty ? 0 : shape.statements) {
      records += try statement(on: pick(carriers), shape)
    }
    try graph.insert(records)
  }

  private mutating func statement(on edge: Edge, _ shape: Shape) throws -> [Record] {
    var said = FieldReference.Said(
      edge: edge, source: pick(["", "spark", "dbt"]),
      time: try moment(Int64(below(3))), mappings: nil)
    var annotations: [Annotation] = []
    if chance(5) {
      annotations = [
        try Annotation(
          edge, [AttributeKey.fieldMappings: .null], at: said.time, source: said.source)
      ]
    } else {
      let mappings = try FieldMappings(
        (0..<below(shape.width)).map { _ in try mapping(on: edge, shape) }, isExhaustive: chance(25)
      )
      said.mappings = mappings
      annotations = try mappings.annotations(on: edge, at: said.time, source: said.source)
    }
    var records = try annotations.map { try Record($0) }
    if chance(8) {
      said.isRetracted = true
      records += try records.map {
        try Record(Retraction(.record($0.id), Statement("wrong", at: said.time)))
      }
    }
    self.said.append(said)
    return records
  }

  private mutating func mapping(on edge: Edge, _ shape: Shape) throws -> FieldMapping {
    let inputs = try (0..<below(4)).map { _ -> FieldInput in
      let node: NodeID =
        if edge.kind == .derivedFrom {
          edge.cause
        } else if chance(3) {
          stranger.id
        } else {
          // Not only inputs of the run: mappings may contradict the graph, and even be circular.
          pick(nodes.filter { $0.kind != .run }).id
        }
      return try FieldInput(
        Field(node, path(shape)), (0..<below(3)).map { _ in try transformation() })
    }
    return try FieldMapping(path(shape), from: inputs)
  }

  private mutating func transformation() throws -> FieldTransformation {
    try FieldTransformation(
      pick(FieldTransformation.Kind.allCases), chance(50) ? .identity : nil, masks: chance(30))
  }

  private mutating func path(_ shape: Shape) throws -> FieldPath {
    if shape.columns > 0, chance(90) { return try FieldPath("column \(below(shape.columns))") }
    let flat = [["a"], ["b"], ["c"], []]
    let nested = [["a", "x"], ["a", "y"], ["a", "x", "p"], ["b", "x"], ["b"], ["a"], []]
    return try FieldPath(names: pick(shape.isNested ? nested + flat : flat))
  }

  mutating func query() -> FieldQuery {
    var query = FieldQuery(
      kinds: pick([.all, .all, .direct, .indirect, [.direct, .unspecified]]),
      stopsAtMasking: chance(40), assumesNodeLineage: chance(50))
    if chance(25) { query.limits.depth = below(4) }
    if chance(20) { query.nodes = Set(nodes.filter { _ in chance(50) }.map(\.id)) }
    return query
  }

  mutating func field() throws -> Field {
    let names = pick([["a"], ["b"], ["a", "x"], ["a", "z"], ["z"], ["a", "x", "p"], []])
    return Field(pick(nodes.filter { $0.kind != .run }), try FieldPath(names: names))
  }

  var hasEntities: Bool { nodes.contains { $0.kind != .run } }

  private mutating func below(_ bound: Int) -> Int { Int.random(in: 0..<bound, using: &random) }
  private mutating func chance(_ percent: Int) -> Bool { below(100) < percent }
  private mutating func pick<T>(_ items: [T]) -> T { items[below(items.count)] }
}
