import Provenance
import ProvenanceTestKit
import Testing

/// Runs that name inputs in batch after batch, until they end or make something.
@Suite struct GraphOpenRunTests {
  /// A copy that another has overtaken does not know the place that a run got meanwhile.
  @Test func anOvertakenCopyStillHasTheRunOpen() throws {
    let nodes = try datasets(3)
    let run = try Run("job", id: "r")
    let first = try run.used(nodes[0])
    var before = Twins()
    // The run is overtaken by a node, so that rows and vertices part.
    try #expect(before.insert([Record(nodes[0]), Record(run, edges: [first])]) == nil)
    try #expect(before.insert([Record(nodes[1])]) == nil)
    var other = before
    try #expect(other.insert([Record(nodes[2], edges: [nodes[2].generatedBy(run)])]) == nil)
    let batches = try [
      [Record(Annotation(first, ["rows": 3], at: moment(1)))],
      [Record(run.used(nodes[1])), Record(run.used(nodes[0], role: "again"))],
      [retraction(of: .edge(first))],
      [Record(nodes[2], edges: [nodes[2].generatedBy(run)])],
    ]
    for batch in batches {
      try #expect(before.insert(batch) == nil)
      try #expect(before.difference() == nil)
      try #expect(before.walkDifference() == nil)
    }
    try #expect(other.difference() == nil)
    try #expect(other.walkDifference() == nil)
  }

  /// Every input is named by each of two runs in a batch of its own; then outputs, then more inputs.
  @Test func inputsInBatchAfterBatch() throws {
    var history = OpenRunHistory()
    let inputs = try datasets(6)
    let outputs = try (0..<2).map { try Model("m\($0)", version: "1") }
    let all = try runs(3)
    let code = try Code("train.py", version: "1")
    try history.insert([Record(all[0]), Record(code)])
    try history.insert([Record(all[1], edges: [all[1].executed(code)])])
    for (index, input) in inputs.enumerated() {
      try history.insert([Record(input)])
      try history.insert([Record(all[index % 2].used(input, role: "train"))])
      if index == 3 { try history.insert([Record(all[2], edges: [all[2].used(inputs[0])])]) }
    }
    // Both inputs in one batch, one of them with a second role.
    try history.insert([
      Record(all[0].used(inputs[1])), Record(all[1].used(inputs[2], role: "test")),
    ])
    try history.insert([Record(outputs[0], edges: [outputs[0].generatedBy(all[0])])])
    try history.insert([Record(all[0].executed(code)), Record(all[1].used(inputs[1]))])
    try history.insert([
      Record(outputs[1], edges: [outputs[1].generatedBy(all[1])]), Record(all[1].used(inputs[4])),
    ])
    try history.insert([Record(outputs[1].generatedBy(all[0]))])
    let wrong = try history.check()
    #expect(wrong.isEmpty, "\(wrong.count): \(wrong.prefix(3))")
  }

  /// A run that has ended has its place, though it made nothing; what it names later is late.
  @Test func theEndOfARun() throws {
    var history = OpenRunHistory()
    let nodes = try datasets(4)
    let all = try runs(3)
    try history.insert([Record(nodes[0]), Record(all[0], edges: [all[0].used(nodes[0])])])
    try history.insert([Record(all[1]), Record(nodes[1])])
    try history.insert([ended(all[0])])
    try history.insert([Record(nodes[2]), Record(all[0].used(nodes[1]))])
    // Begun, fed and ended in one batch.
    try history.insert([Record(all[2], edges: [all[2].used(nodes[2])]), ended(all[2])])
    try history.insert([Record(all[1].used(nodes[2])), ended(all[1], 4), Record(nodes[3])])
    try history.insert([Record(all[1].used(nodes[3])), Record(all[2].used(nodes[3]))])
    let wrong = try history.check()
    #expect(wrong.isEmpty, "\(wrong.count): \(wrong.prefix(3))")
  }

  /// To be informed by a run gives it its place, also where both are open, or each informs the other.
  @Test func runsThatInformEachOther() throws {
    var history = OpenRunHistory()
    let nodes = try datasets(3)
    let all = try runs(5)
    try history.insert(all.map { try Record($0) })
    for (index, node) in nodes.enumerated() {
      try history.insert([Record(node), Record(all[index].used(node))])
    }
    try history.insert([Record(all[2].informedBy(all[1]))])
    try history.insert([Record(all[1].used(nodes[2])), Record(all[3].informedBy(all[2]))])
    // The chain of a batch, against the order of rows.
    try history.insert([Record(all[0].informedBy(all[4])), Record(all[4].informedBy(all[3]))])
    // It would lead round in a circle; refused, then kept.
    try history.insert([Record(all[1].informedBy(all[0]))])
    try history.merge([Record(all[1].informedBy(all[0])), Record(all[3].used(nodes[0]))])
    let wrong = try history.check()
    #expect(wrong.isEmpty, "\(wrong.count): \(wrong.prefix(3))")
    #expect(history.twins.graph.conflicts.count == 1)
  }

  /// Open runs in a circle, in one batch: it is disputed, and every other edge counts.
  @Test func openRunsInACircle() throws {
    var history = OpenRunHistory()
    let nodes = try datasets(2)
    let all = try runs(3)
    try history.merge(all.map { try Record($0) })
    try history.merge([Record(nodes[0]), Record(all[0].used(nodes[0]))])
    let circle = try all.indices.map { try Record(all[$0].informedBy(all[($0 + 1) % 3])) }
    try history.insert(circle)
    try history.merge(circle)
    try history.merge([Record(nodes[1], edges: [nodes[1].generatedBy(all[1])])])
    try history.insert([retraction(of: .edge(all[0].informedBy(all[1])))])
    let wrong = try history.check()
    #expect(wrong.isEmpty, "\(wrong.count): \(wrong.prefix(3))")
    #expect(history.twins.graph.conflicts.isEmpty)
  }

  /// A run, an input and an edge are retracted while the run is open, and shown again before or after
  /// it has its place.
  @Test(arguments: [false, true]) func retractionsWhileARunIsOpen(closesFirst: Bool) throws {
    var history = OpenRunHistory()
    let nodes = try datasets(3)
    let model = try Model("m", version: "1")
    let all = try runs(2)
    let edges = try [all[0].used(nodes[0]), all[0].used(nodes[1]), all[1].used(nodes[1])]
    try history.insert(all.map { try Record($0) } + nodes.map { try Record($0) })
    for edge in edges { try history.insert([Record(edge)]) }
    let hidden = try [
      retraction(of: .node(nodes[1].id), at: 1), retraction(of: .edge(edges[0]), at: 2),
      retraction(of: .node(all[0].id), at: 3),
    ]
    for record in hidden { try history.insert([record]) }
    try history.insert([Record(all[0].used(nodes[2]))])
    try history.insert([Record(all[1].used(nodes[2]))])
    let close = try [Record(model, edges: [model.generatedBy(all[0]), model.generatedBy(all[1])])]
    if closesFirst { try history.merge(close) }
    for record in hidden { try history.insert([retraction(of: .record(record.id), at: 6)]) }
    if !closesFirst { try history.insert(close) }
    try history.insert([Record(all[0].used(nodes[2])), ended(all[1])])
    let wrong = try history.check()
    #expect(wrong.isEmpty, "\(wrong.count): \(wrong.prefix(3))")
    try #expect(history.twins.graph.ancestors(of: model).count == 5)
  }

  /// An input that the run named before is hidden and shown again by a batch in which the run gets its
  /// place and an edge closes a cycle: it is the batch's edge that is at fault, and not the old one.
  @Test func theEdgeThatClosesACycleOverARunThatWasOpen() throws {
    let data = try Dataset("d")
    let model = try Model("m", version: "1")
    let run = try Run("job", id: "r")
    let old = try run.used(data)
    let hide = try retraction(of: .edge(old), at: 1)
    let show = try retraction(of: .record(hide.id), at: 2)
    let made = try model.generatedBy(run)
    let closing = try data.derivedFrom(model)
    var wrong: [String] = []
    for order in try permutations(of: [hide, show, Record(closing), Record(made)]) {
      var twins = Twins()
      _ = try twins.insert([Record(data), Record(model), Record(run, edges: [old])])
      let kept = twins
      do throws(GraphError) {
        try twins.graph.insert(order)
        wrong.append("accepted")
      } catch {
        guard case .cycle(let edge, _) = error.kind, edge == made || edge == closing else {
          wrong.append("\(error)")
          continue
        }
      }
      if let text = try twins.difference() ?? kept.difference() { wrong.append(text) }
      if let text = try twins.insert([Record(made)]) ?? twins.difference() { wrong.append(text) }
    }
    #expect(wrong.isEmpty, "\(wrong.count): \(wrong.prefix(2))")
  }

  /// More runs than stay open, in one batch and one by one, with inputs in the batch that opens them
  /// and later ones.
  @Test(arguments: [1, 400, 1100]) func moreRunsThanStayOpen(batchSize: Int) throws {
    let count = 1100
    let inputs = try datasets(2)
    let all = try runs(count)
    var graph = ProvenanceGraph()
    try graph.insert(inputs.map { try Record($0) })
    for start in stride(from: 0, to: count, by: batchSize) {
      try graph.insert(
        all[start..<min(start + batchSize, count)].map {
          try Record($0, edges: [$0.used(inputs[0])])
        })
    }
    #expect(graph.edgeCount == count)
    for run in all.reversed() { try graph.insert([Record(run.used(inputs[1]))]) }
    #expect(graph.edgeCount == 2 * count)
    try #expect(graph.descendants(of: inputs[0]).count == count)
    try #expect(graph.descendants(of: inputs[1]).count == count)
    var wrong: [Run] = []
    for run in all where try graph.causes(of: run).map(\.cause) != inputs.map(\.id).sorted() {
      wrong.append(run)
    }
    #expect(wrong.isEmpty, "\(wrong.count) runs, \(wrong.prefix(2))")
    let half = graph.asOf(Position(UInt64(2 + count + count / 2)))
    #expect(half.edgeCount == count + count / 2)
    try #expect(half.descendants(of: inputs[1]).count == count / 2)
  }
}
