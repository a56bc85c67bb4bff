import Foundation
import Provenance
import ProvenanceStorage
import ProvenanceTestKit
import Testing

/// Power that fails while a store is copied: what is there afterwards is whole, or no store.
@Suite struct TransferCrashTests {
  static func open(_ fileSystem: any FileSystem, _ path: String = "/s") throws -> ProvenanceStore {
    try ProvenanceStore.open(at: path, options: TransferBackupTests.options(fileSystem))
  }

  /// A store of 8 links and 2 objects, and a backup of the first 4 links and 1 object.
  static func prepare() throws -> MemoryFileSystem {
    let fileSystem = MemoryFileSystem()
    let store = try open(fileSystem)
    for number in 0..<8 {
      if number == 4 { try store.backup(to: "/old") }
      if number % 4 == 0 { try store.objects.put([UInt8(number)]) }
      try store.commit(Lineage.link(number))
    }
    try store.close()
    return fileSystem.copy()
  }

  /// Runs a body with power lost at each of its operations and after the last, and shows what is
  /// left to another.
  static func withPowerLoss(
    _ body: (ProvenanceStore, any FileSystem) throws -> Void,
    check: (MemoryFileSystem, _ isDone: Bool, Comment) throws -> Void
  ) throws {
    let base = try prepare()
    var random = ProvenanceTestKit.SeededGenerator(seed: 77)
    let rehearsal = FaultFileSystem(base.copy())
    let store = try open(rehearsal)
    rehearsal.reset()
    try body(store, rehearsal)
    let count = rehearsal.operationCount
    #expect(count > 10)
    for number in 0...count {
      let keepsNames = Bool.random(using: &random)
      let memory = base.copy()
      let fileSystem = FaultFileSystem(memory)
      let store = try open(fileSystem)
      fileSystem.reset()
      fileSystem.failOperations(from: number, errno: EIO)
      let isDone = Result { try body(store, fileSystem) }
      let left = memory.crashImage(keepingNames: keepsNames) { _, _ in
        Bool.random(using: &random)
      }
      try check(left, (try? isDone.get()) != nil, "operation \(number), names \(keepsNames)")
    }
  }

  /// The number of links in a store, and `nil` where there is none.
  static func links(_ fileSystem: any FileSystem, _ path: String) throws -> Int? {
    do {
      let store = try ProvenanceStore.open(
        at: path, access: .read, options: TransferBackupTests.options(fileSystem))
      let links = try Lineage.links(in: store.graph)
      #expect(links == Set(0..<links.count))
      #expect(try store.objects.verify(references: nil).isSound)
      return links.count
    } catch let error as StorageError where error.kind == .notFound || error.kind == .notAStore {
      return nil
    }
  }

  @Test(arguments: ["/new", "/old"])
  func duringABackup(target: String) throws {
    try Self.withPowerLoss { store, _ in
      let report = try store.backup(to: target)
      #expect(report.head == store.head)
    } check: { left, isDone, comment in
      let found = try Self.links(left, target)
      if isDone {
        #expect(found == 8, comment)
      } else if target == "/old" {
        #expect((4...8).contains(found ?? 0), comment)
      } else {
        #expect(found == nil || found == 8, comment)
      }
      let store = try Self.open(left)
      #expect(try store.backup(to: target).head == store.head, comment)
      #expect(try Self.links(left, target) == 8, comment)
    }
  }

  @Test func duringAnExport() throws {
    var options = ExportOptions()
    options.includesObjects = true
    try Self.withPowerLoss { [options] store, _ in
      try store.export(to: "/e", options: options)
    } check: { left, isDone, comment in
      let isThere = try left.names(inDirectory: "/").contains("e")
      #expect(isThere || !isDone, comment)
      if isThere {
        let summary = try ProvenanceStore.verifyExport(at: "/e", fileSystem: left)
        #expect(summary.recordCount == 24 && summary.objectCount == 2, comment)
      }
    }
  }

  @Test func duringAMigration() throws {
    try Self.withPowerLoss { _, fileSystem in
      try ProvenanceStore.migrate(
        from: "/s", to: "/m", options: TransferBackupTests.options(fileSystem))
    } check: { left, isDone, comment in
      let found = try Self.links(left, "/m")
      #expect(found == 8 || found == nil && !isDone, comment)
      if found == nil {
        try ProvenanceStore.migrate(
          from: "/s", to: "/m", options: TransferBackupTests.options(left))
        #expect(try Self.links(left, "/m") == 8, comment)
      }
    }
  }
}
