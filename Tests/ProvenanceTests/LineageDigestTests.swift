import Provenance
import ProvenanceTestKit
import Testing

@Suite struct LineageDigestTests {
  private static func salt(_ first: UInt8) throws -> Salt {
    try #require(Salt(bytes: (first..<first + 16).map { $0 }))
  }

  /// A small pipeline; `Fixtures/lineage-digests/recompute.py` works the same out independently.
  @Test func pinnedDigests() throws {
    let raw = try Dataset("raw.csv", content: SHA256.hash(Array("raw".utf8)), namespace: "lake")
    let code = try Code("train.py", version: "abc123")
    let image = try Environment("image")
    let run = try Run("train", id: "run-1")
    let model = try Model("classifier", version: "1")
    let used = try run.used(raw, role: "train")
    let rate = try Annotation(
      run, [AttributeKey.parameter("rate"): 0.5, AttributeKey.metric("loss"): 0.25],
      at: moment(1000), source: "ci", salt: Self.salt(0))
    let rows = try Annotation(used, ["rows": 7], at: moment(1001), salt: Self.salt(16))
    var graph = ProvenanceGraph()
    try graph.insert([
      Record(raw), Record(code), Record(image),
      Record(run, edges: [used, run.executed(code), run.ranIn(image)]),
      Record(model, edges: [model.generatedBy(run)]), Record(rate), Record(rows),
    ])
    try #expect(
      graph.lineageDigest(of: model).digest.description
        == "sha256:0fc4138b7fb9d5d35ad686560ecf944204365b42df3cfe245777ba3f639fdc38")
    try #expect(
      graph.recipeDigest(of: model).digest.description
        == "sha256:ea92a60bb8068bef9824e9302a0730ecedcc2963a07a1c4e45a0b69d619fc186")
  }

  /// Adding or retracting anything changes the digests of exactly what lies at or below it.
  @Test func changesDownstreamAndNowhereElse() throws {
    var wrong: [String] = []
    for seed in UInt64(700)..<712 {
      var graph = ProvenanceGraph()
      var shape = LineageShape()
      shape.structuralEdges = 0
      let lineage = try RandomLineage(shape, seed: seed)
      try graph.merge(lineage.records)
      let nodes = graph.nodes()
      for node in nodes {
        var changes: [(String, [Record], Set<NodeID>)] = []
        let below = try Set(graph.descendants(of: node).ids)
        let note = try Record(Annotation(node, ["owner": "me"], at: moment(1)))
        changes.append(("annotation", [note], below.union([node.id])))
        changes.append(
          (
            "node retraction",
            [try Record(Retraction(.node(node.id), Statement("", at: moment(1))))], below
          ))
        for edge in try graph.causes(of: node) {
          changes.append(
            (
              "edge retraction",
              [try Record(Retraction(.edge(edge), Statement("", at: moment(1))))],
              below.union([node.id])
            ))
          let onEdge = try Record(Annotation(edge, ["rows": 1], at: moment(1)))
          changes.append(("edge annotation", [onEdge], below.union([node.id])))
        }
        if node.kind != .run {
          let cause = try Dataset("new")
          let edge = try Edge(effect: node.id, kind: .derivedFrom, cause: cause.id)
          changes.append(
            ("new cause", [try Record(cause), try Record(edge)], below.union([node.id])))
          let effect = try Edge(effect: cause.id, kind: .derivedFrom, cause: node.id)
          changes.append(("new effect", [try Record(cause), try Record(effect)], []))
        }
        for (name, records, affected) in changes {
          var changed = graph
          try changed.insert(records)
          for other in nodes where changed.contains(other) {
            let before = try graph.lineageDigest(of: other)
            let isSame = try changed.lineageDigest(of: other) == before
            if isSame == affected.contains(other.id) { wrong.append("seed \(seed): \(name)") }
            if try changed.lineageDigest(of: other, at: graph.position) != before {
              wrong.append("seed \(seed): \(name), at the position before")
            }
          }
        }
      }
    }
    #expect(wrong.isEmpty, "\(wrong.count): \(wrong.prefix(3))")
  }

  @Test func erasureDoesNotChangeIt() throws {
    let node = try Dataset("d")
    let note = try Record(Annotation(node, ["owner": "me"], at: moment(1)))
    var graph = ProvenanceGraph()
    try graph.insert([Record(node), note])
    let before = try graph.lineageDigest(of: node)
    try graph.insert([Record(Tombstone(note.id, Statement("asked for", at: moment(2))))])
    #expect(graph.attributes(of: node).isEmpty)
    try #expect(graph.lineageDigest(of: node) == before)
  }

  /// On a cycle the digest says that it is not complete, and is still the same for all.
  @Test func aCycleMakesItIncomplete() throws {
    let nodes = try datasets(3)
    let records = try nodes.indices.map { index in
      try Record(nodes[index], edges: [nodes[index].derivedFrom(nodes[(index + 1) % 3])])
    }
    var digests: Set<UpstreamDigest> = []
    for order in permutations(of: records) {
      var graph = ProvenanceGraph()
      for record in order { try graph.merge([record]) }
      digests.insert(try graph.lineageDigest(of: nodes[0]))
    }
    #expect(digests.count == 1)
    #expect(digests.first?.incompleteness == .disputedEdges)
  }
}
