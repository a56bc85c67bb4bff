import Provenance
import ProvenanceTestKit
import Testing

/// A graph is a value: no copy sees what is written to another.
@Suite struct GraphValueTests {
  @Test func copiesAreIndependent() throws {
    var wrong: [String] = []
    for seed in UInt64(800)..<810 {
      let lineage = try RandomLineage(.everything, seed: seed)
      var random = SeededGenerator(seed: seed)
      var copies = [Twins()]
      for batch in lineage.delivery(seed: seed, withoutPayload: 10) {
        let chosen = Int.random(in: 0..<copies.count, using: &random)
        // A copy now and then, so that both write to what they shared.
        if copies.count < 4, Bool.random(using: &random) { copies.append(copies[chosen]) }
        let text =
          Bool.random(using: &random)
          ? try copies[chosen].merge(batch) : try copies[chosen].insert(batch)
        if let text { wrong.append("seed \(seed): \(text)") }
        for (number, copy) in copies.enumerated() {
          if let text = try copy.difference() { wrong.append("seed \(seed), \(number): \(text)") }
        }
      }
      for copy in copies {
        if let text = try copy.walkDifference() { wrong.append("seed \(seed): \(text)") }
      }
    }
    #expect(wrong.isEmpty, "\(wrong.count): \(wrong.prefix(3))")
  }

  @Test func theFormerValueStaysReadableWhileTheGraphGrows() throws {
    let nodes = try datasets(50)
    var graph = ProvenanceGraph()
    var views: [ProvenanceGraph] = []
    for index in nodes.indices {
      views.append(graph)
      let edges = try index == 0 ? [] : [nodes[index].derivedFrom(nodes[index - 1])]
      try graph.insert([Record(nodes[index], edges: edges)])
    }
    #expect(views.map(\.nodeCount) == Array(0..<50))
    #expect(views.map(\.edgeCount) == [0] + Array(0..<49))
    let asOf = (0...50).map { graph.asOf(Position($0)).nodeCount }
    #expect(asOf == Array(0...50))
    try #expect(views[30].descendants(of: nodes[10]).count == 19)
  }

  /// From which position on a history shows an annotation: once both it and its subject are there.
  @Test func positionsInAHistory() throws {
    let node = try Dataset("d")
    let early = try Record(Annotation(node, ["owner": "me"], at: moment(1)))
    let late = try Record(Annotation(node, ["owner": "you"], at: moment(2)))
    var graph = ProvenanceGraph()
    try graph.merge([early])
    try graph.merge([Record(node), Record(Dataset("e"))])
    try graph.merge([late])
    #expect(graph.history(of: node).map(\.record) == [early.id, late.id])
    #expect(graph.history(of: node).map(\.position) == [Position(3), Position(4)])
    #expect(graph.asOf(Position(3)).history(of: node).map(\.record) == [early.id])
    #expect(graph.asOf(Position(2)).history(of: node).isEmpty)
  }

  /// A batch is seen as a whole or not at all, also where its place in a log is wider than it.
  @Test func positionsInsideABatch() throws {
    let nodes = try datasets(3)
    var graph = ProvenanceGraph()
    try graph.insert(nodes.map { try Record($0) }, at: moment(10))
    #expect((0...4).map { graph.asOf(Position($0)).nodeCount } == [0, 0, 0, 3, 3])
    try #expect(graph.asOf(moment(9)).nodeCount == 0)
    try #expect(graph.asOf(moment(10)).nodeCount == 3)
    let more = try Record(Dataset("more"))
    try #expect(
      graph.apply([more], checked: true, at: moment(5), .at(Position(8))) == [0])
    #expect(graph.position == Position(8))
    try #expect(graph.time == moment(10))
    #expect((6...9).map { graph.asOf(Position($0)).nodeCount } == [3, 3, 4, 4])
    // An empty batch of a log still moves the position.
    try #expect(graph.apply([more], checked: false, at: nil, .at(Position(10))) == [])
    #expect(graph.position == Position(10))
    graph = graph.asOf(Position(3))
    #expect(graph.position == Position(3))
    #expect(graph.nodeCount == 3)
    try #expect(graph.insert([more]) == 1)
  }
}
