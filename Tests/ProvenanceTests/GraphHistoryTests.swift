import Provenance
import ProvenanceTestKit
import Testing

@Suite struct GraphHistoryTests {
  private func history(seed: UInt64) throws -> Twins {
    let lineage = try RandomLineage(.everything, seed: seed)
    var random = SeededGenerator(seed: seed)
    var twins = Twins()
    var clock: Int64 = 0
    let batches =
      seed.isMultiple(of: 2)
      ? lineage.batches(seed: seed) : lineage.delivery(seed: seed, withoutPayload: 10)
    for batch in batches {
      clock += Int64.random(in: -1...3, using: &random)
      let time = Int.random(in: 0..<4, using: &random) == 0 ? nil : try moment(clock)
      if let text = try twins.merge(batch, at: time) { Issue.record("seed \(seed): \(text)") }
    }
    return twins
  }

  /// Every earlier view is what a fresh graph of the earlier records would be.
  @Test func everyPositionAndTime() throws {
    var wrong: [String] = []
    for seed in UInt64(300)..<322 {
      let twins = try history(seed: seed)
      var views: [(String, Twins)] = []
      for count in 0...(twins.graph.position.count + 1) {
        let position = Position(count)
        views.append(
          (
            "\(position)",
            Twins(graph: twins.graph.asOf(position), reference: twins.reference.asOf(position))
          ))
      }
      for seconds in stride(from: Int64(-2), to: 40, by: 5) {
        let time = try moment(seconds)
        views.append(
          (
            "time \(time)",
            Twins(graph: twins.graph.asOf(time), reference: twins.reference.asOf(time))
          ))
      }
      for (name, view) in views {
        if let text = try view.difference() {
          wrong.append("seed \(seed) at \(name): \(text)")
          break
        }
      }
    }
    #expect(wrong.isEmpty, "\(wrong.count): \(wrong.prefix(3))")
  }

  /// Walks, orders, paths and digests in earlier views.
  @Test func everyViewIsWalkedAsItWas() throws {
    var wrong: [String] = []
    for seed in UInt64(400)..<414 {
      let twins = try history(seed: seed)
      for batch in twins.reference.batches {
        let view = Twins(
          graph: twins.graph.asOf(batch.end), reference: twins.reference.asOf(batch.end))
        if let text = try view.walkDifference() ?? pathDifference(view) {
          wrong.append("seed \(seed) at \(batch.end): \(text)")
          break
        }
      }
    }
    #expect(wrong.isEmpty, "\(wrong.count): \(wrong.prefix(3))")
  }

  private func pathDifference(_ twins: Twins) throws -> String? {
    let view = twins.reference.view
    var fresh = ProvenanceGraph()
    try fresh.merge(twins.reference.records)
    let ids = view.nodes.keys.sorted()
    for first in ids {
      let distances = view.distances(from: first, .upstream)
      for second in ids {
        let path = try twins.graph.shortestPath(from: first, to: second)
        if path?.edges.count != distances[second] { return "path \(first) to \(second)" }
      }
      if try twins.graph.lineageDigest(of: first) != fresh.lineageDigest(of: first) {
        return "lineage digest of \(first)"
      }
      if try twins.graph.recipeDigest(of: first) != fresh.recipeDigest(of: first) {
        return "recipe digest of \(first)"
      }
    }
    let kinds = NodeKindSet([.run, .model])
    if !view.isTopological(twins.graph.topologicalOrder(kinds: kinds).ids) {
      return "order of a kind"
    }
    return nil
  }

  /// Writing to an old view makes another history; the graph that it was taken from stays.
  @Test func anOldViewForks() throws {
    var wrong: [String] = []
    for seed in UInt64(500)..<525 {
      let twins = try history(seed: seed)
      let other = try RandomLineage(.everything, seed: seed ^ 0xF0)
      var random = SeededGenerator(seed: seed)
      let batches = twins.reference.batches
      let cut = batches[Int.random(in: 0..<batches.count, using: &random)].end
      var fork = Twins(graph: twins.graph.asOf(cut), reference: twins.reference.asOf(cut))
      for batch in other.delivery(seed: seed) + batches.map(\.records) {
        let text =
          Bool.random(using: &random) ? try fork.merge(batch) : try fork.insert(batch)
        if let text = try text ?? fork.difference() {
          wrong.append("seed \(seed), fork of \(cut) at \(fork.graph.position): \(text)")
          break
        }
      }
      if let text = try fork.walkDifference() { wrong.append("seed \(seed), fork: \(text)") }
      if let text = try twins.difference() ?? twins.walkDifference() {
        wrong.append("seed \(seed), origin: \(text)")
      }
    }
    #expect(wrong.isEmpty, "\(wrong.count): \(wrong.prefix(3))")
  }
}
