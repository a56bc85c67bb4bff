import ProvenanceTestKit
import Testing

@testable import Provenance

@Suite struct LookupIndexTests {
  /// The index against a dictionary, with hashes that crowd the same slots; copies that were kept see
  /// what there was when they were made.
  @Test(arguments: [0, 3, 8, 20])
  func growthAndKeptCopies(freeBits: UInt64) throws {
    var random = SeededGenerator(seed: 0x1DE8 + freeBits)
    var index = HashIndex()
    var ids: [NodeID] = []
    var kept: [HashIndex] = []
    for step in 0..<3000 {
      // Few different home slots, the last among them, so that stretches wrap round.
      let high = freeBits == 0 ? random.next() : ~(random.next() & (1 << freeBits - 1) << 40)
      ids.append(
        NodeID(digest: SHA256Digest(w0: high, w1: random.next(), w2: 0, w3: UInt64(step))))
      index.append(high) { ids[Int($0)].digest.w0 }
      if step % 250 == 249 { kept.append(index) }
    }
    var wrong: [String] = []
    for copy in kept {
      for (row, id) in ids.enumerated() {
        let found = copy.find(id.digest.w0) { ids[Int($0)] == id }
        if found != (row < copy.count ? UInt32(row) : nil) { wrong.append("row \(row)") }
      }
      for length in [4, 5, 6, 9, 64] {
        guard let id = ids[..<copy.count].randomElement(using: &random) else { continue }
        let prefix = try IdentifierPrefix(id.abbreviated(to: length))
        let bounds = prefix.bounds
        var found: [UInt32] = []
        copy.forEach(from: bounds.lowerBound.w0, through: bounds.upperBound.w0) {
          if prefix.matches(ids[Int($0)]) { found.append($0) }
        }
        let wanted = (0..<UInt32(copy.count)).filter { prefix.matches(ids[Int($0)]) }
        if found.sorted() != wanted { wrong.append("copy of \(copy.count): \(prefix)") }
      }
    }
    #expect(wrong.isEmpty, "free bits \(freeBits): \(wrong.prefix(3))")
  }
}
