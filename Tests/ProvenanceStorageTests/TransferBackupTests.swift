import Foundation
import Provenance
import ProvenanceStorage
import ProvenanceTestKit
import Testing

/// A store is copied while it is written to, and the copy is a store.
@Suite struct TransferBackupTests {
  let directory: TemporaryDirectory

  init() throws { directory = try TemporaryDirectory() }

  static func options(_ fileSystem: any FileSystem = SystemFileSystem()) -> StoreOptions {
    var options = StoreOptions()
    options.fileSystem = fileSystem
    options.log.firstSegmentByteCount = 8192
    options.log.largestSegmentByteCount = 8192
    return options
  }

  func open(_ name: String, _ access: StoreAccess = .write) throws -> ProvenanceStore {
    try ProvenanceStore.open(at: directory[name], access: access, options: Self.options())
  }

  @Test(arguments: [false, true])
  func aBackupIsAStore(linking: Bool) throws {
    let store = try open("s")
    for number in 0..<30 { try store.commit(Lineage.link(number)) }
    let object = try store.objects.put([1, 2, 3])
    var options = BackupOptions()
    options.linksFiles = linking
    let report = try store.backup(to: directory["b"], options: options)
    #expect(report.head == store.head)
    #expect(report.position == store.position)
    #expect(report.segmentsAdded > 3 && report.segmentsKept == 0)
    #expect((report.objects.seen, report.objects.copied) == (1, 1))
    let picture = try GraphPicture(store.graph)
    try store.commit(Lineage.link(99))
    try store.close()

    let reader = try open("b", .read)
    #expect(try GraphPicture(reader.graph) == picture)
    #expect(reader.log.id == store.log.id)
    #expect(try reader.objects.bytes(of: object.digest) == [1, 2, 3])
    // Restored, it goes on by itself, and the store does not notice.
    let restored = try open("b")
    #expect(restored.recovery == nil && restored.head == report.head)
    for number in 50..<60 { try restored.commit(Lineage.link(number)) }
    try restored.close()
    let again = try open("s")
    #expect(try Lineage.links(in: again.graph) == Set(Array(0..<30) + [99]))
    // And is no backup any more.
    let before = try contents(of: directory["b"]).filter { $0.key != "LOCK" }
    #expect(storageErrorKind { try again.backup(to: directory["b"]) } == .alreadyExists)
    #expect(try contents(of: directory["b"]).filter { $0.key != "LOCK" } == before)
  }

  @Test func aSecondBackupAddsWhatIsNew() throws {
    let store = try open("s")
    var next = 0
    func commit(_ count: Int) throws {
      for _ in 0..<count {
        try store.commit(Lineage.link(next))
        next += 1
      }
    }
    try commit(40)
    try store.objects.put([1])
    let first = try store.backup(to: directory["b"])
    let same = try store.backup(to: directory["b"])
    #expect((same.segmentsAdded, same.copiedByteCount, same.objects.copied) == (0, 0, 0))
    #expect(same.segmentsKept == first.segmentsAdded)
    for round in 0..<6 {
      try commit(round * 3 + 1)
      try store.objects.put([1, UInt8(round)])
      let report = try store.backup(to: directory["b"])
      #expect(report.segmentsKept >= first.segmentsAdded - 1)
      #expect(report.objects.copied == 1)
      let backup = try open("b", .read)
      #expect(try GraphPicture(backup.graph) == GraphPicture(store.graph))
    }
    #expect(first.copiedByteCount > 20_000)
    try commit(1)
    #expect(try store.backup(to: directory["b"]).copiedByteCount < 17_000)
  }

  @Test func theWriterGoesOn() async throws {
    let store = try open("s")
    let isDone = Lock(false)
    let acknowledged = Lock(0)
    async let writing: Void = onThread {
      for number in 0... {
        try store.commit(Lineage.link(number))
        acknowledged.withLock { $0 = number + 1 }
        if isDone.withLock({ $0 }) { return }
      }
    }
    for round in 0..<6 {
      let known = acknowledged.withLock { $0 }
      let name = round % 3 == 2 ? "fresh-\(round)" : "b"
      let report = try await store.backup(to: directory[name])
      let backup = try open(name, .read)
      #expect(backup.head == report.head)
      let links = try Lineage.links(in: backup.graph)
      #expect(links.count >= known)
      #expect(links == Set(0..<links.count))
    }
    isDone.withLock { $0 = true }
    try await writing
  }

  @Test func aReaderBacksUpToo() throws {
    let store = try open("s")
    try store.commit(Lineage.link(0))
    let reader = try open("s", .read)
    let spool = try open("s", .spool)
    try spool.commit(Lineage.link(1))
    #expect(storageErrorKind { try spool.backup(to: directory["b"]) } == .invalidArgument)
    try reader.backup(to: directory["b"])
    #expect(try Lineage.links(in: open("b", .read).graph) == [0])
    // The writer takes the spools in first.
    try store.backup(to: directory["b"])
    #expect(try Lineage.links(in: open("b", .read).graph) == [0, 1])
    // By now the reader is behind the backup.
    #expect(storageErrorKind { try reader.backup(to: directory["b"]) } == .alreadyExists)
    try reader.refresh()
    try reader.backup(to: directory["b"])
  }

  @Test func whatIsNoBackupIsRefused() throws {
    let store = try open("s")
    try store.commit(Lineage.link(0))
    try open("other").close()
    #expect(storageErrorKind { try store.backup(to: directory["other"]) } == .alreadyExists)
    #expect(storageErrorKind { try store.backup(to: directory["s"]) } == .invalidArgument)
    #expect(storageErrorKind { try store.backup(to: directory.path) } == .notAStore)
    #expect(storageErrorKind { try store.backup(to: directory["x/y"]) } == .notFound)
    let foreign = directory["foreign"]
    try FileManager.default.createDirectory(atPath: foreign, withIntermediateDirectories: false)
    try Data().write(to: URL(fileURLWithPath: foreign + "/notes.tmp"))
    #expect(storageErrorKind { try store.backup(to: foreign) } == .notAStore)
    #expect(try FileManager.default.contentsOfDirectory(atPath: foreign) == ["notes.tmp"])
    let memory = try ProvenanceStore.inMemory()
    #expect(storageErrorKind { try memory.backup(to: directory["m"]) } == .invalidArgument)
    try store.backup(to: directory["b"])
    let holder = try open("b")
    #expect(storageErrorKind { try store.backup(to: directory["b"]) } == .locked)
    try holder.close()
    try store.backup(to: directory["b"])
    try store.close()
    #expect(storageErrorKind { try store.backup(to: directory["b"]) } == .closed)
  }

  /// Whatever fails, what is in the backup's directory is no store, the old backup or the new one;
  /// and the next backup completes it.
  @Test func everyOperationOfABackupFails() throws {
    let memory = MemoryFileSystem()
    let faulty = FaultFileSystem(memory)
    let store = try ProvenanceStore.open(at: "/s", options: Self.options(faulty))
    for number in 0..<8 { try store.commit(Lineage.link(number)) }
    try store.objects.put([5])
    faulty.reset()
    try store.backup(to: "/rehearsal")
    let count = faulty.operations.count
    /// How many commits a backup shows; `nil` where it is no store.
    func commits(_ path: String) throws -> Int? {
      do {
        let log = try DirectoryRecordLog.open(at: path, mode: .read, fileSystem: memory)
        return try LogFixture.contents(log).count
      } catch let error as StorageError where error.kind == .notFound || error.kind == .notAStore {
        return nil
      }
    }
    var total = 8
    for number in 0..<count {
      let path = "/b\(number)"
      for isFirst in number % 3 == 0 ? [true, false] : [true] {
        let before = try commits(path)
        if !isFirst {
          try store.commit(Lineage.link(total))
          total += 1
        }
        faulty.reset()
        faulty.failOperation(number, errno: EIO)
        let kind = storageErrorKind { try store.backup(to: path) }
        faulty.clearFaults()
        let found = try commits(path)
        #expect(found == before || found == total, "operation \(number)")
        #expect(kind != nil || found == total, "operation \(number)")
        #expect(try store.backup(to: path).head == store.head)
        #expect(try commits(path) == total)
      }
    }
    #expect(count > 50)
  }
}
