import ProvenanceTestKit
import Testing

@testable import Provenance

@Suite struct EngineRowSetTests {
  /// Sets of every shape: empty, single, at word borders, few far apart, many close together.
  static func samples(_ random: inout SeededGenerator) -> [Set<UInt32>] {
    var sets: [Set<UInt32>] = [
      [], [0], [63], [64], [0, 63, 64, 127, 128], [0x0FFF_FFFF], [0, 0x0FFF_FFFF],
      Set(0..<64), Set(1..<64), Set(0..<65), Set(64..<128), Set(31..<1000),
      Set(stride(from: 0, to: 100_000, by: 97)), Set(stride(from: 5, to: 100_000, by: 1000)),
    ]
    for bound in [70, 300, 5000, 60_000, 4_000_000] as [UInt32] {
      let low = UInt32.random(in: 0..<bound, using: &random)
      for count in [3, 63, 64, 65, 900] {
        sets.append(
          Set((0..<count).map { _ in UInt32.random(in: low..<low + bound, using: &random) }))
      }
    }
    return sets
  }

  @Test func rowsComeOutInOrder() {
    var random = SeededGenerator(seed: 1)
    for sample in Self.samples(&random) {
      let rows = sample.sorted()
      let set = RowSet(sample)
      #expect(Array(set) == rows)
      #expect(set.map { $0 } == rows)
      #expect(set.count == rows.count)
      #expect(set.isEmpty == rows.isEmpty)
      #expect(set.first == rows.first)
      #expect(set.last == rows.last)
      var chunked: [UInt32] = []
      set.forEachChunk { rows in
        for index in rows.indices { chunked.append(rows[index]) }
      }
      #expect(chunked == rows)
    }
  }

  @Test func ranksAndPositionsAreThoseOfTheSortedRows() {
    var random = SeededGenerator(seed: 2)
    for sample in Self.samples(&random) {
      let rows = sample.sorted()
      let set = RowSet(sample)
      let positions = rows.indices.filter { $0 < 200 || $0 % 97 == 0 }
      #expect(positions.map(set.select) == positions.map { rows[$0] })
      #expect(positions.map { set.rank(of: rows[$0]) } == positions)
      #expect(set.rank(of: .max) == rows.count)
      for probe in [0, 1, 63, 64, 5000, 123_456, .max] as [UInt32] {
        #expect(set.contains(probe) == sample.contains(probe))
        #expect(set.rank(of: probe) == rows.count { $0 < probe })
      }
    }
  }

  @Test func algebraIsThatOfSets() {
    var random = SeededGenerator(seed: 3)
    let samples = Self.samples(&random)
    var faults: [String] = []
    for (index, left) in samples.enumerated() {
      for (otherIndex, right) in samples.enumerated() {
        let (first, second) = (RowSet(left), RowSet(right))
        let agrees =
          first.union(second) == RowSet(left.union(right))
          && first.intersection(second) == RowSet(left.intersection(right))
          && first.subtracting(second) == RowSet(left.subtracting(right))
          && first.symmetricDifference(second) == RowSet(left.symmetricDifference(right))
          && first.isSubset(of: second) == left.isSubset(of: right)
          && first.isDisjoint(with: second) == left.isDisjoint(with: right)
          && (first == second) == (left == right)
        if !agrees { faults.append("\(index) and \(otherIndex)") }
      }
    }
    #expect(faults == [])
  }

  @Test func equalSetsAreStoredAlikeHoweverMade() {
    let rows = Array(UInt32(100)..<1100)
    let made = [
      RowSet(rows), RowSet(ascending: rows), RowSet(100..<1100),
      RowSet(UInt32(0)..<1100).subtracting(RowSet(0..<100)),
      RowSet(rows.filter { $0 % 2 == 0 }).union(RowSet(rows.filter { $0 % 2 == 1 })),
    ]
    for set in made {
      #expect(set == made[0])
      #expect(set.hashValue == made[0].hashValue)
    }
    // Filtered down to few, a bitmap is a list again.
    let few = RowSet(0..<10_000).intersection(RowSet([5, 9999]))
    #expect(few == RowSet([9999, 5, 5]))
  }

  @Test func rangesAreWhatTheySay() {
    for low in [0, 1, 63, 64, 100] as [UInt32] {
      for count in [0, 1, 62, 63, 64, 65, 127, 128, 500] as [UInt32] {
        #expect(Array(RowSet(low..<low + count)) == Array(low..<low + count))
      }
    }
  }

  @Test func kindsAreFiltered() {
    var random = SeededGenerator(seed: 4)
    let kinds = (0..<70_001).map { _ in UInt8.random(in: 0..<5, using: &random) }
    let graph = EngineGraph(rowCount: 1, edges: [])
    for count in [10, 64, 3000, 60_000] {
      let rows = (0..<count).map { _ in UInt32.random(in: 0..<70_001, using: &random) } + [70_000]
      for mask in UInt8(0)..<32 {
        let filter = unsafe KindFilter(
          column: graph.keep(kinds), rowCount: kinds.count, mask: mask)
        let wanted = RowSet(rows.filter { mask & 1 << kinds[Int($0)] != 0 })
        #expect(RowSet(rows).filtered(by: filter) == wanted, "\(count) rows, kinds \(mask)")
      }
    }
  }
}
