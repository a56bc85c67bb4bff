import ProvenanceTestKit
import Testing

@testable import Provenance

@Suite struct EngineReachTests {
  let reach = Reach(pool: ScratchPool())

  @Test func everyGraphOfFiveRowsIsWalkedRightly() {
    let pairs = (0..<5).flatMap { effect in (0..<effect).map { (UInt32(effect), UInt32($0)) } }
    var faults: [String] = []
    for bits in 0..<1 << pairs.count {
      let edges = pairs.indices.filter { bits & 1 << $0 != 0 }
        .map { RowEdge(effect: pairs[$0].0, cause: pairs[$0].1, code: UInt32($0 % 9)) }
      for (sealed, packed) in [(0, 0), (0, 3), (0, 5), (2, 3), (3, 3), (5, 5)] {
        let graph = EngineGraph(rowCount: 5, edges: edges, sealed: sealed, packed: packed)
        for seed in UInt32(0)..<5 {
          for isUpstream in [true, false] {
            let found = rows(graph, [seed], isUpstream)
            if Array(found) != graph.reachable(from: [seed], upstream: isUpstream) {
              faults.append(
                "\(bits) sealed \(sealed) packed \(packed) seed \(seed) upstream \(isUpstream)")
            }
          }
        }
      }
    }
    #expect(faults == [])
  }

  @Test(arguments: [1, 2, 7, 8, 9, 31, 32, 33, 63, 64, 65, 255, 256, 257, 700])
  func everySizeIsWalkedRightly(rowCount: Int) {
    var faults: [String] = []
    for seed in UInt64(0)..<12 {
      var random = SeededGenerator(seed: seed &* 1000 &+ UInt64(rowCount))
      let graph = randomGraph(rowCount, &random)
      for _ in 0..<6 {
        let seeds = (0..<Int.random(in: 1...3, using: &random))
          .map { _ in UInt32.random(in: 0..<UInt32(rowCount), using: &random) }
        let isUpstream = Bool.random(using: &random)
        let codes =
          Bool.random(using: &random) ? 0x7FFF : UInt16.random(in: 0...0x1FF, using: &random)
        let found = rows(graph, seeds, isUpstream, codes)
        if Array(found) != graph.reachable(from: seeds, upstream: isUpstream, codes: codes) {
          faults.append(
            "seed \(seed) rows \(rowCount) from \(seeds) upstream \(isUpstream) \(codes)")
        }
      }
    }
    #expect(faults == [])
  }

  @Test(arguments: 0..<40 as Range<UInt64>)
  func sideTablesAreAsked(seed: UInt64) {
    var random = SeededGenerator(seed: seed)
    let rowCount = Int.random(in: 2...300, using: &random)
    let graph = randomGraph(rowCount, &random, withExceptions: true)
    for start in 0..<min(20, UInt32(rowCount)) {
      for isUpstream in [true, false] {
        let found = rows(graph, [start], isUpstream)
        #expect(
          Array(found) == graph.reachable(from: [start], upstream: isUpstream),
          "seed \(seed) from \(start) upstream \(isUpstream)")
      }
    }
  }

  @Test func aMarkedRowIsAskedForOnce() {
    for sealed in [0, 4] {
      let graph = EngineGraph(
        rowCount: 4,
        edges: [
          RowEdge(effect: 3, cause: 2, code: 0), RowEdge(effect: 2, cause: 0, code: 0),
          RowEdge(effect: 2, cause: 1, code: 0),
        ],
        late: [RowEdge(effect: 3, cause: 1, code: 4)], dead: [EngineGraph.key(2, 0)],
        sealed: sealed)
      var exceptions = EngineExceptions(graph, upstream: true)
      let found = reach.rows(
        from: [3], ReachLeg(graph.upstream, EntryFilter(.causal)), &exceptions)
      #expect(Array(found) == [1, 2])
      #expect(exceptions.doubtfulRows == [2])
    }
  }

  @Test(arguments: 0..<30 as Range<UInt64>)
  func rowsThatCameLaterAreInvisible(seed: UInt64) {
    var random = SeededGenerator(seed: seed)
    let rowCount = Int.random(in: 2...200, using: &random)
    let edges = randomEdges(rowCount, &random)
    let visible = Int.random(in: 1...rowCount, using: &random)
    let graph = EngineGraph(
      rowCount: rowCount, edges: edges,
      sealed: seed % 3 == 0 ? Int.random(in: 0...rowCount, using: &random) : 0,
      packed: Int.random(in: 0...rowCount, using: &random), visible: visible)
    for start in 0..<UInt32(visible) {
      let found = rows(graph, [start], false)
      #expect(
        Array(found) == graph.reachable(from: [start], upstream: false, visible: visible),
        "seed \(seed) from \(start), \(visible) of \(rowCount)")
    }
  }

  @Test func longListsAndHubsAreWalkedRightly() {
    // Row 0 has 5,000 effects; each of them has the rows 0 ... 99 as causes.
    var edges: [RowEdge] = []
    for effect in UInt32(100)..<5100 {
      for cause in UInt32(0)..<(effect % 7 == 0 ? 100 : 1) {
        edges.append(RowEdge(effect: effect, cause: cause, code: effect % 2 == 0 ? 0 : 4))
      }
    }
    for (sealed, packed) in [(0, 0), (0, 2500), (0, 5100), (1000, 2500), (5100, 5100)] {
      let graph = EngineGraph(rowCount: 5100, edges: edges, sealed: sealed, packed: packed)
      #expect(Array(rows(graph, [0], false)) == Array(100..<5100))
      #expect(rows(graph, [0], false, 1 << 4).count == 2500)
      #expect(Array(rows(graph, [99], false)) == (100..<5100).filter { $0 % 7 == 0 })
      #expect(Array(rows(graph, [105], true)) == Array(0..<100))
    }
  }

  @Test func seedsAreNoPartOfTheAnswerUnlessAskedFor() {
    let graph = EngineGraph(
      rowCount: 3,
      edges: [RowEdge(effect: 1, cause: 0, code: 0), RowEdge(effect: 2, cause: 1, code: 0)])
    defer { withExtendedLifetime(graph) {} }
    var none = NoExceptions()
    let leg = ReachLeg(graph.upstream, EntryFilter(.causal))
    #expect(Array(reach.rows(from: [2, 1, 2], leg, &none)) == [0])
    #expect(Array(reach.rows(from: [2, 1, 2], leg, includesSeeds: true, &none)) == [0, 1, 2])
    #expect(reach.rows(from: [], leg, &none).isEmpty)
  }

  @Test(arguments: 0..<30 as Range<UInt64>)
  func kindsFilterTheAnswerAndNotTheWalk(seed: UInt64) {
    var random = SeededGenerator(seed: seed)
    let rowCount = Int.random(in: 2...900, using: &random)
    let graph = randomGraph(rowCount, &random)
    let kinds = (0..<rowCount).map { _ in UInt8.random(in: 0..<5, using: &random) }
    for mask in [0, 1, 0b00101, 0b11111] as [UInt8] {
      let filter = unsafe KindFilter(column: graph.keep(kinds), rowCount: rowCount, mask: mask)
      let start = UInt32.random(in: 0..<UInt32(rowCount), using: &random)
      var none = NoExceptions()
      let leg = ReachLeg(graph.upstream, EntryFilter(codes: 0x7FFF))
      let found = reach.rows(from: [start], leg, kinds: filter, &none)
      let wanted = graph.reachable(from: [start], upstream: true)
        .filter { mask & 1 << kinds[Int($0)] != 0 }
      #expect(Array(found) == wanted, "seed \(seed) from \(start) kinds \(mask)")
      #expect(found == RowSet(wanted))
    }
  }

  @Test func scratchMemoryGrowsAndStaysClean() {
    let pool = ScratchPool()
    for rowCount in [10, 5000, 64, 100_000, 3] {
      pool.with(rows: rowCount) { scratch in
        #expect(scratch.rowCapacity >= rowCount)
        for word in 0..<scratch.rowCapacity / 64 where unsafe scratch.near.bits[word] != 0 {
          Issue.record("word \(word) is not clear")
        }
      }
    }
  }
}

extension EngineReachTests {
  func rows(
    _ graph: EngineGraph, _ seeds: [UInt32], _ isUpstream: Bool, _ codes: UInt16 = 0x7FFF
  ) -> RowSet {
    var exceptions = EngineExceptions(graph, upstream: isUpstream, codes: codes)
    return reach.rows(
      from: seeds, ReachLeg(graph.view(isUpstream), EntryFilter(codes: codes)), &exceptions)
  }
}

func randomEdges(_ rowCount: Int, _ random: inout SeededGenerator) -> [RowEdge] {
  var edges: [RowEdge] = []
  // From a few long lists to many short ones.
  let density = Double.random(in: 0...6, using: &random)
  for effect in 1..<max(UInt32(rowCount), 1) {
    var causes: Set<UInt32> = []
    let isWide = Int.random(in: 0..<50, using: &random) == 0
    let wanted = isWide ? Double(rowCount) : Double.random(in: 0...density, using: &random)
    for _ in 0..<Int(wanted) {
      // Half of them near, so that paths grow long.
      let low = Bool.random(using: &random) ? 0 : effect - min(effect, 8)
      causes.insert(UInt32.random(in: low..<effect, using: &random))
    }
    for cause in causes {
      edges.append(
        RowEdge(effect: effect, cause: cause, code: UInt32.random(in: 0..<9, using: &random)))
    }
  }
  return edges
}

func randomGraph(
  _ rowCount: Int, _ random: inout SeededGenerator, withExceptions: Bool = false
) -> EngineGraph {
  let edges = rowCount > 1 ? randomEdges(rowCount, &random) : []
  var late: [RowEdge] = []
  var dead: Set<UInt64> = []
  if withExceptions {
    for edge in edges where Int.random(in: 0..<20, using: &random) == 0 {
      dead.insert(EngineGraph.key(edge.effect, edge.cause))
    }
    for _ in 0..<rowCount / 5 {
      late.append(
        RowEdge(
          effect: UInt32.random(in: 0..<UInt32(rowCount), using: &random),
          cause: UInt32.random(in: 0..<UInt32(rowCount), using: &random),
          code: UInt32.random(in: 0..<9, using: &random)))
    }
  }
  let packed = Int.random(in: 0...rowCount, using: &random)
  let sealed = Bool.random(using: &random) ? Int.random(in: 0...rowCount, using: &random) : 0
  return EngineGraph(
    rowCount: rowCount, edges: edges, late: late, dead: dead, sealed: sealed, packed: packed)
}
