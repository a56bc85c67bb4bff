import Foundation
import Provenance
import ProvenanceStorage
import ProvenanceTestKit
import Testing

/// What a store holds, what it may hold, and what is past keeping.
@Suite struct StatisticsTests {
  let directory: TemporaryDirectory

  init() throws { directory = try TemporaryDirectory() }

  func open(_ quota: StoreQuota = StoreQuota()) throws -> ProvenanceStore {
    var options = StoreOptions()
    options.log.firstSegmentByteCount = 8192
    options.log.largestSegmentByteCount = 8192
    options.quota = quota
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

  @Test func aCommitPastTheQuotaIsRefusedWhole() throws {
    var quota = StoreQuota()
    quota.entryCount = 9
    let store = try open(quota)
    try store.commit(Lineage.link(0))
    try store.commit(Lineage.link(1))
    let head = store.head
    let files = try contents(of: directory["s"])
    let error = thrown(StorageError.self) { try store.commit(Lineage.link(2)) }
    #expect(error?.kind == .limitExceeded)
    #expect(error?.message.contains("12 entries") == true)
    #expect(error?.message.contains("allows 9") == true)
    #expect(store.head == head)
    #expect(try contents(of: directory["s"]) == files)
    #expect(try Lineage.links(in: store.graph) == [0, 1])
    // It goes on with what fits, and with what is known already.
    #expect(try store.commit(Lineage.link(1)).newRecords == 0)
    #expect(storageErrorKind { try store.commit(Lineage.link(3)) } == .limitExceeded)
    try store.close()
    let again = try open()
    #expect(again.recovery == nil)
    try again.commit(Lineage.link(2))
  }

  @Test func theBytesOfTheLogAreLimited() throws {
    var quota = StoreQuota()
    quota.logByteCount = 20_000
    let store = try open(quota)
    var count = 0
    while count < 1000 {
      do { try store.commit(Lineage.link(count)) } catch let error as StorageError {
        #expect(error.kind == .limitExceeded)
        break
      }
      count += 1
    }
    let used = try store.statistics().segments.reduce(0) { $0 + $1.usedByteCount - 4096 }
    #expect(used <= 20_000 && used > 18_000)
    #expect(try Lineage.links(in: store.graph) == Set(0..<count))
  }

  @Test func othersOfAGroupDoNotSuffer() async throws {
    var quota = StoreQuota()
    quota.entryCount = 14
    let store = try open(quota)
    let outcomes = await withTaskGroup(of: Bool.self) { group in
      for number in 0..<12 {
        group.addTask {
          let outcome = await Result.of { try await store.commit(Lineage.link(number)) }
          #expect(outcome.failureKind == nil || outcome.failureKind == .limitExceeded)
          return outcome.failureKind == nil
        }
      }
      return await group.reduce(into: [Bool]()) { $0.append($1) }
    }
    #expect(outcomes.filter(\.self).count == 3)
    #expect(try Lineage.links(in: store.graph).count == 3)
  }

  @Test func objectsAreLimited() async throws {
    try open().close()
    var quota = StoreQuota()
    quota.objectByteCount = 100
    let store = try open(quota)
    let bytes = [UInt8](repeating: 1, count: 60)
    let first = try await store.put(bytes: bytes)
    // Known by its digest, or counted anew: what is there takes no more room.
    _ = try await store.put(bytes: bytes, expecting: ObjectExpectation(digest: first.digest))
    let file = directory["f"]
    try Data([UInt8](repeating: 2, count: 41)).write(to: URL(fileURLWithPath: file))
    let outcome = await Result.of { try await store.put(file: file) }
    #expect(outcome.failureKind == .limitExceeded)
    if case .failure(let error as StorageError) = outcome {
      #expect(error.message.contains("60 bytes") && error.message.contains("allows 100"))
    }
    _ = try await store.put(bytes: [UInt8](repeating: 3, count: 20))
    _ = try await store.put(bytes: [UInt8](repeating: 3, count: 20))
    _ = try await store.put(bytes: [UInt8](repeating: 4, count: 20))
    let last = await Result.of { try await store.put(bytes: [9]) }
    #expect(last.failureKind == .limitExceeded)
    #expect(try await store.statistics().objects.byteCount == 100)
    try store.objects.delete(first.digest)
    _ = try await store.put(bytes: [9])
    // The caller's own limit is the caller's own affair.
    let own = await Result.of {
      try await store.put(bytes: [1, 2, 3], expecting: ObjectExpectation(limit: 2))
    }
    #expect(own.failureKind == .limitExceeded)
  }

  @Test func theQuotaHoldsForTransfersToo() throws {
    let source = try ProvenanceStore.inMemory()
    for number in 0..<5 { try source.objects.put([UInt8](repeating: UInt8(number), count: 30)) }
    var exporting = ExportOptions()
    exporting.includesObjects = true
    try source.export(to: directory["e"], options: exporting)
    var quota = StoreQuota()
    quota.objectByteCount = 100
    quota.entryCount = 5
    let store = try open(quota)
    var merging = MergeOptions()
    merging.includesObjects = true
    #expect(storageErrorKind { try store.merge(from: source, options: merging) } == .limitExceeded)
    #expect(try store.statistics().objects.byteCount == 90)
    #expect(storageErrorKind { try store.import(from: directory["e"]) } == .limitExceeded)
    #expect(try store.statistics().objects.byteCount == 90)
    try store.import(from: directory["e"], includingObjects: false)
    for number in 0..<2 { try source.commit(Lineage.link(number)) }
    #expect(storageErrorKind { try store.merge(from: source) } == .limitExceeded)
    #expect(store.position == .start)
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
