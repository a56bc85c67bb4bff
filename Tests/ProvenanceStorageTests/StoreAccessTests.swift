import Foundation
import Provenance
import ProvenanceStorage
import ProvenanceTestKit
import Testing

/// Who may open a store, for what, and what opening says about what it found.
@Suite struct StoreAccessTests {
  let directory: TemporaryDirectory
  var path: String { directory["store"] }

  init() throws { directory = try TemporaryDirectory() }

  @Test func aSecondWriterIsToldWhoHoldsTheStore() throws {
    let store = try ProvenanceStore.open(at: path)
    try store.commit(Lineage.link(0))
    let files = try contents(of: path)
    let error = thrown(StorageError.self) { _ = try ProvenanceStore.open(at: path) }
    #expect(error?.kind == .locked)
    #expect(error?.message.contains("pid \(getpid())") == true)
    #expect(error?.path == path + "/LOCK")
    #expect(try contents(of: path) == files)
    try store.commit(Lineage.link(1))
    try store.close()
    #expect(try Lineage.links(in: ProvenanceStore.open(at: path).graph) == [0, 1])
  }

  #if os(Linux)
  /// A child process has a copy of every descriptor from its fork to its exec.
  @Test func aClosedStoreIsFreeWhateverChildrenHold() throws {
    let store = try ProvenanceStore.open(at: path)
    let spool = try ProvenanceStore.open(at: path, access: .spool)
    try spool.commit(Lineage.link(0))
    let copies = try FileManager.default.contentsOfDirectory(atPath: "/proc/self/fd")
      .compactMap { Int32($0) }
      .filter { descriptor in
        let link = try? FileManager.default.destinationOfSymbolicLink(
          atPath: "/proc/self/fd/\(descriptor)")
        return link.map { $0.contains(directory.name) && $0.hasSuffix("/LOCK") } ?? false
      }
      .map { dup($0) }
    defer { for copy in copies { _ = close(copy) } }
    #expect(copies.count == 2)
    #expect(storageErrorKind { _ = try ProvenanceStore.open(at: path) } == .locked)
    try spool.close()
    #expect(try store.mergeSpools().removed.count == 1)
    try store.close()
    #expect(try Lineage.links(in: ProvenanceStore.open(at: path).graph) == [0])
  }
  #endif

  @Test func readersWriteNothing() async throws {
    try ProvenanceStore.open(at: path).close()
    let writer = try ProvenanceStore.open(at: path)
    try await writer.commit(Lineage.link(0))
    let files = try contents(of: path)
    let reader = try ProvenanceStore.open(at: path, access: .read)
    for records in [try Lineage.link(1), try Lineage.link(0), []] {
      #expect(storageErrorKind { try reader.commit(records) } == .readOnlyFileSystem)
      #expect(storageErrorKind { try reader.merge(records) } == .readOnlyFileSystem)
    }
    let result = await Result.of { try await reader.put(bytes: [1]) }
    #expect(result.failureKind == .readOnlyFileSystem)
    #expect(try reader.mergeSpools() == SpoolReport())
    #expect(try Lineage.links(in: reader.graph) == [0])
    try reader.close()
    #expect(try contents(of: path) == files)
  }

  /// A reader that is misused for writing while it refreshes must not show what was refused.
  @Test func whatAReaderRefusesIsNeverShown() async throws {
    let writer = try ProvenanceStore.open(at: path)
    let reader = try ProvenanceStore.open(at: path, access: .read)
    try await withThrowingTaskGroup(of: Void.self) { group in
      group.addTask {
        for number in 1000..<1200 {
          await #expect(throws: StorageError.self) { try await reader.commit(Lineage.link(number)) }
        }
      }
      for number in 0..<100 {
        try await writer.commit(Lineage.link(number))
        try reader.refresh()
        #expect(try Lineage.links(in: reader.graph) == Set(0...number))
      }
      try await group.waitForAll()
    }
    #expect(try GraphPicture(reader.graph) == GraphPicture(writer.graph))
  }

  @Test(arguments: [(EROFS, StorageError.Kind.readOnlyFileSystem), (EACCES, .permissionDenied)])
  func whatCannotBeWrittenCanBeRead(errno: Int32, kind: StorageError.Kind) throws {
    let store = try ProvenanceStore.open(at: path)
    try store.commit(Lineage.link(0))
    try store.close()
    let files = try contents(of: path)
    var options = StoreOptions()
    let fileSystem = FaultFileSystem(SystemFileSystem())
    options.fileSystem = fileSystem
    fileSystem.failOperations(errno: errno) {
      $0.changesFiles || $0.path?.hasSuffix("LOCK") == true
    }
    for access in [StoreAccess.write, .spool] {
      let error = thrown(StorageError.self) {
        _ = try ProvenanceStore.open(at: path, access: access, options: options)
      }
      #expect(error?.kind == kind)
      #expect(error?.path != nil)
    }
    let reader = try ProvenanceStore.open(at: path, access: .read, options: options)
    #expect(try Lineage.links(in: reader.graph) == [0])
    #expect(try contents(of: path) == files)
  }

  @Test func whatIsNoStoreIsLeftAlone() throws {
    let file = directory["file"]
    try Data("hello".utf8).write(to: URL(fileURLWithPath: file))
    let full = directory["full"]
    try FileManager.default.createDirectory(atPath: full, withIntermediateDirectories: false)
    try Data("hello".utf8).write(to: URL(fileURLWithPath: full + "/thesis.txt"))
    for other in [file, full] {
      for access in [StoreAccess.read, .write, .spool] {
        #expect(
          storageErrorKind { _ = try ProvenanceStore.open(at: other, access: access) }
            == .notAStore)
      }
    }
    #expect(try contents(of: full).keys.sorted() == ["thesis.txt"])
    for access in [StoreAccess.read, .spool] {
      #expect(
        storageErrorKind { _ = try ProvenanceStore.open(at: path, access: access) } == .notFound)
      #expect(!FileManager.default.fileExists(atPath: path))
    }
    #expect(
      storageErrorKind { _ = try ProvenanceStore.open(at: directory["no/such/place"]) }
        == .notFound)
  }

  @Test func aLaterFormatIsRefused() throws {
    try ProvenanceStore.open(at: path).close()
    let format = URL(fileURLWithPath: path + "/FORMAT")
    let text = String(decoding: try Data(contentsOf: format), as: UTF8.self)
    #expect(text.hasPrefix("provenance-store 1\n"))
    try Data(text.replacing("store 1", with: "store 2").utf8).write(to: format)
    let files = try contents(of: path)
    for access in [StoreAccess.read, .write, .spool] {
      let error = thrown(StorageError.self) {
        _ = try ProvenanceStore.open(at: path, access: access)
      }
      #expect(error?.kind == .unsupportedFormat)
      #expect(error?.path == path + "/FORMAT")
    }
    #expect(try contents(of: path) == files)
  }

  @Test func aTornTailIsReported() throws {
    let store = try ProvenanceStore.open(at: path)
    try store.commit(Lineage.link(0))
    let copy = directory["copy"]
    try FileManager.default.copyItem(atPath: path, toPath: copy)
    try store.commit(Lineage.link(1))
    // The frames of the second commit, cut off in the middle.
    let name = "/log/00000000000000000000.seg"
    let whole = try Data(contentsOf: URL(fileURLWithPath: path + name))
    let before = try Data(contentsOf: URL(fileURLWithPath: copy + name))
    let start = try #require(zip(whole, before).enumerated().first { $0.element.0 != $0.element.1 })
    let cut = start.offset + 300
    var torn = before
    torn.replaceSubrange(start.offset..<cut, with: whole[start.offset..<cut])
    try torn.write(to: URL(fileURLWithPath: copy + name))
    #expect(
      try Lineage.links(in: ProvenanceStore.open(at: copy, access: .read).graph) == [0])
    let again = try ProvenanceStore.open(at: copy)
    let report = try #require(again.recovery)
    #expect(report.firstSequence == 4)
    #expect(FileManager.default.fileExists(atPath: report.quarantineFile))
    #expect(try Lineage.links(in: again.graph) == [0])
    try again.commit(Lineage.link(1))
    let picture = try GraphPicture(again.graph)
    try again.close()
    let last = try ProvenanceStore.open(at: copy)
    #expect(last.recovery == nil)
    #expect(try GraphPicture(last.graph) == picture)
  }

  @Test func aRefreshThatFailsCanBeRepeated() throws {
    var options = StoreFailureTests.options()
    let store = try ProvenanceStore.open(at: path, options: options)
    let fileSystem = FaultFileSystem(SystemFileSystem())
    options.fileSystem = fileSystem
    try store.commit(Lineage.link(0))
    func reader() throws -> ProvenanceStore {
      try ProvenanceStore.open(at: path, access: .read, options: options)
    }
    let (rehearsal, first) = (try reader(), try reader())
    var readers: [ProvenanceStore] = []
    fileSystem.reset()
    let count = 40
    for _ in 0..<count { readers.append(try reader()) }
    // Over several segments, so that a refresh reads many files.
    for number in 1..<40 { try store.commit(Lineage.link(number)) }
    let picture = try GraphPicture(store.graph)
    fileSystem.reset()
    try rehearsal.refresh()
    let operations = fileSystem.operationCount
    #expect(try GraphPicture(rehearsal.graph) == picture)
    var failures = 0
    for (index, reader) in readers.enumerated() {
      fileSystem.reset()
      fileSystem.failOperation(operations - 1 - index * operations / count, errno: EIO)
      do { try reader.refresh() } catch {
        failures += 1
        #expect(try Lineage.links(in: reader.graph) == [0])
      }
      fileSystem.clearFaults()
      try reader.refresh()
      #expect(try GraphPicture(reader.graph) == picture)
      for number in stride(from: 0, to: 40, by: 3) {
        let position = Position(UInt64(number * 4 + 4))
        #expect(try Lineage.links(in: reader.graph.asOf(position)) == Set(0...number))
      }
    }
    #expect(failures > 0)
    #expect(try Lineage.links(in: first.graph) == [0])
  }

  @Test func aReaderThatMeetsDamageStaysWhereItIs() throws {
    let log = try DirectoryRecordLog.create(at: path)
    let reader = try ProvenanceStore.open(at: path, access: .read)
    func append(_ records: [Record], _ more: [LogEntry] = []) throws {
      let entries = records.map {
        LogEntry(kind: $0.kindNumber, header: $0.header, payload: $0.payload)
      }
      _ = try log.append([LogBatch(entries: entries + more, time: CommitTime(seconds: 9))])
    }
    try append(Lineage.link(0))
    try reader.refresh()
    try append(Lineage.link(1))
    try append(Lineage.link(2), [LogEntry(kind: 0, header: [0xFF])])
    for _ in 0..<2 {
      let error = thrown(StorageError.self) { try reader.refresh() }
      #expect(error?.kind == .corrupt)
      #expect(error?.sequences == 11..<12)
      #expect(try Lineage.links(in: reader.graph) == [0])
      #expect(reader.position.count == 4)
    }
  }
}
