import ProvenanceTestKit
import Testing

@testable import Provenance

@Suite struct LookupIndexTests {
  /// The index against a dictionary, with ids that crowd the same slots.
  @Test(arguments: [0, 3, 8, 20])
  func randomInsertionAndRemoval(freeBits: UInt64) throws {
    var random = SeededGenerator(seed: 0x1DE8 + freeBits)
    var index = IdentifierIndex()
    var ids: [NodeID] = []
    var known: [NodeID: UInt32] = [:]
    var wrong: [String] = []
    for step in 0..<3000 {
      let isGrowing = step / 600 % 2 == 0
      if ids.isEmpty || Int.random(in: 0..<10, using: &random) < (isGrowing ? 8 : 3) {
        // Few different home slots, the last among them, so that stretches wrap round.
        let high = freeBits == 0 ? random.next() : ~(random.next() & (1 << freeBits - 1) << 40)
        let id = NodeID(
          digest: SHA256Digest(w0: high, w1: random.next(), w2: 0, w3: UInt64(step)))
        ids.append(id)
        index.insert(UInt32(ids.count - 1), in: ids)
        known[id] = UInt32(ids.count - 1)
      } else {
        index.remove(UInt32(ids.count - 1), in: ids)
        known[ids.removeLast()] = nil
      }
      if let id = ids.randomElement(using: &random), index.find(id, in: ids) != known[id] {
        wrong.append("step \(step): \(id)")
      }
      if step % 250 == 249 {
        for (id, row) in known where index.find(id, in: ids) != row { wrong.append("\(id)") }
        for length in [4, 5, 6, 9, 64] {
          guard let id = ids.randomElement(using: &random) else { continue }
          let prefix = try IdentifierPrefix(id.abbreviated(to: length))
          var found: [UInt32] = []
          index.forEach(in: prefix.bounds, ids: ids) { found.append($0) }
          let wanted = known.filter { prefix.matches($0.key) }.values.sorted()
          if found.sorted() != wanted { wrong.append("step \(step): \(prefix)") }
        }
      }
    }
    #expect(wrong.isEmpty, "free bits \(freeBits): \(wrong.prefix(3))")
    let absent = NodeID(digest: SHA256Digest(w0: .max, w1: 0, w2: 0, w3: .max))
    #expect(index.find(absent, in: ids) == nil)
  }
}
