import Provenance
import ProvenanceTestKit
import Testing

@Suite struct TraversalFilterTests {
  private struct Case {
    var seed: UInt64
    var graph = ProvenanceGraph()
    var view: ReferenceView

    init(seed: UInt64, _ shape: LineageShape) throws {
      self.seed = seed
      let lineage = try RandomLineage(shape, seed: seed)
      for batch in lineage.delivery(seed: seed) { try graph.merge(batch) }
      view = ReferenceView(lineage.records)
    }

    func walk(
      _ id: NodeID, _ direction: ReferenceDirection, _ edges: EdgeKindSet = .causal,
      _ kinds: NodeKindSet = .all, _ limits: TraversalLimits = .none
    ) throws -> NodeSet {
      direction == .upstream
        ? try graph.ancestors(of: id, edges: edges, kinds: kinds, limits: limits)
        : try graph.descendants(of: id, edges: edges, kinds: kinds, limits: limits)
    }
  }

  private func cases(_ seeds: Range<UInt64>) throws -> [Case] {
    try seeds.map { try Case(seed: $0, .everything) }
  }

  @Test func edgeAndNodeKinds() throws {
    let edgeSets: [EdgeKindSet] = [
      [], .derivedFrom, [.used, .generatedBy], .partOf, .alternateOf, [.causal, .alternateOf], .all,
    ]
    var wrong: [String] = []
    for test in try cases(600..<612) {
      for id in test.view.nodes.keys {
        for edges in edgeSets {
          for direction in ReferenceDirection.allCases {
            let all = test.view.reach(from: id, direction, edges)
            let reasons = test.view.incompleteness(from: id, direction, edges)
            for kinds in [.all, .dataset, [.run, .model], []] as [NodeKindSet] {
              let found = try test.walk(id, direction, edges, kinds)
              let wanted = all.filter { kinds.contains(test.view.nodes[$0]!.kind) }
              if Set(found.ids) != wanted || found.count != wanted.count
                || found.incompleteness != reasons
              {
                wrong.append("seed \(test.seed): \(direction) of \(id) by \(edges), \(kinds)")
              }
            }
          }
        }
      }
    }
    #expect(wrong.isEmpty, "\(wrong.count): \(wrong.prefix(3))")
  }

  /// A depth bounds exactly what it says, and says so exactly if something lay beyond.
  @Test func depth() throws {
    var wrong: [String] = []
    for test in try cases(620..<630) {
      for id in test.view.nodes.keys {
        for direction in ReferenceDirection.allCases {
          let distances = test.view.distances(from: id, direction)
          for depth in 0...4 {
            let found = try test.walk(
              id, direction, .causal, .all, TraversalLimits(depth: depth))
            let wanted = distances.filter { $0.value > 0 && $0.value <= depth }.keys
            let isCut = distances.values.contains { $0 > depth }
            if Set(found.ids) != Set(wanted) || found.incompleteness.contains(.depthLimit) != isCut
            {
              wrong.append("seed \(test.seed): \(direction) of \(id), depth \(depth)")
            }
          }
        }
      }
    }
    #expect(wrong.isEmpty, "\(wrong.count): \(wrong.prefix(3))")
  }

  /// A bound that is met gives a part of the answer and says so; one that is not met, all of it.
  @Test func nodeAndEdgeBounds() throws {
    var wrong: [String] = []
    for test in try cases(640..<650) {
      for id in test.view.nodes.keys {
        for direction in ReferenceDirection.allCases {
          let all = test.view.reach(from: id, direction)
          let reached = all.union([id])
          let crossed = test.view.edges.filter {
            $0.kind.edgeClass == .causal
              && reached.contains(direction == .upstream ? $0.effect : $0.cause)
          }
          for bound in 0...8 {
            let byNodes = try test.walk(
              id, direction, .causal, .all, TraversalLimits(nodes: bound))
            if byNodes.count != min(bound, all.count) || !Set(byNodes.ids).isSubset(of: all)
              || byNodes.incompleteness.contains(.nodeLimit) != (all.count > bound)
            {
              wrong.append("seed \(test.seed): \(direction) of \(id), \(bound) nodes")
            }
            let byEdges = try test.walk(
              id, direction, .causal, .all, TraversalLimits(edges: bound))
            if !Set(byEdges.ids).isSubset(of: all) || byEdges.count > bound
              || byEdges.incompleteness.contains(.edgeLimit) != (crossed.count > bound)
              || crossed.count <= bound && Set(byEdges.ids) != all
            {
              wrong.append("seed \(test.seed): \(direction) of \(id), \(bound) edges")
            }
          }
        }
      }
    }
    #expect(wrong.isEmpty, "\(wrong.count): \(wrong.prefix(3))")
  }

  @Test func aDeadlineThatHasPassed() throws {
    let nodes = try datasets(2)
    var graph = ProvenanceGraph()
    try graph.insert([
      Record(nodes[0]), Record(nodes[1], edges: [nodes[1].derivedFrom(nodes[0])]),
    ])
    let late = TraversalLimits(deadline: ContinuousClock.now)
    let found = try graph.ancestors(of: nodes[1], limits: late)
    #expect(found.isEmpty)
    #expect(found.incompleteness == .deadline)
    #expect(found.incompleteness.description == "incomplete: deadline")
  }

  /// Paths with bounds, and paths and common ancestors along some kinds of edge only.
  @Test func pathsAndCommonAncestors() throws {
    var wrong: [String] = []
    for test in try cases(660..<672) {
      let ids = test.view.nodes.keys.sorted()
      for first in ids {
        for second in ids {
          for kinds in [.causal, .all, [.derivedFrom, .generatedBy]] as [EdgeKindSet] {
            let name = "seed \(test.seed): \(first) to \(second) by \(kinds)"
            let all = test.view.paths(from: first, to: second, kinds)
            let found = try test.graph.paths(from: first, to: second, edges: kinds)
            if found.paths.map(\.edges) != all
              || found.incompleteness
                != test.view.incompleteness(
                  from: second, .downstream, kinds.intersection(.causal))
            {
              wrong.append("\(name): paths")
            }
            for bound in [0, 1, 2] {
              let some = try test.graph.paths(
                from: first, to: second, edges: kinds, atMost: bound)
              if some.paths.map(\.edges) != Array(all.prefix(bound))
                || some.incompleteness.contains(.nodeLimit) != (all.count > bound)
              {
                wrong.append("\(name): at most \(bound) paths")
              }
              let short = try test.graph.paths(
                from: first, to: second, edges: kinds, length: bound)
              let wanted = all.filter { $0.count <= bound }
              if short.paths.map(\.edges) != wanted
                || short.incompleteness.contains(.depthLimit) != (wanted.count < all.count)
              {
                wrong.append("\(name): length \(bound)")
              }
            }
            let distance = test.view.distances(from: first, .upstream, kinds)[second]
            if try test.graph.shortestPath(from: first, to: second, edges: kinds)?.edges.count
              != distance
            {
              wrong.append("\(name): distance")
            }
            let nearest = try test.graph.nearestCommonAncestors(of: first, second, edges: kinds)
            if Set(nearest.ids) != test.view.nearestCommonAncestors(of: first, second, kinds) {
              wrong.append("\(name): nearest common ancestors")
            }
          }
        }
      }
    }
    #expect(wrong.isEmpty, "\(wrong.count): \(wrong.prefix(3))")
  }

  @Test func boundsAtTheEndsOfTheRange() throws {
    let nodes = try datasets(2)
    var graph = ProvenanceGraph()
    try graph.insert([
      Record(nodes[0]), Record(nodes[1], edges: [nodes[1].derivedFrom(nodes[0])]),
    ])
    for length in [Int.min, -1, 0] {
      let found = try graph.paths(from: nodes[1], to: nodes[0], length: length)
      #expect(found.paths.isEmpty)
      #expect(found.incompleteness == .depthLimit)
    }
    let none = try graph.paths(from: nodes[1], to: nodes[1], atMost: 0)
    #expect(none.paths.isEmpty)
    #expect(none.incompleteness == .nodeLimit)
    let least = TraversalLimits(depth: .min, nodes: .min, edges: .min)
    try #expect(graph.ancestors(of: nodes[1], limits: least).isEmpty)
  }

  /// `alternateOf` says that two nodes stand for one thing, so both find what the other is from.
  @Test func alternatesAreFollowedBothWays() throws {
    let nodes = try datasets(4)
    var graph = ProvenanceGraph()
    try graph.insert(
      nodes.map { try Record($0) } + [
        Record(nodes[1].alternateOf(nodes[0])), Record(nodes[1].derivedFrom(nodes[2])),
        Record(nodes[3].derivedFrom(nodes[0])),
      ])
    let edges: EdgeKindSet = [.causal, .alternateOf]
    try #expect(
      Set(graph.ancestors(of: nodes[3], edges: edges).ids)
        == Set([nodes[0], nodes[1], nodes[2]].map(\.id)))
    try #expect(
      Set(graph.descendants(of: nodes[2], edges: edges).ids)
        == Set([nodes[0], nodes[1], nodes[3]].map(\.id)))
    try #expect(graph.ancestors(of: nodes[3]).ids == [nodes[0].id])
    let path = try #require(try graph.shortestPath(from: nodes[3], to: nodes[2], edges: edges))
    #expect(path.nodes.map(\.id) == [nodes[3], nodes[0], nodes[1], nodes[2]].map(\.id))
    try #expect(graph.isAncestor(nodes[2], of: nodes[3], edges: edges))
    try #expect(!graph.isAncestor(nodes[2], of: nodes[3]))
  }
}
