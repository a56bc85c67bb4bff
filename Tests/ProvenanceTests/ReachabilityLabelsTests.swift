import ProvenanceTestKit
import Testing

@testable import Provenance

@Suite struct ReachabilityLabelsTests {
  let pool = ScratchPool()

  /// Which rows each row has upstream, by the plainest means.
  func ancestors(_ graph: EngineGraph, codes: UInt16) -> [Set<UInt32>] {
    var sets = [Set<UInt32>](repeating: [], count: graph.rowCount)
    for edge in graph.edges where edge.code < 15 && codes & 1 << UInt16(edge.code) != 0 {
      // Edges are sorted by effect, so a cause's set is complete.
      sets[Int(edge.effect)].formUnion(sets[Int(edge.cause)])
      sets[Int(edge.effect)].insert(edge.cause)
    }
    return sets
  }

  /// What is wrong with the answers for all pairs, or for some; empty if nothing is.
  func faults(
    _ graph: EngineGraph, _ labels: ReachabilityLabels, codes: UInt16 = 0x7FFF,
    pairs: [(cause: UInt32, effect: UInt32)]? = nil
  ) -> [String] {
    let truth = ancestors(graph, codes: codes)
    let rows = UInt32(0)..<UInt32(graph.rowCount)
    return (pairs ?? rows.flatMap { effect in rows.map { ($0, effect) } }).compactMap {
      let (cause, effect) = $0
      let expected = truth[Int(effect)].contains(cause)
      let verdict = labels.verdict(cause, effect)
      if verdict == (expected ? .no : .yes) { return "\(cause) to \(effect): \(verdict)" }
      let answer = labels.isAncestor(
        cause, of: effect, upstream: graph.upstream, downstream: graph.downstream, pool: pool)
      return answer == expected ? nil : "\(cause) to \(effect): \(answer)"
    }
  }

  func labels(
    _ graph: EngineGraph, codes: UInt16 = 0x7FFF, sliceShift: Int? = nil, bytesPerRow: Int = 4096
  ) -> ReachabilityLabels {
    ReachabilityLabels(
      upstream: graph.upstream, downstream: graph.downstream, codes: codes, sliceShift: sliceShift,
      bytesPerRow: bytesPerRow)
  }

  @Test(arguments: 0...5)
  func everyPairInEveryGraph(rowCount: Int) {
    let pairs = (0..<rowCount).flatMap { effect in
      (0..<effect).map { (UInt32(effect), UInt32($0)) }
    }
    var found: [String] = []
    for bits in 0..<1 << pairs.count {
      let edges = pairs.indices.filter { bits & 1 << $0 != 0 }
        .map { RowEdge(effect: pairs[$0].0, cause: pairs[$0].1, code: 4) }
      let graph = EngineGraph(rowCount: rowCount, edges: edges)
      for sliceShift in [0, 1, 2, 9] {
        found += faults(graph, labels(graph, sliceShift: sliceShift)).map {
          "\(bits) with slices of \(1 << sliceShift): \($0)"
        }
      }
    }
    #expect(found == [])
  }

  @Test func whereEveryRowIsASupportNothingIsUnknown() {
    var random = SeededGenerator(seed: 5)
    for shape in LabelShape.allCases {
      let graph = shape.graph(300, &random)
      let labels = labels(graph, sliceShift: 0)
      let rows = UInt32(0)..<300
      let isUnknown = rows.contains { effect in
        rows.contains { labels.verdict($0, effect) == .unknown }
      }
      #expect(!isUnknown, "\(shape)")
    }
  }

  @Test(arguments: LabelShape.allCases, 0..<8 as Range<UInt64>)
  func shapes(shape: LabelShape, seed: UInt64) {
    var random = SeededGenerator(seed: seed)
    let rowCount = Int.random(in: 2...700, using: &random)
    let graph = shape.graph(rowCount, &random)
    let shift = Int.random(in: 0...7, using: &random)
    let codes = seed % 2 == 0 ? 0x7FFF : UInt16.random(in: 0...0x1FF, using: &random)
    let pairs = (0..<4000).map { _ in
      (
        cause: UInt32.random(in: 0..<UInt32(rowCount), using: &random),
        effect: UInt32.random(in: 0..<UInt32(rowCount), using: &random)
      )
    }
    let found = faults(
      graph, labels(graph, codes: codes, sliceShift: shift), codes: codes, pairs: pairs)
    #expect(found == [], "seed \(seed), slices of \(1 << shift)")
  }

  @Test(arguments: 0..<30 as Range<UInt64>)
  func rowsWithoutALabel(seed: UInt64) {
    var random = SeededGenerator(seed: seed)
    let rowCount = Int.random(in: 2...120, using: &random)
    let shape = LabelShape.allCases[Int(seed) % LabelShape.allCases.count]
    let packed = Int.random(in: 0...rowCount, using: &random)
    let graph = EngineGraph(
      rowCount: rowCount, edges: shape.graph(rowCount, &random).edges, packed: packed)
    let labels = labels(graph, sliceShift: 2)
    #expect(labels.count == packed, "seed \(seed)")
    #expect(faults(graph, labels) == [], "seed \(seed)")
  }

  @Test(arguments: 0..<20 as Range<UInt64>)
  func listsThatWerePackedAgain(seed: UInt64) {
    var random = SeededGenerator(seed: seed)
    let whole = LabelShape.projects.graph(300, &random)
    let prefix = EngineGraph(rowCount: 300, edges: whole.edges, packed: 150)
    #expect(faults(whole, labels(prefix, sliceShift: 3)) == [], "seed \(seed)")
  }

  @Test(arguments: 0..<20 as Range<UInt64>)
  func oneVerdictOutlivesNewEdgesTheOtherLostOnes(seed: UInt64) {
    var random = SeededGenerator(seed: seed)
    let rich = LabelShape.allCases[Int(seed) % LabelShape.allCases.count].graph(150, &random)
    let kept = rich.edges.filter { _ in Int.random(in: 0..<4, using: &random) > 0 }
    let poor = EngineGraph(rowCount: 150, edges: kept)
    let (richTruth, poorTruth) = (
      ancestors(rich, codes: 0x7FFF), ancestors(poor, codes: 0x7FFF)
    )
    let (richLabels, poorLabels) = (labels(rich, sliceShift: 2), labels(poor, sliceShift: 2))
    for effect in UInt32(0)..<150 {
      for cause in UInt32(0)..<effect {
        if poorLabels.verdict(cause, effect) == .yes {
          #expect(richTruth[Int(effect)].contains(cause), "seed \(seed)")
        }
        if richLabels.verdict(cause, effect) == .no {
          #expect(!poorTruth[Int(effect)].contains(cause), "seed \(seed)")
        }
      }
    }
  }

  @Test func setsStayBelowTheirLimit() {
    var random = SeededGenerator(seed: 11)
    let graph = LabelShape.dense.graph(2000, &random)
    let large = labels(graph, sliceShift: 0)
    #expect(large.sets.byteCount > 16_000)
    for bytesPerRow in [0, 8] {
      let labels = labels(graph, sliceShift: 0, bytesPerRow: bytesPerRow)
      #expect(labels.sets.byteCount <= max(4096, bytesPerRow * 2000))
      let pairs = (0..<2000).map { _ in
        (
          cause: UInt32.random(in: 0..<2000, using: &random),
          effect: UInt32.random(in: 0..<2000, using: &random)
        )
      }
      #expect(faults(graph, labels, pairs: pairs) == [], "seed 11")
    }
  }

  @Test func aLineageTakesAtMost32BytesARow() {
    var random = SeededGenerator(seed: 3)
    let graph = LabelShape.projects.graph(20_000, &random)
    let labels = ReachabilityLabels(
      upstream: graph.upstream, downstream: graph.downstream, codes: 0x7FFF)
    #expect(labels.byteCount <= 32 * 20_000)
    #expect(labels.sets.members.count > labels.sets.chunksPerSet)
  }

  @Test func levelsPast16Bits() {
    // A chain of even rows; each odd row hangs on the one before it.
    let rowCount: UInt32 = 200_000
    let edges = (1..<rowCount).map { row in
      RowEdge(effect: row, cause: row % 2 == 0 ? row - 2 : row - 1, code: 0)
    }
    let graph = EngineGraph(rowCount: Int(rowCount), edges: edges)
    let labels = labels(graph, sliceShift: 12)
    #expect(!labels.hasExactLevels)
    var random = SeededGenerator(seed: 2)
    for _ in 0..<2000 {
      let cause = UInt32.random(in: 0..<rowCount - 10, using: &random)
      for effect in [cause + 1, cause + 2, .random(in: cause + 3..<rowCount, using: &random)] {
        let expected = cause % 2 == 0
        #expect(labels.verdict(cause, effect) != (expected ? .no : .yes))
        let answer = labels.isAncestor(
          cause, of: effect, upstream: graph.upstream, downstream: graph.downstream, pool: pool)
        #expect(answer == expected)
      }
    }
  }

  @Test func aHubAtOneEndIsNotWalked() {
    // Row 0 leads to everything; so many rows hang on it that its list is cut before it is read.
    let edges = (UInt32(1)..<5001).map { RowEdge(effect: $0, cause: 0, code: 0) }
    let graph = EngineGraph(rowCount: 5001, edges: edges)
    let labels = labels(graph)
    let pairs: [(cause: UInt32, effect: UInt32)] = [
      (0, 1), (0, 64), (0, 5000), (4999, 5000), (1, 2), (5000, 0),
    ]
    #expect(faults(graph, labels, pairs: pairs) == [])
  }
}

/// What a graph looks like.
enum LabelShape: CaseIterable, CustomTestStringConvertible {
  case chain, tree, sparse, dense, layers, projects

  var testDescription: String { "\(self)" }

  /// A graph with edges of random codes, exceptional ones among them.
  func graph(_ rowCount: Int, _ random: inout SeededGenerator) -> EngineGraph {
    var causes = [Set<UInt32>](repeating: [], count: rowCount)
    for row in 1..<max(rowCount, 1) where row < rowCount { causes[row] = self.causes(row, &random) }
    let edges = causes.indices.flatMap { row in
      causes[row].sorted().map { cause in
        let code = UInt32.random(in: 0..<40, using: &random)
        return RowEdge(effect: UInt32(row), cause: cause, code: code == 39 ? 15 : code % 9)
      }
    }
    return EngineGraph(rowCount: rowCount, edges: edges)
  }

  private func causes(_ row: Int, _ random: inout SeededGenerator) -> Set<UInt32> {
    func pick(_ range: Range<Int>) -> UInt32 { UInt32(Int.random(in: range, using: &random)) }
    switch self {
    case .chain: return [UInt32(row - 1)]
    case .tree: return [pick(0..<row)]
    case .sparse:
      return Int.random(in: 0..<3, using: &random) == 0 ? [] : [pick(0..<row), pick(0..<row)]
    case .dense: return Set((0..<8).map { _ in pick(max(0, row - 60)..<row) })
    case .layers:
      let layer = row / 20 * 20
      return layer == 0 ? [] : [pick(layer - 20..<layer), pick(layer - 20..<layer)]
    case .projects:
      // Eight projects side by side, a few rows that all use, and now and then a link across.
      if row < 16 { return [] }
      var found: Set<UInt32> = [pick(0..<8)]
      for _ in 0..<3 where row >= 24 {
        let own = row % 8 + 8 * Int.random(in: max(1, row / 8 - 30)..<row / 8, using: &random)
        found.insert(UInt32(own))
      }
      if Int.random(in: 0..<200, using: &random) == 0 { found.insert(pick(0..<row)) }
      return found
    }
  }
}
