import ProvenanceTestKit
import Testing

@testable import Provenance

@Suite struct EngineSearchTests {
  let pool = ScratchPool()

  func search(
    _ graph: EngineGraph, codes: UInt16 = 0x7FFF, isTopological: Bool = true
  ) -> TwoWaySearch {
    TwoWaySearch(
      pool: pool, upstream: [ReachLeg(graph.upstream, EntryFilter(codes: codes), tag: 0)],
      downstream: [ReachLeg(graph.downstream, EntryFilter(codes: codes), tag: 1)],
      isTopological: isTopological)
  }

  /// What is wrong with the answers for two rows; `nil` if nothing is.
  func fault(
    _ graph: EngineGraph, _ effect: UInt32, _ cause: UInt32, codes: UInt16 = 0x7FFF,
    isTopological: Bool = true
  ) -> String? {
    let search = search(graph, codes: codes, isTopological: isTopological)
    var exceptions = EngineExceptions(graph, upstream: true, codes: codes)
    func causes(_ row: UInt32) -> [UInt32] {
      graph.neighbours(of: row, upstream: true, codes: codes, visible: graph.rowCount)
    }
    let distance = graph.distances(from: [effect], causes)[cause]
    let path = search.shortestPath(from: effect, to: cause, &exceptions)
    if path.map({ $0.count - 1 }) != distance {
      return "path \(path ?? []) where the distance is \(distance ?? -1)"
    }
    for (from, to) in zip(path ?? [], (path ?? []).dropFirst()) where !causes(from).contains(to) {
      return "no edge from \(from) to \(to)"
    }
    if let path, path.first != effect || path.last != cause { return "\(path) has other ends" }
    let isAncestor = search.isAncestor(cause, of: effect, &exceptions)
    return isAncestor == ((distance ?? 0) > 0) ? nil : "is ancestor: \(isAncestor)"
  }

  @Test func everyPairInEveryGraphOfFourRows() {
    let pairs = (0..<4).flatMap { effect in (0..<effect).map { (UInt32(effect), UInt32($0)) } }
    var faults: [String] = []
    for bits in 0..<1 << pairs.count {
      let edges = pairs.indices.filter { bits & 1 << $0 != 0 }
        .map { RowEdge(effect: pairs[$0].0, cause: pairs[$0].1, code: 4) }
      for packed in [0, 2, 4] {
        let graph = EngineGraph(rowCount: 4, edges: edges, packed: packed)
        for effect in UInt32(0)..<4 {
          for cause in UInt32(0)..<4 {
            if let fault = fault(graph, effect, cause) {
              faults.append("\(bits) packed \(packed) \(effect) to \(cause): \(fault)")
            }
          }
        }
      }
    }
    #expect(faults == [])
  }

  @Test(arguments: 0..<60 as Range<UInt64>)
  func randomGraphs(seed: UInt64) {
    var random = SeededGenerator(seed: seed)
    let rowCount = Int.random(in: 2...400, using: &random)
    let withExceptions = seed % 3 == 0
    let graph = randomGraph(rowCount, &random, withExceptions: withExceptions)
    for _ in 0..<20 {
      let effect = UInt32.random(in: 0..<UInt32(rowCount), using: &random)
      let cause = UInt32.random(in: 0..<UInt32(rowCount), using: &random)
      let codes = seed % 2 == 0 ? 0x7FFF : UInt16.random(in: 0...0x1FF, using: &random)
      let fault = fault(
        graph, effect, cause, codes: codes, isTopological: !withExceptions && seed % 5 != 0)
      #expect(fault == nil, "seed \(seed) from \(effect) to \(cause)")
    }
  }

  @Test func aHubAtOneEndIsNotWalked() {
    // Row 0 leads to everything; the path from 5000 is one edge long.
    let edges = (UInt32(1)..<5001).map { RowEdge(effect: $0, cause: 0, code: 0) }
    let graph = EngineGraph(rowCount: 5001, edges: edges)
    for row in [1, 64, 2500, 5000] as [UInt32] { #expect(fault(graph, row, 0) == nil) }
    #expect(fault(graph, 5000, 4999) == nil)
  }
}
