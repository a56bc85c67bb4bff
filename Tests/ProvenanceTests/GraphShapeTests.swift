import Provenance
import ProvenanceTestKit
import Testing

/// Shapes that overflow a stack or explode where code is careless; nothing here is timed.
@Suite struct GraphShapeTests {
  private func graph(_ count: Int, causes: (Int) -> [Int]) throws -> ([Dataset], ProvenanceGraph) {
    let nodes = try (0..<count).map { try Dataset("d\($0)") }
    var graph = ProvenanceGraph()
    try graph.insert(
      nodes.indices.map { index in
        try Record(
          nodes[index], edges: causes(index).map { try nodes[index].derivedFrom(nodes[$0]) })
      })
    return (nodes, graph)
  }

  /// A chain of 100,000 nodes, each of which also uses one hub.
  @Test func aLongChainUnderAWideFan() throws {
    let count = 100_000
    let (nodes, graph) = try graph(count) { $0 < 2 ? [] : $0 == 2 ? [0] : [0, $0 - 1] }
    let last = nodes[count - 1]
    try #expect(graph.ancestors(of: last).count == count - 2)
    try #expect(graph.descendants(of: nodes[2]).count == count - 3)
    try #expect(graph.isAncestor(nodes[2], of: last))
    try #expect(graph.descendants(of: nodes[0]).count == count - 2)
    try #expect(graph.effects(of: nodes[0]).count == count - 2)
    try #expect(graph.contains(last.derivedFrom(nodes[0])))
    try #expect(!graph.contains(last.derivedFrom(nodes[1])))
  }

  /// Histories arrive newest first as often as not: from `git log`, from an interface that pages back.
  ///
  /// Quadratic work would not end within the patience of a test run.
  @Test(arguments: [1, 64, 1 << 20]) func aHistoryThatArrivesNewestFirst(batchSize: Int) throws {
    let count = 30_000
    let nodes = try (0..<count).map { try Dataset("d\($0)") }
    let records = try nodes.indices.reversed().map { index in
      let causes = Set([index - 1, index - 2, index / 2].filter { $0 >= 0 && $0 < index })
      return try Record(
        nodes[index], edges: causes.map { try nodes[index].derivedFrom(nodes[$0]) })
    }
    var graph = ProvenanceGraph()
    for start in stride(from: 0, to: count, by: batchSize) {
      try graph.merge(Array(records[start..<min(start + batchSize, count)]))
    }
    #expect(graph.pending.isEmpty && graph.conflicts.isEmpty)
    try #expect(graph.ancestors(of: nodes[count - 1]).ids == nodes.dropLast().map(\.id))
    #expect(throws: GraphError.self) {
      try graph.insert(Record(nodes[0].derivedFrom(nodes[count - 1])))
    }
  }

  /// A chain that is closed to one cycle: refused with the whole path, or disputed as a whole.
  @Test func aLongCycle() throws {
    let count = 10_000
    var (nodes, graph) = try graph(count) { $0 == 0 ? [] : [$0 - 1] }
    let last = nodes[count - 1]
    try #expect(graph.lineageDigest(of: last).isComplete)
    let close = try Record(nodes[0].derivedFrom(last))
    let error = try #require(throws: GraphError.self) { try graph.insert([close]) }
    guard case .cycle(_, let path) = error.kind else {
      Issue.record("\(error)")
      return
    }
    #expect(path.count == count + 1)
    try graph.merge([close])
    guard case .cycle(let members, let edges)? = graph.conflicts.first else {
      Issue.record("no cycle")
      return
    }
    #expect(members.count == count && edges.count == count)
    #expect(graph.edgeCount == 0)
  }

  /// 60 rungs of diamonds: 2^60 paths.
  @Test func aLadderOfDiamonds() throws {
    let rungs = 60
    let (nodes, graph) = try graph(3 * rungs + 1) { index in
      switch index % 3 {
      case 0: index == 0 ? [] : [index - 1, index - 2]
      case 1: [index - 1]
      default: [index - 2]
      }
    }
    let top = nodes[3 * rungs]
    try #expect(graph.ancestors(of: top).count == 3 * rungs)
    let some = try graph.paths(from: top, to: nodes[0], atMost: 50)
    #expect(Set(some.paths).count == 50)
    #expect(some.incompleteness == .nodeLimit)
    #expect(some.paths.allSatisfy { $0.edges.count == 2 * rungs })
    let short = try graph.paths(from: top, to: nodes[0], length: 2 * rungs - 1)
    #expect(short.paths.isEmpty)
    #expect(short.incompleteness == .depthLimit)
    let first = try graph.lineageDigest(of: top)
    #expect(first.isComplete)
    try #expect(graph.nearestCommonAncestors(of: nodes[4], nodes[5]).ids == [nodes[3].id])
  }

  /// A retraction of a retraction of a retraction: each shows or hides what the one before did.
  @Test func aLongChainOfRetractions() throws {
    let node = try Dataset("d")
    var graph = ProvenanceGraph()
    try graph.insert([Record(node)])
    var target = Retraction.Target.node(node.id)
    var wrong: [Int] = []
    for count in 1...300 {
      let record = try Record(Retraction(target, Statement("", at: moment(Int64(count)))))
      try graph.insert([record])
      target = .record(record.id)
      if graph.contains(node) != count.isMultiple(of: 2) { wrong.append(count) }
    }
    #expect(wrong.isEmpty)
    #expect(graph.asOf(Position(2)).contains(node) == false)
    #expect(graph.asOf(Position(3)).contains(node))
  }
}
