import Foundation
import ProvenanceStorage
import ProvenanceTestKit
import Testing

/// A directory that goes away with the test.
final class TemporaryDirectory: Sendable {
  let path: String

  init() throws {
    path = NSTemporaryDirectory() + "/provenance-" + UUID().uuidString
    try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: true)
  }

  deinit { try? FileManager.default.removeItem(atPath: path) }

  subscript(_ name: String) -> String { path + "/" + name }
}

/// The kind of the storage error that a body throws; `nil` when it throws nothing.
func storageErrorKind(_ body: () throws -> Void) -> StorageError.Kind? {
  do {
    try body()
    return nil
  } catch let error as StorageError {
    return error.kind
  } catch {
    Issue.record("not a StorageError: \(error)")
    return nil
  }
}

@Suite struct FileSystemTests {
  let system = SystemFileSystem()

  @Test func readsBackWhatWasWritten() throws {
    let directory = try TemporaryDirectory()
    let path = directory["file"]
    let content = (0..<10_000).map { UInt8(truncatingIfNeeded: $0) }
    try system.withFile(path, [.read, .write, .create, .exclusive]) { file in
      #expect(file.rawValue > 2)
      try system.writeAll(file, at: 100, content)
      try system.synchronize(file, dataOnly: true)
      #expect(try system.readExactly(file, at: 100, count: content.count) == content)
      #expect(try system.read(file, at: 10_000, count: 500).count == 100)
      try system.truncate(file, to: 50)
      #expect(try system.status(of: file).size == 50)
      try system.preallocate(file, at: 0, length: 4096)
      #expect(try system.status(of: file).size == 4096)
    }
    #expect(try system.names(inDirectory: directory.path) == ["file"])
  }

  @Test func errorsNameTheirKindAndPath() throws {
    let directory = try TemporaryDirectory()
    let missing = directory["missing"]
    do {
      _ = try system.open(missing, [.read], permissions: 0)
      Issue.record("opened a missing file")
    } catch let error as StorageError {
      #expect(error.kind == .notFound)
      #expect(error.path == missing)
      #expect(error.description.contains("ENOENT 2"))
    }
    try system.replaceFile(directory["a"], with: [1, 2, 3])
    #expect(try system.readFile(directory["a"], limit: 3) == [1, 2, 3])
    #expect(
      storageErrorKind { _ = try system.readFile(directory["a"], limit: 2) } == .limitExceeded)
    #expect(
      storageErrorKind { try system.link(directory["a"], to: directory["a"]) } == .alreadyExists)
    try FileManager.default.createSymbolicLink(
      atPath: directory["l"], withDestinationPath: directory["a"])
    #expect(
      storageErrorKind { _ = try system.readFile(directory["l"], limit: 9) } == .isSymbolicLink)
    #expect(
      storageErrorKind { _ = try system.readFile(directory.path, limit: 9) } == .wrongFileKind)
    for path in ["", "a\0b"] {
      #expect(storageErrorKind { try system.unlink(path) } == .invalidArgument)
      #expect(
        storageErrorKind { _ = try system.open(path, [.read], permissions: 0) }
          == .invalidArgument)
    }
  }

  @Test func replacingLeavesNoTemporary() throws {
    let directory = try TemporaryDirectory()
    try system.replaceFile(directory["f"], with: [1])
    try system.replaceFile(directory["f"], with: [2])
    #expect(try system.readFile(directory["f"], limit: 10) == [2])
    #expect(try system.names(inDirectory: directory.path) == ["f"])
  }

  @Test func anyFailureWhileReplacingKeepsOldOrNew() throws {
    let directory = try TemporaryDirectory()
    let rehearsal = FaultFileSystem(system)
    try rehearsal.replaceFile(directory["f"], with: [1])
    for number in 0..<rehearsal.operationCount {
      try system.replaceFile(directory["f"], with: [1])
      let faulty = FaultFileSystem(system)
      faulty.failOperation(number, errno: EIO)
      #expect(storageErrorKind { try faulty.replaceFile(directory["f"], with: [2]) } == .io)
      let content = try system.readFile(directory["f"], limit: 10)
      #expect(content == [1] || content == [2])
      #expect(faulty.faultCount == 1)
    }
  }

  @Test func shortWritesAreContinued() throws {
    let directory = try TemporaryDirectory()
    let faulty = FaultFileSystem(system)
    faulty.shortenWrites(to: 7)
    let content = (0..<1000).map { UInt8(truncatingIfNeeded: $0 &* 7) }
    try faulty.replaceFile(directory["f"], with: content)
    #expect(try system.readFile(directory["f"], limit: 1000) == content)
    #expect(faulty.faultCount == 143)
  }

  @Test func locksExcludeEachOther() throws {
    let directory = try TemporaryDirectory()
    try system.withFile(directory["l"], [.write, .create]) { first in
      try system.withFile(directory["l"], [.write]) { second in
        #expect(try system.lock(first, exclusive: true))
        #expect(try !system.lock(second, exclusive: true))
        #expect(try !system.lock(second, exclusive: false))
        try system.unlock(first)
        #expect(try system.lock(second, exclusive: true))
      }
    }
  }

  @Test func knowsTheFileSystem() throws {
    let directory = try TemporaryDirectory()
    let kind = try system.fileSystemKind(at: directory.path)
    #expect(!kind.name.isEmpty)
    #expect(system.processIdentity.processID == ProcessInfo.processInfo.processIdentifier)
    #expect(!system.processIdentity.host.isEmpty)
    #expect(try system.canonicalPath(directory.path + "/.") == system.canonicalPath(directory.path))
  }
}
