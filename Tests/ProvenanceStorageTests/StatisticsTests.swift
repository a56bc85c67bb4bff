import Foundation
import Provenance
import ProvenanceStorage
import ProvenanceTestKit
import Testing

/// What a store holds, and what of it is past keeping.
@Suite struct StatisticsTests {
  let directory: TemporaryDirectory

  init() throws { directory = try TemporaryDirectory() }

  func open() throws -> ProvenanceStore {
    var options = StoreOptions()
    options.log.firstSegmentByteCount = 8192
    options.log.largestSegmentByteCount = 8192
    return try ProvenanceStore.open(at: directory["s"], options: options)
  }

  @Test func everythingIsCounted() throws {
    let store = try open()
    #expect(try store.statistics().records.isEmpty)
    let batches = try Lineage.batches()
    for batch in batches { try store.commit(batch) }
    for number in 0..<20 { try store.commit(Lineage.link(number)) }
    let note = try #require(batches[0].last)
    try store.commit([Record(Tombstone(note.id, Statement("asked to", at: second(9))))])
    try store.objects.put([1, 2, 3])
    try store.objects.put([4])
    let spool = try ProvenanceStore.open(at: directory["s"], access: .spool)
    try Data([1, 2]).write(to: URL(fileURLWithPath: directory["s/quarantine/x.tail"]))

    let statistics = try store.statistics()
    #expect(statistics.position == store.position)
    #expect(
      statistics.records.mapValues(\.count)
        == [.node: 45, .annotation: 23, .retraction: 1, .tombstone: 1])
    #expect(statistics.commitCount == 25)
    let count = statistics.records.values.reduce(0) { $0 + $1.count } + statistics.commitCount
    #expect(UInt64(count) == store.position.count)
    #expect(statistics.nodes == [.dataset: 22, .run: 22, .model: 1])
    #expect(statistics.edges == [.generatedBy: 22, .used: 1])
    #expect(statistics.records[.node]?.payloadByteCount == 0)
    var payload: UInt64 = 0
    try store.log.read(from: 0) { transaction in
      payload += transaction.entries.reduce(0) { $0 + UInt64($1.payload.count) }
      return true
    }
    #expect(statistics.records.values.reduce(0) { $0 + $1.payloadByteCount } == payload)
    #expect(statistics.segments.count > 1)
    let sizes = try contents(of: directory["s/log"]).values.reduce(0) { $0 + $1.count }
    #expect(statistics.logByteCount == UInt64(sizes))
    #expect(statistics.segments.allSatisfy { $0.usedByteCount <= $0.fileByteCount })
    #expect((statistics.objects.count, statistics.objects.byteCount) == (2, 4))
    #expect((statistics.quarantine.count, statistics.quarantine.byteCount) == (1, 2))
    #expect(statistics.spools.count == 1 && statistics.spools.byteCount > 4096)
    try spool.close()
    #expect(try ProvenanceStore.inMemory().statistics() == StoreStatistics())
  }

  @Test func retentionIsAPlan() throws {
    let store = try open()
    let old = try Dataset("old", version: "1")
    let shared = try Dataset("shared", version: "1")
    let model = try Model("m", version: "1")
    let stored = try [[1], [2], [3]].map { try store.objects.put($0 as [UInt8]) }
    func states(_ object: StoredObject) -> AttributeMap {
      [AttributeKey.contentDigest: .bytes(object.digest.bytes)]
    }
    let notes = [
      try Record(Annotation(old, states(stored[0]), at: second(10))),
      try Record(Annotation(old, states(stored[1]), at: second(20))),
      try Record(Annotation(shared, states(stored[1]), at: second(990))),
      try Record(Annotation(model, states(stored[2]), at: second(10))),
      try Record(Annotation(old, ["owner": "a"], at: second(10))),
      try Record(Annotation(old, [AttributeKey.metric("x"): 1, "owner": "b"], at: second(10))),
      try Record(Annotation(model, [AttributeKey.metric("x"): 1], at: second(10))),
      try Record(Annotation(model, [AttributeKey.type: "checkpoint"], at: second(999))),
    ]
    try store.commit([Record(old), Record(shared), Record(model)])
    for note in notes { try store.commit([note]) }
    func plan(_ rules: RetentionRule...) throws -> RetentionPlan {
      try store.retentionPlan(RetentionPolicy(rules), at: second(1000))
    }
    func records(_ plan: RetentionPlan) -> [RecordID] { plan.payloads.map(\.record) }
    let head = store.head

    #expect(try plan().isEmpty)
    let data = try plan(
      RetentionRule("data", .nodes(.dataset), keeping: .seconds(100), includesObjects: true))
    #expect(records(data) == [0, 1, 4, 5].map { notes[$0].id })
    #expect(data.objects.map(\.object) == [stored[0]], "the other one is still stated by another")
    #expect(data.payloads.allSatisfy { $0.rule == "data" })
    #expect(data.payloadByteCount == [0, 1, 4, 5].reduce(0) { $0 + notes[$1].payload.count })
    #expect(data.position == store.position)
    let edge = try plan(
      RetentionRule("just", .nodes(.dataset), keeping: .seconds(980)),
      RetentionRule("older", .nodes(.dataset), keeping: .seconds(979)))
    #expect(edge.payloads.map(\.rule) == ["just", "older", "just", "just"])
    #expect(records(try plan(RetentionRule("k", .everything, keeping: .seconds(990)))) == [])
    let metrics = try plan(
      RetentionRule(
        "metrics", .everything, keyPrefix: AttributeKey.metricPrefix, keeping: .seconds(1)))
    #expect(records(metrics) == [notes[6].id])
    let typed = try plan(RetentionRule("type", .type("checkpoint"), keeping: .seconds(500)))
    #expect(records(typed) == [notes[3].id, notes[6].id])
    #expect(store.head == head, "a plan changes nothing")

    // Whoever erases gets the plan, and what is erased is in no plan again.
    let policy = RetentionPolicy([RetentionRule("all", .everything, keeping: .seconds(500))])
    let done = try store.enforce(policy, at: second(1000)) { plan in
      try store.commit(
        plan.payloads.map {
          try Record(Tombstone($0.record, Statement($0.rule, at: plan.time)))
        })
    }
    #expect(done.payloads.count == 6)
    try store.enforce(policy, at: second(1000)) { _ in Issue.record("nothing is left to erase") }
    #expect(store.graph.attribute("owner", of: old) == nil)
  }
}
