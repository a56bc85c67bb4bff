import Foundation
import Provenance
import ProvenanceStorage
import ProvenanceTestKit
import Testing

/// A store travels as one file, and nothing of a damaged file gets in.
@Suite struct TransferExportTests {
  let directory: TemporaryDirectory

  init() throws { directory = try TemporaryDirectory() }

  func options(
    _ order: ExportOptions.Order = .log, objects: Bool = false
  ) -> ExportOptions {
    var options = ExportOptions()
    options.order = order
    options.includesObjects = objects
    return options
  }

  func bytes(_ name: String) throws -> Data {
    try Data(contentsOf: URL(fileURLWithPath: directory[name]))
  }

  @Test(arguments: [ExportOptions.Order.log, .canonical])
  func everythingTravels(order: ExportOptions.Order) throws {
    for seed in UInt64(0)..<25 {
      let source = try TransferMergeTests.store(TransferMergeTests.parts(1, seed: seed)[0])
      let file = directory["export-\(seed)"]
      let summary = try source.export(to: file, options: options(order))
      #expect(summary.storeID == (order == .log ? source.log.id : nil))
      #expect(try ProvenanceStore.verifyExport(at: file) == summary)
      let target = try ProvenanceStore.inMemory()
      let report = try target.import(from: file)
      #expect(report.summary == summary)
      #expect(UInt64(report.newRecords) <= summary.recordCount)
      let wanted = try GraphContents(source.graph)
      #expect(try GraphContents(target.graph).difference(from: wanted) == nil, "seed \(seed)")
      let head = target.head
      #expect(try target.import(from: file).newRecords == 0)
      #expect(target.head == head)
    }
  }

  @Test func theSameRecordsGiveTheSameBytes() throws {
    for seed in UInt64(0)..<20 {
      let records = Self.once(try RandomLineage(.everything, seed: seed).records)
      var random = ProvenanceTestKit.SeededGenerator(seed: seed)
      var files: [Data] = []
      for copy in 0..<3 {
        let store = try TransferMergeTests.store([records.shuffled(using: &random)])
        let file = directory["\(seed)-\(copy)"]
        try store.export(to: file, options: options(.canonical))
        files.append(try bytes("\(seed)-\(copy)"))
        try store.export(to: file + "-again", options: options(.log))
        try store.export(to: file + "-once-more", options: options(.log))
        #expect(try bytes("\(seed)-\(copy)-again") == bytes("\(seed)-\(copy)-once-more"))
      }
      #expect(Set(files).count == 1, "seed \(seed)")
    }
  }

  /// The records without those that say again what others say: which of them is new depends on
  /// the order of arrival.
  static func once(_ records: [Record]) -> [Record] {
    var edges: Set<Edge> = []
    for case .node(let node) in records.map(\.content) { edges.formUnion(node.edges) }
    return records.filter { record in
      guard case .edge(let edge) = record.content else { return true }
      return edges.insert(edge).inserted
    }
  }

  @Test func inCanonicalOrderCausesComeFirst() throws {
    let store = try TransferMergeTests.store(Lineage.batches().reversed())
    try store.export(to: directory["e"], options: options(.canonical))
    let target = try ProvenanceStore.inMemory()
    try target.import(from: directory["e"])
    var known: Set<NodeID> = []
    try target.log.read(from: 0) { transaction in
      for case .node(let node) in try transaction.records().map(\.content) {
        #expect(node.edges.allSatisfy { known.contains($0.cause) }, "\(node.node)")
        known.insert(node.node.id)
      }
      return true
    }
    #expect(known.count == 5)
  }

  @Test func objectsTravelToo() async throws {
    let source = try ProvenanceStore.open(at: directory["source"])
    let large = (0..<2_500_000).map { UInt8(truncatingIfNeeded: $0 &* 2_654_435_761 >> 9) }
    let contents = [large, [], [1, 2, 3]]
    let stored = try contents.map { try source.objects.put($0) }
    try await source.commit(Lineage.link(1))
    let file = directory["e"]
    let summary = try await source.export(to: file, options: options(objects: true))
    #expect((summary.objectCount, summary.objectByteCount) == (3, 2_500_003))
    #expect(summary.byteCount == UInt64(try bytes("e").count))
    let target = try ProvenanceStore.open(at: directory["target"])
    #expect(try await target.import(from: file, includingObjects: false).objects.copied == 0)
    #expect(try !target.objects.contains(stored[2].digest))
    let report = try await target.import(from: file)
    #expect((report.objects.seen, report.objects.copied, report.newRecords) == (3, 3, 0))
    for (object, content) in zip(stored, contents) {
      #expect(try target.objects.bytes(of: object.digest) == content)
    }
    #expect(try await target.import(from: file).objects.copied == 0)
    try source.close()
    try target.close()
  }

  @Test func erasedPayloadsStayBehind() throws {
    let secret = "the-secret-that-must-not-travel"
    let note = try Record(Annotation(Lineage.raw, ["note": .string(secret)], at: second(1)))
    let store = try TransferMergeTests.store([[try Record(Lineage.raw), note]])
    try store.export(to: directory["before"])
    #expect(try bytes("before").range(of: Data(secret.utf8)) != nil)
    try store.merge([try Record(Tombstone(note.id, Statement("asked to", at: second(2))))])
    for order in [ExportOptions.Order.log, .canonical] {
      try store.export(to: directory["\(order)"], options: options(order))
      #expect(try bytes("\(order)").range(of: Data(secret.utf8)) == nil)
      let target = try ProvenanceStore.inMemory()
      try target.import(from: directory["\(order)"])
      try target.import(from: directory["before"])
      #expect(try GraphContents(target.graph) == GraphContents(store.graph))
    }
  }

  @Test func aFileThatIsThereIsKept() throws {
    try Data("mine".utf8).write(to: URL(fileURLWithPath: directory["e"]))
    let store = try TransferMergeTests.store([])
    #expect(storageErrorKind { try store.export(to: directory["e"]) } == .alreadyExists)
    #expect(try bytes("e") == Data("mine".utf8))
    #expect(storageErrorKind { try store.export(to: directory["no/e"]) } == .notFound)
    #expect(storageErrorKind { try store.import(from: directory["none"]) } == .notFound)
    #expect(storageErrorKind { try store.import(from: directory["e"]) } == .corrupt)
    #expect(storageErrorKind { try store.import(from: directory.path) } == .wrongFileKind)
    #expect(try FileManager.default.contentsOfDirectory(atPath: directory.path) == ["e"])
  }

  @Test func aFailedExportLeavesNothing() throws {
    let memory = MemoryFileSystem()
    let faulty = FaultFileSystem(memory)
    var storeOptions = StoreOptions()
    storeOptions.fileSystem = faulty
    storeOptions.log.firstSegmentByteCount = 8192
    let store = try ProvenanceStore.open(at: "/s", options: storeOptions)
    try store.commit(Lineage.link(1))
    let files = memory.filePaths
    faulty.reset()
    try store.export(to: "/rehearsal")
    let count = faulty.operations.count
    for number in 0..<count {
      faulty.reset()
      faulty.failOperation(number, errno: EIO)
      let kind = storageErrorKind { try store.export(to: "/e") }
      faulty.clearFaults()
      let rest = memory.filePaths.filter { !files.contains($0) && $0 != "/rehearsal" }
      if let content = memory.content(of: "/e") {
        // The file is whole, and only its name may be lost.
        #expect(content == memory.content(of: "/rehearsal"))
        #expect(rest == ["/e"])
        try memory.unlink("/e")
      } else {
        #expect(kind != nil, "operation \(number)")
        #expect(rest.allSatisfy { $0.hasSuffix(".tmp") } && rest.count <= 1)
        for path in rest { try memory.unlink(path) }
      }
    }
    #expect(count > 8)
  }

  @Test func anImportThatFailsIsCompletedByAnother() throws {
    let source = try ProvenanceStore.inMemory()
    for part in 0..<40 {
      try source.merge((0..<1000).map { try Record(Dataset("d", version: "\(part)-\($0)")) })
    }
    try source.export(to: directory["e"])
    let appends = Counter()
    let log = ScriptedLog { _ in
      if appends.increment() == 2 { throw StorageError(.noSpace, "full") }
    }
    let target = try ProvenanceStore(log: log, objects: MemoryObjectStore())
    #expect(storageErrorKind { try target.import(from: directory["e"]) } == .noSpace)
    let held = target.graph.nodeCount
    #expect(held == 1 << 14)
    #expect(try target.import(from: directory["e"]).newRecords == 40_000 - held)
    #expect(target.graph.nodeCount == 40_000)
  }
}
