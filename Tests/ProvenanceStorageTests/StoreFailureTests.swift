import Foundation
import Provenance
import ProvenanceStorage
import ProvenanceTestKit
import Testing

/// What is left when the log refuses, the device fails, or the disk is full.
@Suite struct StoreFailureTests {
  let directory: TemporaryDirectory

  init() throws { directory = try TemporaryDirectory() }

  static func options(_ fileSystem: any FileSystem = SystemFileSystem()) -> StoreOptions {
    var options = StoreOptions()
    options.fileSystem = fileSystem
    // Small segments, so that commits finish some.
    options.log.firstSegmentByteCount = 8192
    options.log.largestSegmentByteCount = 8192
    options.log.headInterval = 2
    return options
  }

  /// What became of commits that were attempted one after the other.
  struct Outcome {
    var acknowledged: Set<Int> = []
    var unknown: Set<Int> = []
    var refused: Set<Int> = []

    mutating func attempt(_ number: Int, _ store: ProvenanceStore) throws {
      do {
        try store.commit(Lineage.link(number) + padding(number))
        acknowledged.insert(number)
      } catch let error as StorageError where error.kind == .outcomeUnknown {
        unknown.insert(number)
      } catch let error as StorageError {
        refused.insert(number)
        if !unknown.isEmpty {
          #expect(error.kind == .closed, "the log took something after an unknown outcome")
        }
      }
      #expect(try Lineage.links(in: store.graph) == acknowledged)
      #expect(store.position == store.graph.position)
    }

    private func padding(_ number: Int) throws -> [Record] {
      let output = try Dataset("table", version: "\(number)", namespace: "chain")
      let text = String(repeating: "x", count: 1500)
      return [
        try Record(
          Annotation(
            output, ["padding": .string(text)], at: second(0), salt: Lineage.salt(-number - 1)))
      ]
    }
  }

  func scenario(_ path: String, _ fileSystem: FaultFileSystem) throws -> Outcome {
    var outcome = Outcome()
    guard
      let store = try? ProvenanceStore.open(at: path, options: Self.options(fileSystem))
    else { return outcome }
    for number in 0..<4 { try outcome.attempt(number, store) }
    try? store.close()
    return outcome
  }

  @Test(arguments: [(ENOSPC, false), (EIO, false), (EIO, true)])
  func everyOperationFails(errno: Int32, forGood: Bool) throws {
    let rehearsal = FaultFileSystem(SystemFileSystem())
    #expect(try scenario(directory["rehearsal"], rehearsal).acknowledged == Set(0..<4))
    var unknown = 0
    // A device that is gone for good behaves alike for many operations in a row.
    for number in stride(from: 0, to: rehearsal.operationCount, by: forGood ? 5 : 1) {
      let path = directory["\(number)"]
      let faulty = FaultFileSystem(SystemFileSystem())
      if forGood {
        faulty.failOperations(from: number, errno: errno)
      } else {
        faulty.failOperation(number, errno: errno)
      }
      let outcome = try scenario(path, faulty)
      unknown += outcome.unknown.count
      let about: Comment = "operation \(number): \(rehearsal.operations[number])"
      do {
        let store = try ProvenanceStore.open(at: path, options: Self.options())
        let links = try Lineage.links(in: store.graph)
        #expect(links.isSuperset(of: outcome.acknowledged), about)
        #expect(links.isSubset(of: outcome.acknowledged.union(outcome.unknown)), about)
        #expect(store.position.count == store.head.nextSequence, about)
        // Repeating all of it is harmless and completes it.
        try store.commit((0..<4).flatMap { try Lineage.link($0) })
        #expect(try Lineage.links(in: store.graph) == Set(0..<4), about)
        let picture = try GraphPicture(store.graph)
        try store.close()
        let again = try ProvenanceStore.open(at: path, access: .read)
        #expect(try GraphPicture(again.graph) == picture, about)
      } catch { Issue.record("\(about): \(error)") }
      try FileManager.default.removeItem(atPath: path)
    }
    #expect(unknown > 0)
  }

  @Test func aFailedSyncLeavesTheOutcomeUnknown() async throws {
    let fileSystem = FaultFileSystem(SystemFileSystem())
    let path = directory["store"]
    let store = try ProvenanceStore.open(at: path, options: Self.options(fileSystem))
    try await store.commit(Lineage.link(0))
    let before = store.graph
    let copy = directory["before"]
    try FileManager.default.copyItem(atPath: path, toPath: copy)
    fileSystem.failOperations(errno: EIO) { $0.name == .synchronize }
    let error = thrown(StorageError.self) { try store.commit(Lineage.link(1)) }
    #expect(error?.kind == .outcomeUnknown)
    #expect(error?.errno == EIO)
    fileSystem.clearFaults()
    // The device works again; the store must not go on all the same.
    for records in [try Lineage.link(1), try Lineage.link(2), try Lineage.link(0), []] {
      await #expect(throws: StorageError.self) { try await store.commit(records) }
    }
    #expect(try GraphPicture(store.graph) == GraphPicture(before))
    try store.close()
    // Whether the device kept the bytes or lost them: a legal prefix, and repeating completes it.
    for (path, links) in [(path, Set([0, 1])), (copy, Set([0]))] {
      let again = try ProvenanceStore.open(at: path, options: Self.options())
      #expect(try Lineage.links(in: again.graph) == links)
      try await again.commit(Lineage.link(1))
      try await again.commit(Lineage.link(2))
      #expect(try Lineage.links(in: again.graph) == [0, 1, 2])
      #expect(again.graph.nodeCount == 6)
    }
  }

  @Test func allOfAGroupShareAnUnknownOutcome() async throws {
    let gate = Gate()
    let fileSystem = FaultFileSystem(SystemFileSystem())
    let store = try ProvenanceStore.open(
      at: directory["store"], options: Self.options(fileSystem))
    let syncs = Counter()
    fileSystem.plan { _, operation in
      guard operation.name == .synchronize else { return nil }
      gate.pass()
      return syncs.increment() == 1 ? nil : .error(EIO)
    }
    let results = await store.commitTogether(
      gate, first: try Lineage.link(0), try (1...3).map { try Lineage.link($0) })
    #expect(results.map(\.failureKind) == [nil] + Array(repeating: .outcomeUnknown, count: 3))
    #expect(try Lineage.links(in: store.graph) == [0])
  }

  @Test func whatTheLogRefusesDoesNotTakeOthersAlong() async throws {
    for kind in [StorageError.Kind.limitExceeded, .invalidArgument, .noSpace] {
      let gate = Gate()
      let log = ScriptedLog { batches in
        gate.pass()
        if batches.contains(where: { $0.entries.count > 4 }) {
          throw StorageError(kind, "a batch that is too large")
        }
      }
      let store = try ProvenanceStore(log: log, objects: MemoryObjectStore())
      let results = await store.commitTogether(
        gate, first: try Lineage.link(0),
        [
          try Lineage.link(1), try Lineage.link(2) + Lineage.link(3), try Lineage.link(4),
          try Lineage.link(2),
        ])
      #expect(results.map(\.failureKind) == [nil, nil, kind, nil, nil])
      #expect(try results[4].get().newRecords == 3, "it does not rest on what was refused")
      #expect(try Lineage.links(in: store.graph) == [0, 1, 2, 4])
      #expect(store.position.count == store.head.nextSequence)
      let again = try ProvenanceStore(log: log, objects: MemoryObjectStore())
      #expect(try Lineage.links(in: again.graph) == [0, 1, 2, 4])
      #expect(again.position == store.position)
    }
  }

  @Test func aRefusedTombstoneErasesNothing() throws {
    let log = ScriptedLog { batches in
      for case let entry in batches.flatMap(\.entries) where entry.kind == 4 {
        throw StorageError(.noSpace, "full")
      }
    }
    let store = try ProvenanceStore(log: log, objects: MemoryObjectStore())
    let record = try Record(Annotation(Lineage.raw, ["owner": "x"], at: second(1)))
    try store.commit([Record(Lineage.raw), record])
    let picture = try GraphPicture(store.graph)
    let tombstone = try Record(Tombstone(record.id, Statement("", at: second(2))))
    #expect(throws: StorageError.self) { try store.commit([tombstone]) }
    #expect(try GraphPicture(store.graph) == picture)
    #expect(store.graph.attribute("owner", of: Lineage.raw)?.stringValue == "x")
    try store.commit(Lineage.link(1))
    #expect(store.graph.attribute("owner", of: Lineage.raw)?.stringValue == "x")
  }

  /// A payload that arrives after its record, and is refused, must not be taken for known later.
  @Test func aRefusedPayloadIsStillMissing() throws {
    let fails = Counter()
    let log = ScriptedLog { _ in
      if fails.value == 1 {
        fails.increment()
        throw StorageError(.noSpace, "full")
      }
    }
    let store = try ProvenanceStore(log: log, objects: MemoryObjectStore())
    let waiting = try Annotation(Lineage.clean, ["owner": "x"], at: second(1))
    let statement = try Statement("a mistake", at: second(2))
    let whole = [
      try Record(Annotation(Lineage.raw, ["owner": "x"], at: second(1))), try Record(waiting),
      try Record(Retraction(.node(Lineage.model.id), statement)),
    ]
    let bare = try whole.map { try Record(header: $0.header, payload: []) }
    try store.merge([Record(Lineage.raw)] + bare)
    let picture = try GraphPicture(store.graph)
    fails.increment()
    #expect(throws: StorageError.self) { try store.merge(whole) }
    #expect(try GraphPicture(store.graph) == picture)
    #expect(try store.merge(whole).newRecords == 3)
    try store.merge([Record(Lineage.clean)])
    let again = try ProvenanceStore(log: log, objects: MemoryObjectStore())
    for node in [Lineage.raw, Lineage.clean] {
      #expect(again.graph.attribute("owner", of: node)?.stringValue == "x")
    }
    #expect(try GraphPicture(again.graph) == GraphPicture(store.graph))
  }

  @Test func aClosedStoreTakesNothing() async throws {
    for store in [
      try ProvenanceStore.inMemory(), try ProvenanceStore.open(at: directory["store"]),
    ] {
      try await store.commit(Lineage.link(0))
      let graph = store.graph
      try store.close()
      try store.close()
      for records in [try Lineage.link(1), try Lineage.link(0), []] {
        #expect(storageErrorKind { try store.commit(records) } == .closed)
        #expect(storageErrorKind { try store.merge(records) } == .closed)
        let result = await Result.of { try await store.commit(records) }
        #expect(result.failureKind == .closed)
      }
      #expect(try Lineage.links(in: store.graph) == [0], "snapshots go on")
      #expect(try Lineage.links(in: graph) == [0])
    }
    // The lock is free.
    #expect(try Lineage.links(in: ProvenanceStore.open(at: directory["store"]).graph) == [0])
  }
}
