import CollidingNames
import Provenance
import ProvenanceCapture
import ProvenanceStorage
import Testing

/// A client whose own types have the names of the library's.
@Suite struct NameCollisionTests {
  @Test func relationsNeedNoQualifiedNames() throws {
    let run = try Provenance.Run("train", id: "1")
    let edges = try [
      run.used(.dataset("raw.csv", version: "1"), role: "train"),
      run.used(.model("base", version: "1"), role: "base model"),
      run.executed(.code("train.py", version: "4f2a")),
      run.ranIn(.environment("ubuntu", version: "24.04")),
      run.configuredBy(.dataset("settings.json")),
      run.informedBy(.run("prepare", id: "7")),
    ]
    #expect(
      edges.map(\.kind) == [
        .used, .used, .executed, .ranIn, .configuredBy, .informedBy,
      ])
  }

  @Test func questionsNeedNoQualifiedNames() throws {
    let graph = try recorded()
    let ancestors = try graph.ancestors(of: .model("classifier", version: "3"))
    #expect(ancestors.map(\.name) == ["raw.csv", "train"])
    #expect(ancestors.of(Provenance.Run.self).map(\.version) == ["1"])
    let reached = try graph.descendants(of: .dataset("raw.csv", version: "1"), kinds: .model)
    #expect(reached.map(\.name) == ["classifier"])
    #expect(
      try graph.isAncestor(
        .dataset("raw.csv", version: "1"), of: .model("classifier", version: "3")))
    #expect(try graph.contains(.run("train", id: "1")))
  }

  /// A qualified name is needed only where a value of the type is made or spelled out.
  private func recorded() throws -> ProvenanceGraph {
    let raw = try Provenance.Dataset("raw.csv", version: "1")
    let run = try Provenance.Run("train", id: "1")
    let model = try Provenance.Model("classifier", version: "3")
    var graph = ProvenanceGraph()
    try graph.insert([
      .init(raw), .init(run, edges: [run.used(raw)]),
      .init(model, edges: [model.generatedBy(run)]),
    ])
    return graph
  }

  @Test func storageNamesDoNotCollide() throws {
    let log = MemoryRecordLog()
    #expect(log.head.treeSize == 0)
    try log.close()
  }

  @Test func theClientsOwnTypesStayReachable() {
    #expect(CollidingNames.Model(layers: 3).layers == 3)
    #expect(CollidingNames.Environment.production.rawValue == "production")
    #expect(CollidingNames.Code.success.rawValue == 0)
    #expect(CollidingNames.Dataset(rows: []).rows.isEmpty)
    #expect(CollidingNames.Run(number: 7).number == 7)
    #expect(CollidingNames.Node(host: "a").host == "a")
    #expect(CollidingNames.Edge(weight: 0.5).weight == 0.5)
    #expect(CollidingNames.Record(key: "k").key == "k")
  }
}
