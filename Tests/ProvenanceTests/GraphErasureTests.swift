import Provenance
import ProvenanceTestKit
import Testing

@Suite struct GraphErasureTests {
  private func annotation(of node: some NodeReference, _ value: AttributeValue) throws -> Record {
    try Record(Annotation(node, ["owner": value], at: moment(1)))
  }

  private func tombstone(of record: Record) throws -> Record {
    try Record(Tombstone(record.id, Statement("asked for", at: moment(2))))
  }

  @Test func whatIsKnownWhileItWaitsIsNotNewAgain() throws {
    let node = try Dataset("d")
    let note = try annotation(of: node, "me")
    var graph = ProvenanceGraph()
    try #expect(graph.merge([note]) == 1)
    try #expect(graph.merge([note, note.withoutPayload]) == 0)
    #expect(graph.position == Position(1))
  }

  /// An annotation that waited for its node and then was erased must not come back by way of a view
  /// from the time when it waited.
  @Test func anErasedPayloadDoesNotComeBackInAFork() throws {
    let node = try Dataset("d")
    let note = try annotation(of: node, "me")
    var graph = ProvenanceGraph()
    try graph.merge([note])
    try graph.merge([Record(node)])
    #expect(graph.attribute("owner", of: node) == "me")
    try graph.insert([tombstone(of: note)])
    #expect(graph.attribute("owner", of: node) == nil)
    #expect(graph.asOf(Position(2)).attribute("owner", of: node) == nil)
    var fork = graph.asOf(Position(1))
    try fork.merge([Record(node)])
    #expect(fork.attribute("owner", of: node) == nil)
    #expect(fork.history(of: node).map(\.annotation.body) == [nil])
  }

  @Test func aTombstoneBlocksReentry() throws {
    let node = try Dataset("d")
    let note = try annotation(of: node, "me")
    var graph = ProvenanceGraph()
    try graph.insert([Record(node), note])
    try graph.insert([tombstone(of: note)])
    try #expect(graph.merge([note]) == 0)
    #expect(graph.attribute("owner", of: node) == nil)
    #expect(throws: GraphError.self) { try graph.insert([note]) }
    var early = ProvenanceGraph()
    try early.merge([tombstone(of: note), Record(node)])
    try early.merge([note])
    #expect(early.attributes(of: node).isEmpty)
    #expect(early.history(of: node).count == 1)
  }

  /// After an unknown outcome a caller commits the same again.
  @Test func aBatchWithItsOwnTombstoneCanBeRepeated() throws {
    let node = try Dataset("d")
    let note = try annotation(of: node, "me")
    var graph = ProvenanceGraph()
    let batch = try [Record(node), note, tombstone(of: note)]
    try #expect(graph.insert(batch) == 3)
    try #expect(graph.insert(batch) == 0)
    #expect(graph.attributes(of: node).isEmpty)
  }

  /// A payload that arrives after its header is shown from its own position on.
  @Test func aLatePayloadIsLate() throws {
    let node = try Dataset("d")
    let note = try annotation(of: node, "me")
    var graph = ProvenanceGraph()
    try graph.merge([Record(node), note.withoutPayload])
    try #expect(graph.merge([note]) == 1)
    #expect(graph.attribute("owner", of: node) == "me")
    #expect(graph.asOf(Position(2)).attribute("owner", of: node) == nil)
  }

  @Test func aRefusedBatchTakesBackThePayloadsItBrought() throws {
    let node = try Dataset("d")
    let other = try Dataset("e")
    let note = try annotation(of: node, "me")
    let early = try annotation(of: try Dataset("absent"), "you")
    var twins = Twins()
    _ = try twins.merge([
      Record(node, edges: [node.derivedFrom(other)]), Record(other), note.withoutPayload,
      early.withoutPayload,
    ])
    let cycle = try Record(other.derivedFrom(node))
    #expect(throws: GraphError.self) { try twins.graph.insert([note, cycle]) }
    #expect(twins.graph.attribute("owner", of: node) == nil)
    try #expect(twins.difference() == nil)
    try #expect(twins.merge([note, early]) == nil)
    try #expect(twins.difference() == nil)
  }
}
