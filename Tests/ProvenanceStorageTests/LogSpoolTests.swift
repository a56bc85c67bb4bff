import Foundation
import ProvenanceStorage
import ProvenanceTestKit
import Testing

@Suite struct LogSpoolTests {
  @Test func spoolsAreListedReadAndRemoved() throws {
    let directory = try TemporaryDirectory()
    try DirectoryRecordLog.create(at: directory["s"]).close()
    let spools = Spools(ofStore: directory["s"])
    #expect(try spools.list() == [])
    let first = UniqueID(high: 1, low: 1)
    let second = UniqueID(high: 2, low: 2)
    let log = try spools.create(id: first)
    #expect(log.id == first)
    _ = try log.append([LogFixture.batch(1)])
    try spools.create(id: second).close()
    #expect(try spools.list().map(\.state) == [.held, .free])
    #expect(try spools.list().map(\.id) == [first, second])
    #expect(storageErrorKind { try spools.remove(first) } == .locked)
    let reader = try spools.open(first, mode: .read)
    #expect(try LogFixture.contents(reader) == [LogFixture.batch(1).entries])
    try log.close()
    #expect(try spools.list().map(\.state) == [.free, .free])
    try spools.remove(first)
    #expect(try spools.list().map(\.id) == [second])
    #expect(storageErrorKind { try spools.remove(first) } == .notFound)
    // The store itself does not mind them.
    try DirectoryRecordLog.open(at: directory["s"], mode: .write).close()
  }

  /// A spool that looked unfinished and was made and filled meanwhile is not removed.
  @Test func whatWasFinishedMeanwhileStays() throws {
    let directory = try TemporaryDirectory()
    try DirectoryRecordLog.create(at: directory["s"]).close()
    let spools = Spools(ofStore: directory["s"])
    let (begun, made) = (UniqueID(high: 1, low: 1), UniqueID(high: 2, low: 2))
    try FileManager.default.createDirectory(
      atPath: spools.directory + "/\(begun)", withIntermediateDirectories: true)
    #expect(try spools.list().map(\.state) == [.unfinished])
    let log = try spools.create(id: made)
    #expect(storageErrorKind { _ = try spools.removeUnfinished(made) } == .locked)
    _ = try log.append([LogFixture.batch(1)])
    try log.close()
    #expect(try !spools.removeUnfinished(made))
    #expect(try spools.removeUnfinished(begun))
    let reader = try spools.open(made, mode: .read)
    #expect(try LogFixture.contents(reader) == [LogFixture.batch(1).entries])
    // It can be locked again: the look at it gave the lock back.
    try spools.remove(made)
    #expect(try spools.list() == [])
  }

  @Test func anyFailureWhileRemovingKeepsAllOrLeavesNothing() throws {
    let id = UniqueID(high: 1, low: 1)
    func prepare() throws -> MemoryFileSystem {
      let system = MemoryFileSystem()
      try LogFixture.create(system).close()
      let log = try Spools(ofStore: "/store", fileSystem: system).create(
        id: id, options: LogFixture.options())
      _ = try log.append([LogFixture.batch(1)])
      try log.close()
      return system
    }
    let rehearsal = FaultFileSystem(try prepare())
    try Spools(ofStore: "/store", fileSystem: rehearsal).remove(id)
    var failures: [String] = []
    for number in 0..<rehearsal.operationCount {
      let system = try prepare()
      let faulty = FaultFileSystem(system)
      faulty.failOperations(from: number, errno: EIO)
      try? Spools(ofStore: "/store", fileSystem: faulty).remove(id)
      for keepsNames in [true, false] {
        let image = system.crashImage(keepingNames: keepsNames) { _, _ in true }
        let spools = Spools(ofStore: "/store", fileSystem: image)
        try spools.sweep()
        let left = try spools.list()
        if left.isEmpty {
          if image.filePaths.contains(where: { $0.contains("spools") }) {
            failures.append("\(number): files are left")
          }
        } else {
          let log = try spools.open(id, mode: .read)
          if try LogFixture.contents(log) != [LogFixture.batch(1).entries] {
            failures.append("\(number): half a spool is left")
          }
        }
      }
    }
    #expect(failures == [])
  }

  @Test func unfinishedSpools() throws {
    let system = MemoryFileSystem()
    try LogFixture.create(system).close()
    let faulty = FaultFileSystem(system)
    faulty.failOperations(errno: EIO) { ($0.path ?? "").contains("FORMAT") }
    let id = UniqueID(high: 5, low: 5)
    #expect(
      storageErrorKind {
        _ = try Spools(ofStore: "/store", fileSystem: faulty).create(id: id)
      } == .io)
    let spools = Spools(ofStore: "/store", fileSystem: system)
    #expect(try spools.list().map(\.state) == [.unfinished])
    try spools.remove(id)
    #expect(try spools.list() == [])
  }
}
