import Foundation
import Provenance
import ProvenanceStorage
import ProvenanceTestKit
import Testing

/// A batch that the graph refuses leaves nothing behind: no entry, no byte, no trace in the graph.
@Suite struct StoreRefusalTests {
  let directory: TemporaryDirectory

  init() throws { directory = try TemporaryDirectory() }

  struct Refusal: CustomTestStringConvertible, Sendable {
    var name: String
    var records: @Sendable () throws -> [Record]
    var isExpected: @Sendable (GraphError.Kind) -> Bool

    var testDescription: String { name }
  }

  static let unseen = try! Dataset("unseen", version: "1")
  static let erased = Result {
    try Record(Annotation(Lineage.raw, ["owner": "x"], at: second(50)))
  }
  static let retracted = try! Dataset("retracted", version: "1")

  static let refusals: [Refusal] = [
    Refusal(name: "unknown endpoint") {
      let run = try Run("r", id: "1")
      return [try Record(run, edges: [run.used(unseen)])]
    } isExpected: {
      if case .unknownEndpoint(_, let id) = $0 { id == unseen.id } else { false }
    },
    Refusal(name: "relation not allowed") {
      [try Record(Edge(effect: Lineage.raw.id, kind: .used, cause: Lineage.clean.id))]
    } isExpected: {
      if case .relationNotAllowed(_, .dataset, .dataset) = $0 { true } else { false }
    },
    Refusal(name: "cycle") {
      [try Record(Lineage.raw.derivedFrom(Lineage.model))]
    } isExpected: {
      guard case .cycle(_, let path) = $0 else { return false }
      return path.first == Lineage.raw.id && path.last == Lineage.raw.id
    },
    Refusal(name: "cycle within the batch") {
      let (a, b) = (try Dataset("a", version: "1"), try Dataset("b", version: "1"))
      return [
        try Record(a, edges: [a.derivedFrom(b)]), try Record(b, edges: [b.derivedFrom(a)]),
      ]
    } isExpected: {
      if case .cycle = $0 { true } else { false }
    },
    Refusal(name: "unknown subject") {
      [try Record(Annotation(unseen, ["a": 1], at: second(1)))]
    } isExpected: {
      if case .unknownSubject = $0 { true } else { false }
    },
    Refusal(name: "unknown target of a retraction") {
      [try Record(Retraction(.node(unseen.id), Statement("", at: second(1))))]
    } isExpected: {
      if case .unknownTarget = $0 { true } else { false }
    },
    Refusal(name: "unknown target of a tombstone") {
      let id = try Record(Annotation(unseen, ["a": 1], at: second(1))).id
      return [try Record(Tombstone(id, Statement("", at: second(1))))]
    } isExpected: {
      if case .unknownTarget = $0 { true } else { false }
    },
    Refusal(name: "erased") {
      [try erased.get()]
    } isExpected: {
      if case .erased = $0 { true } else { false }
    },
    Refusal(name: "unknown kind") {
      [try Record(header: unknownHeader, payload: [])]
    } isExpected: {
      if case .unknownRecordKind = $0 { true } else { false }
    },
    Refusal(name: "retracted") {
      let run = try Run("r", id: "1")
      return [try Record(run, edges: [run.used(retracted)])]
    } isExpected: {
      if case .retracted(let id) = $0 { id == retracted.id } else { false }
    },
  ]

  static var unknownHeader: [UInt8] {
    var encoder = CBOREncoder()
    encoder.array(count: 4)
    encoder.text("provenance.record")
    encoder.unsigned(77)
    encoder.unsigned(9)
    encoder.text("later")
    return encoder.bytes
  }

  func makeStore() throws -> ProvenanceStore {
    let store = try ProvenanceStore.open(at: directory["store"])
    for batch in try Lineage.batches().dropLast() { try store.commit(batch) }
    try store.commit([
      Record(Lineage.model, edges: [Lineage.model.generatedBy(Lineage.training)])
    ])
    let erased = try Self.erased.get()
    try store.commit([erased])
    try store.commit([Record(Tombstone(erased.id, Statement("", at: second(51))))])
    try store.commit([Record(Self.retracted)])
    try store.commit([
      Record(Retraction(.node(Self.retracted.id), Statement("", at: second(52))))
    ])
    return store
  }

  @Test(arguments: refusals)
  func nothingChanges(_ refusal: Refusal) async throws {
    let store = try makeStore()
    let head = store.head
    let picture = try GraphPicture(store.graph)
    let files = try contents(of: directory["store"])
    // What is good in the batch must not get in either, wherever it stands.
    let good = try Lineage.link(1)
    let bad = try refusal.records()
    for batch in [bad, good + bad, bad + good] {
      let error = thrown(GraphError.self) { try store.commit(batch) }
      #expect(error.map { refusal.isExpected($0.kind) } == true, "\(error as Any)")
      #expect(error?.recordIndex != nil)
      await #expect(throws: GraphError.self) { try await store.commit(batch) }
    }
    #expect(store.head == head)
    #expect(try GraphPicture(store.graph) == picture)
    #expect(try contents(of: directory["store"]) == files)
    // The store goes on as if nothing had been.
    let commit = try await store.commit(good)
    #expect(commit.position.count == store.head.nextSequence)
    let after = try GraphPicture(store.graph)
    try store.close()
    #expect(try GraphPicture(ProvenanceStore.open(at: directory["store"]).graph) == after)
  }

  @Test func recordsOfALaterVersionSurvive() throws {
    let record = try Record(header: Self.unknownHeader, payload: [1, 2, 3])
    do {
      let log = try DirectoryRecordLog.create(at: directory["store"])
      let entries = [
        LogEntry(kind: 77, header: record.header, payload: record.payload),
        LogEntry(kind: 0, header: try Record(Lineage.raw).header),
      ]
      _ = try log.append([LogBatch(entries: entries, time: CommitTime(seconds: 5))])
      try log.close()
    }
    for _ in 0..<2 {
      let store = try ProvenanceStore.open(at: directory["store"])
      guard case .unknownRecord(let id, let unknown)? = store.graph.conflicts.first else {
        Issue.record("not reported: \(store.graph.conflicts)")
        return
      }
      #expect(store.graph.conflicts.count == 1)
      #expect(id == record.id)
      #expect(unknown.kind == 77)
      #expect(unknown.schema == 9)
      #expect(store.graph.nodeCount == 1)
      // Merged again it is known; in another store it arrives whole.
      #expect(try store.merge([record]).newRecords == 0)
      let other = try ProvenanceStore.inMemory()
      #expect(try other.merge([record]).newRecords == 1)
      try other.log.read(from: 0) { transaction in
        #expect(transaction.entries.map(\.payload) == [[1, 2, 3]])
        #expect(transaction.entries.map(\.kind) == [77])
        return true
      }
      try store.close()
    }
  }

  @Test func anEntryThatIsNoRecordIsNamed() throws {
    let log = try DirectoryRecordLog.create(at: directory["store"])
    let good = LogEntry(kind: 0, header: try Record(Lineage.raw).header)
    let time = CommitTime(seconds: 5)
    _ = try log.append([LogBatch(entries: [good, good], time: time)])
    _ = try log.append([
      LogBatch(entries: [good, LogEntry(kind: 0, header: [0xFF])], time: time)
    ])
    try log.close()
    let files = try contents(of: directory["store"])
    for access in [StoreAccess.read, .write, .spool] {
      let error = thrown(StorageError.self) {
        _ = try ProvenanceStore.open(at: directory["store"], access: access)
      }
      #expect(error?.kind == .corrupt)
      // Two entries and a commit come before; then the second of its batch.
      #expect(error?.sequences == 4..<5)
    }
    var after = try contents(of: directory["store"])
    after["LOCK"] = files["LOCK"]
    after["HEAD"] = files["HEAD"]
    #expect(after == files)
  }
}
