import Foundation
import Provenance
import ProvenanceStorage
import ProvenanceTestKit
import Testing

@Suite struct ObjectConformanceTests {
  @Test func memoryStoreKeepsItsDuties() throws {
    try checkObjectStore { MemoryObjectStore() }
  }

  @Test func directoryStoreKeepsItsDuties() throws {
    let directory = try TemporaryDirectory()
    var count = 0
    try checkObjectStore {
      count += 1
      return try DirectoryObjectStore(directory: directory["objects\(count)"])
    }
  }

  @Test func directoryStoreKeepsItsDutiesInChunks() throws {
    let directory = try TemporaryDirectory()
    let chunking = try ObjectChunking(minimumSize: 64, averageSize: 8192, maximumSize: 65_536)
    var count = 0
    try checkObjectStore {
      count += 1
      return try DirectoryObjectStore(
        directory: directory["objects\(count)"], chunking: chunking,
        fileSystem: HastyFileSystem())
    }
    #expect(!tree(directory["objects1"]).isEmpty)
  }

  @Test(arguments: [nil, ObjectChunkingTests.small], [true, false])
  func directoryStoreKeepsItsDutiesOfCollection(
    chunking: ObjectChunking?, hasLinks: Bool
  ) throws {
    let directory = try TemporaryDirectory()
    let fileSystem = FaultFileSystem(HastyFileSystem())
    if !hasLinks { fileSystem.failOperations(errno: EPERM) { $0.name == .link } }
    // As many chunks as matter here, and not thousands.
    let chunking = try chunking.map { _ in
      try ObjectChunking(minimumSize: 1024, averageSize: 32_768, maximumSize: 65_536)
    }
    var count = 0
    try checkCollectableObjectStore {
      count += 1
      return try DirectoryObjectStore(
        directory: directory["objects\(count)"], chunking: chunking, fileSystem: fileSystem)
    }
  }

  /// File systems without hard links (exFAT, some FUSE) take the way of the rename.
  @Test(arguments: [EPERM, ENOTSUP, EACCES])
  func directoryStoreKeepsItsDutiesWithoutLinks(errno: Int32) throws {
    let directory = try TemporaryDirectory()
    let fileSystem = FaultFileSystem(SystemFileSystem())
    fileSystem.failOperations(errno: errno) { $0.name == .link }
    var count = 0
    try checkObjectStore {
      count += 1
      return try DirectoryObjectStore(
        directory: directory["objects\(count)"], fileSystem: fileSystem)
    }
    #expect(fileSystem.faultCount > 0)
  }

  @Test func directoryStoreKeepsItsDutiesWithShortWrites() throws {
    let directory = try TemporaryDirectory()
    let fileSystem = FaultFileSystem(SystemFileSystem())
    fileSystem.shortenWrites(to: 70_001)
    var count = 0
    try checkObjectStore {
      count += 1
      return try DirectoryObjectStore(
        directory: directory["objects\(count)"], fileSystem: fileSystem)
    }
  }

  /// A store that hands over what it has without hashing must not pass for a good one.
  @Test func suiteFindsViolations() throws {
    struct Forgetful: ObjectStore {
      let base = MemoryObjectStore()
      func put(
        _ expectation: ObjectExpectation, from pull: (inout MutableRawSpan) throws -> Int
      ) throws -> StoredObject {
        try base.put(ObjectExpectation(limit: expectation.limit), from: pull)
      }
      func size(of digest: SHA256Digest) throws -> UInt64? { base.size(of: digest) }
      func read(
        _ digest: SHA256Digest, range: Range<UInt64>?, into body: (RawSpan) throws -> Void
      ) throws {
        try base.read(digest, range: range, into: body)
      }
      func list(_ body: (StoredObject) throws -> Bool) throws { try base.list(body) }
      func delete(_ digest: SHA256Digest) throws -> Bool { base.delete(digest) }
    }
    let violation = #expect(throws: ObjectStoreViolation.self) {
      try checkObjectStore(seed: 7) { Forgetful() }
    }
    #expect(violation?.seed == 7)
    #expect(violation?.detail.contains("digestMismatch") == true)
  }
}
