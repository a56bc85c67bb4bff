import Foundation
import Provenance
import ProvenanceStorage
import ProvenanceTestKit
import Testing

@Suite struct ObjectReferenceTests {
  /// Everything that refers to bytes by a digest keeps them: a version, a content digest, any other
  /// attribute at any depth, also after a retraction.
  @Test func recordsKeepWhatTheyName() throws {
    let directory = try TemporaryDirectory()
    var options = StoreOptions()
    let days = Lock<Int64>(0)
    // The files have the time of the machine; the collection comes later.
    options.clock = {
      SystemClock.now().adding(days: days.withLock { $0 })
    }
    let store = try ProvenanceStore.open(at: directory["store"], options: options)
    defer { try? store.close() }
    func collect(dryRun: Bool = false) throws -> CollectionReport {
      var options = CollectionOptions()
      options.isDryRun = dryRun
      return try store.collect(options)
    }
    let names = ["version", "digest", "nested", "text", "retracted", "loose"]
    for name in names { try store.objects.put(Array(name.utf8)) }
    func digest(_ name: String) -> SHA256Digest { SystemSHA256.hash(Array(name.utf8)) }
    let byVersion = try Dataset("a", version: digest("version").description)
    let plain = try Dataset("b", version: "1")
    let annotation = try Annotation(
      plain,
      [
        AttributeKey.contentDigest: .bytes(digest("digest").bytes),
        "list": .list([.map(["x": .bytes(digest("nested").bytes)])]),
        "note": .string("see \(digest("text"))"),
      ], at: try second(1))
    let retracted = try Record(
      Annotation(plain, ["old": .bytes(digest("retracted").bytes)], at: second(2)))
    try store.commit([try Record(byVersion), try Record(plain), try Record(annotation), retracted])
    try store.commit([
      try Record(Retraction(.record(retracted.id), Statement("wrong", at: second(3))))
    ])
    #expect(try collect().swept.isEmpty)
    days.withLock { $0 = 15 }
    #expect(try collect(dryRun: true).swept.map(\.digest) == [digest("loose")])
    let lease = try store.lease(
      digests: [digest("loose")], until: SystemClock.now().adding(days: 30), owner: "test")
    #expect(try collect().kept[.leased]?.count == 1)
    #expect(try store.release(lease))
    // The lease has not touched the object, which is as old as before.
    #expect(try collect().swept.map(\.digest) == [digest("loose")])
    for name in names.dropLast() { #expect(try store.objects.contains(digest(name))) }
    days.withLock { $0 = 60 }
    #expect(try collect().emptied.count == 1)
    #expect(!(try store.objects.contains(digest("loose"))))
  }

  @Test func onlyTheWriterCollects() async throws {
    let directory = try TemporaryDirectory()
    let writer = try ProvenanceStore.open(at: directory["store"])
    let reader = try ProvenanceStore.open(at: directory["store"], access: .read)
    let spool = try ProvenanceStore.open(at: directory["store"], access: .spool)
    func kind(_ store: ProvenanceStore) -> StorageError.Kind? {
      storageErrorKind { _ = try store.collect() }
    }
    #expect(kind(reader) == .readOnlyFileSystem)
    #expect(kind(spool) == .locked)
    let memory = try ProvenanceStore.inMemory()
    #expect(kind(memory) == .invalidArgument)
    // What another process has only in its spool counts.
    let object = try await spool.put(bytes: [1, 2])
    try await spool.commit([try Record(Dataset("x", version: object.digest.description))])
    #expect(try await writer.collect().kept[.referenced]?.count == 1)
    try spool.close()
    try reader.close()
    try writer.close()
  }
}

extension Timestamp {
  func adding(days: Int64) -> Timestamp {
    Timestamp(seconds: seconds + days * AgingStore.day) ?? self
  }
}
