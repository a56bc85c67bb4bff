import Foundation
import Provenance
import ProvenanceStorage
import ProvenanceTestKit
import Testing

/// Every file and directory below a path, relative, sorted.
func tree(_ path: String) -> [String] {
  (FileManager.default.enumerator(atPath: path)?.compactMap { $0 as? String } ?? []).sorted()
}

/// Only the files below a path.
func files(_ path: String) -> [String] {
  tree(path).filter {
    var isDirectory: ObjCBool = false
    _ = unsafe FileManager.default.fileExists(atPath: path + "/" + $0, isDirectory: &isDirectory)
    return !isDirectory.boolValue
  }
}

/// Overwrites a file in place, whatever its permissions.
func overwrite(_ path: String, _ change: (inout Data) -> Void) throws {
  var data = try Data(contentsOf: URL(fileURLWithPath: path))
  change(&data)
  try FileManager.default.removeItem(atPath: path)
  try data.write(to: URL(fileURLWithPath: path))
}

@Suite struct ObjectDirectoryTests {
  let directory: TemporaryDirectory
  let store: DirectoryObjectStore

  init() throws {
    directory = try TemporaryDirectory()
    store = try DirectoryObjectStore(directory: directory["objects"])
  }

  func content(_ size: Int) -> [UInt8] {
    (0..<size).map { UInt8(truncatingIfNeeded: $0 &* 31 &+ $0 >> 8) }
  }

  @Test func filesAreWhereTheLayoutSays() throws {
    let abc = try store.put(Array("abc".utf8))
    let name = "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"
    let path = "objects/sha256/ba/" + name.dropFirst(2)
    #expect(files(directory.path) == [path])
    #expect(store.path(of: abc.digest) == directory[path])
    let attributes = try FileManager.default.attributesOfItem(atPath: directory[path])
    #expect(attributes[.posixPermissions] as? Int == 0o444)
    #expect(tree(directory["objects"]).contains("tmp"))
  }

  @Test func survivesReopening() throws {
    let object = try store.put(content(300_000))
    for access in [DirectoryObjectStore.Access.write, .read] {
      let again = try DirectoryObjectStore(directory: directory["objects"], access: access)
      #expect(try again.bytes(of: object.digest) == content(300_000))
    }
  }

  @Test func everyFlippedBitIsFoundOnReading() throws {
    let bytes = content(40)
    let digest = try store.put(bytes).digest
    let path = store.path(of: digest)
    var missed: [Int] = []
    for bit in 0..<bytes.count * 8 {
      try overwrite(path) { $0[bit / 8] ^= 1 << UInt8(bit % 8) }
      do {
        _ = try store.bytes(of: digest)
        missed.append(bit)
      } catch let error as StorageError where error.kind == .corrupt {
        if !error.message.contains(path.suffix(62)) || error.path != path { missed.append(bit) }
      }
      try overwrite(path) { $0[bit / 8] ^= 1 << UInt8(bit % 8) }
    }
    #expect(missed.isEmpty)
    #expect(try store.bytes(of: digest) == bytes)
  }

  @Test func everyTruncationAndGrowthIsFoundOnReading() throws {
    let bytes = content(50)
    let digest = try store.put(bytes).digest
    let path = store.path(of: digest)
    var missed: [Int] = []
    for size in 0...60 where size != 50 {
      try overwrite(path) { $0 = Data((bytes + bytes).prefix(size)) }
      if storageErrorKind({ try store.read(digest) { _ in } }) != .corrupt { missed.append(size) }
    }
    #expect(missed.isEmpty)
  }

  @Test func theLastChunkOfADamagedObjectIsNeverHandedOver() throws {
    let size = 600_000
    let digest = try store.put(content(size)).digest
    for position in [0, 300_000, size - 1] {
      try overwrite(store.path(of: digest)) { $0[position] ^= 1 }
      var read = 0
      #expect(storageErrorKind { try store.read(digest) { read += $0.byteCount } } == .corrupt)
      #expect(read < size)
      try overwrite(store.path(of: digest)) { $0[position] ^= 1 }
    }
  }

  @Test func rangesAreVerifiedAlsoAfterTheFirstOne() throws {
    let size: UInt64 = 1_000_000
    let bytes = content(Int(size))
    let digest = try store.put(bytes).digest
    #expect(try store.bytes(of: digest, in: 10..<20) == Array(bytes[10..<20]))
    try overwrite(store.path(of: digest)) { $0[700_000] ^= 4 }
    // A chunk that is whole can still be read; the damaged one is never handed over.
    #expect(try store.bytes(of: digest, in: 10..<20) == Array(bytes[10..<20]))
    var read = 0
    #expect(
      storageErrorKind {
        try store.read(digest, range: 0..<size) { read += $0.byteCount }
      } == .corrupt)
    #expect(read <= 700_000)
    #expect(
      storageErrorKind { _ = try store.bytes(of: digest, in: 699_990..<699_991) } == .corrupt)
    // Another instance knows no chunks yet, and refuses the whole object.
    let other = try DirectoryObjectStore(directory: directory["objects"], access: .read)
    #expect(storageErrorKind { _ = try other.bytes(of: digest, in: 10..<20) } == .corrupt)
    try overwrite(store.path(of: digest)) { $0.removeLast() }
    #expect(
      storageErrorKind { try store.read(digest, range: 10..<20) { _ in } } == .corrupt)
  }

  @Test func puttingOntoADamagedObjectNamesIt() throws {
    let bytes = content(1000)
    let digest = try store.put(bytes).digest
    let path = store.path(of: digest)
    try overwrite(path) { $0[999] ^= 1 }
    do {
      try store.put(bytes)
      Issue.record("a damaged object was accepted")
    } catch let error as StorageError {
      #expect(error.kind == .corrupt)
      #expect(error.path == path)
    }
    #expect(try Data(contentsOf: URL(fileURLWithPath: path)) != Data(bytes))
    #expect(tree(directory["objects/tmp"]).isEmpty)
    // The way out: delete, then put.
    #expect(try store.delete(digest))
    try store.put(bytes)
    #expect(try store.bytes(of: digest) == bytes)
  }

  @Test func puttingAgainMakesTheObjectNewForACollectionByAge() throws {
    let digest = try store.put(content(10)).digest
    let path = store.path(of: digest)
    try FileManager.default.setAttributes(
      [.modificationDate: Date(timeIntervalSince1970: 1_000_000)], ofItemAtPath: path)
    try store.put(content(10))
    let modified = try #require(
      FileManager.default.attributesOfItem(atPath: path)[.modificationDate] as? Date)
    #expect(modified.timeIntervalSince1970 > 1_500_000_000)
    #expect(files(directory["objects"]).count == 1)
  }

  @Test func whatIsNoFileIsCorruptAndNeverFollowed() throws {
    let bytes = content(10)
    let digest = try store.put(bytes).digest
    let path = store.path(of: digest)
    let manager = FileManager.default
    try manager.moveItem(atPath: path, toPath: directory["elsewhere"])
    try manager.createSymbolicLink(atPath: path, withDestinationPath: directory["elsewhere"])
    #expect(storageErrorKind { _ = try store.bytes(of: digest) } == .corrupt)
    #expect(storageErrorKind { try store.put(bytes) } == .corrupt)
    #expect(try store.verify(references: nil).findings.map(\.kind) == [.corrupt])
    try manager.removeItem(atPath: path)
    try manager.createDirectory(atPath: path, withIntermediateDirectories: false)
    #expect(storageErrorKind { try store.read(digest) { _ in } } == .corrupt)
    #expect(storageErrorKind { try store.put(bytes) } == .corrupt)
  }

  @Test func aLinkInPlaceOfADirectoryIsRefused() throws {
    let manager = FileManager.default
    try manager.createDirectory(
      atPath: directory["elsewhere"], withIntermediateDirectories: false)
    for name in ["a", "b/sha256", "c/tmp"] {
      let path = directory[name]
      let parent = URL(fileURLWithPath: path).deletingLastPathComponent().path
      try manager.createDirectory(atPath: parent, withIntermediateDirectories: true)
      try manager.createSymbolicLink(atPath: path, withDestinationPath: directory["elsewhere"])
      let root = directory[String(name.prefix(1))]
      #expect(
        storageErrorKind { _ = try DirectoryObjectStore(directory: root) } == .isSymbolicLink)
    }
    try Data().write(to: URL(fileURLWithPath: directory["d"]))
    #expect(
      storageErrorKind { _ = try DirectoryObjectStore(directory: directory["d"]) }
        == .wrongFileKind)
    #expect(
      storageErrorKind { _ = try DirectoryObjectStore(directory: directory["none/objects"]) }
        == .notFound)
  }

  @Test func aReaderChangesNothing() throws {
    let path = directory["absent"]
    let reader = try DirectoryObjectStore(directory: path, access: .read)
    #expect(!FileManager.default.fileExists(atPath: path))
    var count = 0
    try reader.list { _ in
      count += 1
      return true
    }
    #expect(count == 0)
    #expect(try reader.verify(references: nil).findings.isEmpty)
    #expect(storageErrorKind { try reader.put([1]) } == .readOnlyFileSystem)
    #expect(
      storageErrorKind { _ = try reader.delete(SystemSHA256.hash([1])) } == .readOnlyFileSystem)
    #expect(
      storageErrorKind { _ = try reader.removeAbandonedTemporaries() } == .readOnlyFileSystem)
    #expect(!FileManager.default.fileExists(atPath: path))
  }

  @Test func useAfterAForkIsRefused() throws {
    let process = Lock<Int32>(1)
    let fileSystem = ForkedFileSystem { process.withLock { $0 } }
    let store = try DirectoryObjectStore(directory: directory["forked"], fileSystem: fileSystem)
    let digest = try store.put([1]).digest
    process.withLock { $0 = 2 }
    #expect(storageErrorKind { try store.put([2]) } == .closed)
    #expect(storageErrorKind { try store.delete(digest) } == .closed)
    #expect(try store.bytes(of: digest) == [1])
  }

  @Test func networkFileSystemsAreRefusedUnlessAskedFor() throws {
    let fileSystem = NetworkFileSystem()
    let path = directory["network"]
    #expect(
      storageErrorKind {
        _ = try DirectoryObjectStore(directory: path, fileSystem: fileSystem)
      } == .unsupportedFileSystem)
    let store = try DirectoryObjectStore(
      directory: path, fileSystem: fileSystem, allowsNetworkFileSystem: true)
    try store.put([1])
  }
}
