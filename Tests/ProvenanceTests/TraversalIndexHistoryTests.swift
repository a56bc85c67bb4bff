import ProvenanceTestKit
import Testing

@testable import Provenance

/// An index that was made at some moment answers for every moment: after late edges, retractions and
/// disputes, in earlier views, and in forks.
@Suite struct TraversalIndexHistoryTests {
  /// How often the index answered, and how often it left a question to a walk.
  private struct Uses {
    var kept = 0
    var walked = 0
  }

  /// What a graph answers otherwise than it does without its index.
  private func fault(
    _ graph: ProvenanceGraph, _ random: inout SeededGenerator, _ uses: inout Uses
  ) throws -> String? {
    var plain = graph
    plain.dropIndex()
    let hasIndex = graph.storage.index != nil
    let vertices = try graph.nodes().map { try graph.known($0.id) }
    for (node, vertex) in zip(graph.nodes(), vertices) {
      let wanted = try plain.ancestors(of: node)
      let found = try graph.ancestors(of: node)
      if found.ids != wanted.ids || found.incompleteness != wanted.incompleteness {
        return "ancestors of \(node)"
      }
      guard hasIndex, vertex < graph.view.vertices else { continue }
      // Also where something waits, and public questions walk.
      var metDispute = false
      if let rows = graph.keptAncestors(of: [vertex], metDispute: &metDispute) {
        uses.kept += 1
        if rows != wanted.rows { return "kept ancestors of \(node)" }
        if metDispute != wanted.incompleteness.contains(.disputedEdges) {
          return "disputes upstream of \(node)"
        }
      } else {
        uses.walked += 1
      }
    }
    guard !vertices.isEmpty else { return nil }
    for _ in 0..<200 {
      let (one, two) = (
        vertices[Int.random(in: 0..<vertices.count, using: &random)],
        vertices[Int.random(in: 0..<vertices.count, using: &random)]
      )
      if one == two { continue }
      let wanted = plain.isAncestor(one, of: two, .causal)
      if graph.isAncestor(one, of: two, .causal) != wanted { return "\(one) upstream of \(two)" }
      guard hasIndex, max(one, two) < graph.view.vertices else { continue }
      if graph.keptIsAncestor(one, of: two) == nil { uses.walked += 1 } else { uses.kept += 1 }
    }
    return nil
  }

  @Test func madeAtAnyMomentAskedAtEveryMoment() throws {
    var wrong: [String] = []
    var uses = Uses()
    for seed in UInt64(3000)..<3008 {
      var random = SeededGenerator(seed: seed)
      var history = BusyHistory(seed: seed, width: 3)
      var graph = ProvenanceGraph()
      var positions: [Position] = []
      for step in 0..<40 {
        try graph.take(try history.next())
        positions.append(graph.position)
        if Int.random(in: 0..<12, using: &random) == 0 { graph.makeIndex() }
        if step % 2 == 0, let text = try fault(graph, &random, &uses) {
          wrong.append("seed \(seed), step \(step): \(text)")
        }
      }
      for position in positions where Int.random(in: 0..<2, using: &random) == 0 {
        var view = graph.asOf(position)
        if let text = try fault(view, &random, &uses) {
          wrong.append("seed \(seed) at \(position): \(text)")
        }
        // A fork takes along what holds for it.
        try view.take(try history.next())
        if let text = try fault(view, &random, &uses) {
          wrong.append("seed \(seed), forked at \(position): \(text)")
        }
      }
    }
    #expect(wrong.isEmpty, "\(wrong.count): \(wrong.prefix(3))")
    #expect(uses.kept > uses.walked, "\(uses)")
  }

  /// As the reference model says, with an index made anew, or extended, now and then.
  @Test func asTheReferenceSays() throws {
    var wrong: [String] = []
    for seed in UInt64(3020)..<3024 {
      var history = BusyHistory(seed: seed, width: 2)
      var twins = Twins()
      for step in 0..<36 {
        if let text = try twins.merge(history.next().records) { wrong.append(text) }
        if step % 9 == 5 { twins.graph.makeIndex() }
        if step % 12 == 11, let text = try twins.walkDifference() {
          wrong.append("seed \(seed), step \(step): \(text)")
        }
      }
    }
    #expect(wrong.isEmpty, "\(wrong.count): \(wrong.prefix(3))")
  }

  /// Nodes and edges in order, late and not: a ladder with rungs that are named late.
  private func ladder(_ rungs: Range<Int>) throws -> [Record] {
    try rungs.map { rung in
      let node = try Dataset("ladder", version: "\(rung)")
      var edges: [Edge] = []
      if rung > 0 {
        edges.append(try node.derivedFrom(try Dataset("ladder", version: "\(rung - 1)")))
      }
      return try Record(node, edges: edges)
    }
  }

  @Test func edgesThatComeLaterAreMadeUpFor() throws {
    var graph = ProvenanceGraph()
    let side = try (0..<8).map { try Dataset("side", version: "\($0)") }
    for node in side { try graph.insert(Record(node)) }
    for record in try ladder(0..<60) { try graph.insert(record) }
    graph.makeIndex()
    let (top, foot) = (try Dataset("ladder", version: "59"), try Dataset("ladder", version: "9"))
    for (number, node) in side.enumerated() {
      // A chain of late edges, each of which matters only through the one before it.
      let effect = number == 0 ? foot : side[number - 1]
      try graph.insert(try Record(try effect.derivedFrom(node)))
    }
    var dispute = false
    let rows = try graph.keptAncestors(of: [graph.known(top.nodeID)], metDispute: &dispute)
    #expect(rows?.count == 59 + side.count && !dispute)
    try #expect(
      graph.keptIsAncestor(graph.known(side[7].nodeID), of: graph.known(top.nodeID)) == true)
    // Made again, they are part of it, and an earlier view knows what it may not use.
    let before = graph.position
    graph.makeIndex()
    let salt = try #require(Salt(bytes: [UInt8](repeating: 1, count: 16)))
    let wrong = try Statement("wrong", at: moment(1), salt: salt)
    try graph.insert(try Record(Retraction(.edge(try foot.derivedFrom(side[0])), wrong)))
    try #expect(graph.ancestors(of: top).count == 59)
    try #expect(graph.ancestors(of: try Dataset("ladder", version: "5")).count == 5)
    try #expect(graph.asOf(before).ancestors(of: top).count == 59 + side.count)
    try #expect(!graph.isAncestor(side[0], of: top))
    try #expect(graph.asOf(before).isAncestor(side[7], of: top))
    let retracted = try graph.keptAncestors(of: [graph.known(top.nodeID)], metDispute: &dispute)
    #expect(retracted == nil, "the answer may hold what was retracted")
    graph.makeIndex()
    let anew = try graph.keptAncestors(of: [graph.known(top.nodeID)], metDispute: &dispute)
    #expect(anew?.count == 59)
  }

  /// What is new is added to what was kept, if nothing that was kept has changed.
  @Test func growthExtends() throws {
    var graph = ProvenanceGraph()
    for record in try ladder(0..<300) { try graph.insert(record) }
    graph.makeIndex()
    let first = try #require(graph.storage.index?.ancestors)
    for record in try ladder(300..<600) { try graph.insert(record) }
    graph.makeIndex()
    let second = try #require(graph.storage.index?.ancestors)
    #expect(second.rowCount == 600 && second.store.segments.count >= first.store.segments.count)
    #expect(second.store.unitCount > first.store.unitCount)
    for version in [0, 1, 299, 300, 301, 599] {
      let node = try Dataset("ladder", version: "\(version)")
      try #expect(graph.ancestors(of: node).count == version)
    }
  }
}
