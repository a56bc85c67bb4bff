import Provenance
import ProvenanceTestKit
import Testing

@Suite struct RetractionTests {
  private func retraction(of target: Retraction.Target, _ reason: String = "") throws -> Record {
    try Record(Retraction(target, Statement(reason, at: moment(1))))
  }

  @Test func aRetractionThatIsRetractedNoLongerWaits() throws {
    let absent = try Dataset("absent")
    let first = try retraction(of: .node(absent.id))
    var graph = ProvenanceGraph()
    try graph.merge([first])
    #expect(graph.pending == [.retraction(first.id, .node(absent.id))])
    try graph.merge([retraction(of: .record(first.id))])
    #expect(graph.pending == [])
    #expect(graph.asOf(Position(1)).pending == [.retraction(first.id, .node(absent.id))])
  }
}
