import Foundation
import Provenance
import ProvenanceStorage
import ProvenanceTestKit
import Testing

/// Two stores become one, whatever their histories.
@Suite struct TransferMergeTests {
  /// A store in memory with some records, committed in batches.
  static func store(_ batches: [[Record]]) throws -> ProvenanceStore {
    let store = try ProvenanceStore.inMemory(clock: TickingClock().now)
    for batch in batches { try store.merge(batch) }
    return store
  }

  /// Parts of a random lineage that overlap, each in an order and in batches of its own.
  static func parts(_ count: Int, seed: UInt64) throws -> [[[Record]]] {
    let records = try RandomLineage(.everything, seed: seed).records
    var random = ProvenanceTestKit.SeededGenerator(seed: seed &* 31)
    return (0..<count).map { _ in
      var rest = records.filter { _ in UInt8.random(in: 0..<10, using: &random) < 6 }
      rest.shuffle(using: &random)
      var batches: [[Record]] = []
      while !rest.isEmpty {
        let size = Int.random(in: 1...7, using: &random)
        batches.append(Array(rest.prefix(size)))
        rest.removeFirst(min(size, rest.count))
      }
      return batches
    }
  }

  static func contents(_ store: ProvenanceStore) throws -> GraphContents {
    try GraphContents(store.graph)
  }

  @Test func mergingIsASetUnion() throws {
    for seed in UInt64(0)..<60 {
      let parts = try Self.parts(3, seed: seed)
      func store(_ number: Int) throws -> ProvenanceStore { try Self.store(parts[number]) }
      let whole = try Self.contents(Self.store([parts.flatMap { $0.flatMap(\.self) }]))

      let (left, right) = (try store(0), try store(1))
      try left.merge(from: right)
      try left.merge(from: store(2))
      try right.merge(from: store(2))
      try right.merge(from: store(0))
      let nested = try store(2)
      let inner = try store(0)
      try inner.merge(from: store(1))
      try nested.merge(from: inner)
      for (name, store) in [("(0+1)+2", left), ("(1+2)+0", right), ("2+(0+1)", nested)] {
        let difference = try Self.contents(store).difference(from: whole)
        #expect(difference == nil, "seed \(seed), \(name)")
      }
      // Idempotent, also with what it gave to others and with itself.
      for other in [right, nested, left] {
        let before = left.head
        let report = try left.merge(from: other)
        #expect(try Self.contents(left).difference(from: whole) == nil, "seed \(seed)")
        if other === left { #expect(report.newRecords == 0 && left.head == before) }
      }
    }
  }

  @Test func theReportCounts() throws {
    let source = try Self.store((0..<5).map { try Lineage.link($0) })
    let target = try Self.store((3..<7).map { try Lineage.link($0) })
    let report = try target.merge(from: source)
    #expect(report.recordsSeen == 15)
    #expect(report.newRecords == 9)
    #expect(report.end == source.position)
    #expect(try Lineage.links(in: target.graph) == Set(0..<7))
    // Going on from there reads only what is new.
    try source.merge(Lineage.link(9))
    var options = MergeOptions()
    options.start = report.end
    let later = try target.merge(from: source, options: options)
    #expect((later.recordsSeen, later.newRecords) == (3, 3))
    #expect(later.end == source.position)
    options.start = Position(1_000_000)
    #expect(
      storageErrorKind { try target.merge(from: source, options: options) }
        == .invalidArgument)
  }

  @Test func manyRecordsComeInBatches() throws {
    let count = (1 << 14) + 1000
    let source = try ProvenanceStore.inMemory()
    for start in stride(from: 0, to: count, by: 500) {
      let range = start..<min(start + 500, count)
      try source.merge(range.map { try Record(Dataset("d", version: "\($0)")) })
    }
    let log = ScriptedLog { _ in }
    let target = try ProvenanceStore(log: log, objects: MemoryObjectStore())
    let report = try target.merge(from: source)
    #expect(report.newRecords == count)
    #expect(log.appends.value == 2)
    #expect(target.graph.nodeCount == count)
  }

  @Test func aMergeThatFailsGoesOnWhereItStood() throws {
    let source = try ProvenanceStore.inMemory()
    for start in 0..<40 {
      try source.merge((0..<1000).map { try Record(Dataset("d", version: "\(start)-\($0)")) })
    }
    let appends = Counter()
    let log = ScriptedLog { _ in
      if appends.increment() == 2 { throw StorageError(.noSpace, "full") }
    }
    let target = try ProvenanceStore(log: log, objects: MemoryObjectStore())
    #expect(storageErrorKind { try target.merge(from: source) } == .noSpace)
    let held = target.graph.nodeCount
    #expect(held > 0 && held < 40_000)
    let report = try target.merge(from: source)
    #expect(report.newRecords == 40_000 - held)
    #expect(target.graph.nodeCount == 40_000)
  }

  @Test func whatIsErasedDoesNotComeBack() throws {
    let note = try Record(Annotation(Lineage.raw, ["secret": "x"], at: second(1)))
    let tombstone = try Record(
      Tombstone(note.id, Statement("asked to", at: second(2))))
    // The log of the first still holds the payload, since it came before the tombstone.
    let erasing = try Self.store([[try Record(Lineage.raw), note], [tombstone]])
    let knowing = try Self.store([[try Record(Lineage.raw), note]])
    let empty = try Self.store([])
    try empty.merge(from: erasing)
    #expect(try Self.payloads(empty, of: note.id) == [[]])
    try empty.merge(from: knowing)
    #expect(try Self.payloads(empty, of: note.id) == [[]])
    try knowing.merge(from: empty)
    for store in [empty, knowing, erasing] {
      #expect(store.graph.attribute("secret", of: Lineage.raw) == nil)
      #expect(try Self.contents(store) == Self.contents(erasing))
    }
  }

  static func payloads(_ store: ProvenanceStore, of id: RecordID) throws -> [[UInt8]] {
    var payloads: [[UInt8]] = []
    try store.log.read(from: 0) { transaction in
      payloads += transaction.entries.filter { $0.leaf == id.digest }.map(\.payload)
      return true
    }
    return payloads
  }

  @Test func objectsComeOnRequest() async throws {
    let directory = try TemporaryDirectory()
    let source = try ProvenanceStore.open(at: directory["source"])
    let target = try ProvenanceStore.open(at: directory["target"])
    let large = (0..<700_000).map { UInt8(truncatingIfNeeded: $0 &* 2_654_435_761 >> 7) }
    let stored = try [source.objects.put(large), source.objects.put([]), source.objects.put([1])]
    try target.objects.put([1])
    try await source.commit(Lineage.link(1))
    #expect(try await target.merge(from: source).objects == ObjectTransferReport())
    #expect(try !target.objects.contains(stored[0].digest))
    var options = MergeOptions()
    options.includesObjects = true
    let report = try await target.merge(from: source, options: options)
    #expect(report.newRecords == 0)
    #expect(
      (report.objects.seen, report.objects.copied, report.objects.copiedByteCount)
        == (3, 2, 700_000))
    #expect(try target.objects.bytes(of: stored[0].digest) == large)
    #expect(try target.objects.bytes(of: stored[1].digest) == [])
    #expect(try await target.merge(from: source, options: options).objects.copied == 0)
    try source.close()
    try target.close()
  }
}
