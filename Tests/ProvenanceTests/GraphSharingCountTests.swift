import ProvenanceTestKit
import Testing

@testable import Provenance

/// What copies cost, in memory that is or is not shared.
@Suite struct GraphSharingCountTests {
  /// The memory of the tables that grow, by name.
  private func owners(_ graph: ProvenanceGraph) -> [String: UInt] {
    let storage = graph.storage
    let topology = storage.topology
    return [
      "ids": storage.nodes.ids.place, "families": storage.nodes.families.place,
      "kinds": topology.kinds.place, "starts of causes": topology.causeStart.place,
      "causes": topology.causeEntries.place, "roles": topology.roles.place,
      "packed effects": unsafe UInt(bitPattern: topology.packed.startPointer),
      "chains of effects": topology.tail.place,
      "effects": topology.tailEntries.place, "late effects": topology.late.effects.place,
      "late causes": topology.late.entries.place, "late chains": topology.late.byEffect.place,
      "marks of late edges": topology.irregular.lateEffects.words.place,
      "closings": storage.closed.closings.place,
      "annotations": storage.annotations.ids.place,
      "subjects": storage.annotations.subjects.place, "arrivals": storage.arrivals.place,
      "epochs": storage.epochs.place,
    ]
  }

  private func bytes(_ graph: ProvenanceGraph) -> [Int] {
    let storage = graph.storage
    return storage.nodes.byteCounts.map(\.bytes) + [
      storage.topology.causeEntries.byteCount, storage.topology.tail.byteCount,
      storage.topology.late.byteCount, storage.annotations.byteCount,
      storage.closed.byteCount, storage.vertices.byteCount, storage.epochs.byteCount,
    ]
  }

  /// A copy has no memory of its own, whatever the graph's size, and grows by nothing that is written
  /// to another.
  @Test func aCopyHasNoMemoryOfItsOwn() throws {
    var history = BusyHistory(seed: 31)
    var graph = ProvenanceGraph()
    for _ in 0..<40 { try graph.take(try history.next()) }
    let copy = graph
    let view = graph.asOf(Position(graph.position.count / 2))
    let shared = owners(graph)
    let before = bytes(graph)
    #expect(owners(copy) == shared && owners(view) == shared && bytes(copy) == before)
    for _ in 0..<30 { try graph.take(try history.next()) }
    #expect(bytes(copy) == before && owners(copy) == shared && owners(view) == shared)
    #expect(bytes(graph) != before)
  }

  /// With a copy kept of every batch, tables move only when they are full: so often as they double.
  @Test func insertsAfterAKeptCopyGoOnInPlace() throws {
    var kept: [ProvenanceGraph] = []
    var moves: [String: Int] = [:]
    var graph = ProvenanceGraph()
    let count = 1200
    let nodes = try datasets(count)
    var last = owners(graph)
    for index in nodes.indices {
      kept.append(graph)
      let run = try Run("job", id: "\(index)")
      var records = try [
        Record(
          nodes[index],
          edges: index == 0
            ? []
            : [
              nodes[index].derivedFrom(nodes[index - 1], role: "r\(index % 3)")
            ])
      ]
      switch index % 4 {
      case 1: records.append(try Record(nodes[index - 1].derivedFrom(nodes[index / 2])))
      case 2: records.append(try Record(Annotation(nodes[index], ["owner": 1], at: moment(1))))
      case 3:
        records += try [Record(run, edges: [run.used(nodes[index - 1])]), ended(run)]
      default: break
      }
      try graph.insert(
        records.filter { record in
          // The first ones would lead to themselves.
          guard case .edge(let edge) = record.content else { return true }
          return edge.effect != edge.cause
        })
      let now = owners(graph)
      for (name, owner) in now where last[name] != owner { moves[name, default: 0] += 1 }
      last = now
    }
    // From 8 on, 1800 rows take 8 doublings; the first growth and packing add some.
    // Chains grow in lists and in links.
    let often = moves.filter { $0.value > ($0.key.contains("chains") ? 22 : 11) }
    #expect(often.isEmpty, "\(often)")
    #expect(moves["ids"] ?? 0 > 4, "\(moves)")
    #expect(kept.indices.allSatisfy { kept[$0].nodeCount == $0 + $0 / 4 })
  }

  /// The copy that is overtaken has memory of its own from its first write on, and only then.
  @Test func theOvertakenCopyForksOnce() throws {
    var graph = ProvenanceGraph()
    let nodes = try datasets(40)
    try graph.insert(nodes.prefix(20).map { try Record($0) })
    var other = graph
    var refused = graph
    try graph.insert(Record(nodes[20]))
    #expect(owners(other)["ids"] == owners(graph)["ids"])
    #expect(throws: GraphError.self) {
      try refused.insert(Record(nodes[1].derivedFrom(nodes[39])))
    }
    #expect(owners(refused)["ids"] == owners(graph)["ids"])
    try other.insert(Record(nodes[21]))
    let own = owners(other)
    #expect(own["ids"] != owners(graph)["ids"] && own["kinds"] != owners(graph)["kinds"])
    for node in nodes[22..<30] { try other.insert(Record(node)) }
    #expect(owners(other)["ids"] == own["ids"])
    #expect(graph.nodeCount == 21 && other.nodeCount == 29 && refused.nodeCount == 20)
  }

  /// A batch that says nothing new leaves the graph the one that goes on in place.
  @Test func whatIsKnownTakesNothing() throws {
    var graph = ProvenanceGraph()
    let nodes = try datasets(20)
    try graph.insert(nodes.prefix(10).map { try Record($0) })
    let shared = owners(graph)
    let copy = graph
    for _ in 0..<3 { try graph.merge([Record(nodes[0])]) }
    try graph.insert([Record(nodes[10])])
    #expect(owners(graph)["ids"] == shared["ids"] && owners(copy) == shared)
    #expect(copy.nodeCount == 10 && graph.nodeCount == 11)
  }
}
