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

  /// Damage in several places: every one is named, and what lies between is still examined.
  @Test func everyDamagedPlaceIsNamed() throws {
    let store = try TamperedStore()
    let log = try store.forged()
    let files = LogFiles(fileSystem: store.fileSystem, directory: store.path)
    let fileSystem = store.fileSystem.copy()
    var expected: [UInt64] = []
    var sequence: UInt64 = 0
    for segment in log.segments {
      let path = files.segment(segment.header.firstSequence)
      var bytes = try #require(fileSystem.content(of: path))
      var offset = SegmentHeader.byteCount
      for (number, frame) in segment.frames.enumerated() {
        // Every seventh frame, in its header, its body or its padding.
        if number % 7 == 3, number + 2 < segment.frames.count {
          let extent = Frame.extent(of: frame.entry)
          bytes[offset + [9, 50, extent - 1][number % 3]] ^= 4
          expected.append(sequence)
        }
        offset += Frame.extent(of: frame.entry)
        sequence += 1
      }
      try fileSystem.setContent(of: path, to: bytes)
    }
    #expect(expected.count > 5)
    let report = try store.verify(fileSystem, against: [store.head])
    let unnamed = expected.filter { sequence in
      !report.findings.contains {
        $0.kind == .damaged && $0.sequences == sequence..<sequence + 1 && $0.path != nil
          && $0.offset != nil
      }
    }
    #expect(unnamed == [])
    #expect(report.isComplete && !report.isSound)
    #expect(report.entryCount == UInt64(log.frames.count - expected.count))
    #expect(report.findings.filter { $0.kind != .damaged && $0.kind != .inconsistent } == [])
    // The same store cannot be opened at all.
    #expect(
      thrown(StorageError.self) {
        _ = try DirectoryRecordLog.open(at: store.path, mode: .read, fileSystem: fileSystem)
      }?.kind == .corrupt)
  }

  /// Any byte of any file of the log flipped: never a trap, and never taken for sound unless what
  /// was hit holds nothing.
  @Test func everyFlippedByte() throws {
    let store = try TamperedStore(links: 2)
    let log = try store.forged()
    let files = LogFiles(fileSystem: store.fileSystem, directory: store.path)
    let seed: UInt64 = 0xF11B
    var generator = SeededGenerator(seed: seed)
    var missed: [String] = []
    for segment in log.segments {
      let path = files.segment(segment.header.firstSequence)
      let bytes = try #require(store.fileSystem.content(of: path))
      let end = segment.frames.reduce(SegmentHeader.byteCount) { $0 + Frame.extent(of: $1.entry) }
      let fileSystem = store.fileSystem.copy()
      var offset = 0
      while offset < end {
        var changed = bytes
        changed[offset] ^= 1 << UInt8.random(in: 0..<8, using: &generator)
        try fileSystem.setContent(of: path, to: changed)
        let report = try store.verify(fileSystem, against: [store.head], depth: .headers)
        if report.isSound { missed.append("\(path) \(offset)") }
        offset += offset < 200 ? 3 : offset < SegmentHeader.byteCount ? 397 : 11
      }
      for size in stride(from: 0, to: end, by: 173) {
        try fileSystem.setContent(of: path, to: Array(bytes.prefix(size)))
        if try store.verify(fileSystem, against: [store.head]).isSound {
          missed.append("\(path) cut at \(size)")
        }
      }
    }
    #expect(missed == [], "seed \(seed)")
  }

  /// What an interrupted commit leaves is no damage, and HEAD that is gone is.
  @Test func unfinishedCommits() throws {
    let store = try TamperedStore(links: 2)
    var log = try store.forged()
    let last = try #require(log.segments.indices.last)
    log.changeFrames(of: last) { frames in
      let next = UInt64(store.head.size)
      for number in 0..<2 {
        frames.append(
          .init(
            entry: LogEntry(kind: 1, header: [1, 2, UInt8(number)]),
            sequence: next + UInt64(number), syncedSequence: next))
      }
    }
    let fileSystem = try log.written(over: store.fileSystem, at: store.path)
    let report = try store.verify(fileSystem, against: [store.head])
    #expect(report.isSound)
    #expect(report.unfinishedByteCount > 100)
    #expect(report.head == store.head)
    let headless = store.fileSystem.copy()
    try headless.unlink(store.path + "/HEAD")
    let without = try store.verify(headless, against: [store.head])
    #expect(without.findings.map(\.kind) == [.damaged])
    #expect(without.findings.first?.path == store.path + "/HEAD")
    #expect(without.confirmedHeads == [store.head])
    #expect(without.findings.first?.description.contains("HEAD") == true)
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
