import Provenance
import Testing

/// A type of the client's own module comes before any imported one, without a qualified name.
private struct Model: Equatable {
  var layers: Int
}

private enum Environment: String {
  case production, staging
}

@Suite struct OwnTypesTests {
  @Test func ownTypesComeFirst() throws {
    let model = Model(layers: 12)
    let environment = Environment.staging
    let run = try Run("train", id: "1", namespace: environment.rawValue)
    let edge = try run.ranIn(.environment("cluster", namespace: environment.rawValue))
    #expect(edge.kind == .ranIn && model.layers == 12)
    let typed: Provenance.Model = try .model("classifier", version: "3")
    #expect(try typed.generatedBy(run).effect == typed.id)
  }

  @Test func graphsAreBuiltWithoutSpellingAType() throws {
    var graph = ProvenanceGraph()
    let data = try Dataset("raw", version: "1")
    try graph.insert(.init(data))
    try graph.insert(
      .init(
        Annotation(
          .dataset("raw", version: "1"), ["type": "table"], at: #require(.init(seconds: 0)))))
    #expect(try graph.attribute(AttributeKey.type, of: .dataset("raw", version: "1")) == "table")
    #expect(Model(layers: 1) != Model(layers: 2) && Environment.production != .staging)
  }
}
