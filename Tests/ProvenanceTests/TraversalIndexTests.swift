import ProvenanceTestKit
import Testing

@testable import Provenance

/// What an index keeps changes no answer.
@Suite struct TraversalIndexTests {
  /// A pipeline: runs that use some earlier datasets and make new ones; the last run stays open.
  private func pipeline(
    _ count: Int, _ random: inout SeededGenerator, into graph: inout ProvenanceGraph,
    _ nodes: inout [Node]
  ) throws {
    for _ in 0..<count {
      let number = nodes.count
      if number < 5 || number % 7 == 0 {
        let node = try Dataset("source \(number)").node
        try graph.insert(Record(node))
        nodes.append(node)
        continue
      }
      let inputs = Set((0..<3).map { _ in Int.random(in: 0..<number, using: &random) })
      let isRun = number % 2 == 1
      let node =
        isRun ? try Run("job", id: "\(number)").node : try Dataset("made \(number)").node
      let edges = try inputs.sorted().compactMap { input -> Edge? in
        let cause = nodes[input]
        let kind: EdgeKind =
          switch (isRun, cause.kind == .run) {
          case (true, true): .informedBy
          case (true, false): .used
          case (false, true): .generatedBy
          case (false, false): .derivedFrom
          }
        return try Edge(effect: node.id, kind: kind, cause: cause.id)
      }
      try graph.insert(Record(node, edges: edges))
      nodes.append(node)
    }
  }

  private func difference(
    _ graph: ProvenanceGraph, _ plain: ProvenanceGraph, _ nodes: [Node]
  ) throws -> String? {
    for node in nodes {
      if try graph.ancestors(of: node).ids != plain.ancestors(of: node).ids {
        return "ancestors of \(node)"
      }
      if try graph.ancestors(of: node, kinds: .run).ids
        != plain.ancestors(of: node, kinds: .run).ids
      {
        return "runs among the ancestors of \(node)"
      }
      for other in nodes
      where try graph.isAncestor(other, of: node) != plain.isAncestor(other, of: node) {
        return "\(other) as an ancestor of \(node)"
      }
    }
    return nil
  }

  @Test(arguments: [UInt64](1...4)) func answersStay(seed: UInt64) throws {
    var random = SeededGenerator(seed: seed)
    var graph = ProvenanceGraph()
    var nodes: [Node] = []
    try pipeline(90, &random, into: &graph, &nodes)
    graph.makeIndex()
    #expect(graph.indexByteCounts.labels == 0 && graph.indexByteCounts.ancestors > 0)
    var plain = graph
    plain.dropIndex()
    #expect(plain.indexByteCounts.ancestors == 0)
    try #expect(difference(graph, plain, nodes) == nil, "seed \(seed)")
    // What comes later is walked until the index knows it.
    try pipeline(60, &random, into: &graph, &nodes)
    plain = graph
    plain.dropIndex()
    try #expect(difference(graph, plain, nodes) == nil, "seed \(seed), grown")
    let earlier = graph.asOf(Position(70))
    var earlierPlain = earlier
    earlierPlain.dropIndex()
    try #expect(
      difference(earlier, earlierPlain, Array(nodes[..<70])) == nil, "seed \(seed), earlier")
    // A late edge makes no answer wrong.
    let late = try Edge(effect: nodes[20].id, kind: .partOf, cause: nodes[140].id)
    try graph.insert(Record(late))
    try graph.insert(
      Record(Edge(effect: nodes[100].id, kind: .derivedFrom, cause: nodes[0].id)))
    plain = graph
    plain.dropIndex()
    try #expect(difference(graph, plain, nodes) == nil, "seed \(seed), late")
  }

  /// Where sets would take too much, labels answer.
  @Test func labelsWhereSetsAreTooLarge() throws {
    let seed: UInt64 = 5
    var random = SeededGenerator(seed: seed)
    var graph = ProvenanceGraph()
    var nodes: [Node] = []
    try pipeline(60, &random, into: &graph, &nodes)
    var options = AncestorIndexOptions()
    options.bytesPerEdge = 0
    options.freeBytes = 0
    graph.makeIndex(options)
    #expect(graph.indexByteCounts.labels > 0 && graph.indexByteCounts.ancestors == 0)
    try pipeline(20, &random, into: &graph, &nodes)
    var plain = graph
    plain.dropIndex()
    try #expect(difference(graph, plain, nodes) == nil, "seed \(seed)")
  }

  @Test(arguments: [UInt64](1...3)) func setsAndCounts(seed: UInt64) throws {
    var random = SeededGenerator(seed: seed)
    var graph = ProvenanceGraph()
    var nodes: [Node] = []
    try pipeline(60, &random, into: &graph, &nodes)
    for _ in 0..<40 {
      let first = nodes[Int.random(in: 0..<60, using: &random)]
      let second = nodes[Int.random(in: 0..<60, using: &random)]
      let left = try graph.ancestors(of: first)
      let right = try graph.descendants(of: second)
      let (one, two) = (Set(left.ids), Set(right.ids))
      #expect(Set(left.union(right).ids) == one.union(two))
      #expect(Set(left.intersection(right).ids) == one.intersection(two))
      #expect(Set(left.subtracting(right).ids) == one.subtracting(two))
      #expect(Set(left.symmetricDifference(right).ids) == one.symmetricDifference(two))
      #expect(left.isSubset(of: left.union(right)))
      #expect(left.isDisjoint(with: right.subtracting(left)))
      let sources = try left.filter { node in
        try graph.causes(of: node).allSatisfy { !one.contains($0.cause) }
      }
      #expect(left.sources().ids == sources.map(\.id))
      let leaves = try left.filter { node in
        try graph.effects(of: node).allSatisfy { !one.contains($0.effect) }
      }
      #expect(left.leaves().ids == leaves.map(\.id))
      let paths = try graph.paths(from: first, to: second, atMost: 100_000)
      try #expect(
        graph.pathCount(from: first, to: second) == UInt64(paths.paths.count), "seed \(seed)")
    }
  }

  /// What waited once and has its ends now does not slow down the newest view, nor hide from earlier ones.
  @Test func whatWaitedIsOver() throws {
    let (cause, effect) = (try Dataset("cause"), try Dataset("effect"))
    var graph = ProvenanceGraph()
    try graph.merge([Record(effect, edges: [effect.derivedFrom(cause)])])
    let waiting = graph
    try graph.merge([Record(cause)])
    func mayWait(_ graph: ProvenanceGraph) -> Bool {
      graph.storage.pending.mayWait(at: graph.horizon, tail: graph.storage.tail)
    }
    #expect(mayWait(waiting) && !mayWait(graph) && mayWait(graph.asOf(waiting.position)))
    for view in [waiting, graph.asOf(waiting.position)] {
      let found = try view.ancestors(of: effect)
      #expect(found.isEmpty && found.incompleteness == .pendingEdges)
    }
    let found = try graph.ancestors(of: effect)
    #expect(found.ids == [cause.id] && found.isComplete)
  }
}
