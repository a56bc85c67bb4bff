import Foundation
import Provenance
import ProvenanceStorage
import ProvenanceTestKit
import Testing

/// The real file system, said to share the bytes of files: a clone is a copy in fact.
struct CloningFileSystem: ForwardingFileSystem {
  let base: any FileSystem = HastyFileSystem()

  func clone(_ file: OpenFile, to path: String, permissions: UInt32) throws {
    let bytes = try read(file, at: 0, count: Int(status(of: file).size))
    try withFile(path, [.write, .create, .exclusive], permissions: permissions) {
      try writeAll($0, at: 0, bytes)
    }
  }
}

@Suite struct ObjectImportTests {
  let directory: TemporaryDirectory
  let bytes = (0..<700_000).map { UInt8(truncatingIfNeeded: $0 &* 11 &+ $0 >> 8) }

  init() throws {
    directory = try TemporaryDirectory()
    try Data(bytes).write(to: URL(fileURLWithPath: source))
  }

  private var source: String { directory["source"] }

  private func inode(_ path: String) throws -> UInt64 {
    try SystemFileSystem().status(at: path, followingLinks: false).inode
  }

  @Test func whatTheFileSystemCannotShareIsCopied() throws {
    let faulty = FaultFileSystem(SystemFileSystem())
    let store = try DirectoryObjectStore(directory: directory["objects"], fileSystem: faulty)
    for (errno, kind) in [
      (EOPNOTSUPP, nil), (EXDEV, nil), (EIO, StorageError.Kind.io), (ENOSPC, .noSpace),
    ] {
      faulty.failOperations(errno: errno) { $0.name == .clone }
      var result: ObjectImport?
      #expect(storageErrorKind { result = try store.importFile(source, by: .clone) } == kind)
      if kind == nil {
        #expect(result == ObjectImport(object: StoredObject(of: bytes), way: .copy))
      }
      #expect(tree(directory["objects/tmp"]).isEmpty)
    }
  }

  /// On a file system that knows no reflinks this is a copy, and says so.
  @Test func theSystemsOwnCloneIsAnObjectOfItsOwn() throws {
    let store = try DirectoryObjectStore(directory: directory["objects"])
    let result = try store.importFile(source, by: .clone)
    #expect(result.way != .hardLink)
    #expect(try store.bytes(of: result.object.digest) == bytes)
    #expect(try inode(store.path(of: result.object.digest)) != inode(source))
    try overwrite(source) { $0[5] ^= 1 }
    #expect(try store.verify(references: nil).isSound)
  }

  @Test func aCloneIsHashedFromTheStoresOwnFile() throws {
    let store = try DirectoryObjectStore(
      directory: directory["objects"], fileSystem: CloningFileSystem())
    let result = try store.importFile(source, by: .clone)
    #expect(result == ObjectImport(object: StoredObject(of: bytes), way: .clone))
    let status = try SystemFileSystem().status(
      at: store.path(of: result.object.digest), followingLinks: false)
    #expect(status.permissions == 0o444)
    #expect(try store.importFile(source, by: .clone) == result)
    let expected = SystemSHA256.hash([1])
    for (expectation, kind) in [
      (ObjectExpectation(digest: expected), StorageError.Kind.digestMismatch),
      (ObjectExpectation(size: 5), .sizeMismatch), (ObjectExpectation(limit: 5), .limitExceeded),
    ] {
      #expect(
        storageErrorKind { try store.importFile(source, by: .clone, expecting: expectation) }
          == kind)
    }
    #expect(tree(directory["objects/tmp"]).isEmpty)
    #expect(try store.verify(references: [result.object.digest]).findings.isEmpty)
  }

  @Test func aHardLinkIsTheSameFileAndItsDamageIsFound() throws {
    let store = try DirectoryObjectStore(directory: directory["objects"])
    let result = try store.importFile(source, by: .hardLink)
    #expect(result == ObjectImport(object: StoredObject(of: bytes), way: .hardLink))
    let path = store.path(of: result.object.digest)
    #expect(try inode(path) == inode(source))
    // Again, over itself; and over an object that is a file of the store's own.
    #expect(try store.importFile(source, by: .hardLink) == result)
    #expect(tree(directory["objects/tmp"]).isEmpty)
    try store.put(bytes)
    #expect(try inode(path) != inode(source))
    #expect(try store.importFile(source, by: .hardLink).way == .hardLink)
    #expect(try inode(path) == inode(source))
    let handle = try #require(FileHandle(forWritingAtPath: source))
    try handle.write(contentsOf: Data([0xFF]))
    try handle.close()
    #expect(storageErrorKind { try store.read(result.object.digest) { _ in } } == .corrupt)
    #expect(try store.verify(references: nil).findings.map(\.kind) == [.corrupt])
  }

  @Test func aHardLinkToAnotherFileSystemIsAnotherWay() throws {
    let faulty = FaultFileSystem(SystemFileSystem())
    faulty.failOperations(errno: EXDEV) { $0.name == .link && $0.path?.hasSuffix("source") == true }
    let store = try DirectoryObjectStore(directory: directory["objects"], fileSystem: faulty)
    #expect(try store.importFile(source, by: .hardLink).way != .hardLink)
    #expect(faulty.faultCount == 1)
  }

  @Test func linksAndPipesAreRefusedInEveryWay() throws {
    let store = try DirectoryObjectStore(directory: directory["objects"])
    try FileManager.default.createSymbolicLink(
      atPath: directory["link"], withDestinationPath: source)
    #expect(unsafe mkfifo(directory["pipe"], 0o600) == 0)
    for way in ObjectImport.Way.allCases {
      for (name, kind) in [
        ("link", StorageError.Kind.isSymbolicLink), ("pipe", .wrongFileKind), ("none", .notFound),
      ] {
        #expect(storageErrorKind { try store.importFile(directory[name], by: way) } == kind)
      }
    }
  }

  @Test func aSourceThatChangesMeanwhileIsNotStored() throws {
    for way in [ObjectImport.Way.clone, .hardLink] {
      let faulty = FaultFileSystem(CloningFileSystem())
      let store = try DirectoryObjectStore(
        directory: directory["objects \(way)"], fileSystem: faulty)
      let source = source
      faulty.plan { _, operation in
        if operation.name == .read, operation.offset == 0 {
          try? FileManager.default.setAttributes(
            [.modificationDate: Date(timeIntervalSince1970: 5)], ofItemAtPath: source)
        }
        return nil
      }
      #expect(storageErrorKind { try store.importFile(source, by: way) } == .sourceChanged)
      #expect(files(directory["objects \(way)"]).isEmpty)
      try FileManager.default.setAttributes([.modificationDate: Date()], ofItemAtPath: source)
    }
  }

  @Test func everyFaultOfAnImportLeavesAWholeStore() throws {
    for way in [ObjectImport.Way.clone, .hardLink] {
      let rehearsal = FaultFileSystem(CloningFileSystem())
      let first = try DirectoryObjectStore(
        directory: directory["rehearsal \(way)"], fileSystem: rehearsal)
      rehearsal.reset()
      try first.importFile(source, by: way)
      #expect(rehearsal.operationCount > 12)
      for number in 0..<rehearsal.operationCount {
        let faulty = FaultFileSystem(CloningFileSystem())
        let path = directory["\(way) \(number)"]
        let store = try DirectoryObjectStore(directory: path, fileSystem: faulty)
        faulty.reset()
        faulty.failOperation(number, errno: EIO)
        let kind = storageErrorKind { try store.importFile(source, by: way) }
        if kind == nil { #expect(try store.bytes(of: SystemSHA256.hash(bytes)) == bytes) }
        faulty.clearFaults()
        let report = try DirectoryObjectStore(directory: path).verify(references: nil)
        #expect(report.isSound, "\(way), operation \(number)")
      }
    }
  }

  @Test func aDirectoryIsTheSameInEveryWay() throws {
    let root = directory["tree"]
    try FileManager.default.createDirectory(
      atPath: root + "/a/b", withIntermediateDirectories: true)
    try Data([1, 2]).write(to: URL(fileURLWithPath: root + "/a/b/x"))
    try Data(bytes).write(to: URL(fileURLWithPath: root + "/y"))
    let expected = try StoredDirectory(ofDirectory: root)
    for way in ObjectImport.Way.allCases {
      let store = try DirectoryObjectStore(directory: directory["objects \(way)"])
      #expect(try store.importDirectory(root, by: way) == expected)
      #expect(try store.verify(references: nil).isSound)
    }
  }
}
