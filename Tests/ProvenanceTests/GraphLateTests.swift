import ProvenanceTestKit
import Testing

@testable import Provenance

/// Edges that come against the order, in the orders that are hardest to keep up with.
@Suite struct GraphLateTests {
  enum Shape: CaseIterable {
    /// A chain whose edges come newest first, oldest first, and in any order.
    case backwards, forwards, shuffled
    /// Ever more nodes between the same two.
    case hotspot
    /// Every edge between all nodes, near ones first.
    case dense
    /// Chains of which each must go behind the next one.
    case blocks

    /// Effects and causes; effects have the larger numbers, and nodes come newest first.
    func edges(_ count: Int, _ random: inout SeededGenerator) -> [(effect: Int, cause: Int)] {
      let chain = (1..<count).map { (effect: $0, cause: $0 - 1) }
      switch self {
      case .backwards: return chain.reversed()
      case .forwards: return chain
      case .shuffled: return chain.shuffled(using: &random)
      case .hotspot:
        return (1..<count - 1).flatMap { [(effect: $0, cause: $0 - 1), (count - 1, $0)] }
      case .dense:
        return (1..<40).flatMap { gap in (gap..<40).map { (effect: $0, cause: $0 - gap) } }
      case .blocks:
        let size = 10
        let inner = chain.filter { $0.effect % size != 0 }
        return inner + chain.filter { $0.effect % size == 0 }.reversed()
      }
    }
  }

  @Test(arguments: Shape.allCases, [1, 7]) func anyArrivalKeepsTheOrder(
    shape: Shape, batchSize: Int
  ) throws {
    var random = SeededGenerator(seed: 0x1A7E)
    let count = 400
    let nodes = try datasets(count)
    let edges = shape.edges(count, &random)
    let records =
      try nodes.reversed().map { try Record($0) }
      + edges.map { try Record(nodes[$0.effect].derivedFrom(nodes[$0.cause])) }
    var graph = ProvenanceGraph()
    for start in stride(from: 0, to: records.count, by: batchSize) {
      try graph.insert(Array(records[start..<min(start + batchSize, records.count)]))
    }
    #expect(graph.edgeCount == edges.count)
    var place: [NodeID: Int] = [:]
    for (index, id) in graph.topologicalOrder().ids.enumerated() { place[id] = index }
    let wrong = edges.filter { edge in
      guard let effect = place[nodes[edge.effect].id], let cause = place[nodes[edge.cause].id]
      else { return true }
      return effect <= cause
    }
    #expect(wrong.isEmpty, "\(wrong.count): \(wrong.prefix(3))")
    // The whole path of a cycle is named, and nothing has changed.
    let first = try #require(edges.first)
    let closing = try nodes[first.cause].derivedFrom(nodes[first.effect])
    let position = graph.position
    #expect(throws: GraphError.self) { try graph.insert(Record(closing)) }
    #expect(throws: GraphError.self) {
      try graph.insert([Record(Dataset("sound")), Record(closing)])
    }
    #expect(graph.position == position && graph.edgeCount == edges.count)
  }

  /// Batches of what is ordinary, with repetitions, edges of nodes of the batch and open runs.
  @Test func batchesOfOrdinaryRecords() throws {
    var wrong: [String] = []
    for seed in UInt64(0)..<30 {
      var random = SeededGenerator(seed: seed)
      let data = try datasets(12)
      let runs = try (0..<8).map { try Run("r", id: "\($0)") }
      var records: [Record] = []
      for (index, run) in runs.enumerated() {
        records.append(try Record(data[index]))
        records.append(try Record(run, edges: [run.used(data[index])]))
        if index > 0 { records.append(try Record(run.used(data[index - 1], role: "past"))) }
        records.append(try Record(run.used(data[index])))
        if index < 4 {
          let made = data[index + 8]
          records.append(try Record(made, edges: [made.generatedBy(run)]))
          records.append(try Record(made.generatedBy(run)))
          records.append(try Record(made.derivedFrom(data[index])))
          records.append(try Record(data[index].derivedFrom(made)))
        }
      }
      // A little disorder.
      for _ in 0..<4 {
        let place = Int.random(in: 0..<records.count - 1, using: &random)
        records.swapAt(place, place + 1)
      }
      var twins = Twins()
      var start = 0
      while start < records.count {
        let end = min(records.count, start + Int.random(in: 1...9, using: &random))
        let batch = Array(records[start..<end])
        let text =
          seed.isMultiple(of: 2) ? try twins.insert(batch) : try twins.merge(batch)
        if let text = try text ?? twins.difference() { wrong.append("seed \(seed): \(text)") }
        start = end
      }
      if let text = try twins.walkDifference() { wrong.append("seed \(seed): \(text)") }
    }
    #expect(wrong.isEmpty, "\(wrong.count): \(wrong.prefix(3))")
  }

  /// Levels that have come far from zero are given anew, in the same order.
  @Test func levelsThatRunOutOfRoom() {
    var random = SeededGenerator(seed: 21)
    var order = AcyclicOrder()
    order.materialize(1000)
    for vertex in 0..<Vertex(1000) {
      order.setLevel(vertex, Int32.random(in: -(1 << 30) - 5...(1 << 30) + 5, using: &random))
    }
    order.setLevel(3, (1 << 30) + 7)
    let before = (0..<Vertex(1000)).map { order.level($0) }
    order.makeRoom()
    let after = (0..<Vertex(1000)).map { order.level($0) }
    var wrong = 0
    for first in 0..<1000 {
      for second in [3, 500, (first + 1) % 1000]
      where (before[first] < before[second]) != (after[first] < after[second]) { wrong += 1 }
    }
    #expect(wrong == 0)
    #expect(after.allSatisfy { abs($0) < 1 << 29 })
    order.append(above: after.max())
    #expect(order.level(1000) > after.max() ?? .max)
  }

  @Test func aMapOfRowsAndItsCopies() {
    var random = SeededGenerator(seed: 22)
    var map = RowMap()
    var model: [UInt32: UInt32] = [:]
    var copies = HiddenCopies<RowMap, [UInt32: UInt32]>()
    for step in UInt32(0)..<4000 {
      let key = UInt32.random(in: 0..<300, using: &random)
      if Bool.random(using: &random) {
        map.set(key, step)
        model[key] = step
      } else {
        map.remove(key)
        model[key] = nil
      }
      if step % 200 == 0 { copies.keep(map, model) }
    }
    copies.keep(map, model)
    let wrong = copies.faults { map, model in
      if map.count != model.count || map.isEmpty != model.isEmpty { return "count \(map.count)" }
      for key in UInt32(0)..<300 where map.find(key) != model[key] { return "\(key)" }
      return nil
    }
    #expect(wrong.isEmpty, "\(wrong.prefix(3))")
  }
}
