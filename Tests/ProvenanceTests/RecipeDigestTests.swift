import Provenance
import ProvenanceTestKit
import Testing

@Suite struct RecipeDigestTests {
  /// One run of a pipeline: prepare, then train.
  private struct Pipeline {
    var attempt = 1
    var rate: AttributeValue = 0.5
    var role = "train"
    var codeVersion = "abc"
    var imageDigest: [UInt8] = [1]
    var source: [UInt8] = [2]
    var loss: AttributeValue = 0.25
    var hasSecondInput = false

    func records() throws -> (model: Model, records: [Record]) {
      let raw = try Dataset("raw \(attempt)", content: SHA256.hash(source), namespace: "lake")
      let code = try Code("train.py", version: codeVersion)
      let image = try Environment("image \(attempt)", version: "tag \(attempt)")
      let prepare = try Run("prepare", id: "p\(attempt)")
      let clean = try Dataset("clean", version: "\(attempt)")
      let train = try Run("train", id: "t\(attempt)")
      let model = try Model("model \(attempt)", version: "\(attempt)")
      var inputs = [try train.used(clean, role: role)]
      if hasSecondInput { inputs.append(try train.used(raw)) }
      func note(_ node: some NodeReference, _ attributes: AttributeMap) throws -> Record {
        try Record(Annotation(node, attributes, at: moment(Int64(attempt))))
      }
      let records = try [
        Record(raw), Record(code), Record(image), Record(prepare, edges: [prepare.used(raw)]),
        Record(clean, edges: [clean.generatedBy(prepare)]),
        Record(train, edges: inputs + [train.executed(code), train.ranIn(image)]),
        Record(model, edges: [model.generatedBy(train)]),
        note(train, [AttributeKey.parameter("rate"): rate, AttributeKey.metric("loss"): loss]),
        note(train, [AttributeKey.started: .timestamp(moment(Int64(attempt)))]),
        note(image, [AttributeKey.contentDigest: .bytes(SHA256.hash(imageDigest).bytes)]),
        note(model, [AttributeKey.contentDigest: .bytes(SHA256.hash([UInt8(attempt)]).bytes)]),
      ]
      return (model, records)
    }

    func digest() throws -> UpstreamDigest {
      let (model, records) = try records()
      var graph = ProvenanceGraph()
      try graph.insert(records)
      return try graph.recipeDigest(of: model)
    }
  }

  @Test func aRerunHasTheSameRecipe() throws {
    let first = try Pipeline().digest()
    #expect(first.isComplete)
    try #expect(Pipeline(attempt: 2, loss: 0.125).digest() == first)
  }

  @Test func whateverShapesTheResultChangesTheRecipe() throws {
    let variants = [
      Pipeline(), Pipeline(rate: 0.25), Pipeline(rate: .int(0)), Pipeline(role: "validation"),
      Pipeline(codeVersion: "def"), Pipeline(imageDigest: [9]), Pipeline(source: [9]),
      Pipeline(hasSecondInput: true),
    ]
    let digests = try variants.map { try $0.digest() }
    #expect(Set(digests).count == variants.count)
  }

  /// Both attempts in one graph: the recipes are those of the separate graphs.
  @Test func neighboursDoNotMatter() throws {
    let (first, records) = try Pipeline().records()
    let (second, more) = try Pipeline(attempt: 2).records()
    var graph = ProvenanceGraph()
    try graph.insert(records)
    try graph.insert(more)
    try #expect(graph.recipeDigest(of: first) == graph.recipeDigest(of: second))
    try #expect(graph.recipeDigest(of: first) == Pipeline().digest())
    try #expect(graph.lineageDigest(of: first) != graph.lineageDigest(of: second))
  }

  @Test func theOrderOfArrivalDoesNotMatter() throws {
    let (model, records) = try Pipeline().records()
    let wanted = try Pipeline().digest()
    var random = SeededGenerator(seed: 0x2EC1)
    var wrong = 0
    for _ in 0..<40 {
      var graph = ProvenanceGraph()
      for record in records.shuffled(using: &random) { try graph.merge([record]) }
      if try graph.recipeDigest(of: model) != wanted { wrong += 1 }
    }
    #expect(wrong == 0, "seed 0x2EC1")
  }

  /// A parameter's current value counts, and a withdrawn one does not.
  @Test func correctedParameters() throws {
    var (model, records) = try Pipeline(rate: 0.25).records()
    let train = try Run("train", id: "t1")
    records.append(
      try Record(
        Annotation(train, [AttributeKey.parameter("rate"): 0.5, "owner": "me"], at: moment(5))))
    records.append(
      try Record(Annotation(train, [AttributeKey.parameter("extra"): 1], at: moment(5))))
    records.append(
      try Record(Annotation(train, [AttributeKey.parameter("extra"): .null], at: moment(6))))
    var graph = ProvenanceGraph()
    try graph.insert(records)
    try #expect(graph.recipeDigest(of: model) == Pipeline().digest())
  }
}
