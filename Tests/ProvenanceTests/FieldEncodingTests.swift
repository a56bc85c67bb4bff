import Provenance
import ProvenanceTestKit
import Testing

/// The stored form of a statement: one for each, and nothing else is accepted.
struct FieldEncodingTests {
  private static func sample() throws -> (Edge, FieldMappings) {
    let orders = try Dataset("orders", version: "1")
    let users = try Dataset("users", version: "1")
    let edge = try Dataset("report", version: "1").generatedBy(Run("build", id: "7"))
    let sum = try FieldTransformation(.direct, .aggregation, text: "sum(amount)")
    let hash = try FieldTransformation(.direct, .transformation, masks: true, confidence: 0.5)
    let group = try FieldTransformation(.indirect, .groupBy)
    return (
      edge,
      try FieldMappings(
        [
          FieldMapping(.whole, from: [FieldInput(column(orders, "id"), [group])]),
          FieldMapping(
            FieldPath("total"), from: [FieldInput(column(orders, "amount"), [sum, group])]),
          FieldMapping(
            FieldPath(names: ["user", "mail"]),
            from: [FieldInput(column(users, "mail"), [hash]), FieldInput(Field(orders))]),
          FieldMapping(FieldPath("made_at"), from: []),
        ], isExhaustive: true)
    )
  }

  @Test("the encoding is pinned")
  func goldenValue() throws {
    let (edge, statement) = try Self.sample()
    let values = try statement.attributeValues(on: edge)
    let nodes = [
      try Dataset("orders", version: "1").id, try Dataset("users", version: "1").id,
    ].sorted()
    let orders = UInt8(nodes[0] == (try Dataset("orders", version: "1").id) ? 0 : 1)
    let users = 1 - orders
    // Shorter names first: 1 id, 2 mail, 3 user.mail, 4 total, 5 amount, 6 made_at.
    let paths: AttributeValue = [
      "id", "mail", ["user", "mail"], "total", "amount", "made_at",
    ]
    let first: [UInt8] = [0, 1, orders, 1, 1]
    let mail: [UInt8] =
      orders == 0 ? [3, 2, orders, 0, 0, users, 2, 2] : [3, 2, users, 2, 2, orders, 0, 0]
    let rows = first + mail + [4, 1, orders, 5, 3, 6, 0]
    let expected: AttributeValue = [
      "v": 1, "exhaustive": true, "nodes": .list(nodes.map { .bytes($0.digest.bytes) }),
      "paths": paths,
      "transformations": [
        [["kind": "indirect", "subtype": "GROUP_BY"]],
        [["kind": "direct", "subtype": "TRANSFORMATION", "masks": true, "confidence": 0.5]],
        [
          ["kind": "direct", "subtype": "AGGREGATION", "text": "sum(amount)"],
          ["kind": "indirect", "subtype": "GROUP_BY"],
        ],
      ],
      "rows": .bytes(rows),
    ]
    #expect(values == [expected])
    #expect(try FieldMappings(values, on: edge) == statement)
  }

  @Test func emptyStatements() throws {
    let edge = try Dataset("b").derivedFrom(Dataset("a"))
    for isExhaustive in [false, true] {
      let statement = try FieldMappings([], isExhaustive: isExhaustive)
      let values = try statement.attributeValues(on: edge)
      #expect(values == [isExhaustive ? ["v": 1, "exhaustive": true] : ["v": 1]])
      #expect(try FieldMappings(values, on: edge) == statement)
    }
  }

  @Test("large statements are cut into annotations, and make one again in any order")
  func parts() throws {
    let run = try Run("wide", id: "1")
    let output = try Dataset("output")
    let edge = try output.generatedBy(run)
    let inputs = try (0..<3).map { try Dataset("input \($0)") }
    let text = String(repeating: "t", count: 9000)
    let mappings = try (0..<8000).map { number in
      try FieldMapping(
        FieldPath("a column with a rather long name \(number)"),
        from: [
          FieldInput(
            column(inputs[number % 3], "column \(number)"),
            number % 100 == 0 ? [FieldTransformation(.direct, text: text + "\(number)")] : [])
        ])
    }
    // One output whose inputs fill more than a part.
    let wide = try FieldMapping(
      .whole,
      from: (0..<25_000).map { try FieldInput(column(inputs[0], "another column \($0)")) })
    let statement = try FieldMappings(mappings + [wide], isExhaustive: true)
    let annotations = try statement.annotations(on: edge, at: moment(0))
    #expect(annotations.count >= 3)
    var graph = ProvenanceGraph()
    try graph.insert(inputs.map { try Record($0) } + [Record(run), Record(output, edges: [edge])])
    // Each is within the limits of a record.
    var random = SeededGenerator(seed: 1)
    try graph.insert(annotations.map { try Record($0) }.shuffled(using: &random))
    let found = graph.fieldMappings(on: edge)
    #expect(found.faults.isEmpty)
    #expect(found.statements.map(\.mappings) == [statement])
    let lineage = try FieldLineage(graph)
    #expect(lineage.dependencyCount == 33_000)
    #expect(try lineage.upstream(of: Field(output)).count == 33_000)
    #expect(try lineage.upstream(of: Field(output)).isComplete)

    let values = try statement.attributeValues(on: edge)
    #expect(throws: FieldError(.missingParts(found: values.count - 1, of: values.count))) {
      try FieldMappings(Array(values.dropFirst()), on: edge)
    }
  }

  @Test("random statements come back as they were")
  func roundTrips() throws {
    for seed in UInt64(0)..<200 {
      let world = try FieldRandomWorld(seed: seed)
      for said in world.said {
        guard let mappings = said.mappings else { continue }
        let values = try mappings.attributeValues(on: said.edge)
        #expect(try FieldMappings(values, on: said.edge) == mappings, "seed \(seed)")
      }
    }
  }

  @Test("what is not the one encoding is refused", arguments: Self.malformed)
  func refusals(_ value: AttributeValue, _ reason: String) throws {
    let edge = try Dataset("b").generatedBy(Run("r", id: "1"))
    let error = #expect(throws: FieldError.self) { try FieldMappings([value], on: edge) }
    #expect(error?.description.contains(reason) == true, "\(String(describing: error))")
  }

  private static let node = AttributeValue.bytes([UInt8](repeating: 7, count: 32))
  private static let later = AttributeValue.bytes([UInt8](repeating: 8, count: 32))

  /// A statement of one row, `a` from `a`, with some keys replaced.
  private static func value(_ changes: AttributeMap) -> AttributeValue {
    var map: AttributeMap = [
      "v": 1, "nodes": [node], "paths": ["a"], "rows": .bytes([1, 1, 0, 1, 0]),
    ]
    for (key, value) in changes { map[key] = value.isNull ? nil : value }
    return .map(map)
  }

  private static let direct: AttributeValue = ["kind": "direct"]

  static let malformed: [(AttributeValue, String)] = [
    ("text", "not a map"),
    (.map([:]), "no version"),
    (value(["v": 2]), "unknown version 2"),
    (value(["v": "1"]), "no version"),
    (value(["more": 1]), "an unknown key in \"more\""),
    (value(["exhaustive": false]), "not true"),
    (value(["exhaustive": 1]), "not true"),
    (value(["part": [0, 1]]), "count of parts"),
    (value(["part": [2, 2]]), "count of parts"),
    (value(["part": [-1, 2]]), "count of parts"),
    (value(["part": [0, 5000]]), "count of parts"),
    (value(["part": [0]]), "count of parts"),
    (value(["part": []]), "empty one in \"part\""),
    (value(["nodes": [.bytes([1])]]), "not 32 bytes"),
    (value(["nodes": ["x"]]), "not 32 bytes"),
    (value(["nodes": [later, node]]), "nodes out of order"),
    (value(["nodes": [node, node]]), "nodes out of order"),
    (value(["nodes": [node, later]]), "do not name all"),
    (value(["nodes": []]), "empty one in \"nodes\""),
    (value(["nodes": .null]), "node 0 out of range"),
    (value(["paths": ["a", "b"]]), "do not name all"),
    (value(["paths": ["b", "a"]]), "paths out of order"),
    (value(["paths": ["a", "a"]]), "paths out of order"),
    (value(["paths": [["a"]]]), "neither a name nor several"),
    (value(["paths": [1]]), "neither a name nor several"),
    (value(["paths": [["a", 1]]]), "not text"),
    (value(["paths": [""]]), "must not be empty"),
    (value(["paths": "a"]), "not a list"),
    (value(["paths": .null]), "out of range"),
    (value(["rows": .null]), "no rows"),
    (value(["rows": .bytes([])]), "not bytes, or none"),
    (value(["rows": [1, 1, 0, 1, 0]]), "not bytes, or none"),
    (value(["rows": .bytes([1, 1, 0, 1])]), "the end instead of transformations"),
    (value(["rows": .bytes([1])]), "the end instead of number of inputs"),
    (value(["rows": .bytes([2, 0])]), "output 2 out of range"),
    (value(["rows": .bytes([1, 23, 0, 1, 0])]), "number of inputs 23 out of range"),
    (value(["rows": .bytes([1, 26, 255, 255, 255, 255, 0])]), "out of range"),
    (value(["rows": .bytes([1, 1, 1, 1, 0])]), "node 1 out of range"),
    (value(["rows": .bytes([1, 1, 0, 2, 0])]), "path 2 out of range"),
    (value(["rows": .bytes([1, 1, 0, 1, 1])]), "transformations 1 out of range"),
    (value(["rows": .bytes([1, 2, 0, 1, 0, 0, 1, 0])]), "inputs out of order"),
    (value(["rows": .bytes([1, 2, 0, 1, 0, 0, 0, 0])]), "inputs out of order"),
    (value(["rows": .bytes([1, 0, 1, 1, 0, 1, 0])]), "outputs out of order"),
    (value(["rows": .bytes([1, 1, 0, 1, 0, 0, 0])]), "outputs out of order"),
    (value(["rows": .bytes([24, 1, 1, 0, 1, 0])]), "shortest form"),
    (value(["rows": .bytes([25, 0, 1, 1, 0, 1, 0])]), "shortest form"),
    (value(["rows": .bytes([24])]), "cut off"),
    (value(["rows": .bytes([27, 0, 0, 0, 1, 0, 0, 0, 0])]), "no number of 32 bits"),
    (value(["rows": .bytes([0x61, 1, 0, 1, 0])]), "no number of 32 bits"),
    (transformed([]), "empty one in \"transformations\""),
    (transformed([[]]), "not a list of 1 to 16"),
    (transformed([direct]), "not a list of 1 to 16"),
    (transformed([[.map([:])]]), "an empty one"),
    (transformed([["direct"]]), "not a map"),
    (transformed([[["kind": "unspecified"]]]), "\"kind\" cannot be that"),
    (transformed([[["kind": "direct", "masks": false]]]), "\"masks\" cannot be that"),
    (transformed([[["subtype": ""]]]), "\"subtype\" cannot be that"),
    (transformed([[["text": 1]]]), "\"text\" cannot be that"),
    (transformed([[["confidence": 2.0]]]), "confidence 2.0"),
    (transformed([[["confidence": 1]]]), "\"confidence\" cannot be that"),
    (transformed([[["confidence": -0.0]]]), "\"confidence\" cannot be that"),
    (transformed([[["kind": "direct", "why": "?"]]]), "\"why\" cannot be that"),
    (transformed([[["kind": "indirect"], direct]]), "transformations out of order"),
    (transformed([[direct, direct]]), "transformations out of order"),
    (transformed([[direct], [direct]]), "a list given twice"),
    (transformed([[direct], [["kind": "indirect"]]]), "do not name all"),
    (
      transformed([[direct], [["kind": "indirect"]]], rows: [0, 1, 0, 1, 2, 1, 1, 0, 1, 1]),
      "transformations out of order"
    ),
  ]

  private static func transformed(
    _ lists: AttributeValue, rows: [UInt8] = [1, 1, 0, 1, 1]
  ) -> AttributeValue {
    value(["transformations": lists, "rows": .bytes(rows)])
  }

  @Test("derivedFrom edges imply the node of inputs")
  func impliedNode() throws {
    let edge = try Dataset("b").derivedFrom(Dataset("a"))
    let good: AttributeValue = ["v": 1, "paths": ["a"], "rows": .bytes([1, 1, 1, 0])]
    let statement = try FieldMappings([good], on: edge)
    #expect(statement.mappings.first?.inputs.first?.field.node == edge.cause)
    #expect(try statement.attributeValues(on: edge) == [good])
    #expect(throws: FieldError.self) { try FieldMappings([Self.value([:])], on: edge) }
    let used = try Run("r", id: "1").used(Dataset("a"))
    #expect(throws: FieldError(.wrongEdge(.used))) { try FieldMappings([good], on: used) }
  }

  @Test("changed bytes are refused or mean something else, and never trap")
  func mutations() throws {
    let (edge, statement) = try Self.sample()
    let value = try #require(try statement.attributeValues(on: edge).first?.mapValue)
    let rows = try #require(value["rows"]?.bytesValue)
    var random = SeededGenerator(seed: 3)
    var accepted = 0
    for _ in 0..<2000 {
      var bytes = rows
      for _ in 0..<Int.random(in: 1...3, using: &random) {
        switch Int.random(in: 0..<3, using: &random) {
        case 0:
          bytes[Int.random(in: bytes.indices, using: &random)] = .random(in: 0...9, using: &random)
        case 1:
          bytes.insert(
            .random(in: 0...255, using: &random), at: Int.random(in: bytes.indices, using: &random))
        default: if bytes.count > 1 { bytes.removeLast() }
        }
      }
      var changed = value
      changed["rows"] = .bytes(bytes)
      guard let read = try? FieldMappings([.map(changed)], on: edge) else { continue }
      accepted += 1
      #expect(try read.attributeValues(on: edge) == [.map(changed)], "\(bytes)")
    }
    #expect(accepted > 0)
  }
}
