import Foundation
import ProvenanceStorage
import ProvenanceTestKit
import Testing

@Suite struct LogDirectoryTests {
  @Test func onlyAStoreOpens() throws {
    let directory = try TemporaryDirectory()
    func kind(_ name: String, _ mode: DirectoryRecordLog.Mode = .write) -> StorageError.Kind? {
      storageErrorKind { _ = try DirectoryRecordLog.open(at: directory[name], mode: mode) }
    }
    #expect(kind("missing") == .notFound)
    try FileManager.default.createDirectory(
      atPath: directory["empty"], withIntermediateDirectories: true)
    #expect(kind("empty") == .notAStore)
    try Data("hello".utf8).write(to: URL(filePath: directory["file"]))
    #expect(kind("file") == .notAStore)
    try Data("hello\n".utf8).write(to: URL(filePath: directory["empty/FORMAT"]))
    #expect(kind("empty") == .notAStore)
    #expect(try FileManager.default.contentsOfDirectory(atPath: directory["empty"]) == ["FORMAT"])
    #expect(
      storageErrorKind { _ = try DirectoryRecordLog.create(at: directory["file"]) } == .notAStore)
    #expect(
      storageErrorKind { _ = try DirectoryRecordLog.create(at: directory["no/where"]) }
        == .notFound)
    #expect(
      storageErrorKind { _ = try DirectoryRecordLog.create(at: directory.path) } == .notAStore)
    try DirectoryRecordLog.create(at: directory["new"]).close()
    #expect(
      storageErrorKind { _ = try DirectoryRecordLog.create(at: directory["new"]) }
        == .alreadyExists)
  }

  @Test func laterFormatsAndFeatures() throws {
    let system = MemoryFileSystem()
    try LogFixture.create(system).close()
    let format = String(decoding: system.content(of: "/store/FORMAT") ?? [], as: UTF8.self)
    func kinds(_ old: String, _ new: String) throws -> [StorageError.Kind?] {
      let image = system.copy()
      var lines = format.replacingOccurrences(of: old, with: new).split(separator: "\n").dropLast()
      let body = lines.map { $0 + "\n" }.joined()
      let checksum = CRC32C.checksum(of: Array(body.utf8))
      lines.append("checksum \(String(format: "%08x", checksum))")
      let text = lines.map { $0 + "\n" }.joined()
      try image.setContent(of: "/store/FORMAT", to: Array(text.utf8))
      return [DirectoryRecordLog.Mode.write, .read].map { mode in
        storageErrorKind { try LogFixture.open(image, mode).close() }
      }
    }
    #expect(try kinds("xyz", "xyz") == [nil, nil])
    #expect(
      try kinds("provenance-store 1", "provenance-store 2")
        == [.unsupportedFormat, .unsupportedFormat])
    #expect(try kinds("\ncompatible 00", "\ncompatible 80") == [nil, nil])
    #expect(
      try kinds("read-only-compatible 00", "read-only-compatible 80") == [.unsupportedFormat, nil])
    #expect(
      try kinds("\nincompatible 00", "\nincompatible 80")
        == [.unsupportedFormat, .unsupportedFormat])
    #expect(try kinds("id 0011", "id 00zz") == [.corrupt, .corrupt])
  }

  @Test func secondWriterLearnsWhoHoldsTheStore() throws {
    let directory = try TemporaryDirectory()
    var options = DirectoryLogOptions()
    options.openingTime = CommitTime(seconds: 1234)
    let first = try DirectoryRecordLog.create(at: directory["s"], options: options)
    do {
      _ = try DirectoryRecordLog.open(at: directory["s"], mode: .write)
      Issue.record("two writers at once")
    } catch let error as StorageError {
      #expect(error.kind == .locked)
      #expect(error.message.contains("pid \(ProcessInfo.processInfo.processIdentifier)"))
      #expect(error.message.contains("host \(SystemFileSystem().processIdentity.host)"))
      #expect(error.message.contains("since 1234"))
    }
    try first.close()
    try DirectoryRecordLog.open(at: directory["s"], mode: .write).close()
  }

  @Test func readersFollowAWriter() throws {
    let directory = try TemporaryDirectory()
    var options = LogFixture.options()
    options.verification = .tail
    let path = directory["s"]
    let writer = try DirectoryRecordLog.create(at: path, options: options)
    let reader = try DirectoryRecordLog.open(at: path, mode: .read, options: options)
    #expect(reader.mode == .read)
    for number in 0..<60 {
      _ = try writer.append([LogFixture.batch(number, entries: number % 4 + 1, size: 150)])
      #expect(reader.head.treeSize < writer.head.treeSize)
      #expect(try reader.refresh() == writer.head)
      let fresh = try DirectoryRecordLog.open(at: path, mode: .read)
      #expect(fresh.head == writer.head)
      try fresh.close()
    }
    #expect(try LogFixture.contents(reader) == LogFixture.contents(writer))
    #expect(
      storageErrorKind { _ = try reader.append([LogFixture.batch(0)]) } == .readOnlyFileSystem)
    try writer.close()
    #expect(try reader.refresh() == reader.head)
    try reader.close()
    #expect(storageErrorKind { try reader.refresh() } == .closed)
  }

  @Test func readersWhileAWriterIsAtWork() async throws {
    let directory = try TemporaryDirectory()
    let path = directory["s"]
    let writer = try DirectoryRecordLog.create(at: path, options: LogFixture.options())
    try await withThrowingTaskGroup(of: Void.self) { group in
      group.addTask {
        for number in 0..<150 {
          _ = try writer.append([LogFixture.batch(number, entries: number % 4 + 1, size: 150)])
        }
      }
      group.addTask {
        let reader = try DirectoryRecordLog.open(at: path, mode: .read)
        var seen = 0
        while seen < 150 {
          try reader.refresh()
          let contents = try LogFixture.contents(reader)
          #expect(contents.count >= seen)
          seen = contents.count
          let expected = (0..<seen).map {
            LogFixture.batch($0, entries: $0 % 4 + 1, size: 150).entries
          }
          #expect(contents == expected)
        }
      }
      try await group.waitForAll()
    }
    try writer.close()
  }

  @Test(arguments: [EACCES, EROFS])
  func readOnlyDirectory(errno: Int32) throws {
    let system = MemoryFileSystem()
    try LogFixture.makeGolden(system)
    let before = system.copy()
    let readOnly = FaultFileSystem(system)
    readOnly.failOperations(errno: errno) {
      $0.changesFiles || $0.name == .lock || ($0.name == .open && ($0.path ?? "").hasSuffix("LOCK"))
    }
    let expected: StorageError.Kind = errno == EACCES ? .permissionDenied : .readOnlyFileSystem
    #expect(storageErrorKind { _ = try LogFixture.open(readOnly) } == expected)
    let reader = try LogFixture.open(readOnly, .read)
    #expect(try LogFixture.contents(reader).count == 16)
    #expect(system.filePaths == before.filePaths)
    #expect(system.filePaths.allSatisfy { system.content(of: $0) == before.content(of: $0) })
  }

  @Test func networkFileSystemsNeedConsent() throws {
    let system = NetworkFileSystem(base: MemoryFileSystem())
    #expect(storageErrorKind { _ = try LogFixture.create(system) } == .unsupportedFileSystem)
    var options = LogFixture.options()
    options.allowsNetworkFileSystem = true
    try LogFixture.create(system, options: options).close()
    #expect(storageErrorKind { _ = try LogFixture.open(system, .read) } == .unsupportedFileSystem)
  }

  @Test func aStoreThatLostItsFormatIsNotOverwritten() throws {
    let system = MemoryFileSystem()
    try LogFixture.makeGolden(system)
    try system.unlink("/store/FORMAT")
    #expect(storageErrorKind { _ = try LogFixture.open(system) } == .notAStore)
    #expect(storageErrorKind { _ = try LogFixture.create(system) } == .corrupt)
    #expect(LogFixture.segments(system).count == 4)
  }

  @Test func segmentsGrowAndBatchesFit() throws {
    let system = MemoryFileSystem()
    var options = LogFixture.options(segmentByteCount: 8192)
    options.largestSegmentByteCount = 32768
    let log = try LogFixture.create(system, options: options)
    let payload = [UInt8](repeating: 7, count: 3000)
    for number in 0..<40 {
      let entry = LogEntry(kind: 1, header: [UInt8(number)], payload: payload)
      _ = try log.append([LogBatch(entries: [entry], time: CommitTime(seconds: 0))])
    }
    let sizes = LogFixture.segments(system).compactMap { system.content(of: $0)?.count }
    #expect(sizes.dropLast().allSatisfy { $0 <= 32768 })
    #expect(sizes.last == 32768)
    #expect(sizes[0] <= 8192 && sizes[1] <= 16384)
    let large = LogEntry(kind: 1, header: [], payload: [UInt8](repeating: 1, count: 200_000))
    _ = try log.append([LogBatch(entries: [large], time: CommitTime(seconds: 0))])
    let last = try #require(LogFixture.segments(system).last)
    #expect(try #require(system.content(of: last)).count > 200_000)
    let expected = try LogFixture.contents(log)
    try log.close()
    let again = try LogFixture.open(system, options: options)
    #expect(try LogFixture.contents(again) == expected)
  }

  @Test func headIsWrittenNowAndThen() throws {
    let system = MemoryFileSystem()
    var options = LogFixture.options()
    options.headInterval = 3
    let log = try LogFixture.create(system, options: options)
    var changes = 0
    for number in 0..<9 {
      let before = system.content(of: "/store/HEAD")
      _ = try log.append([LogFixture.batch(number, entries: 1, size: 20)])
      if system.content(of: "/store/HEAD") != before { changes += 1 }
    }
    #expect(changes == 3)
  }

  @Test func oneSyncForAGroup() throws {
    let faulty = FaultFileSystem(MemoryFileSystem())
    let log = try LogFixture.create(faulty, options: LogFixture.options(segmentByteCount: 65536))
    faulty.reset()
    _ = try log.append((0..<50).map { LogFixture.batch($0) })
    #expect(faulty.operations.map(\.name) == [.write, .synchronize])
    _ = try log.append([LogBatch(entries: [], time: CommitTime(seconds: 0))])
    #expect(faulty.operationCount == 2)
  }
}
