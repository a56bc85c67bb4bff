import Provenance
import ProvenanceTestKit
import Testing

/// A batch is judged as a whole: the order of the records within it does not matter.
@Suite struct GraphBatchTests {
  private func retraction(of target: Retraction.Target) throws -> Record {
    try Record(Retraction(target, Statement("wrong", at: moment(1))))
  }

  @Test func aCycleThatTheBatchItselfTakesApartIsNone() throws {
    let nodes = try datasets(2)
    let old = try nodes[0].derivedFrom(nodes[1])
    let new = try nodes[1].derivedFrom(nodes[0])
    let batch = try [Record(new), retraction(of: .edge(old))]
    var wrong: [[Record]] = []
    for order in permutations(of: batch) {
      var graph = ProvenanceGraph()
      try graph.insert(nodes.map { try Record($0) } + [Record(old)])
      try graph.insert(order)
      let causes = try graph.causes(of: nodes[1])
      if causes != [new] || graph.edgeCount != 1 || !graph.conflicts.isEmpty { wrong.append(order) }
    }
    #expect(wrong.isEmpty)
  }

  @Test func aCycleThatARetractionOfARetractionClosesIsRefusedInAnyOrder() throws {
    let nodes = try datasets(3)
    let first = try nodes[0].derivedFrom(nodes[1])
    let second = try nodes[1].derivedFrom(nodes[0])
    let retracted = try retraction(of: .edge(first))
    let back = try retraction(of: .record(retracted.id))
    let batch = try [back, Record(second), Record(nodes[2].derivedFrom(nodes[1]))]
    var wrong: [String] = []
    for order in permutations(of: batch) {
      var twins = Twins()
      _ = try twins.insert(nodes.map { try Record($0) } + [Record(first), retracted])
      if let text = try twins.insert(order) { wrong.append(text) }
      if let text = try twins.difference() { wrong.append(text) }
      if twins.graph.position != Position(5) { wrong.append("accepted") }
    }
    #expect(wrong.isEmpty, "\(wrong)")
  }

  /// What was on a cycle before, and is hidden and shown again within the batch, is no new cycle;
  /// an edge that comes meanwhile is.
  @Test func hidingAndShowingAgainIsJudgedByWhatItLeaves() throws {
    let nodes = try datasets(3)
    let edges = try [nodes[0].derivedFrom(nodes[1]), nodes[1].derivedFrom(nodes[0])]
    let third = try nodes[1].derivedFrom(nodes[2])
    let fourth = try nodes[2].derivedFrom(nodes[1])
    let hide = try retraction(of: .node(nodes[1].id))
    let show = try retraction(of: .record(hide.id))
    var wrong: [String] = []
    for order in permutations(of: [hide, show])
      + permutations(of: [hide, show, try Record(fourth)])
    {
      var twins = Twins()
      _ = try twins.merge(nodes.map { try Record($0) } + (edges + [third]).map { try Record($0) })
      if let text = try twins.insert(order) ?? twins.difference() { wrong.append(text) }
      let isAccepted = twins.graph.position == Position(8)
      if isAccepted != (order.count == 2) { wrong.append("\(order.map(\.content))") }
    }
    #expect(wrong.isEmpty, "\(wrong)")
  }

  /// A tombstone is a statement too, and may be erased in the batch that brings it.
  @Test func aTombstoneOfATombstoneOfTheSameBatch() throws {
    let node = try Dataset("d")
    let note = try Record(Annotation(node, ["owner": "me"], at: moment(1)))
    let first = try Record(Tombstone(note.id, Statement("asked for", at: moment(2))))
    let second = try Record(Tombstone(first.id, Statement("", at: moment(3))))
    for order in try permutations(of: [Record(node), note, first, second]) {
      var graph = ProvenanceGraph()
      try #expect(graph.insert(order) == 4)
      #expect(graph.attributes(of: node).isEmpty)
    }
  }

  /// What waited before the batch is disputed and not refused; what the batch brings is refused.
  @Test func edgesThatWaitedAreNotTheBatchsFault() throws {
    let nodes = try datasets(2)
    let edges = try [nodes[0].derivedFrom(nodes[1]), nodes[1].derivedFrom(nodes[0])]
    var waiting = ProvenanceGraph()
    try waiting.merge(edges.map { try Record($0) })
    try waiting.insert(nodes.map { try Record($0) })
    let members = nodes.map(\.node).sorted { $0.id < $1.id }
    #expect(waiting.conflicts == [.cycle(nodes: members, edges: edges.sorted())])
    var half = Twins()
    _ = try half.merge([Record(edges[0])])
    let batch = try nodes.map { try Record($0) } + [Record(edges[1])]
    try #expect(half.insert(batch) == nil)
    #expect(half.graph.nodeCount == 0)
  }
}
