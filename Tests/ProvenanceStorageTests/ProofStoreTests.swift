import Foundation
import Provenance
import ProvenanceTestKit
import Testing

@testable import ProvenanceStorage

@Suite struct ProofStoreTests {
  private func filled(_ count: Int = 12) throws -> (ProvenanceStore, [RecordID]) {
    let store = try ProvenanceStore.inMemory(clock: TickingClock().now)
    var ids: [RecordID] = []
    for number in 0..<count {
      let records = try Lineage.link(number)
      try store.commit(records)
      ids += records.map(\.id)
    }
    return (store, ids)
  }

  @Test func everyRecordIsProvenAtEverySizeThatHoldsIt() throws {
    let (store, ids) = try filled()
    // Three records and a commit entry each.
    let head = try store.treeHead()
    #expect(head == TreeHead(store.head))
    #expect(head.size == 48)
    for (number, id) in ids.enumerated() {
      let index = UInt64(number / 3 * 4 + number % 3)
      for size in index + 1...48 {
        let proof = try store.inclusionProof(of: id, in: size)
        #expect(proof.leafIndex == index)
        try proof.verify(id, in: try store.treeHead(at: size))
      }
      #expect(
        thrown(ProofError.self) { _ = try store.inclusionProof(of: id, in: index) }?.kind
          == .outOfRange)
    }
    for older in 1...48 as ClosedRange<UInt64> {
      try store.consistencyProof(from: older)
        .verify(from: try store.treeHead(at: older), to: head)
    }
    #expect(thrown(ProofError.self) { _ = try store.treeHead(at: 49) }?.kind == .outOfRange)
    let unknown = RecordID(digest: MerkleTree.emptyRoot)
    #expect(
      thrown(ProofError.self) { _ = try store.inclusionProof(of: unknown) }?.kind
        == .unknownRecord)
  }

  @Test func theTreeGrowsWithTheLog() throws {
    let (store, _) = try filled(3)
    let before = try store.treeHead()
    let records = try Lineage.link(100)
    try store.commit(records)
    let after = try store.treeHead()
    #expect(after == TreeHead(store.head))
    try store.consistencyProof(from: before.size).verify(from: before, to: after)
    try store.inclusionProof(of: records[2].id).verify(records[2].id, in: after)
    #expect(try store.treeHead(at: before.size) == before)
    #expect(try store.treeHead(at: 0).root == MerkleTree.emptyRoot)
  }

  @Test func aStoreOnDiskProvesWhatItHeldBefore() async throws {
    let directory = try TemporaryDirectory()
    let path = directory.path + "/store"
    let records = try Lineage.link(1)
    var kept: TreeHead?
    do {
      let store = try ProvenanceStore.open(at: path)
      try await store.commit(records)
      kept = try await store.treeHead()
      try store.close()
    }
    let store = try ProvenanceStore.open(at: path)
    try await store.commit(try Lineage.link(2))
    let before = try #require(kept)
    let head = try await store.treeHead()
    try await store.consistencyProof(from: before.size).verify(from: before, to: head)
    try await store.inclusionProof(of: records[0].id).verify(records[0].id, in: head)
    try store.close()
    await #expect(throws: (any Error).self) {
      let reader = try ProvenanceStore.open(at: path, access: .read)
      try reader.close()
      _ = try await reader.treeHead()
    }
  }

  @Test(.enabled(if: Ed25519Tests.canSign)) func completeProofs() async throws {
    let (store, ids) = try filled(5)
    let signer = try Ed25519NoteSigner(
      name: "example.com/lineage", privateKey: Ed25519PrivateKey(seed: ProofFixture.seed(9)))
    let checkpoint = try await store.checkpoint(origin: "example.com/lineage", signers: [signer])
    try await store.commit(try Lineage.link(50))
    let policy = CheckpointPolicy(origin: "example.com/lineage", logKeys: [signer.key])
    for id in ids {
      let text = try await store.proof(of: id, in: checkpoint).description
      #expect(try LogProof(parsing: text).verify(id, policy).head.size == 20)
    }
    let proof = try await store.proof(of: ids[0], in: checkpoint, extra: [1])
    #expect(thrown(ProofError.self) { try proof.verify(ids[1], policy) }?.kind == .wrongRoot)
    let record = try Lineage.link(0)[0]
    #expect(try proof.verify(header: record.header, policy).origin == "example.com/lineage")
    let late = try Lineage.link(50)[0].id
    #expect(
      thrown(ProofError.self) { _ = try store.proof(of: late, in: checkpoint) }?.kind
        == .outOfRange)
    let (other, _) = try filled(6)
    let foreign = try await other.checkpoint(origin: "example.com/lineage", signers: [signer])
    try await store.commit(try Lineage.link(51))
    #expect(
      thrown(ProofError.self) { _ = try store.proof(of: ids[0], in: foreign) }?.kind
        == .wrongRoot)
    let earlier = try await store.checkpoint(
      origin: "example.com/lineage", at: 20, signers: [signer])
    #expect(try earlier.checkpoint() == checkpoint.checkpoint())
  }

  /// Remembers heads, and checks each against the one before, as an honest witness does.
  final class Notebook: HeadWitness {
    let heads = Lock<[TreeHead]>([])
    let fails = Lock(false)
    struct Full: Error {}

    func observe(_ observation: HeadObservation) throws {
      if fails.withLock({ $0 }) { throw Full() }
      try heads.withLock { heads in
        #expect(observation.previous == heads.last)
        if let previous = heads.last {
          try #require(observation.consistency).verify(from: previous, to: observation.head)
        }
        heads.append(observation.head)
      }
    }
  }

  @Test func witnessesAreGivenDurableHeads() async throws {
    let store = try ProvenanceStore.inMemory()
    let (always, third, asked) = (Notebook(), Notebook(), Notebook())
    #expect(try await store.callWitnesses().isEmpty)
    try store.addWitness(always, named: "always")
    try store.addWitness(third, named: "third", schedule: .every(3))
    try store.addWitness(asked, named: "asked", schedule: .onDemand)
    for number in 0..<7 { try await store.commit(try Lineage.link(number)) }
    let reports = try await store.callWitnesses()
    #expect(reports.map(\.name) == ["always", "third", "asked"])
    for (report, notebook) in zip(reports, [always, third, asked]) {
      #expect(report.lastHead == TreeHead(store.head))
      #expect(report.failureCount == 0)
      #expect(notebook.heads.withLock { $0.last } == TreeHead(store.head))
    }
    #expect(asked.heads.withLock { $0.count } == 1)
    // Nothing new: nobody is called again.
    try await store.callWitnesses()
    #expect(asked.heads.withLock { $0.count } == 1)
  }

  @Test func aFailingWitnessFailsNoCommit() async throws {
    let store = try ProvenanceStore.inMemory()
    let (notebook, failures) = (Notebook(), Counter())
    try store.addWitness(notebook, named: "paper") { _ in failures.increment() }
    notebook.fails.withLock { $0 = true }
    for number in 0..<3 { try await store.commit(try Lineage.link(number)) }
    var report = try #require(try await store.callWitnesses().first)
    #expect(report.lastHead == nil)
    #expect(report.failureCount > 0)
    #expect(report.failureCount == failures.value)
    #expect(report.lastFailure is Notebook.Full)
    notebook.fails.withLock { $0 = false }
    report = try #require(try await store.callWitnesses().first)
    #expect(report.lastHead == TreeHead(store.head))
    #expect(report.lastFailure == nil)
    #expect(store.witnessReports.first?.failureCount == failures.value)
  }

  /// A witness that needs no report of its failures, called from a thread that may wait.
  @Test func waitingCalls() throws {
    let store = try ProvenanceStore.inMemory()
    #expect(try store.callWitnesses().isEmpty)
    let notebook = Notebook()
    try store.addWitness(notebook, named: "paper", schedule: .onDemand)
    try store.commit(try Lineage.link(1))
    #expect(try store.callWitnesses().first?.lastHead == TreeHead(store.head))
    notebook.fails.withLock { $0 = true }
    try store.commit(try Lineage.link(2))
    #expect(try store.callWitnesses().first?.failureCount == 1)
    #expect(try store.verify(against: [TreeHead(store.head)]).isSound)
  }

  /// A log that states a root which its records do not have.
  struct LyingLog: RecordLog {
    let log = MemoryRecordLog()
    var id: UniqueID { log.id }
    var head: LogHead {
      LogHead(treeSize: log.head.treeSize, root: ProofFixture.leaf(1), time: log.head.time)
    }
    func append(_ batches: [LogBatch]) throws -> [LogCommit] { try log.append(batches) }
    func read(from sequence: UInt64, _ body: (LogTransaction) throws -> Bool) throws {
      try log.read(from: sequence, body)
    }
    func close() throws { try log.close() }
  }

  @Test func aRootThatTheRecordsDoNotHave() throws {
    let store = try ProvenanceStore(log: LyingLog(), objects: MemoryObjectStore())
    try store.commit(try Lineage.link(1))
    for _ in 0..<2 {
      #expect(thrown(StorageError.self) { _ = try store.treeHead() }?.kind == .corrupt)
    }
    #expect(try store.verify().kinds == [.rewritten])
  }
}
