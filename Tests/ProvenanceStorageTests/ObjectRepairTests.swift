import Foundation
import Provenance
import ProvenanceStorage
import ProvenanceTestKit
import Testing

@Suite struct ObjectRepairTests {
  let fileSystem = CrashFileSystem()
  let backup = MemoryObjectStore()
  let contents = [[1, 2, 3], ObjectChunkingTests.content(3000), [9]] as [[UInt8]]

  private func store(_ chunking: ObjectChunking?) throws -> DirectoryObjectStore {
    try DirectoryObjectStore(directory: "/objects", chunking: chunking, fileSystem: fileSystem)
  }

  @Test(arguments: [nil, ObjectChunkingTests.small])
  func whatIsMissingOrDamagedIsFetched(chunking: ObjectChunking?) throws {
    let store = try store(chunking)
    let digests = try contents.map { try store.put($0).digest }
    for content in contents { try backup.put(content) }
    let absent = try backup.put([7, 7]).digest
    let references = Set(digests + [absent])
    fileSystem.damage(store.path(of: digests[0]), at: 1)
    let large = fileSystem.image.keys.filter {
      chunking == nil
        ? $0 == store.path(of: digests[1]) : $0.hasPrefix("/objects/chunks/") && $0.utf8.count > 60
    }
    fileSystem.damage(try #require(large.min()), at: 10)
    let report = try store.verify(references: references)
    #expect(report.findings.count == 3)
    let repair = try store.repair(from: backup, findings: report.findings)
    #expect(repair.isComplete)
    #expect(Set(repair.repaired.map(\.digest)) == [digests[0], digests[1], absent])
    #expect(try store.verify(references: references).findings.isEmpty)
    for (digest, content) in zip(digests, contents) {
      #expect(try store.bytes(of: digest) == content)
    }
  }

  @Test func nothingIsRemovedThatTheOtherStoreCannotReplace() throws {
    let store = try store(nil)
    let digest = try store.put([1, 2, 3]).digest
    let missing = SystemSHA256.hash([5])
    fileSystem.damage(store.path(of: digest), at: 0)
    let findings = try store.verify(references: [digest, missing]).findings
    let repair = try store.repair(from: backup, findings: findings)
    #expect(repair.repaired.isEmpty)
    #expect(repair.failures.map(\.error.kind) == [.notFound, .notFound])
    #expect(Set(repair.failures.map(\.digest)) == [digest, missing])
    #expect(try store.contains(digest))
    // Nor where its own copy is damaged too.
    let otherFiles = CrashFileSystem()
    let other = try DirectoryObjectStore(directory: "/objects", fileSystem: otherFiles)
    try other.put([1, 2, 3])
    otherFiles.damage(other.path(of: digest), at: 2)
    #expect(try store.repair(from: other, findings: findings).failures.count == 2)
    #expect(try store.contains(digest))
  }

  @Test func aStoreThatCannotBeWrittenToStopsTheRepair() throws {
    let digest = try backup.put([1]).digest
    let reader = try DirectoryObjectStore(
      directory: "/objects", access: .read, fileSystem: fileSystem)
    let findings = try reader.verify(references: [digest]).findings
    #expect(
      storageErrorKind { _ = try reader.repair(from: backup, findings: findings) }
        == .readOnlyFileSystem)
  }

  @Test func harmlessFindingsAreLeftAlone() throws {
    let store = try store(nil)
    try store.put([1])
    let findings = try store.verify(references: []).findings
    #expect(findings.map(\.kind) == [.unreferenced])
    #expect(try store.repair(from: backup, findings: findings) == ObjectRepair())
    #expect(try store.contains(SystemSHA256.hash([1])))
  }
}
