import Provenance
import ProvenanceTestKit
import Testing

/// Which of several statements about an edge count.
struct FieldStatementTests {
  private let table: Dataset
  private let report: Dataset
  private let edge: Edge
  private var story = FieldStory()

  init() throws {
    table = try Dataset("table")
    report = try Dataset("report")
    edge = try report.derivedFrom(table)
    try story.add(table)
    try story.add(report, [edge])
  }

  private func mapping(_ output: String, _ input: String) throws -> FieldMapping {
    try FieldMapping(FieldPath(output), from: [direct(column(table, input))])
  }

  private func sources(of name: String, in graph: ProvenanceGraph) throws -> [String] {
    names(try graph.upstreamFields(of: column(report, name)), in: graph)
  }

  @Test("a source's latest statement replaces its earlier ones, whatever the order of arrival")
  func latestOfSource() throws {
    for times in [[1, 2], [2, 1]] as [[Int64]] {
      var story = story
      for time in times {
        try story.map(edge, [mapping("x", "at \(time)")], at: time, source: "spark")
      }
      #expect(try sources(of: "x", in: story.graph) == ["table.at 2"])
    }
  }

  @Test("statements of different sources add up")
  func sourcesAddUp() throws {
    var story = story
    try story.map(edge, [mapping("x", "a")], at: 1, source: "spark")
    try story.map(edge, [mapping("x", "b")], at: 5, source: "dbt")
    #expect(try sources(of: "x", in: story.graph) == ["table.a", "table.b"])
    let said = story.graph.fieldMappings(on: edge)
    #expect(said.statements.map(\.source) == ["dbt", "spark"])
    #expect(said.faults.isEmpty)
    let lineage = try FieldLineage(story.graph)
    let reasons = lineage.reasons(from: try column(report, "x"), to: try column(table, "a"))
    #expect(reasons.map(\.source) == ["spark"])
    #expect(reasons.first?.transformations.map(\.kind) == [.direct])
  }

  @Test("null withdraws, a retraction restores what was said before")
  func withdrawalAndRetraction() throws {
    var story = story
    try story.map(edge, [mapping("x", "a")], at: 1)
    let withdrawal = try Record(
      Annotation(edge, [AttributeKey.fieldMappings: .null], at: moment(2)))
    try story.insert([withdrawal])
    #expect(try sources(of: "x", in: story.graph).isEmpty)
    #expect(story.graph.fieldMappings(on: edge).statements.isEmpty)
    try story.insert([
      Record(Retraction(.record(withdrawal.id), Statement("wrong", at: moment(3))))
    ])
    #expect(try sources(of: "x", in: story.graph) == ["table.a"])
  }

  @Test("views at earlier positions have the mappings of then")
  func earlierViews() throws {
    var story = story
    let before = story.graph.position
    try story.map(edge, [mapping("x", "a")], at: 1)
    let between = story.graph.position
    try story.map(edge, [mapping("x", "b")], at: 2)
    #expect(try sources(of: "x", in: story.graph.asOf(before)).isEmpty)
    #expect(try sources(of: "x", in: story.graph.asOf(between)) == ["table.a"])
    #expect(try sources(of: "x", in: story.graph) == ["table.b"])
  }

  @Test("an erased statement says nothing")
  func erased() throws {
    var story = story
    let annotations = try FieldMappings([mapping("x", "a")]).annotations(on: edge, at: moment(1))
    let record = try Record(try #require(annotations.first))
    try story.insert([record])
    #expect(try sources(of: "x", in: story.graph) == ["table.a"])
    try story.insert([Record(Tombstone(record.id, Statement("asked", at: moment(2))))])
    let answer = try story.graph.upstreamFields(of: column(report, "x"))
    #expect(try answer.isEmpty && answer.gaps == [column(report, "x")])
  }

  @Test("what cannot be read is reported, and is a gap")
  func faults() throws {
    var story = story
    try story.map(edge, [mapping("x", "a")], isExhaustive: true, at: 1, source: "spark")
    let future: AttributeValue = ["v": 2]
    let record = try Record(
      Annotation(edge, [AttributeKey.fieldMappings: future], at: moment(1), source: "later"))
    try story.insert([record])
    let lineage = try FieldLineage(story.graph)
    #expect(
      lineage.faults == [
        FieldFault(edge: edge, record: record.id, error: FieldError(.unknownVersion(2)))
      ])
    let answer = try lineage.upstream(of: column(report, "x"))
    #expect(names(answer, in: story.graph) == ["table.a"])
    #expect(try answer.gaps == [column(report, "x")] && !answer.isComplete)
    #expect(story.graph.fieldMappings(on: edge).faults == lineage.faults)
  }

  @Test("a statement on another kind of edge is a fault and counts for nothing")
  func wrongEdge() throws {
    var story = story
    let whole = try Dataset("whole")
    let part = try report.partOf(whole)
    try story.add(whole)
    let record = try Record(
      Annotation(part, [AttributeKey.fieldMappings: ["v": 1]], at: moment(1)))
    try story.insert([Record(part), record])
    let lineage = try FieldLineage(story.graph)
    #expect(lineage.faults.map(\.error) == [FieldError(.wrongEdge(.partOf))])
    #expect(lineage.nodes.isEmpty)
  }

  @Test("parts that did not all arrive are a fault")
  func missingPart() throws {
    var story = story
    let value: AttributeValue = [
      "v": 1, "part": [0, 2], "exhaustive": true, "paths": ["a"], "rows": .bytes([1, 1, 1, 0]),
    ]
    try story.insert([
      Record(Annotation(edge, [AttributeKey.fieldMappings: value], at: moment(1)))
    ])
    let lineage = try FieldLineage(story.graph)
    #expect(lineage.faults.map(\.error) == [FieldError(.missingParts(found: 1, of: 2))])
    let answer = try lineage.upstream(of: column(report, "a"))
    #expect(names(answer, in: story.graph) == ["table.a"] && !answer.isComplete)
  }
}
