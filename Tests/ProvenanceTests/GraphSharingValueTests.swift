import Provenance
import ProvenanceTestKit
import Testing

/// What copies of a graph show while one of them, or several, go on.
@Suite struct GraphSharingValueTests {
  private func shape() -> LineageShape {
    var shape = LineageShape.everything
    shape.nodes = 14
    shape.tombstones = 4
    return shape
  }

  private func deliveries(_ seed: UInt64) throws -> [[Record]] {
    let lineage = try RandomLineage(shape(), seed: seed)
    return seed.isMultiple(of: 2)
      ? lineage.batches(seed: seed) : lineage.delivery(seed: seed, withoutPayload: 15)
  }

  /// A copy of every batch's end, read only after the writer has gone on to the end.
  @Test func copiesOfEveryBatch() throws {
    var wrong: [String] = []
    for seed in UInt64(900)..<908 {
      var random = SeededGenerator(seed: seed)
      var twins = Twins()
      var kept = [twins]
      for batch in try deliveries(seed) {
        let text =
          Int.random(in: 0..<3, using: &random) == 0
          ? try twins.insert(batch) ?? twins.merge(batch) : try twins.merge(batch)
        if let text { wrong.append("seed \(seed): \(text)") }
        kept.append(twins)
      }
      for copy in kept {
        if let text = try copy.difference() ?? copy.walkDifference(.all) {
          wrong.append("seed \(seed), copy of \(copy.graph.position): \(text)")
        }
      }
    }
    #expect(wrong.isEmpty, "\(wrong.count): \(wrong.prefix(3))")
  }

  /// Two copies of one tail are told different things, and a third one nothing.
  @Test func twoCopiesOfOneTail() throws {
    var wrong: [String] = []
    for seed in UInt64(920)..<930 {
      var random = SeededGenerator(seed: seed)
      let batches = try deliveries(seed)
      let split = Int.random(in: 1..<batches.count, using: &random)
      var first = Twins()
      for batch in batches.prefix(split) { _ = try first.merge(batch) }
      let kept = first
      var second = first
      // What is known already takes the right to write in place, and must give it back.
      if seed % 3 == 0 { _ = try second.merge(batches[0]) }
      for (one, other) in zip(batches[split...], batches[split...].reversed()) {
        let texts = try [
          first.merge(one), first.difference(), second.merge(other), second.difference(),
        ]
        for case let text? in texts { wrong.append("seed \(seed): \(text)") }
      }
      for (name, copy) in [("first", first), ("second", second), ("kept", kept)] {
        if let text = try copy.difference() ?? copy.walkDifference() {
          wrong.append("seed \(seed), \(name): \(text)")
        }
      }
      let contents = try GraphContents(first.graph)
      if let text = try GraphContents(second.graph).difference(from: contents) {
        wrong.append("seed \(seed), in the end: \(text)")
      }
    }
    #expect(wrong.isEmpty, "\(wrong.count): \(wrong.prefix(3))")
  }

  /// Every earlier view is written to: what the history says from there on, in another order.
  @Test func writesToEveryEarlierView() throws {
    var wrong: [String] = []
    for seed in UInt64(940)..<944 {
      let batches = try deliveries(seed)
      var twins = Twins()
      for batch in batches { _ = try twins.merge(batch) }
      let ends = [Position.start] + twins.reference.batches.map(\.end)
      for (number, end) in ends.enumerated() {
        var view = Twins(graph: twins.graph.asOf(end), reference: twins.reference.asOf(end))
        let rest = Array(batches.dropFirst(number).joined())
        for batch in [rest.suffix(rest.count / 2), rest.prefix(rest.count - rest.count / 2)] {
          if let text = try view.merge(Array(batch)) ?? view.difference() {
            wrong.append("seed \(seed) from \(end): \(text)")
          }
        }
        if let text = try view.walkDifference() {
          wrong.append("seed \(seed) from \(end): \(text)")
        }
      }
      if let text = try twins.difference() ?? twins.walkDifference() {
        wrong.append("seed \(seed), afterwards: \(text)")
      }
    }
    #expect(wrong.isEmpty, "\(wrong.count): \(wrong.prefix(3))")
  }

  /// A fork of a view of a fork of a view: each goes on, and is read when all have.
  @Test func chainsOfForks() throws {
    var wrong: [String] = []
    for seed in UInt64(960)..<970 {
      var random = SeededGenerator(seed: seed)
      let batches = try deliveries(seed)
      var twins = Twins()
      var kept: [Twins] = []
      for _ in 0..<7 {
        for _ in 0..<5 {
          let batch = batches[Int.random(in: 0..<batches.count, using: &random)]
          let text =
            Bool.random(using: &random) ? try twins.merge(batch) : try twins.insert(batch)
          if let text { wrong.append("seed \(seed): \(text)") }
        }
        kept.append(twins)
        let ends = [Position.start] + twins.reference.batches.map(\.end)
        let end = ends[Int.random(in: 0..<ends.count, using: &random)]
        twins = Twins(graph: twins.graph.asOf(end), reference: twins.reference.asOf(end))
      }
      for (number, copy) in kept.enumerated() {
        if let text = try copy.difference() ?? copy.walkDifference() {
          wrong.append("seed \(seed), fork \(number): \(text)")
        }
        // And the views of the fork itself, which go back through those that it came from.
        for batch in copy.reference.batches {
          let view = Twins(
            graph: copy.graph.asOf(batch.end), reference: copy.reference.asOf(batch.end))
          if let text = try view.difference() {
            wrong.append("seed \(seed), fork \(number) at \(batch.end): \(text)")
          }
        }
      }
    }
    #expect(wrong.isEmpty, "\(wrong.count): \(wrong.prefix(3))")
  }

  /// Batches that are refused, for what they lack or for a cycle, with retractions and without: no
  /// copy shows anything of them, and the next batch is taken in as if they had not been.
  @Test(arguments: [false, true]) func refusedInserts(retracts: Bool) throws {
    var history = OpenRunHistory()
    let nodes = try datasets(12)
    let run = try Run("job", id: "r")
    try history.insert([Record(nodes[0]), Record(nodes[1]), Record(run)])
    for index in 2..<10 {
      try history.insert([
        Record(
          nodes[index],
          edges: [nodes[index].derivedFrom(nodes[index - 1]), nodes[index].derivedFrom(nodes[0])])
      ])
      let note = try Record(Annotation(nodes[index], ["owner": "me"], at: moment(1)))
      let withdrawal = try retraction(of: .edge(nodes[index].derivedFrom(nodes[0])))
      let extra = retracts ? [withdrawal] : []
      let start = history.twins.graph.position
      let refused = try [
        [note, Record(nodes[1].derivedFrom(nodes[index], role: "new role \(index)"))] + extra,
        [Record(nodes[10], edges: [nodes[10].derivedFrom(nodes[index])]), note]
          + extra + [Record(nodes[1].derivedFrom(nodes[10]))],
        extra + [note, Record(run.used(nodes[11]))],
        [note] + extra + [retraction(of: .node(nodes[11].id))],
      ]
      for batch in refused { try history.insert(batch) }
      #expect(history.twins.graph.position == start)
      try history.insert(index.isMultiple(of: 3) ? [note] + extra : [note])
      try history.insert([Record(run.used(nodes[index]))])
    }
    let wrong = try history.check()
    #expect(wrong.isEmpty, "\(wrong.count): \(wrong.prefix(3))")
  }

  /// An edge that waited becomes live with a batch whose own edge closes a cycle over it: refused,
  /// whatever the batch retracts besides, and whichever of the two comes into the lists first.
  @Test func aCycleOverAnEdgeThatWaited() throws {
    let nodes = try datasets(3)
    let run = try Run("job", id: "r")
    let model = try Model("m", version: "1")
    let edges = try [nodes[0].derivedFrom(nodes[1]), nodes[1].derivedFrom(nodes[0])]
    let other = try retraction(of: .node(nodes[2].id))
    var wrong: [String] = []
    for (waiting, own) in [(edges[0], edges[1]), (edges[1], edges[0])] {
      for batch in try permutations(of: [Record(nodes[0]), Record(nodes[1]), Record(own), other]) {
        var twins = Twins()
        _ = try twins.merge([Record(nodes[2]), Record(waiting)])
        if let text = try twins.insert(batch) ?? twins.difference() { wrong.append(text) }
        if twins.graph.nodeCount != 1 { wrong.append("accepted") }
      }
    }
    // The same where the batch's edge is in the list of a new node, over a run that is open.
    for batch in try permutations(of: [Record(model, edges: [model.generatedBy(run)]), other]) {
      var twins = Twins()
      _ = try twins.merge([
        Record(nodes[0]), Record(nodes[2]), Record(run, edges: [run.used(nodes[0])]),
        Record(nodes[0].derivedFrom(model)),
      ])
      if let text = try twins.insert(batch) ?? twins.difference() { wrong.append(text) }
      if twins.graph.contains(model) { wrong.append("accepted") }
    }
    #expect(wrong.isEmpty, "\(wrong.count): \(wrong.prefix(3))")
  }

  /// A payload that is erased in one copy is erased in its views and forks, and stays in the copies
  /// that were made before: they are values, whoever keeps them decides.
  @Test func erasureInCopies() throws {
    let node = try Dataset("d")
    let notes = try (0..<3).map {
      try Record(Annotation(node, ["owner": .int(Int64($0))], at: moment(Int64($0))))
    }
    let erase = try Record(Tombstone(notes[2].id, Statement("asked for", at: moment(9))))
    var graph = ProvenanceGraph()
    try graph.insert([Record(node)])
    for note in notes { try graph.insert([note]) }
    let before = graph
    var overtaken = graph
    try graph.insert([erase])
    #expect(graph.attribute("owner", of: node) == 1)
    #expect(before.attribute("owner", of: node) == 2)
    #expect(graph.asOf(Position(4)).attribute("owner", of: node) == 1)
    var fork = graph.asOf(Position(4))
    try fork.insert([Record(Dataset("e"))])
    #expect(fork.attribute("owner", of: node) == 1)
    // The copy that was overtaken forks before it erases.
    try overtaken.insert([erase])
    #expect(overtaken.attribute("owner", of: node) == 1)
    #expect(overtaken.asOf(Position(4)).attribute("owner", of: node) == 1)
    #expect(before.attribute("owner", of: node) == 2)
    #expect(before.asOf(Position(3)).attribute("owner", of: node) == 1)
    // Erased in the graph, whose lists go on where they were.
    try graph.insert([Record(Annotation(node, ["owner": 7], at: moment(20)))])
    #expect(graph.attribute("owner", of: node) == 7 && before.history(of: node).count == 3)
  }
}
