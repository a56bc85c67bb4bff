import ProvenanceTestKit
import Testing

@testable import Provenance

@Suite struct EngineSealedTests {
  /// What is wrong with the sealed form of some lists; `nil` if nothing is.
  func fault(_ lists: [[UInt32]], isDownstream: Bool, flagged: Set<Int> = []) -> String? {
    var builder = SealedListBuilder(isDownstream: isDownstream)
    for (row, list) in lists.enumerated() {
      guard builder.append(list.span, isFlagged: flagged.contains(row)) else {
        return "row \(row) was refused"
      }
    }
    let table = SealedTable(builder)
    var slot = 0
    for (row, list) in lists.enumerated() {
      var found: [UInt32] = []
      var slots: [Int] = []
      table.lists.forEachEntry(of: UInt32(row)) { entry, slot in
        found.append(entry)
        slots.append(slot)
      }
      if found != list { return "row \(row) has \(found), not \(list)" }
      if slots != Array(slot..<slot + list.count) { return "row \(row) has the slots \(slots)" }
      if table.lists.isFlagged(UInt32(row)) != flagged.contains(row) { return "flag of \(row)" }
      slot += list.count
    }
    return table.entryCount == slot && table.rowCount == lists.count ? nil : "counts"
  }

  @Test func everyLengthOfGapAndListComesBack() {
    // Lists of 0 ... 200 entries: past the longest that a group holds, and over the length that marks one.
    for gap in [0, 1, 3, 4, 1023, 1024, 262_143, 262_144] as [UInt32] {
      let lists = (0..<200).map { count in
        (0..<UInt32(count)).map { PackedEntry.pack(row: 200 + ($0 + 1) * gap, code: $0 % 16) }
      }
      #expect(fault(lists, isDownstream: true) == nil, "gap \(gap)")
    }
  }

  @Test(arguments: 0..<40 as Range<UInt64>)
  func randomListsComeBack(seed: UInt64) {
    var random = SeededGenerator(seed: seed)
    let rowCount = Int.random(in: 1...200, using: &random)
    for isDownstream in [true, false] {
      let lists = (0..<UInt32(rowCount)).map { row in
        let count = Int.random(in: 0...(seed % 4 == 0 ? 90 : 6), using: &random)
        let rows = isDownstream ? row + 1..<row + 1_000_000 : 0..<max(row, 1)
        guard isDownstream || row > 0 else { return [UInt32]() }
        return (0..<count).map { _ in UInt32.random(in: rows, using: &random) }.sorted()
          .map { PackedEntry.pack(row: $0, code: UInt32.random(in: 0...15, using: &random)) }
      }
      let flagged = Set((0..<rowCount).filter { _ in Int.random(in: 0..<9, using: &random) == 0 })
      #expect(fault(lists, isDownstream: isDownstream, flagged: flagged) == nil, "seed \(seed)")
    }
  }

  @Test func aGapTooLargeIsRefused() {
    var builder = SealedListBuilder(isDownstream: true)
    let fits = builder.append([(1 << 26) - 1].span)
    let isRefused = !builder.append([(1 << 26) + 1].span)
    #expect(fits && isRefused)
    #expect(builder.rowCount == 1)
  }

  @Test func aFlagCanBeSetAfterwards() {
    var builder = SealedListBuilder(isDownstream: true)
    for row in UInt32(0)..<40 { _ = builder.append([row + 1].span) }
    #expect(builder.entryCount == 40)
    let table = SealedTable(builder)
    table.setFlag(17)
    #expect((0..<40).filter { table.lists.isFlagged($0) } == [17])
    var found: [UInt32] = []
    table.lists.forEachEntry(of: 17) { entry, _ in found.append(entry) }
    #expect(found == [18])
  }
}
