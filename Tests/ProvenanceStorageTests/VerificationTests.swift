import Foundation
import Provenance
import ProvenanceTestKit
import Testing

@testable import ProvenanceStorage

@Suite struct VerificationTests {
  @Test func openStoresAreExaminedWhileTheyGrow() async throws {
    let directory = try TemporaryDirectory()
    let path = directory.path + "/store"
    var options = StoreOptions()
    options.log = LogFixture.options()
    // HEAD runs ahead of what an examination under way looks at.
    options.log.headInterval = 1
    let store = try ProvenanceStore.open(at: path, options: options)
    for number in 0..<40 { try await store.commit(try Lineage.link(number)) }
    let kept = try await store.treeHead(at: 20)
    let before = try contents(of: path)
    for depth in [VerificationDepth.headers, .records, .artifacts] {
      let report = try await store.verify(against: [kept], depth: depth)
      #expect(report.findings == [])
      #expect(report.isSound)
      #expect(report.confirmedHeads == [kept])
      #expect(report.head == TreeHead(store.head))
      #expect(report.entryCount == 160)
      #expect(report.entryCounts == [0: 80, 2: 40, 255: 40])
      #expect(report.headerByteCount > 0 && report.payloadByteCount > 0)
    }
    // Also by another process, without the lock, and in the middle of commits.
    let live = try ProvenanceStore.verify(directory: path, against: [kept])
    #expect(live.isSound)
    #expect(live.head == TreeHead(store.head))
    #expect(try contents(of: path) == before, "nothing was changed")
    let wrong = TreeHead(size: 20, root: MerkleTree.emptyRoot)
    let report = try await store.verify(against: [kept, wrong])
    #expect(report.kinds == [.rewritten])
    #expect(report.confirmedHeads == [kept])
    let writing = Task {
      for number in 100..<140 { try await store.commit(try Lineage.link(number)) }
    }
    for _ in 0..<5 {
      let head = TreeHead(store.head)
      #expect(try await store.verify(against: [head]).findings == [])
      let other = try await Task.detached {
        try ProvenanceStore.verify(directory: path, against: [head])
      }.value
      #expect(other.findings == [])
    }
    try await writing.value
    try store.close()
    let closed = try ProvenanceStore.verify(directory: path, against: [kept])
    #expect(closed.isSound)
    #expect(closed.unfinishedByteCount == 0)
    let reader = try ProvenanceStore.open(at: path, access: .read)
    #expect(try await reader.verify().isSound)
    try reader.close()
    await #expect(throws: StorageError.self) { try await reader.verify() }
  }

  @Test func storesInMemory() async throws {
    let store = try ProvenanceStore.inMemory()
    #expect(try await store.verify().isSound)
    for number in 0..<5 { try await store.commit(try Lineage.link(number)) }
    let head = try await store.treeHead(at: 7)
    let report = try await store.verify(against: [head], depth: .artifacts)
    #expect(report.isSound)
    #expect(report.confirmedHeads == [head])
    #expect(report.entryCount == 20)
    let unknown = TreeHead(size: 21, root: head.root)
    #expect(try await store.verify(against: [unknown]).kinds == [.rolledBack])
  }

  @Test func directoriesThatAreNoStores() throws {
    let directory = try TemporaryDirectory()
    #expect(
      thrown(StorageError.self) {
        _ = try ProvenanceStore.verify(directory: directory.path + "/missing")
      }?.kind == .notFound)
    #expect(
      thrown(StorageError.self) { _ = try ProvenanceStore.verify(directory: directory.path) }?.kind
        == .notAStore)
  }

  @Test func progressAndCancelling() async throws {
    let store = try ProvenanceStore.inMemory()
    for number in 0..<5 { try await store.commit(try Lineage.link(number)) }
    let calls = Counter()
    let cancelled = try await store.verify { _ in calls.increment() < 3 }
    #expect(calls.value == 3)
    #expect(!cancelled.isComplete && !cancelled.isSound)
    #expect(cancelled.findings == [])
    let task = Task {
      while !Task.isCancelled { await Task.yield() }
      return try await store.verify()
    }
    task.cancel()
    #expect(try await task.value.isComplete == false)
    let directory = try TamperedStore(links: 2)
    var last: VerificationProgress?
    let report = try ProvenanceStore.verify(
      directory: directory.path, fileSystem: directory.fileSystem
    ) {
      last = $0
      return true
    }
    #expect(report.isSound)
    #expect(last?.byteCount == last?.totalByteCount)
    #expect(last?.byteCount == report.fileByteCount)
    let stopped = try ProvenanceStore.verify(
      directory: directory.path, fileSystem: directory.fileSystem
    ) { _ in false }
    #expect(!stopped.isComplete)
  }

  @Test func artifacts() async throws {
    let directory = try TemporaryDirectory()
    let path = directory.path + "/store"
    let store = try ProvenanceStore.open(at: path)
    let kept = try await store.put(bytes: Array("kept".utf8))
    let broken = try await store.put(bytes: Array("broken".utf8))
    let elsewhere = SHA256.hash(Array("elsewhere".utf8))
    try await store.commit([
      Record(Dataset("kept", content: kept.digest)),
      Record(Dataset("elsewhere", content: elsewhere)),
      Record(Lineage.raw),
      Record(
        Annotation(
          Lineage.raw, [AttributeKey.contentDigest: .bytes(broken.digest.bytes)], at: second(1))),
    ])
    let report = try await store.verify(depth: .artifacts)
    #expect(report.isSound)
    #expect(report.objectCount == 2)
    #expect(report.objectByteCount == 10)
    #expect(report.absentArtifacts == [elsewhere])
    let strict = try await store.verify(depth: .artifacts, requiresArtifacts: true)
    #expect(strict.findings.map(\.digest) == [elsewhere])
    #expect(strict.kinds == [.missingObject])
    try store.close()
    let hex = broken.digest.bytes.map { String(format: "%02x", $0) }.joined()
    let file = path + "/objects/sha256/" + hex.prefix(2) + "/" + hex.dropFirst(2)
    try FileManager.default.setAttributes([.posixPermissions: 0o644], ofItemAtPath: file)
    try Data("brokem".utf8).write(to: URL(fileURLWithPath: file))
    let damaged = try ProvenanceStore.verify(directory: path, depth: .artifacts)
    #expect(damaged.findings.map(\.digest) == [broken.digest])
    #expect(damaged.kinds == [.damagedObject])
    #expect(try ProvenanceStore.verify(directory: path, depth: .records).isSound)
  }

  /// Enough bytes that progress is told on the way, and that it can be ended there.
  @Test func progressWithinLargeFiles() throws {
    let fileSystem = MemoryFileSystem()
    var options = LogFixture.options(segmentByteCount: 24 << 20)
    options.storeID = UniqueID(high: 1, low: 1)
    let log = try LogFixture.create(fileSystem, options: options)
    for number in 0..<10 {
      let payload = [UInt8](repeating: UInt8(number), count: 1 << 20)
      _ = try log.append([
        LogBatch(
          entries: [LogEntry(kind: 1, header: [UInt8(number)], payload: payload)],
          time: CommitTime(seconds: 1))
      ])
    }
    try log.close()
    var steps: [UInt64] = []
    let report = try ProvenanceStore.verify(
      directory: LogFixture.path, depth: .headers, fileSystem: fileSystem
    ) {
      steps.append($0.byteCount)
      return true
    }
    #expect(report.isSound)
    #expect(steps.count == 3)
    #expect(steps == steps.sorted())
    let stopped = try ProvenanceStore.verify(
      directory: LogFixture.path, depth: .headers, fileSystem: fileSystem
    ) { $0.byteCount > 6 << 20 ? false : true }
    #expect(!stopped.isComplete)
    #expect(stopped.entryCount < 20)
    let store = try ProvenanceStore.inMemory()
    for number in 0..<3 {
      try store.objects.put([UInt8](repeating: UInt8(number), count: 5 << 20))
    }
    var phases: [VerificationProgress] = []
    let objects = try store.verify(depth: .artifacts) {
      phases.append($0)
      return true
    }
    #expect(objects.isSound)
    #expect(phases.filter { $0.phase == .objects }.count == 4)
  }

  @Test func reportsAsText() throws {
    let store = try TamperedStore(links: 2)
    let fileSystem = store.fileSystem.copy()
    try fileSystem.unlink(store.path + "/HEAD")
    var report = try store.verify(
      fileSystem, against: [TreeHead(size: 999, root: MerkleTree.emptyRoot)])
    report.report(.init(.damaged, "a \"quoted\"\nname\\", digest: MerkleTree.emptyRoot))
    let lines = try report.jsonLines.split(separator: "\n").map {
      try #require(try JSONSerialization.jsonObject(with: Data($0.utf8)) as? [String: Any])
    }
    #expect(lines.map { $0["finding"] as? String } == ["damaged", "rolledBack", "damaged", nil])
    #expect(lines[0]["path"] as? String == "/store/HEAD")
    #expect(lines[1]["records"] as? [UInt64] == [store.head.size, 999])
    #expect(lines[2]["message"] as? String == "a \"quoted\"\nname\\")
    #expect(lines[3]["size"] as? UInt64 == store.head.size)
    #expect(lines[3]["sound"] as? Bool == false)
    #expect(report.findings[1].description.hasSuffix("(records \(store.head.size)..<999)"))
  }

  @Test func findingsAreBounded() {
    var report = StoreVerification()
    for number in 0..<70_000 as Range<UInt64> {
      report.report(.init(.damaged, "x", offset: number))
    }
    #expect(report.findings.count == 65_536)
    #expect(report.omittedFindingCount == 70_000 - 65_536)
  }
}
