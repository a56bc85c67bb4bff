import Foundation
import Provenance
import ProvenanceStorage
import ProvenanceTestKit
import Testing

/// Stores and exports of format version 1, as they were released: they must always open.
@Suite struct TransferMigrationTests {
  /// Records whose bytes are the same each time, of every kind.
  static func batches() throws -> [[Record]] {
    let used = try Lineage.training.used(Lineage.clean, role: "train")
    let note = try Record(
      Annotation(Lineage.raw, ["owner": "a"], at: second(1), salt: Lineage.salt(1)))
    func statement(_ reason: String, _ number: Int) throws -> Statement {
      try Statement(reason, at: second(Int64(number)), salt: Lineage.salt(number))
    }
    return try [
      [Record(Lineage.raw), note],
      [
        Record(Lineage.clean, edges: [Lineage.clean.derivedFrom(Lineage.raw)]),
        Record(Lineage.training), Record(used),
      ],
      [
        Record(Annotation(used, ["fields": ["a", "b"]], at: second(2), salt: Lineage.salt(2))),
        Record(Lineage.model, edges: [Lineage.model.generatedBy(Lineage.training)]),
      ],
      [Record(Retraction(.edge(used), statement("a mistake", 4)))],
      [Record(Tombstone(note.id, statement("asked to", 5)))],
    ] + (0..<6).map { try Lineage.link($0) }
  }

  static func options(_ fileSystem: any FileSystem) -> StoreOptions {
    var options = StoreOptions()
    options.log = LogFixture.options()
    options.fileSystem = fileSystem
    options.clock = TickingClock(1_700_000_000).now
    return options
  }

  /// The store and the exports that are pinned as fixtures, in memory.
  static func makeGolden() throws -> MemoryFileSystem {
    let memory = MemoryFileSystem()
    let store = try ProvenanceStore.open(at: "/store-v1", options: options(memory))
    for batch in try batches() { try store.commit(batch) }
    try store.objects.put(Array("an artifact".utf8))
    try store.objects.put([])
    var exporting = ExportOptions()
    exporting.includesObjects = true
    try memory.createDirectory("/export-v1", permissions: 0o755)
    try store.export(to: "/export-v1/log.prx", options: exporting)
    exporting.order = .canonical
    try store.export(to: "/export-v1/canonical.prx", options: exporting)
    try store.close()
    return memory
  }

  static func pinnedPaths(_ memory: MemoryFileSystem) -> [String] {
    memory.filePaths.filter { !$0.hasSuffix("LOCK") }
  }

  static func bundled(_ path: String) throws -> Data {
    let root = try #require(Bundle.module.resourceURL)
    return try Data(contentsOf: root.appending(path: "Fixtures" + path))
  }

  /// The fixture's files in a directory of their own.
  static func unpack(to directory: TemporaryDirectory) throws {
    for path in pinnedPaths(try makeGolden()) {
      let url = URL(filePath: directory.path + path)
      try FileManager.default.createDirectory(
        at: url.deletingLastPathComponent(), withIntermediateDirectories: true)
      try bundled(path).write(to: url)
    }
  }

  @Test func bytesArePinned() throws {
    let memory = try Self.makeGolden()
    let paths = Self.pinnedPaths(memory)
    if ProcessInfo.processInfo.environment["PROVENANCE_WRITE_FIXTURES"] != nil {
      let fixtures = URL(filePath: #filePath).deletingLastPathComponent().appending(
        path: "Fixtures")
      for path in paths {
        let url = fixtures.appending(path: String(path.dropFirst()))
        try FileManager.default.createDirectory(
          at: url.deletingLastPathComponent(), withIntermediateDirectories: true)
        try Data(try #require(memory.content(of: path))).write(to: url)
      }
    }
    #expect(paths.count == 8)
    for path in paths {
      #expect(try memory.content(of: path).map { Data($0) } == Self.bundled(path), "\(path)")
    }
  }

  @Test(arguments: [StoreAccess.read, .write])
  func aStoreOfVersion1Opens(access: StoreAccess) throws {
    let directory = try TemporaryDirectory()
    try Self.unpack(to: directory)
    let store = try ProvenanceStore.open(at: directory["store-v1"], access: access)
    #expect(store.recovery == nil)
    let made = try ProvenanceStore.inMemory()
    for batch in try Self.batches() { try made.commit(batch) }
    #expect(try GraphContents(store.graph).difference(from: GraphContents(made.graph)) == nil)
    #expect(try store.objects.verify(references: nil).objectCount == 2)
    if access == .write { try store.commit(Lineage.link(100)) }
    try store.close()
  }

  @Test(arguments: ["log", "canonical"])
  func anExportOfVersion1IsImported(name: String) throws {
    let directory = try TemporaryDirectory()
    try Self.unpack(to: directory)
    let made = try ProvenanceStore.inMemory()
    for batch in try Self.batches() { try made.commit(batch) }
    let target = try ProvenanceStore.inMemory()
    let report = try target.import(from: directory["export-v1/\(name).prx"])
    #expect(report.summary.storeID == (name == "log" ? LogFixture.options().storeID : nil))
    #expect(report.objects.copied == 2)
    #expect(try GraphContents(target.graph).difference(from: GraphContents(made.graph)) == nil)
  }

  @Test func migratingKeepsEveryView() throws {
    let directory = try TemporaryDirectory()
    try Self.unpack(to: directory)
    let before = try contents(of: directory["store-v1"])
    let report = try ProvenanceStore.migrate(
      from: directory["store-v1"], to: directory["new"])
    #expect(try contents(of: directory["store-v1"]) == before)
    let old = try ProvenanceStore.open(at: directory["store-v1"], access: .read)
    let new = try ProvenanceStore.open(at: directory["new"])
    #expect(report.source == old.log.id && new.log.id != old.log.id)
    #expect(report.head == new.head && new.head.treeSize == old.head.treeSize)
    #expect(report.recordCount == 27)
    #expect(report.objects.copied == 2)
    #expect(try GraphPicture(new.graph) == GraphPicture(old.graph))
    for count in 0...old.position.count {
      let (left, right) = (old.graph.asOf(Position(count)), new.graph.asOf(Position(count)))
      #expect(try GraphPicture(left) == GraphPicture(right), "position \(count)")
    }
    try new.commit(Lineage.link(50))
    try new.close()
    #expect(
      storageErrorKind {
        try ProvenanceStore.migrate(from: directory["store-v1"], to: directory["new"])
      } == .alreadyExists)
  }

  @Test func aStoreOfALaterVersionIsRefused() throws {
    let directory = try TemporaryDirectory()
    try Self.unpack(to: directory)
    let url = URL(filePath: directory["store-v1/FORMAT"])
    let text = try String(contentsOf: url, encoding: .utf8)
    try text.replacing("provenance-store 1", with: "provenance-store 2").write(
      to: url, atomically: false, encoding: .utf8)
    let error = thrown(StorageError.self) {
      try ProvenanceStore.migrate(from: directory["store-v1"], to: directory["new"])
    }
    #expect(error?.kind == .unsupportedFormat)
    #expect(error?.message.contains("version 2") == true)
    #expect(!FileManager.default.fileExists(atPath: directory["new"]))
    #expect(
      storageErrorKind { _ = try ProvenanceStore.open(at: directory["store-v1"]) }
        == .unsupportedFormat)
  }

  @Test func everyOperationOfAMigrationFails() throws {
    let memory = try Self.makeGolden()
    let rehearsal = FaultFileSystem(memory.copy())
    try ProvenanceStore.migrate(from: "/store-v1", to: "/new", options: Self.options(rehearsal))
    for number in 0..<rehearsal.operations.count {
      let base = memory.copy()
      let faulty = FaultFileSystem(base)
      faulty.failOperation(number, errno: EIO)
      let kind = storageErrorKind {
        try ProvenanceStore.migrate(from: "/store-v1", to: "/new", options: Self.options(faulty))
      }
      let isThere = try base.names(inDirectory: "/").contains("new")
      #expect(kind != nil || isThere, "operation \(number)")
      if !isThere {
        try ProvenanceStore.migrate(from: "/store-v1", to: "/new", options: Self.options(base))
      }
      let log = try DirectoryRecordLog.open(at: "/new", mode: .read, fileSystem: base)
      #expect(try LogFixture.contents(log).count == 11, "operation \(number)")
      #expect(try !base.names(inDirectory: "/").contains("new.migrating"))
    }
  }

  @Test func aStoreWithSpoolsIsMergedFirst() throws {
    let directory = try TemporaryDirectory()
    let store = try ProvenanceStore.open(at: directory["s"])
    let spool = try ProvenanceStore.open(at: directory["s"], access: .spool)
    try spool.commit(Lineage.link(1))
    try spool.close()
    func migrate() throws {
      try ProvenanceStore.migrate(from: directory["s"], to: directory["new"])
    }
    #expect(storageErrorKind { try migrate() } == .invalidArgument)
    try store.mergeSpools()
    try migrate()
    let new = try ProvenanceStore.open(at: directory["new"], access: .read)
    #expect(try Lineage.links(in: new.graph) == [1])
  }
}
