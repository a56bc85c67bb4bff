import Foundation
import Provenance
import ProvenanceStorage
import ProvenanceTestKit
import Testing

@Suite struct ObjectFileTests {
  let directory: TemporaryDirectory
  let store = MemoryObjectStore()

  init() throws { directory = try TemporaryDirectory() }

  @discardableResult
  func write(_ name: String, _ bytes: [UInt8]) throws -> String {
    try Data(bytes).write(to: URL(fileURLWithPath: directory[name]))
    return directory[name]
  }

  func expectEmpty(_ store: some ObjectStore) throws {
    try store.list { _ in
      Issue.record("something was stored")
      return false
    }
  }

  @Test func filesOfEverySizeAreCopied() throws {
    let store = try DirectoryObjectStore(directory: directory["objects"])
    let chunk = 256 << 10
    for size in [0, 1, chunk - 1, chunk, chunk + 1, 5 << 20] {
      let bytes = (0..<size).map { UInt8(truncatingIfNeeded: $0 &* 7 &+ $0 >> 9) }
      let path = try write("file", bytes)
      let object = try store.put(file: path)
      #expect(object == StoredObject(digest: SystemSHA256.hash(bytes), size: UInt64(size)))
      #expect(try StoredObject(ofFile: path) == object)
      #expect(StoredObject(of: bytes) == object)
      #expect(try store.bytes(of: object.digest) == bytes)
    }
  }

  @Test func expectationsAreCheckedAndNameTheFile() throws {
    let path = try write("file", [1, 2, 3])
    let expectations: [(ObjectExpectation, StorageError.Kind)] = [
      (ObjectExpectation(digest: SystemSHA256.hash([1])), .digestMismatch),
      (ObjectExpectation(size: 4), .sizeMismatch),
      (ObjectExpectation(size: 2), .sizeMismatch),
      (ObjectExpectation(limit: 2), .limitExceeded),
    ]
    for (expectation, kind) in expectations {
      do {
        try store.put(file: path, expecting: expectation)
        Issue.record("\(expectation) was taken for met")
      } catch let error as StorageError {
        #expect(error.kind == kind)
        #expect(error.path == path)
      }
    }
    #expect(storageErrorKind { _ = try StoredObject(ofFile: path, limit: 2) } == .limitExceeded)
    try expectEmpty(store)
  }

  @Test func onlyRegularFilesAreRead() throws {
    let path = try write("file", [1])
    let link = directory["link"]
    try FileManager.default.createSymbolicLink(atPath: link, withDestinationPath: path)
    let pipe = directory["pipe"]
    #expect(unsafe mkfifo(pipe, 0o600) == 0)
    let cases: [(String, StorageError.Kind)] = [
      (link, .isSymbolicLink), (directory.path, .wrongFileKind), (pipe, .wrongFileKind),
      (directory["none"], .notFound), ("/dev/zero", .wrongFileKind), ("", .invalidArgument),
      (path + "\0x", .invalidArgument),
    ]
    for (path, kind) in cases {
      #expect(storageErrorKind { try store.put(file: path) } == kind, "\(path)")
      #expect(storageErrorKind { _ = try StoredObject(ofFile: path) } == kind, "\(path)")
    }
    try expectEmpty(store)
  }

  /// The file is changed by the file system at its n-th read.
  @Test func aFileThatChangesMeanwhileIsNotStored() throws {
    let bytes = [UInt8](repeating: 7, count: 700_000)
    let changes: [@Sendable (String) throws -> Void] = [
      { path in
        let handle = try #require(FileHandle(forWritingAtPath: path))
        try handle.seekToEnd()
        try handle.write(contentsOf: Data([1]))
        try handle.close()
      },
      { path in
        let handle = try #require(FileHandle(forWritingAtPath: path))
        try handle.truncate(atOffset: 600_000)
        try handle.close()
      },
      { path in
        try FileManager.default.setAttributes(
          [.modificationDate: Date(timeIntervalSince1970: 5)], ofItemAtPath: path)
      },
    ]
    for (number, change) in changes.enumerated() {
      for read in 1...3 {
        let path = try write("file", bytes)
        let fileSystem = FaultFileSystem(SystemFileSystem())
        fileSystem.plan { _, operation in
          if operation.name == .read, operation.offset == UInt64(read - 1) << 18 {
            try? change(path)
          }
          return nil
        }
        #expect(
          storageErrorKind { try store.put(file: path, fileSystem: fileSystem) }
            == .sourceChanged, "change \(number) at read \(read)")
        try expectEmpty(store)
      }
    }
  }

  @Test func everyFaultOfTheSourceIsAnError() throws {
    let path = try write("file", [UInt8](repeating: 1, count: 300_000))
    let rehearsal = FaultFileSystem(SystemFileSystem())
    try MemoryObjectStore().put(file: path, fileSystem: rehearsal)
    for number in 0..<rehearsal.operationCount {
      let faulty = FaultFileSystem(SystemFileSystem())
      faulty.failOperation(number, errno: EIO)
      let store = MemoryObjectStore()
      do {
        try store.put(file: path, fileSystem: faulty)
        Issue.record("operation \(number) failed unnoticed")
      } catch let error as StorageError {
        #expect(error.kind == .io)
        #expect(error.path == path)
      }
    }
  }
}
