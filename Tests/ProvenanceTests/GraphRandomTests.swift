import Provenance
import ProvenanceTestKit
import Testing

@Suite struct GraphRandomTests {
  /// After every batch of a random delivery, the graph knows what the reference knows.
  @Test func everythingAfterEveryBatch() throws {
    var wrong: [String] = []
    for seed in UInt64(0)..<40 {
      let lineage = try RandomLineage(.everything, seed: seed)
      var twins = Twins()
      for batch in lineage.delivery(seed: seed, withoutPayload: 20) {
        if let text = try twins.merge(batch) { wrong.append("seed \(seed): \(text)") }
        if let text = try twins.difference() {
          wrong.append("seed \(seed) at \(twins.graph.position): \(text)")
          break
        }
      }
      if let text = try twins.walkDifference() { wrong.append("seed \(seed): \(text)") }
      if let text = try twins.walkDifference(.all) { wrong.append("seed \(seed), all: \(text)") }
    }
    #expect(wrong.isEmpty, "\(wrong.count): \(wrong.prefix(3))")
  }

  /// Local inserts are accepted and refused exactly as the definition says, and a refused batch
  /// leaves nothing behind.
  @Test func insertsAmongMerges() throws {
    var wrong: [String] = []
    var refusals = 0
    for seed in UInt64(100)..<150 {
      let lineage = try RandomLineage(.everything, seed: seed)
      var twins = Twins()
      var random = SeededGenerator(seed: seed)
      let made = lineage.batches(seed: seed) + lineage.delivery(seed: seed, batchSize: 3)
      for batch in made {
        let before = twins.graph.position
        let text =
          Int.random(in: 0..<4, using: &random) == 0
          ? try twins.merge(batch) : try twins.insert(batch)
        if twins.graph.position == before { refusals += 1 }
        if let text = try text ?? twins.difference() {
          wrong.append("seed \(seed) at \(twins.graph.position): \(text)")
          break
        }
      }
      if let text = try twins.walkDifference() { wrong.append("seed \(seed): \(text)") }
    }
    #expect(wrong.isEmpty, "\(wrong.count): \(wrong.prefix(3))")
    #expect(refusals > 60)
  }
}

@Suite struct MergeTests {
  /// Merging is set union: order, repetition and batches leave no trace.
  @Test func anyDeliveryGivesTheSameGraph() throws {
    var wrong: [String] = []
    for seed in UInt64(200)..<230 {
      let lineage = try RandomLineage(.everything, seed: seed)
      var first = ProvenanceGraph()
      for batch in lineage.delivery(seed: seed) { try first.merge(batch) }
      let contents = try GraphContents(first)
      let digests = try digests(of: first)
      for delivery in 1...4 as ClosedRange<UInt64> {
        var graph = ProvenanceGraph()
        let batches = lineage.delivery(seed: seed &* 31 &+ delivery, batchSize: 1 << delivery)
        for batch in batches { try graph.merge(batch) }
        if let text = try GraphContents(graph).difference(from: contents) {
          wrong.append("seed \(seed), delivery \(delivery): \(text)")
        } else if try self.digests(of: graph) != digests {
          wrong.append("seed \(seed), delivery \(delivery): digests")
        }
      }
      if try first.merge(lineage.records) != 0 { wrong.append("seed \(seed): new when known") }
    }
    #expect(wrong.isEmpty, "\(wrong.count): \(wrong.prefix(3))")
  }

  private func digests(of graph: ProvenanceGraph) throws -> [NodeID: [UpstreamDigest]] {
    var found: [NodeID: [UpstreamDigest]] = [:]
    for node in graph.nodes() {
      found[node.id] = [try graph.lineageDigest(of: node), try graph.recipeDigest(of: node)]
    }
    return found
  }
}
