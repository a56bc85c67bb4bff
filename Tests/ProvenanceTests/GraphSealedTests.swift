import ProvenanceTestKit
import Testing

@testable import Provenance

/// Sealed or not, a graph says the same.
@Suite struct GraphSealedTests {
  /// What two graphs with the same nodes answer differently; `nil` if nothing.
  func difference(
    _ first: ProvenanceGraph, _ second: ProvenanceGraph, _ ids: [NodeID]
  ) throws -> String? {
    for id in ids {
      if try first.ancestors(of: id).ids != second.ancestors(of: id).ids { return "above \(id)" }
      if try first.descendants(of: id).ids != second.descendants(of: id).ids {
        return "below \(id)"
      }
      if try first.causes(of: id) != second.causes(of: id) { return "causes of \(id)" }
      if try first.effects(of: id) != second.effects(of: id) { return "effects of \(id)" }
      for other in ids {
        if try first.isAncestor(other, of: id) != second.isAncestor(other, of: id) {
          return "is \(other) above \(id)"
        }
        let lengths = try [first, second].map {
          try $0.shortestPath(from: id, to: other)?.edges.count
        }
        if lengths[0] != lengths[1] { return "path from \(id) to \(other)" }
        if try first.paths(from: id, to: other).paths != second.paths(from: id, to: other).paths {
          return "paths from \(id) to \(other)"
        }
        if try first.pathCount(from: id, to: other) != second.pathCount(from: id, to: other) {
          return "number of paths from \(id) to \(other)"
        }
        let nearest = try [first, second].map { try $0.nearestCommonAncestors(of: id, other).ids }
        if nearest[0] != nearest[1] { return "common ancestors of \(id) and \(other)" }
      }
    }
    return nil
  }

  /// Every DAG of four nodes, sealed after every number of nodes, once or twice.
  @Test func everyGraphOfFourNodesAtEverySealPoint() throws {
    let nodes = try datasets(4)
    let pairs = (0..<4).flatMap { effect in (0..<effect).map { (effect, $0) } }
    var wrong: [String] = []
    for mask in 0..<1 << pairs.count {
      let records = try nodes.indices.map { node in
        try Record(
          nodes[node],
          edges: pairs.indices.filter { pairs[$0].0 == node && mask & 1 << $0 != 0 }
            .map { try nodes[node].derivedFrom(nodes[pairs[$0].1]) })
      }
      var plain = ProvenanceGraph()
      for record in records { try plain.insert(record) }
      for sealPoints in 1..<16 {
        var graph = ProvenanceGraph()
        for (index, record) in records.enumerated() {
          try graph.insert(record)
          if sealPoints & 1 << index != 0 {
            graph.seal()
            #expect(graph.sealedNodeCount == index + 1)
          }
        }
        if let text = try difference(graph, plain, nodes.map(\.id)) {
          wrong.append("\(mask) sealed at \(sealPoints): \(text)")
        }
      }
    }
    #expect(wrong.isEmpty, "\(wrong.prefix(3))")
  }

  /// Histories with open runs, late edges, circles, roles and erasures, sealed at random.
  @Test(arguments: 1100..<1108 as Range<UInt64>)
  func randomHistoriesAndTheirCopies(seed: UInt64) throws {
    var wrong: [String] = []
    var random = SeededGenerator(seed: seed)
    var history = BusyHistory(seed: seed, width: 3)
    var twins = Twins()
    var kept: [Twins] = []
    for step in 0..<45 {
      let next = try history.next()
      if let text = try next.isOwn ? nil : twins.merge(next.records) { wrong.append(text) }
      if next.isOwn, let text = try twins.insert(next.records) { wrong.append(text) }
      if step % 5 == 0 { kept.append(twins) }
      if Int.random(in: 0..<6, using: &random) == 0 { twins.graph.seal() }
      if step % 9 == 4 {
        // A copy that may have been overtaken, and may have been sealed.
        let chosen = Int.random(in: 0..<kept.count, using: &random)
        if Bool.random(using: &random) { kept[chosen].graph.seal() }
        if let text = try kept[chosen].merge(next.records) { wrong.append("copy: \(text)") }
      }
    }
    twins.graph.seal()
    for (number, copy) in ([twins] + kept).enumerated() {
      if let text = try copy.difference() ?? copy.walkDifference() {
        wrong.append("copy \(number): \(text)")
      }
    }
    for (number, batch) in twins.reference.batches.enumerated() where number % 4 == 0 {
      var view = Twins(
        graph: twins.graph.asOf(batch.end), reference: twins.reference.asOf(batch.end))
      if let text = try view.difference() ?? view.walkDifference() {
        wrong.append("at \(batch.end): \(text)")
      }
      // A fork of a view that ends among the sealed nodes.
      let next = try history.next()
      if let text = try view.merge(next.records) ?? view.difference() ?? view.walkDifference() {
        wrong.append("from \(batch.end): \(text)")
      }
    }
    #expect(wrong.isEmpty, "seed \(seed): \(wrong.prefix(3))")
  }

  /// Late edges and edges in doubt count among paths and common ancestors, sealed or not.
  @Test(arguments: 0..<12 as Range<UInt64>)
  func pathsOverEdgesThatListsDoNotTell(seed: UInt64) throws {
    var random = SeededGenerator(seed: seed)
    let nodes = try datasets(8)
    var graph = ProvenanceGraph()
    try graph.insert(nodes.map { try Record($0) })
    var reference = ReferenceGraph()
    reference.merge(try nodes.map { try Record($0) })
    var edges: [Edge] = []
    for effect in 1..<8 {
      for cause in 0..<effect where Int.random(in: 0..<3, using: &random) == 0 {
        edges.append(try nodes[effect].derivedFrom(nodes[cause]))
      }
    }
    for (index, edge) in edges.shuffled(using: &random).enumerated() {
      var records = [try Record(edge)]
      if index % 4 == 0, seed % 2 == 0 {
        records.append(try Record(Retraction(.edge(edge), Statement("wrong", at: moment(1)))))
      }
      try graph.merge(records)
      reference.merge(records)
      if index == edges.count / 2 { graph.seal() }
    }
    let view = reference.view
    for first in nodes.map(\.id) {
      for second in nodes.map(\.id) {
        let count = view.paths(from: first, to: second).count
        #expect(
          try graph.pathCount(from: first, to: second) == UInt64(count),
          "seed \(seed): from \(first) to \(second)")
        #expect(
          try Set(graph.nearestCommonAncestors(of: first, second).ids)
            == view.nearestCommonAncestors(of: first, second), "seed \(seed): \(first) \(second)")
      }
    }
  }

  /// Memory goes down, copies keep theirs, and an index takes the graph back to flat lists.
  @Test func whatSealingTakesAndGivesBack() throws {
    let nodes = try datasets(2000)
    var graph = ProvenanceGraph()
    for index in nodes.indices {
      let causes = Set([index - 1, index - 2, index / 2, index / 7]).filter {
        $0 >= 0 && $0 < index
      }
      try graph.insert(
        Record(nodes[index], edges: causes.map { try nodes[index].derivedFrom(nodes[$0]) }))
    }
    func bytes(_ graph: ProvenanceGraph) -> Int {
      graph.byteCounts.first { $0.name == "topology" }?.bytes ?? 0
    }
    let copy = graph
    let before = bytes(graph)
    graph.seal()
    #expect(bytes(graph) * 2 < before && bytes(copy) == before)
    #expect(graph.sealedNodeCount == 2000 && copy.sealedNodeCount == 0)
    #expect(graph.asOf(Position(700)).sealedNodeCount == 700)
    let question = nodes[1999]
    let wanted = try copy.ancestors(of: question).ids
    #expect(try graph.ancestors(of: question).ids == wanted)
    graph.makeIndex()
    #expect(graph.sealedNodeCount == 0 && graph.indexByteCounts.ancestors > 0)
    #expect(try graph.ancestors(of: question).ids == wanted)
    graph.seal()
    #expect(graph.sealedNodeCount == 2000 && graph.indexByteCounts.ancestors == 0)
    #expect(try graph.ancestors(of: question).ids == wanted)
    // A graph that is sealed goes on in place, beside its copies.
    let sealedCopy = graph
    let run = try Run("job", id: "late")
    try graph.insert([Record(run, edges: [run.used(nodes[0]), run.used(nodes[1999])]), ended(run)])
    #expect(try graph.descendants(of: nodes[0]).contains(run))
    #expect(try sealedCopy.descendants(of: nodes[0]).count == 1999)
    #expect(graph.sealedNodeCount == 2000)
  }
}
