import Provenance
import ProvenanceTestKit
import Testing

@Suite struct GraphExhaustiveTests {
  /// Every DAG of five nodes in topological order, and with it every smaller one: 1,024 graphs.
  @Test func everyGraphOfFiveNodes() throws {
    let nodes = try datasets(5)
    let pairs = (0..<5).flatMap { effect in (0..<effect).map { (effect, $0) } }
    let edges = try pairs.map { try nodes[$0.0].derivedFrom(nodes[$0.1]) }
    let nodeRecords = try nodes.map { try Record($0) }
    let edgeRecords = try edges.map { try Record($0) }
    var wrong: [String] = []
    for mask in 0..<(1 << edges.count) {
      var twins = Twins()
      let chosen = edges.indices.filter { mask & 1 << $0 != 0 }.map { edgeRecords[$0] }
      if let text = try twins.insert(nodeRecords + chosen) { wrong.append("\(mask): \(text)") }
      if let text = try twins.walkDifference() { wrong.append("\(mask): \(text)") }
      if let text = try pairDifference(twins, nodes.map(\.id)) { wrong.append("\(mask): \(text)") }
    }
    #expect(wrong.isEmpty, "\(wrong.prefix(3))")
  }

  private func pairDifference(_ twins: Twins, _ ids: [NodeID]) throws -> String? {
    let view = twins.reference.view
    let graph = twins.graph
    for first in ids {
      let distances = view.distances(from: first, .upstream)
      for second in ids {
        let path = try graph.shortestPath(from: first, to: second)
        if path?.edges.count != distances[second] { return "distance \(first) to \(second)" }
        if let path, !isPath(path, from: first, to: second, in: view) { return "path \(path)" }
        let isAncestor = first != second && distances[second] != nil
        if try graph.isAncestor(second, of: first) != isAncestor {
          return "\(second) ancestor of \(first)"
        }
        let paths = try graph.paths(from: first, to: second)
        if !paths.isComplete || paths.paths.map(\.edges) != view.paths(from: first, to: second) {
          return "paths \(first) to \(second)"
        }
        if first < second { continue }
        let nearest = try graph.nearestCommonAncestors(of: first, second)
        if Set(nearest.ids) != view.nearestCommonAncestors(of: first, second)
          || Set(nearest.ids).count != nearest.count
        {
          return "common ancestors of \(first) and \(second)"
        }
      }
    }
    return nil
  }

  private func isPath(
    _ path: LineagePath, from first: NodeID, to last: NodeID, in view: ReferenceView
  ) -> Bool {
    path.nodes.first?.id == first && path.nodes.last?.id == last
      && path.nodes.count == path.edges.count + 1
      && path.edges.indices.allSatisfy {
        path.edges[$0].effect == path.nodes[$0].id && path.edges[$0].cause == path.nodes[$0 + 1].id
          && view.edges.contains(path.edges[$0])
      }
  }

  /// Every digraph of three nodes, self-loops included: 512 graphs, edge by edge.
  @Test func insertRefusesExactlyTheEdgesThatCloseACycle() throws {
    let nodes = try datasets(3)
    let edges = try pairs(3).map { try nodes[$0.0].derivedFrom(nodes[$0.1]) }
    var wrong: [String] = []
    var refused = 0
    for mask in 0..<512 {
      var twins = Twins()
      try #expect(twins.insert(nodes.map { try Record($0) }) == nil)
      for (index, edge) in edges.enumerated() where mask & 1 << index != 0 {
        let before = twins.graph.position
        if let text = try twins.insert([Record(edge)]) { wrong.append("\(mask): \(text)") }
        if twins.graph.position == before { refused += 1 }
      }
      if let text = try twins.difference() { wrong.append("\(mask): \(text)") }
      if let text = try twins.walkDifference() { wrong.append("\(mask): \(text)") }
    }
    #expect(wrong.isEmpty, "\(wrong.prefix(3))")
    #expect(refused > 512)
  }

  /// The same digraphs in one batch: refused as a whole exactly if there is a cycle.
  @Test func aBatchWithACycleIsRefusedAsAWhole() throws {
    let nodes = try datasets(3)
    let edges = try pairs(3).map { try nodes[$0.0].derivedFrom(nodes[$0.1]) }
    var wrong: [String] = []
    for mask in 0..<512 {
      var twins = Twins()
      let chosen = edges.indices.filter { mask & 1 << $0 != 0 }.map { edges[$0] }
      let records = try nodes.map { node in
        try Record(node, edges: chosen.filter { $0.effect == node.id })
      }
      if let text = try twins.insert(records) { wrong.append("\(mask): \(text)") }
      if let text = try twins.difference() { wrong.append("\(mask): \(text)") }
    }
    #expect(wrong.isEmpty, "\(wrong.prefix(3))")
  }

  /// Merging disputes the same edges whatever the order: all digraphs of three nodes without
  /// self-loops, in all orders of their edges, and self-loops in a sample.
  @Test func mergeDisputesTheSameEdgesInEveryOrder() throws {
    let nodes = try datasets(3)
    let all = try pairs(3).map { try nodes[$0.0].derivedFrom(nodes[$0.1]) }
    let edges = all.filter { $0.effect != $0.cause }
    let loops = all.filter { $0.effect == $0.cause }
    let nodeRecords = try nodes.map { try Record($0) }
    var wrong: [String] = []
    for mask in 0..<(1 << edges.count) {
      var chosen = edges.indices.filter { mask & 1 << $0 != 0 }.map { edges[$0] }
      if chosen.count < 5 { chosen.append(loops[mask % 3]) }
      var reference = ReferenceGraph()
      let records = try chosen.map { try Record($0) }
      reference.merge(nodeRecords + records)
      let wanted = GraphContents(reference.view)
      for order in permutations(of: records) {
        var graph = ProvenanceGraph()
        try graph.merge(nodeRecords)
        for record in order { try graph.merge([record]) }
        if try GraphContents(graph) != wanted { wrong.append("\(mask): \(order.map(\.content))") }
      }
    }
    #expect(wrong.isEmpty, "\(wrong.prefix(3))")
  }

  @Test func sampledGraphsOfFourNodesWithCycles() throws {
    let nodes = try datasets(4)
    let edges = try pairs(4).map { try nodes[$0.0].derivedFrom(nodes[$0.1]) }
    let nodeRecords = try nodes.map { try Record($0) }
    var random = SeededGenerator(seed: 0x4D16)
    var wrong: [String] = []
    for _ in 0..<250 {
      let mask = Int.random(in: 0..<(1 << 16), using: &random)
      let records = try edges.indices.filter { mask & 1 << $0 != 0 }
        .map { try Record(edges[$0]) }.shuffled(using: &random)
      var inserted = Twins()
      var merged = Twins()
      _ = try inserted.insert(nodeRecords)
      _ = try merged.merge(nodeRecords)
      for record in records {
        if let text = try inserted.insert([record]) { wrong.append("\(mask): \(text)") }
        if let text = try merged.merge([record]) { wrong.append("\(mask): \(text)") }
      }
      for twins in [inserted, merged] {
        if let text = try twins.difference() { wrong.append("\(mask): \(text)") }
        if let text = try twins.walkDifference() { wrong.append("\(mask): \(text)") }
      }
    }
    #expect(wrong.isEmpty, "\(wrong.prefix(3))")
  }

  private func pairs(_ count: Int) -> [(Int, Int)] {
    (0..<count).flatMap { effect in (0..<count).map { (effect, $0) } }
  }
}
