import ProvenanceTestKit
import Testing

@testable import Provenance

/// Every refusal names the culprit and its record, reads well, and leaves the graph as it was.
@Suite struct GraphErrorTests {
  private let node: Dataset
  private let other: Dataset
  private let edge: Edge
  private let note: Record
  private let base: ProvenanceGraph

  init() throws {
    node = try Dataset("node")
    other = try Dataset("other")
    edge = try node.derivedFrom(other)
    note = try Record(Annotation(node, ["owner": "me"], at: moment(1)))
    var graph = ProvenanceGraph()
    try graph.insert([Record(node, edges: [edge]), Record(other), note])
    base = graph
  }

  private func statement() throws -> Statement { try Statement("wrong", at: moment(1)) }

  /// Inserts a sound record and then the record at fault.
  private func expectRefusal(
    of record: Record, _ kind: GraphError.Kind, _ text: String,
    in base: ProvenanceGraph? = nil, sourceLocation: SourceLocation = #_sourceLocation
  ) throws {
    var graph = base ?? self.base
    let before = try GraphContents(graph)
    let position = graph.position
    let sound = try Record(Dataset("sound"))
    let error = try #require(throws: GraphError.self, sourceLocation: sourceLocation) {
      try graph.insert([sound, record])
    }
    #expect(error.kind == kind, sourceLocation: sourceLocation)
    #expect(error.recordIndex == 1, sourceLocation: sourceLocation)
    #expect(
      error.description == "record 1 of the batch: \(text)", sourceLocation: sourceLocation)
    try #expect(GraphContents(graph) == before, sourceLocation: sourceLocation)
    #expect(graph.position == position, sourceLocation: sourceLocation)
    // It goes on as if nothing had been.
    try #expect(graph.insert([sound]) == 1, sourceLocation: sourceLocation)
  }

  @Test func unknownEndpoint() throws {
    let absent = try Dataset("absent")
    let edge = try node.derivedFrom(absent)
    try expectRefusal(
      of: Record(edge), .unknownEndpoint(edge, missing: absent.id),
      "edge \(edge) names node \(absent.id), which is not recorded")
    let reverse = try absent.derivedFrom(node)
    try expectRefusal(
      of: Record(reverse), .unknownEndpoint(reverse, missing: absent.id),
      "edge \(reverse) names node \(absent.id), which is not recorded")
  }

  @Test func relationNotAllowed() throws {
    let edge = try Edge(effect: node.id, kind: .used, cause: other.id)
    try expectRefusal(
      of: Record(edge), .relationNotAllowed(edge, from: .dataset, to: .dataset),
      "edge \(edge): used cannot lead from dataset to dataset")
  }

  @Test func cycle() throws {
    let back = try other.derivedFrom(node)
    let names = [other, node, other].map { $0.id.abbreviated() }.joined(separator: " → ")
    try expectRefusal(
      of: Record(back), .cycle(back, path: [other.id, node.id, other.id]),
      "edge \(back) would close the cycle \(names)")
    let loop = try node.derivedFrom(node)
    let loopNames = [node, node].map { $0.id.abbreviated() }.joined(separator: " → ")
    try expectRefusal(
      of: Record(loop), .cycle(loop, path: [node.id, node.id]),
      "edge \(loop) would close the cycle \(loopNames)")
    let part = try node.partOf(other)
    var graph = base
    try graph.insert([Record(part)])
    let whole = try other.partOf(node)
    try expectRefusal(
      of: Record(whole), .cycle(whole, path: [other.id, node.id, other.id]),
      "edge \(whole) would close the cycle \(names)", in: graph)
  }

  @Test func unknownSubject() throws {
    let absent = try Record(Annotation(Dataset("absent"), ["owner": "me"], at: moment(1)))
    try expectRefusal(
      of: absent, .unknownSubject(absent.id),
      "annotation \(absent.id.abbreviated()) speaks of something that is not recorded")
    let edge = try other.derivedFrom(node)
    let onEdge = try Record(Annotation(edge, ["owner": "me"], at: moment(1)))
    try expectRefusal(
      of: onEdge, .unknownSubject(onEdge.id),
      "annotation \(onEdge.id.abbreviated()) speaks of something that is not recorded")
  }

  @Test func unknownTarget() throws {
    let absent = try Dataset("absent")
    let targets: [Retraction.Target] = try [
      .node(absent.id), .edge(other.derivedFrom(node)), .record(Record(absent).id),
    ]
    for target in targets {
      let record = try Record(Retraction(target, statement()))
      try expectRefusal(
        of: record, .unknownTarget(record.id),
        "record \(record.id.abbreviated()) has a target that is not recorded")
    }
    let tombstone = try Record(Tombstone(Record(absent).id, statement()))
    try expectRefusal(
      of: tombstone, .unknownTarget(tombstone.id),
      "record \(tombstone.id.abbreviated()) has a target that is not recorded")
  }

  @Test func erased() throws {
    var graph = base
    try graph.insert([Record(Tombstone(note.id, statement()))])
    let text = "the payload of record \(note.id.abbreviated()) was erased and cannot come back"
    try expectRefusal(of: note, .erased(note.id), text, in: graph)
    try expectRefusal(of: note.withoutPayload, .erased(note.id), text)
  }

  @Test func unknownRecordKind() throws {
    let record = try #require(
      try RandomLineage(.everything, seed: 1).records.first {
        if case .unknown = $0.content { true } else { false }
      })
    try expectRefusal(
      of: record, .unknownRecordKind(record.id),
      "record \(record.id.abbreviated()) is of a kind that this version does not know")
    var graph = base
    try #expect(graph.merge([record]) == 1)
    #expect(graph.conflicts == [.unknownRecord(record.id, UnknownRecord(kind: 23, schema: 1))])
  }

  @Test func retracted() throws {
    var graph = base
    try graph.insert([Record(Retraction(.node(other.id), statement()))])
    let text = "node \(other.id.abbreviated()) is retracted"
    try expectRefusal(of: Record(other), .retracted(other.id), text, in: graph)
    try expectRefusal(
      of: Record(node.derivedFrom(other, role: "again")), .retracted(other.id), text, in: graph)
  }

  @Test func tooManyNodes() throws {
    let more = try (0..<3).map { try Record(Dataset("more \($0)")) }
    var graph = base
    let before = try GraphContents(graph)
    for policy in [ArrivalPolicy.insert, .merge] {
      let error = try #require(throws: GraphError.self) {
        try graph.apply([note] + more, policy, time: nil, .counting(extra: 0), nodeLimit: 4)
      }
      #expect(error.kind == .tooManyNodes(limit: 4))
      #expect(error.recordIndex == 3)
      #expect(error.description == "record 3 of the batch: a graph holds at most 4 nodes")
    }
    try #expect(GraphContents(graph) == before)
    // Repeated and known nodes do not count.
    let repeated = try [more[0], more[1], more[0], more[1], Record(node), Record(other)]
    try #expect(
      graph.apply(repeated, .insert, time: nil, .counting(extra: 0), nodeLimit: 4) == [0, 1])
  }

  @Test func unknownNode() throws {
    let absent = try Dataset("absent")
    let questions: [(ProvenanceGraph) throws -> Any] = [
      { try $0.ancestors(of: absent) }, { try $0.descendants(of: absent) },
      { try $0.causes(of: absent) }, { try $0.effects(of: absent) },
      { try $0.isAncestor(absent, of: node) }, { try $0.isAncestor(node, of: absent) },
      { try $0.shortestPath(from: absent, to: node) as Any },
      { try $0.paths(from: node, to: absent) },
      { try $0.nearestCommonAncestors(of: node, absent) },
      { try $0.lineageDigest(of: absent) }, { try $0.recipeDigest(of: absent) },
    ]
    for question in questions {
      let error = try #require(throws: GraphError.self) { _ = try question(base) }
      #expect(error.kind == .unknownNode(absent.id))
      #expect(error.recordIndex == nil)
      #expect(error.description == "node \(absent.id) is not in the graph")
    }
    #expect(throws: GraphError.self) { try base.lineageDigest(of: node, at: .start) }
  }
}
