import Foundation
import Provenance
import ProvenanceStorage
import ProvenanceTestKit
import Testing

/// What commits promise, in memory and on disk.
@Suite struct StoreCommitTests {
  let directory: TemporaryDirectory

  init() throws { directory = try TemporaryDirectory() }

  enum Home: CaseIterable { case memory, disk }

  func makeStore(_ home: Home, clock: TickingClock = TickingClock()) throws -> ProvenanceStore {
    switch home {
    case .memory: return try ProvenanceStore.inMemory(clock: clock.now)
    case .disk:
      var options = StoreOptions()
      options.clock = clock.now
      return try ProvenanceStore.open(at: directory["store"], options: options)
    }
  }

  /// The same store, opened anew from what its log holds.
  func reopened(_ store: ProvenanceStore, _ home: Home) throws -> ProvenanceStore {
    switch home {
    case .memory:
      return try ProvenanceStore(log: store.log, objects: store.objects)
    case .disk:
      try store.close()
      return try ProvenanceStore.open(at: directory["store"])
    }
  }

  @Test(arguments: Home.allCases)
  func theSameGraphAfterReopening(_ home: Home) throws {
    let store = try makeStore(home)
    var positions: [Position] = [.start]
    var pictures = [try GraphPicture(store.graph)]
    var times: [Timestamp] = []
    for batch in try Lineage.batches() {
      let commit = try store.commit(batch)
      #expect(commit.newRecords == batch.count)
      #expect(commit.position == store.position)
      #expect(commit.position.count == store.head.nextSequence)
      positions.append(commit.position)
      times.append(try #require(commit.time))
      pictures.append(try GraphPicture(store.graph))
    }
    #expect(pictures.last?.edges.count == 3, "the retracted edge is hidden")
    let head = store.head

    let again = try reopened(store, home)
    #expect(again.recovery == nil)
    #expect(again.head == head)
    #expect(again.position.count == head.nextSequence)
    #expect(try GraphPicture(again.graph) == pictures.last)
    for (position, picture) in zip(positions, pictures) {
      #expect(try GraphPicture(again.graph.asOf(position)) == picture)
      // Inside the next batch: still the graph before it.
      if position.count < head.nextSequence {
        #expect(try GraphPicture(again.graph.asOf(Position(position.count + 1))) == picture)
      }
    }
    for (time, picture) in zip(times, pictures.dropFirst()) {
      #expect(try GraphPicture(again.graph.asOf(time)) == picture)
    }
    #expect(try GraphPicture(again.graph.asOf(second(1))).nodes.isEmpty)
  }

  @Test(arguments: Home.allCases)
  func commitsOfWhatIsKnownWriteNothing(_ home: Home) async throws {
    let store = try makeStore(home)
    let batches = try Lineage.batches()
    for batch in batches { try await store.commit(batch) }
    let head = store.head
    let picture = try GraphPicture(store.graph)
    for batch in batches.dropLast() {
      let commit = try await store.commit(batch + batch)
      #expect(commit.newRecords == 0)
      #expect(commit.time == nil)
      #expect(commit.position.count == head.nextSequence)
    }
    #expect(try await store.commit([]).newRecords == 0)
    #expect(try await store.merge(batches.flatMap(\.self).reversed()).newRecords == 0)
    #expect(store.head == head)
    #expect(try GraphPicture(store.graph) == picture)
  }

  @Test(arguments: Home.allCases)
  func ofABatchOnlyWhatIsNewIsWritten(_ home: Home) throws {
    let store = try makeStore(home)
    try store.commit([Record(Lineage.raw)])
    let next = store.head.nextSequence
    let commit = try store.commit([
      Record(Lineage.raw), Record(Lineage.clean), Record(Lineage.clean), Record(Lineage.raw),
    ])
    #expect(commit.newRecords == 1)
    #expect(store.head.nextSequence == next + 2, "one entry, and the commit's own")
    #expect(try reopened(store, home).position == commit.position)
  }

  @Test(arguments: Home.allCases)
  func mergeKeepsWhatContradictsAndWhatWaits(_ home: Home) throws {
    let store = try makeStore(home)
    let (raw, clean, model) = (Lineage.raw, Lineage.clean, Lineage.model)
    let missing = try Run("unseen", id: "1")
    let digests = [[UInt8](repeating: 1, count: 32), [UInt8](repeating: 2, count: 32)]
    let records = [
      try Record(raw, edges: [raw.derivedFrom(clean)]),
      try Record(clean, edges: [clean.derivedFrom(raw)]),
      try Record(Annotation(raw, [AttributeKey.contentDigest: .bytes(digests[0])], at: second(1))),
      try Record(Annotation(raw, [AttributeKey.contentDigest: .bytes(digests[1])], at: second(2))),
      try Record(model, edges: [model.generatedBy(missing)]),
      try Record(Annotation(missing, ["status": "running"], at: second(3))),
      try Record(Edge(effect: raw.id, kind: .executed, cause: clean.id)),
    ]
    let commit = try store.merge(records)
    #expect(commit.newRecords == records.count)
    let picture = try GraphPicture(store.graph)
    #expect(picture.conflicts.count == 3)
    #expect(picture.pending.count == 2)
    #expect(try !store.graph.ancestors(of: raw).isComplete)
    let again = try reopened(store, home)
    #expect(try GraphPicture(again.graph) == picture)

    // In any order, in any number of commits: the same graph.
    let other = try ProvenanceStore.inMemory()
    for record in records.reversed() { try other.merge([record]) }
    #expect(try GraphPicture(other.graph).timeless == picture.timeless)
    try other.merge([Record(missing)])
    try again.merge([Record(missing)])
    #expect(try GraphPicture(other.graph).timeless == GraphPicture(again.graph).timeless)
    #expect(again.graph.pending.isEmpty)
  }

  @Test(arguments: Home.allCases)
  func aClockThatGoesBackDoesNotHideCommits(_ home: Home) throws {
    let times = try [5, 9, 2, 7].map { try second($0) }
    let next = Counter()
    let clock: @Sendable () -> Timestamp = { times[next.increment() - 1] }
    var options = StoreOptions()
    options.clock = clock
    let store =
      switch home {
      case .memory: try ProvenanceStore.inMemory(clock: clock)
      case .disk: try ProvenanceStore.open(at: directory["store"], options: options)
      }
    var commits: [StoreCommit] = []
    for number in times.indices { commits.append(try store.commit(Lineage.link(number))) }
    #expect(try commits.map(\.time) == [5, 9, 9, 9].map { try second($0) })
    let again = try reopened(store, home)
    for graph in [store.graph, again.graph] {
      #expect(try Lineage.links(in: graph.asOf(second(8))) == [0])
      for commit in commits {
        let time = try #require(commit.time)
        #expect(graph.asOf(time).position >= commit.position)
      }
    }
  }

  @Test(arguments: Home.allCases)
  func aTombstoneErasesAndKeepsOut(_ home: Home) throws {
    let store = try makeStore(home)
    let secret = "a name that must go"
    let record = try Record(Annotation(Lineage.raw, ["owner": .string(secret)], at: second(1)))
    try store.commit([Record(Lineage.raw)])
    let before = try store.commit([record]).position
    let digest = try store.graph.lineageDigest(of: Lineage.raw)
    try store.commit([Record(Tombstone(record.id, Statement("asked for", at: second(2))))])
    for graph in [store.graph, store.graph.asOf(before)] {
      #expect(graph.attribute("owner", of: Lineage.raw) == nil)
      #expect(graph.history(of: Lineage.raw).map(\.annotation.body) == [nil])
    }
    #expect(try store.graph.lineageDigest(of: Lineage.raw) == digest)

    // It comes back neither by merging nor, in a store that never saw it, through the log.
    let head = store.head
    #expect(try store.merge([record]).newRecords == 0)
    #expect(store.head == head)
    #expect(throws: GraphError.self) { try store.commit([record]) }
    #expect(store.head == head)
    #expect(try reopened(store, home).graph.attribute("owner", of: Lineage.raw) == nil)
  }

  @Test(arguments: Home.allCases)
  func whatATombstoneKeepsOutIsNotWritten(_ home: Home) throws {
    let store = try makeStore(home)
    let record = try Record(Annotation(Lineage.raw, ["owner": "secret"], at: second(1)))
    let tombstone = try Record(Tombstone(record.id, Statement("asked for", at: second(2))))
    let control = try Record(Annotation(Lineage.raw, ["owner": "harmless"], at: second(0)))
    try store.merge([Record(Lineage.raw), tombstone])
    try store.merge([record, control])
    let again = try reopened(store, home)
    var payloads: [[UInt8]] = []
    try again.log.read(from: 0) { transaction in
      payloads += transaction.entries.map(\.payload)
      return true
    }
    func holds(_ text: String) -> Bool {
      payloads.contains { String(decoding: $0, as: UTF8.self).contains(text) }
    }
    #expect(holds("harmless"))
    #expect(!holds("secret"))
    #expect(again.graph.history(of: Lineage.raw).count == 2)
    #expect(again.graph.attribute("owner", of: Lineage.raw)?.stringValue == "harmless")
  }
}
