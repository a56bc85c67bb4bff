import Foundation
import Provenance
import ProvenanceStorage
import ProvenanceTestKit
import Testing

/// A store in memory whose files have the times of a clock that the test moves.
struct AgingStore {
  static let day: Int64 = 86_400
  let fileSystem: CrashFileSystem
  let objects: DirectoryObjectStore

  init(
    _ fileSystem: CrashFileSystem = CrashFileSystem(), day: Int64 = 100,
    chunking: ObjectChunking? = nil
  ) throws {
    self.fileSystem = fileSystem
    fileSystem.setTime(day * Self.day)
    objects = try DirectoryObjectStore(
      directory: "/objects", chunking: chunking, fileSystem: fileSystem)
  }

  func time(_ day: Int64) throws -> Timestamp { try second(day * Self.day) }

  /// Collects on a day; the files' clock shows it too.
  @discardableResult
  func collect(
    day: Int64, keeping references: [SHA256Digest] = [], dryRun: Bool = false
  ) throws -> CollectionReport {
    fileSystem.setTime(day * Self.day)
    var options = CollectionOptions()
    options.isDryRun = dryRun
    return try objects.collect(options, at: time(day)) { marks in
      for digest in references { marks.keep(digest) }
    }
  }

  func listed() throws -> Set<SHA256Digest> {
    var digests: Set<SHA256Digest> = []
    try objects.list {
      digests.insert($0.digest)
      return true
    }
    return digests
  }
}

@Suite struct ObjectCollectionTests {
  let store: AgingStore

  init() throws { store = try AgingStore() }

  @Test func whatIsReferencedLeasedOrRecentStays() throws {
    let objects = store.objects
    let referenced = try objects.put([1]).digest
    let leased = try objects.put([2, 2]).digest
    let loose = try objects.put([3, 3, 3])
    let lease = try objects.lease([leased], until: store.time(120), owner: "test")
    #expect(try store.collect(day: 113, keeping: [referenced]).swept.isEmpty)
    store.fileSystem.setTime(115 * AgingStore.day)
    let recent = try objects.put([4, 4, 4, 4]).digest
    let report = try store.collect(day: 115, keeping: [referenced, SystemSHA256.hash([9])])
    #expect(report.kept.mapValues(\.count) == [.referenced: 1, .leased: 1, .recent: 1])
    #expect(report.kept.mapValues(\.bytes) == [.referenced: 1, .leased: 2, .recent: 4])
    #expect(report.swept == [loose])
    #expect(try store.listed() == [referenced, leased, recent])
    #expect(try store.collect(day: 121, keeping: [referenced]).endedLeases == [lease])
    #expect(try store.listed() == [referenced, recent])
    #expect(try objects.leases().isEmpty)
  }

  @Test func theTrashIsEmptiedOnlyAfterASecondPeriod() throws {
    let object = try store.objects.put([1, 2, 3])
    #expect(try store.collect(day: 114).swept == [object])
    for day: Int64 in [114, 120, 127] {
      let report = try store.collect(day: day)
      #expect(report.waiting.count == 1)
      #expect(report.emptied.count == 0)
    }
    let report = try store.collect(day: 128)
    #expect(report.emptied.count == 1)
    #expect(report.emptied.bytes == 3)
    #expect(storageErrorKind { try store.objects.read(object.digest) { _ in } } == .notFound)
    #expect(try store.fileSystem.names(inDirectory: "/objects/trash").isEmpty)
  }

  @Test func whoeverAsksBringsItBack() throws {
    let digest = SystemSHA256.hash([5])
    let ways: [(DirectoryObjectStore) throws -> Bool] = [
      { try $0.bytes(of: digest) == [5] },
      { try $0.bytes(of: digest, in: 0..<1) == [5] },
      { try $0.size(of: digest) == 1 },
      { try $0.put([5]).digest == digest },
      { try $0.lease([digest], until: second(1), owner: "").digests == [digest] },
    ]
    for (number, way) in ways.enumerated() {
      let store = try AgingStore()
      try store.objects.put([5])
      #expect(try store.collect(day: 114).swept.count == 1)
      #expect(try store.listed().isEmpty)
      #expect(try way(store.objects), "way \(number)")
      #expect(try store.listed() == [digest], "way \(number)")
      // It counts as new: the trash is emptied, and the object stays.
      #expect(try store.collect(day: 127).swept.isEmpty)
      #expect(try store.listed() == [digest], "way \(number)")
    }
  }

  @Test func aReaderThatMayNotWriteReadsFromTheTrash() throws {
    let digest = try store.objects.put([5]).digest
    try store.collect(day: 114)
    let reader = try DirectoryObjectStore(
      directory: "/objects", access: .read, fileSystem: store.fileSystem)
    #expect(try reader.bytes(of: digest) == [5])
    #expect(try reader.contains(digest))
    #expect(try store.listed().isEmpty)
  }

  @Test func whatIsReferencedAgainIsRestored() throws {
    let object = try store.objects.put([5])
    try store.collect(day: 114)
    let report = try store.collect(day: 140, keeping: [object.digest])
    #expect(report.restored == [object])
    #expect(report.emptied.count == 1)
    #expect(try store.listed() == [object.digest])
    #expect(try store.objects.bytes(of: object.digest) == [5])
  }

  @Test func aDryRunReportsTheSameAndChangesNothing() throws {
    let kept = try store.objects.put([1]).digest
    let swept = try store.objects.put([2]).digest
    try store.collect(day: 114, keeping: [kept])
    #expect(try store.objects.contains(swept))
    for (day, references) in [(Int64(114), [kept]), (127, [kept, swept]), (129, [])] {
      let before = store.fileSystem.afterCrash(keeping: { true })
      var dry = try store.collect(day: day, keeping: references, dryRun: true)
      #expect(dry.isDryRun)
      #expect(store.fileSystem.image == before.image)
      let real = try store.collect(day: day, keeping: references)
      dry.isDryRun = false
      #expect(dry == real, "day \(day)")
    }
  }

  @Test func directoriesKeepWhatIsInThem() throws {
    let objects = store.objects
    let file = try objects.put([7, 7])
    // Deep enough to overflow a stack.
    var manifest = try objects.put(
      DirectoryManifest([.init(name: "f", content: .file(file, isExecutable: false))]).encoded())
    for _ in 0..<300 {
      manifest = try objects.put(
        DirectoryManifest([.init(name: "d", content: .directory(manifest))]).encoded())
    }
    let likeOne = try objects.put(Array(DirectoryManifest([]).encoded().prefix(22) + [0x80]))
    let report = try store.collect(day: 200, keeping: [manifest.digest, likeOne.digest])
    #expect(report.kept[.referenced]?.count == 303)
    #expect(report.swept.isEmpty)
    // A directory that was put lately keeps what is older in it.
    store.fileSystem.setTime(250 * AgingStore.day)
    try objects.put(objects.bytes(of: manifest.digest))
    let recent = try store.collect(day: 251)
    #expect(recent.kept[.recent]?.count == 302)
    #expect(recent.swept == [likeOne])
    let lease = try objects.lease([manifest.digest], until: store.time(900), owner: "ingest")
    #expect(try store.collect(day: 800).kept[.leased]?.count == 302)
    #expect(try objects.release(lease))
    #expect(try store.collect(day: 801).swept.count == 302)
  }

  @Test func aDamagedDirectoryStopsTheCollection() throws {
    let objects = store.objects
    let file = try objects.put([7, 7])
    let manifest = try objects.put(
      DirectoryManifest([.init(name: "f", content: .file(file, isExecutable: false))]).encoded())
    for position in [0, 5, 40] {
      store.fileSystem.damage(objects.path(of: manifest.digest), at: position)
      #expect(
        storageErrorKind { try store.collect(day: 200, keeping: [manifest.digest]) } == .corrupt)
      store.fileSystem.damage(objects.path(of: manifest.digest), at: position)
    }
    #expect(try store.listed() == [file.digest, manifest.digest])
  }

  @Test func aLeaseCoversWhatIsPutUnderIt() throws {
    let before = try store.objects.put([1])
    store.fileSystem.setTime(110 * AgingStore.day)
    var lease = try store.objects.lease(
      [], andAllPutFrom: store.time(110), until: store.time(200), owner: "a long ingest")
    let under = try store.objects.put([2]).digest
    #expect(try store.collect(day: 199).swept == [before])
    lease = try store.objects.renew(lease, until: store.time(300))
    #expect(try store.objects.leases() == [lease])
    #expect(try store.collect(day: 299).swept.isEmpty)
    #expect(try store.objects.release(lease))
    #expect(!(try store.objects.release(lease)))
    #expect(
      storageErrorKind { _ = try store.objects.renew(lease, until: store.time(1)) } == .notFound)
    #expect(try store.collect(day: 299).swept.map(\.digest) == [under])
  }

  @Test func leasesAreCheckedAndADamagedOneStopsTheCollection() throws {
    let objects = store.objects
    let missing = SystemSHA256.hash([1])
    #expect(
      storageErrorKind { _ = try objects.lease([missing], until: second(9), owner: "") }
        == .notFound)
    #expect(
      storageErrorKind { _ = try objects.lease([], until: second(-1), owner: "") }
        == .invalidArgument)
    #expect(
      storageErrorKind {
        _ = try objects.lease([], until: second(1), owner: String(repeating: "x", count: 1025))
      } == .limitExceeded)
    #expect(try objects.leases().isEmpty)
    let object = try objects.put([1])
    let lease = try objects.lease([object.digest], until: store.time(500), owner: "é")
    let path = "/objects/leases/" + lease.name
    let size = try Int(store.fileSystem.status(at: path, followingLinks: false).size)
    for position in 0..<size where position < 19 || position > 60 {
      store.fileSystem.damage(path, at: position)
      // Whatever the damage: either it is found, or the lease still says something.
      let kind = storageErrorKind { try store.collect(day: 200, dryRun: true) }
      if position < 19 { #expect(kind == .corrupt || kind == .unsupportedFormat, "\(position)") }
      store.fileSystem.damage(path, at: position)
    }
    #expect(try objects.leases() == [lease])
  }

  @Test func oneCollectionAtATime() throws {
    try store.objects.put([1])
    let other = try DirectoryObjectStore(directory: "/objects", fileSystem: store.fileSystem)
    _ = try store.objects.collect(at: store.time(200)) { _ in
      #expect(
        storageErrorKind { _ = try other.collect(at: self.store.time(200)) { _ in } } == .locked)
    }
  }

  @Test func deletingEmptiesTheTrashOfIt() throws {
    let digest = try store.objects.put([5]).digest
    try store.collect(day: 114)
    #expect(try store.objects.delete(digest))
    #expect(!(try store.objects.contains(digest)))
    #expect(!(try store.objects.delete(digest)))
  }

  @Test func leftoversOfDeadWritersAreRemoved() throws {
    let path = "/objects/tmp/4711-0123456789abcdef"
    try store.fileSystem.withFile(path, [.write, .create, .exclusive]) { _ in }
    #expect(try store.collect(day: 100).removedTemporaries == [path])
  }
}
