import ProvenanceTestKit
import Testing

@testable import Provenance

@Suite struct EngineSealedTests {
  /// What is wrong with the sealed form of some lists; `nil` if nothing is.
  func fault(_ lists: [[UInt32]], isDownstream: Bool) -> String? {
    var builder = SealedListBuilder(isDownstream: isDownstream, keepsSlots: true)
    for (row, list) in lists.enumerated() {
      guard builder.append(list.span) else { return "row \(row) was refused" }
    }
    let table = SealedTable(builder)
    var slot = 0
    for (row, list) in lists.enumerated() {
      var found: [UInt32] = []
      table.lists.forEachEntry(of: UInt32(row)) { found.append($0) }
      if found != list { return "row \(row) has \(found), not \(list)" }
      found = []
      table.lists.forEachEntryOutward(of: UInt32(row)) { found.append($0) }
      if found != (isDownstream ? list : list.reversed()) { return "row \(row) outward" }
      if table.lists.firstSlot(of: UInt32(row)) != slot { return "slot of row \(row)" }
      if let last = list.last {
        if !table.lists.contains(of: UInt32(row), where: { $0 == last }) { return "last of \(row)" }
      }
      if table.lists.contains(of: UInt32(row), where: { _ in false }) { return "none of \(row)" }
      slot += list.count
    }
    return table.entryCount == slot && table.rowCount == lists.count ? nil : "counts"
  }

  @Test func everyLengthOfGapAndListComesBack() {
    // Lists of 0 ... 200 entries: past the longest that a group holds, and over the length that marks one.
    for gap in [0, 1, 3, 4, 1023, 1024, 262_143, 262_144] as [UInt32] {
      let lists = (0..<200).map { count in
        (0..<UInt32(count)).map { PackedEntry.pack(row: 200 + ($0 + 1) * gap, code: $0 % 15) }
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
          .map { PackedEntry.pack(row: $0, code: UInt32.random(in: 0...14, using: &random)) }
      }
      #expect(fault(lists, isDownstream: isDownstream) == nil, "seed \(seed)")
    }
  }

  @Test func gapsOfEverySizeComeBackFromOneEndToTheOther() {
    let far = PackedEntry.rowMask
    for gap in [1 << 26 - 1, 1 << 26, 1 << 26 + 1, 1 << 27, far - 3, far] as [UInt32] {
      let list = [0, gap / 2, gap].map { PackedEntry.pack(row: $0, code: 4) }
      #expect(fault([list, [], [PackedEntry.pack(row: far, code: 8)]], isDownstream: true) == nil)
    }
  }
}
