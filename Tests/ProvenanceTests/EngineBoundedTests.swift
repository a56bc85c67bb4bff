import ProvenanceTestKit
import Testing

@testable import Provenance

@Suite struct EngineBoundedTests {
  let reach = Reach(pool: ScratchPool())

  func bounded(
    _ graph: EngineGraph, _ seeds: [UInt32], _ limits: TraversalLimits
  ) -> (rows: RowSet, incompleteness: Incompleteness) {
    var exceptions = EngineExceptions(graph, upstream: false)
    return reach.rows(
      from: seeds, [ReachLeg(graph.downstream, EntryFilter(codes: 0x7FFF))], limits: limits,
      &exceptions)
  }

  @Test(arguments: 0..<40 as Range<UInt64>)
  func depthIsTheDistance(seed: UInt64) {
    var random = SeededGenerator(seed: seed)
    let rowCount = Int.random(in: 2...300, using: &random)
    let graph = randomGraph(rowCount, &random, withExceptions: seed % 2 == 0)
    let start = UInt32.random(in: 0..<UInt32(rowCount), using: &random)
    let distances = graph.distances(from: [start]) {
      graph.neighbours(of: $0, upstream: false, codes: 0x7FFF, visible: rowCount)
    }
    for depth in 0...6 {
      let found = bounded(graph, [start], TraversalLimits(depth: depth))
      let wanted = distances.filter { $0.value <= depth && $0.key != start }.keys.sorted()
      #expect(Array(found.rows) == wanted, "seed \(seed) depth \(depth)")
      #expect(found.incompleteness.contains(.depthLimit) == (wanted.count < distances.count - 1))
    }
  }

  @Test(arguments: 0..<20 as Range<UInt64>)
  func countsOfRowsAreKept(seed: UInt64) {
    var random = SeededGenerator(seed: seed)
    let graph = randomGraph(200, &random)
    let all = graph.reachable(from: [0, 1], upstream: false)
    for nodes in [0, 1, 5, all.count, all.count + 1] {
      let found = bounded(graph, [0, 1], TraversalLimits(nodes: nodes))
      #expect(found.rows.count == min(nodes, all.count), "seed \(seed) nodes \(nodes)")
      #expect(found.rows.isSubset(of: RowSet(all)))
      #expect(found.incompleteness == (nodes < all.count ? .nodeLimit : []))
    }
  }

  @Test func countsOfEdgesAreKept() {
    let edges = (UInt32(1)..<10).map { RowEdge(effect: $0, cause: $0 - 1, code: 0) }
    let graph = EngineGraph(rowCount: 10, edges: edges)
    for limit in 0...10 {
      let found = bounded(graph, [0], TraversalLimits(edges: limit))
      #expect(found.rows.count == min(limit, 9))
      #expect(found.incompleteness == (limit < 9 ? .edgeLimit : []))
    }
  }

  @Test func aPastDeadlineStopsAtOnce() {
    let graph = EngineGraph(rowCount: 2, edges: [RowEdge(effect: 1, cause: 0, code: 0)])
    let found = bounded(graph, [0], TraversalLimits(deadline: .now - .seconds(1)))
    #expect(found.rows.isEmpty)
    #expect(found.incompleteness == .deadline)
  }

  @Test(arguments: 0..<30 as Range<UInt64>)
  func withoutBoundsBothWalksAgree(seed: UInt64) {
    var random = SeededGenerator(seed: seed)
    let rowCount = Int.random(in: 2...400, using: &random)
    let graph = randomGraph(rowCount, &random, withExceptions: true)
    for start in 0..<min(10, UInt32(rowCount)) {
      let found = bounded(graph, [start], .none)
      #expect(Array(found.rows) == graph.reachable(from: [start], upstream: false), "seed \(seed)")
      #expect(found.incompleteness == [])
    }
  }
}
