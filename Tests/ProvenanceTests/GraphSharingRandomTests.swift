import Provenance
import ProvenanceTestKit
import Testing

/// Histories with open runs, late edges, circles and erasures, told to copies and views at random.
@Suite struct GraphSharingRandomTests {
  /// What is refused is merged, as a graph takes it.
  private func take(_ step: BusyHistory.Step, _ twins: inout Twins) throws -> String? {
    if step.isOwn {
      let before = twins.graph.position
      if let text = try twins.insert(step.records) { return text }
      if twins.graph.position != before { return nil }
    }
    return try twins.merge(step.records)
  }

  @Test func everyCopyAndItsOwnFuture() throws {
    var wrong: [String] = []
    for seed in UInt64(1000)..<1006 {
      var random = SeededGenerator(seed: seed)
      var history = BusyHistory(seed: seed, width: 2)
      var twins = Twins()
      var kept: [Twins] = []
      for step in 0..<45 {
        let next = try history.next()
        if let text = try take(next, &twins) { wrong.append("seed \(seed), step \(step): \(text)") }
        if step % 3 == 0 { kept.append(twins) }
        // A copy that was overtaken is told the newest step, without what came before it.
        if step % 4 == 3 {
          let chosen = Int.random(in: 0..<kept.count, using: &random)
          if let text = try take(next, &kept[chosen]) {
            wrong.append("seed \(seed), step \(step), copy \(chosen): \(text)")
          }
        }
      }
      for (number, copy) in ([twins] + kept).enumerated() {
        if let text = try copy.difference() ?? (number % 4 == 0 ? copy.walkDifference() : nil) {
          wrong.append("seed \(seed), copy \(number): \(text)")
        }
      }
    }
    #expect(wrong.isEmpty, "\(wrong.count): \(wrong.prefix(3))")
  }

  @Test func everyViewAndItsOwnFuture() throws {
    var wrong: [String] = []
    for seed in UInt64(1020)..<1024 {
      var history = BusyHistory(seed: seed, width: 2)
      var twins = Twins()
      var steps: [BusyHistory.Step] = []
      for _ in 0..<36 {
        steps.append(try history.next())
        if let text = try take(steps[steps.count - 1], &twins) {
          wrong.append("seed \(seed): \(text)")
        }
      }
      for (number, batch) in twins.reference.batches.enumerated() where number % 2 == 0 {
        var view = Twins(
          graph: twins.graph.asOf(batch.end), reference: twins.reference.asOf(batch.end))
        if let text = try view.difference() {
          wrong.append("seed \(seed) at \(batch.end): \(text)")
        }
        // The last steps first.
        for step in steps.suffix(3).reversed() {
          if let text = try take(step, &view) {
            wrong.append("seed \(seed) from \(batch.end): \(text)")
          }
        }
        if let text = try view.difference() ?? (number % 8 == 0 ? view.walkDifference() : nil) {
          wrong.append("seed \(seed) from \(batch.end), in the end: \(text)")
        }
      }
    }
    #expect(wrong.isEmpty, "\(wrong.count): \(wrong.prefix(3))")
  }

  /// The same records in any order and in batches of any size: runs are open for other spans, edges
  /// are late or not, and the graph is the same.
  @Test func anyOrderOfArrival() throws {
    var wrong: [String] = []
    for seed in UInt64(1040)..<1046 {
      var random = SeededGenerator(seed: seed)
      var history = BusyHistory(seed: seed, width: 3)
      var graph = ProvenanceGraph()
      var records: [Record] = []
      for _ in 0..<50 {
        let step = try history.next()
        records += step.records
        try graph.merge(step.records)
      }
      let contents = try GraphContents(graph)
      for size in [1, 3, 20, records.count] {
        records.shuffle(using: &random)
        var other = ProvenanceGraph()
        for start in stride(from: 0, to: records.count, by: size) {
          try other.merge(Array(records[start..<min(start + size, records.count)]))
        }
        if let text = try GraphContents(other).difference(from: contents) {
          wrong.append("seed \(seed), batches of \(size): \(text)")
        }
        let witness = try GraphWitness(other)
        let isEqual = try witness.causes == GraphWitness(graph).causes
        if !isEqual { wrong.append("seed \(seed), batches of \(size): edges") }
      }
    }
    #expect(wrong.isEmpty, "\(wrong.count): \(wrong.prefix(3))")
  }
}
