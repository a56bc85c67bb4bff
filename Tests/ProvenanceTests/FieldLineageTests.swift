import Provenance
import Testing

/// What questions about fields answer, rule by rule.
struct FieldLineageTests {
  /// raw → clean → report, each by a run; `clean.mail_hash` masks, `report` is filtered by `clean.country`.
  private static func pipeline() throws -> (
    FieldStory, raw: Dataset, clean: Dataset, report: Dataset
  ) {
    var story = FieldStory()
    let raw = try Dataset("raw")
    let clean = try Dataset("clean")
    let report = try Dataset("report")
    let cleaning = try Run("cleaning", id: "1")
    let reporting = try Run("reporting", id: "2")
    try story.add(raw)
    try story.add(cleaning, [cleaning.used(raw)])
    try story.add(clean, [clean.generatedBy(cleaning)])
    try story.add(reporting, [reporting.used(clean)])
    try story.add(report, [report.generatedBy(reporting)])
    try story.map(
      clean.generatedBy(cleaning),
      [
        FieldMapping(FieldPath("country"), from: [direct(column(raw, "country"))]),
        FieldMapping(FieldPath("mail_hash"), from: [direct(column(raw, "mail"), masks: true)]),
        FieldMapping(FieldPath("loaded_at"), from: []),
      ])
    try story.map(
      report.generatedBy(reporting),
      [
        FieldMapping(FieldPath("people"), from: [direct(column(clean, "mail_hash"))]),
        FieldMapping(FieldPath("extra"), from: [direct(column(clean, "unheard_of"))]),
        FieldMapping(.whole, from: [indirect(column(clean, "country"))]),
      ])
    return (story, raw, clean, report)
  }

  @Test func chainsOfRuns() throws {
    let (story, raw, clean, report) = try Self.pipeline()
    let lineage = try FieldLineage(story.graph)
    let up = try lineage.upstream(of: column(report, "people"))
    #expect(
      names(up, in: story.graph) == [
        "clean.country", "clean.mail_hash", "raw.country", "raw.mail",
      ])
    #expect(up.isComplete && up.gaps.isEmpty)
    #expect(up.nodes == [raw.id, clean.id].sorted())
    #expect(try up.fields(of: raw) == [column(raw, "mail"), column(raw, "country")])
    let down = try lineage.downstream(of: column(raw, "mail"))
    #expect(names(down, in: story.graph) == ["clean.mail_hash", "report.people"])
    // Unlisted columns of clean and report may have been made from it, for all that is said.
    #expect(names(down.gaps, in: story.graph) == ["clean.*", "report.*"])
    #expect(!down.isComplete)
    #expect(lineage.fields(of: clean).count == 4 && lineage.fieldCount == 8)
    #expect(lineage.dependencyCount == 5)
  }

  @Test func kindsAndMasking() throws {
    let (story, raw, clean, report) = try Self.pipeline()
    let lineage = try FieldLineage(story.graph)
    let people = try column(report, "people")
    let directly = try lineage.upstream(of: people, FieldQuery(kinds: .direct))
    #expect(names(directly, in: story.graph) == ["clean.mail_hash", "raw.mail"])
    let indirectly = try lineage.upstream(of: people, FieldQuery(kinds: .indirect))
    #expect(names(indirectly, in: story.graph) == ["clean.country"])
    let open = try lineage.upstream(of: people, FieldQuery(kinds: .direct, stopsAtMasking: true))
    #expect(names(open, in: story.graph) == ["clean.mail_hash"])
    #expect(try open.masked == [column(raw, "mail")])
    let leak = try lineage.downstream(of: column(raw, "mail"), FieldQuery(stopsAtMasking: true))
    #expect(try leak.isEmpty && leak.masked == [column(clean, "mail_hash")])
    let only = FieldQuery(stopsAtMasking: true, nodes: [raw.id])
    #expect(try names(lineage.upstream(of: people, only), in: story.graph) == ["raw.country"])
    let none = try lineage.upstream(of: people, FieldQuery(kinds: []))
    #expect(none.isEmpty && none.masked.isEmpty)
  }

  @Test func gapsAndConstants() throws {
    let (story, raw, clean, report) = try Self.pipeline()
    let lineage = try FieldLineage(story.graph)
    let constant = try lineage.upstream(of: column(clean, "loaded_at"))
    #expect(constant.isEmpty && constant.isComplete)
    let unknown = try lineage.upstream(of: column(clean, "never named"))
    #expect(unknown.isEmpty && !unknown.isComplete)
    #expect(try unknown.gaps == [column(clean, "never named")])
    let source = try lineage.upstream(of: column(raw, "mail"))
    #expect(source.isEmpty && source.isComplete)
    // What decides on rows says nothing of where a column's values come from.
    let filtered = try lineage.upstream(of: column(report, "never named"))
    #expect(names(filtered, in: story.graph) == ["clean.country", "raw.country"])
    #expect(try filtered.gaps == [column(report, "never named")])
    let extra = try lineage.upstream(of: column(report, "extra"))
    #expect(try extra.gaps == [column(clean, "unheard_of")])
    let cautious = try lineage.upstream(
      of: column(report, "extra"), FieldQuery(assumesNodeLineage: true))
    let assumed = cautious.indices.filter { cautious.isAssumed(at: $0) }.map { cautious[$0] }
    #expect(assumed == [Field(raw)])
    #expect(try cautious.isComplete && cautious.gaps == [column(clean, "unheard_of")])
    let below = try lineage.downstream(
      of: column(raw, "mail"), FieldQuery(assumesNodeLineage: true))
    #expect(
      names(below, in: story.graph) == [
        "clean.*", "clean.mail_hash", "clean.unheard_of", "report.*", "report.extra",
        "report.people",
      ])
  }

  @Test func wholeNodes() throws {
    var (story, raw, clean, report) = try Self.pipeline()
    let model = try Model("model")
    let training = try Run("training", id: "3")
    try story.add(training, [training.used(report)])
    try story.add(model, [model.generatedBy(training)])
    try story.map(
      model.generatedBy(training),
      [FieldMapping(.whole, from: [direct(column(report, "people"))])])
    let lineage = try FieldLineage(story.graph)
    let up = try lineage.upstream(of: Field(model))
    #expect(try up.isComplete && up.contains(column(raw, "mail")))
    #expect(try lineage.upstream(of: column(model, "any feature")).count == up.count)
    #expect(try lineage.downstream(of: Field(clean)).contains(Field(model)))
    #expect(try lineage.upstream(of: Field(report)).gaps.contains(Field(report)))
  }

  @Test func exhaustiveStatements() throws {
    var story = FieldStory()
    let a = try Dataset("a")
    let b = try Dataset("b")
    try story.add(a)
    try story.add(b, [b.derivedFrom(a)])
    try story.map(
      b.derivedFrom(a), [FieldMapping(FieldPath("x"), from: [direct(column(a, "x"))])],
      isExhaustive: true)
    let lineage = try FieldLineage(story.graph)
    #expect(try lineage.upstream(of: column(b, "y")).isComplete)
    #expect(try lineage.upstream(of: Field(b)).isComplete)
    #expect(try lineage.downstream(of: column(a, "y")).isComplete)
  }

  @Test("each run that made a node must tell; derivedFrom edges tell together")
  func severalOrigins() throws {
    let a = try Dataset("a")
    let b = try Dataset("b")
    let c = try Dataset("c")
    let first = try Run("first", id: "1")
    let second = try Run("second", id: "2")
    let mapping = try FieldMapping(FieldPath("x"), from: [direct(column(a, "x"))])
    for isDerived in [false, true] {
      var story = FieldStory()
      try story.add(a)
      try story.add(b)
      try story.add(first, [first.used(a)])
      try story.add(second, [second.used(b)])
      let edges =
        isDerived
        ? [try c.derivedFrom(a), try c.derivedFrom(b)]
        : [try c.generatedBy(first), try c.generatedBy(second)]
      try story.add(c, edges + [c.generatedBy(first)])
      try story.map(edges[0], [mapping])
      let answer = try story.graph.upstreamFields(of: column(c, "x"))
      #expect(names(answer, in: story.graph) == ["a.x"])
      #expect(try answer.gaps == (isDerived ? [] : [column(c, "x")]))
      let down = try story.graph.downstreamFields(of: column(b, "x"))
      #expect(down.gaps == [Field(c)])
    }
  }

  @Test func limits() throws {
    let (story, _, _, report) = try Self.pipeline()
    let lineage = try FieldLineage(story.graph)
    let people = try column(report, "people")
    for (limits, count, reason) in [
      (TraversalLimits(depth: 0), 0, Incompleteness.depthLimit),
      (TraversalLimits(depth: 1), 2, .depthLimit),
      (TraversalLimits(depth: 2), 4, []),
      (TraversalLimits(nodes: 3), 3, .nodeLimit), (TraversalLimits(nodes: 4), 4, []),
      (TraversalLimits(edges: 3), 3, .edgeLimit), (TraversalLimits(edges: 4), 4, []),
    ] {
      let answer = try lineage.upstream(of: people, FieldQuery(limits: limits))
      #expect(answer.count == count, "\(limits)")
      #expect(answer.incompleteness == reason, "\(limits)")
      #expect(answer.isComplete == (reason == []), "\(limits)")
    }
    let late = TraversalLimits(deadline: ContinuousClock.now - .seconds(1))
    let answer = try lineage.upstream(of: people, FieldQuery(limits: late))
    #expect(answer.incompleteness == .deadline)
  }

  @Test func nodesThatTheGraphDoesNotHave() throws {
    var (story, _, clean, report) = try Self.pipeline()
    let stranger = try Dataset("stranger")
    #expect(throws: GraphError.self) { try story.graph.upstreamFields(of: Field(stranger)) }
    try story.map(
      report.generatedBy(Run("reporting", id: "2")),
      [
        FieldMapping(
          FieldPath("x"), from: [direct(column(stranger, "x")), direct(column(clean, "country"))])
      ], source: "other")
    let answer = try story.graph.upstreamFields(of: column(report, "x"))
    #expect(names(answer, in: story.graph) == ["clean.country", "raw.country"])
    #expect(answer.incompleteness == .pendingEdges)
    #expect(try story.graph.upstreamFields(of: column(report, "people")).incompleteness == [])
  }

  @Test("pending and disputed edges make an answer incomplete")
  func obstacles() throws {
    let (story, raw, clean, report) = try Self.pipeline()
    var graph = story.graph
    let missing = try Dataset("missing")
    try graph.merge([Record(clean.derivedFrom(missing))])
    #expect(
      try graph.upstreamFields(of: column(report, "people")).incompleteness == .pendingEdges)
    #expect(try graph.upstreamFields(of: column(raw, "mail")).incompleteness == [])
    var cyclic = story.graph
    try cyclic.merge([Record(raw.derivedFrom(report))])
    let answer = try cyclic.upstreamFields(of: column(report, "people"))
    #expect(answer.isEmpty && answer.incompleteness.contains(.disputedEdges))
    #expect(
      try cyclic.downstreamFields(of: Field(raw)).incompleteness.contains(.disputedEdges))
  }

  @Test("mappings that go round in a circle end")
  func cycles() throws {
    var (story, raw, clean, _) = try Self.pipeline()
    try story.map(
      clean.generatedBy(Run("cleaning", id: "1")),
      [FieldMapping(FieldPath("country"), from: [direct(column(clean, "country"))])],
      source: "a careless one")
    let answer = try story.graph.upstreamFields(of: column(clean, "country"))
    #expect(names(answer, in: story.graph) == ["raw.country"])
    let down = try story.graph.downstreamFields(of: column(raw, "country"))
    #expect(try down.contains(column(clean, "country")))
  }

  @Test func severalStarts() throws {
    let (story, raw, clean, _) = try Self.pipeline()
    let lineage = try FieldLineage(story.graph)
    let starts = try [
      column(clean, "country"), column(clean, "mail_hash"), column(clean, "country"),
    ]
    #expect(
      try names(lineage.upstream(of: starts), in: story.graph) == ["raw.country", "raw.mail"])
    #expect(try lineage.upstream(of: [Field]()).isEmpty)
    #expect(try lineage.downstream(of: [Field(raw)]).count == 4)
  }

  @Test func graphsWithoutMappings() throws {
    var story = FieldStory()
    let a = try Dataset("a")
    let b = try Dataset("b")
    try story.add(a)
    try story.add(b, [b.derivedFrom(a)])
    let lineage = try FieldLineage(story.graph)
    #expect(lineage.fieldCount == 0 && lineage.nodes.isEmpty && lineage.fields(of: a).isEmpty)
    let answer = try lineage.upstream(of: column(b, "x"))
    #expect(try answer.isEmpty && answer.gaps == [column(b, "x")])
    let cautious = try lineage.upstream(
      of: column(b, "x"), FieldQuery(assumesNodeLineage: true))
    #expect(Array(cautious) == [Field(a)] && cautious.contains(Field(a)))
    #expect(cautious.fields(of: a) == [Field(a)])
    let below = try lineage.downstream(
      of: column(a, "x"), FieldQuery(assumesNodeLineage: true))
    #expect(Array(below) == [Field(b)])
    #expect(try FieldLineage(ProvenanceGraph()).fieldCount == 0)
  }
}
