import Foundation
import Provenance
import ProvenanceStorage
import ProvenanceTestKit
import Testing

@Suite struct ObjectChunkStoreTests {
  /// A directory's sync fails and what it should have saved is lost, though it looks saved: a later
  /// put must not build on the chunks that are lost.
  @Test func whatAFailedSyncOfChunksLostIsNeverBuiltUpon() throws {
    let bytes = ObjectChunkingTests.content(2000)
    let rehearsal = FaultFileSystem(CrashFileSystem())
    try DirectoryObjectStore(
      directory: "/objects", chunking: ObjectChunkingTests.small, fileSystem: rehearsal
    ).put(bytes)
    let synced = rehearsal.operations.filter { $0.name == .synchronize }.compactMap(\.path)
    let directories = Set(synced.filter { !$0.contains("/tmp/") && $0 != "/" && $0 != "/objects" })
    #expect(directories.count > 8)
    for failing in directories.sorted() {
      for fate in ObjectCrashTests.Fate.allCases {
        let fileSystem = CrashFileSystem()
        let open = {
          try DirectoryObjectStore(
            directory: "/objects", chunking: ObjectChunkingTests.small, fileSystem: fileSystem)
        }
        _ = try open()
        fileSystem.failSync(ofPathWithSuffix: failing)
        #expect(throws: StorageError.self) { try open().put(bytes) }
        fileSystem.failSync(ofPathWithSuffix: nil)
        let digest = try open().put(bytes).digest
        let crashed = fileSystem.afterCrash(keeping: fate.makeChoice())
        let store = try DirectoryObjectStore(directory: "/objects", fileSystem: crashed)
        #expect(try store.bytes(of: digest) == bytes, "\(failing), \(fate)")
      }
    }
  }

  let fileSystem = CrashFileSystem()
  let store: DirectoryObjectStore
  let bytes = ObjectChunkingTests.content(20_000)

  init() throws {
    store = try DirectoryObjectStore(
      directory: "/objects", chunking: ObjectChunkingTests.small, fileSystem: fileSystem)
  }

  private func paths(_ prefix: String) -> [String] {
    fileSystem.image.filter { $0.key.hasPrefix("/objects/" + prefix) && $0.key.utf8.count > 70 }
      .map(\.key).sorted()
  }

  private var storedBytes: Int { fileSystem.image.values.reduce(0) { $0 + $1.count } }

  @Test func largeObjectsAreChunksAndSmallOnesAreNot() throws {
    let small = try store.put(Array(bytes.prefix(256))).digest
    #expect(paths("recipes").isEmpty && paths("sha256").count == 1)
    let large = try store.put(bytes)
    #expect(large == StoredObject(of: bytes))
    #expect(paths("sha256").count == 1 && paths("recipes").count == 1)
    #expect(paths("chunks").count > 40)
    #expect(try store.size(of: large.digest) == 20_000)
    var listed: [StoredObject] = []
    try store.list {
      listed.append($0)
      return true
    }
    #expect(listed.map(\.digest) == [small, large.digest].sorted())
    #expect(Set(listed.map(\.size)) == [256, 20_000])
    // Whoever cuts nothing reads it all the same.
    let other = try DirectoryObjectStore(
      directory: "/objects", access: .read, fileSystem: fileSystem)
    #expect(try other.bytes(of: large.digest) == bytes)
    #expect(try store.verify(references: [small, large.digest]).findings.isEmpty)
  }

  @Test func rangesReadOnlyTheirChunks() throws {
    let digest = try store.put(bytes).digest
    for range in [0..<0, 0..<1, 0..<20_000, 999..<12_345, 19_999..<20_000, 20_000..<20_000] {
      let wanted = UInt64(range.lowerBound)..<UInt64(range.upperBound)
      #expect(try store.bytes(of: digest, in: wanted) == Array(bytes[range]))
    }
    #expect(
      storageErrorKind { try store.read(digest, range: 0..<20_001) { _ in } } == .invalidArgument)
    let faulty = FaultFileSystem(fileSystem)
    let reader = try DirectoryObjectStore(
      directory: "/objects", access: .read, fileSystem: faulty)
    faulty.reset()
    _ = try reader.bytes(of: digest, in: 10_000..<10_010)
    let opened = faulty.operations.filter { $0.name == .open }.compactMap(\.path)
    #expect(opened.filter { $0.hasPrefix("/objects/chunks") }.count == 1)
  }

  @Test func whatTwoObjectsShareIsStoredOnce() throws {
    try store.put(bytes)
    let before = storedBytes
    var changed = bytes
    changed[10_000] ^= 1
    let digest = try store.put(changed).digest
    #expect(storedBytes - before < 8000)
    #expect(try store.bytes(of: digest) == changed)
    // Again: nothing new.
    let now = storedBytes
    try store.put(changed)
    #expect(storedBytes == now)
  }

  @Test func everyDamageToAChunkOrARecipeIsFound() throws {
    let digest = try store.put(bytes).digest
    var missed: [String] = []
    for path in paths("chunks").prefix(5) + paths("recipes") {
      let size = try Int(fileSystem.status(at: path, followingLinks: false).size)
      for position in stride(from: 0, to: size, by: path.contains("recipes") ? 1 : 37) {
        fileSystem.damage(path, at: position)
        if storageErrorKind({ try store.read(digest) { _ in } }) != .corrupt {
          missed.append("\(path) \(position)")
        }
        if try store.verify(references: nil).isSound { missed.append("verify \(position)") }
        fileSystem.damage(path, at: position)
      }
    }
    #expect(missed.isEmpty)
    for path in [paths("chunks")[3]] {
      try fileSystem.unlink(path)
      #expect(storageErrorKind { try store.read(digest) { _ in } } == .corrupt)
      // Putting it again finds the damage first, as with whole objects; deleting is the way out.
      #expect(try store.delete(digest))
      try store.put(bytes)
      #expect(try store.bytes(of: digest) == bytes)
    }
  }

  @Test func deletingLeavesTheChunksOfOthers() throws {
    var changed = bytes
    changed[10_000] ^= 1
    let first = try store.put(bytes).digest
    let second = try store.put(changed).digest
    #expect(try store.delete(first))
    #expect(!(try store.contains(first)))
    #expect(try store.bytes(of: second) == changed)
    #expect(try store.verify(references: [second]).findings.isEmpty)
    #expect(try store.delete(second))
    #expect(paths("chunks").isEmpty && paths("recipes").isEmpty)
    #expect(!(try store.delete(second)))
  }

  @Test func deletionWaitsForNobodyAndPutsGoOn() throws {
    let directory = try TemporaryDirectory()
    let path = directory["objects"]
    let store = try DirectoryObjectStore(
      directory: path, chunking: ObjectChunkingTests.small, fileSystem: HastyFileSystem())
    let digest = try store.put(bytes).digest
    let other = try DirectoryObjectStore(directory: path, fileSystem: HastyFileSystem())
    var isFirst = true
    try store.put(ObjectExpectation()) { buffer in
      #expect(storageErrorKind { try other.delete(digest) } == .locked)
      defer { isFirst = false }
      return isFirst ? unsafe ObjectStream.copy(bytes.span.bytes, into: &buffer) : 0
    }
    #expect(try store.bytes(of: digest) == bytes)
    // While a deletion holds the chunks, an object is stored whole.
    let system = SystemFileSystem()
    try system.withFile(path + "/chunks", [.read, .directory]) { open in
      #expect(try system.lock(open, exclusive: true))
      let whole = ObjectChunkingTests.content(5000, seed: 9)
      let object = try store.put(whole)
      #expect(FileManager.default.fileExists(atPath: store.path(of: object.digest)))
    }
  }

  @Test func collectionKeepsTheChunksOfWhatStays() throws {
    let aging = try AgingStore(fileSystem)
    var changed = bytes
    changed[10_000] ^= 1
    let first = try store.put(bytes)
    let second = try store.put(changed)
    let dry = try aging.collect(day: 114, keeping: [second.digest], dryRun: true)
    let report = try aging.collect(day: 114, keeping: [second.digest])
    #expect(report.swept == [first] && dry.swept == [first])
    #expect(report.sweptChunks.count > 0 && report.sweptChunks.count < 6)
    #expect(dry.sweptChunks == report.sweptChunks && dry.keptChunks == report.keptChunks)
    #expect(try store.bytes(of: second.digest) == changed)
    #expect(try aging.listed() == [second.digest])
    // From the trash it comes back whole.
    #expect(try store.contains(first.digest))
    #expect(try aging.listed() == [first.digest, second.digest])
    #expect(try store.verify(references: [first.digest, second.digest]).findings.isEmpty)
    try aging.collect(day: 127, keeping: [second.digest])
    #expect(try store.bytes(of: first.digest) == bytes)
    // What the trash forgets counts as new once more.
    try aging.collect(day: 150, keeping: [second.digest])
    #expect(try aging.collect(day: 164, keeping: [second.digest]).swept == [first])
    // Referred to again while it waits.
    let restored = try aging.collect(day: 165, keeping: [first.digest, second.digest])
    #expect(restored.restored == [first])
    #expect(try store.bytes(of: first.digest) == bytes)
    for day: Int64 in [180, 195] { try aging.collect(day: day) }
    #expect(try aging.collect(day: 210).emptied.count > 40)
    #expect(paths("chunks").isEmpty && paths("recipes").isEmpty && paths("trash").isEmpty)
  }

  @Test func aDirectoryInChunksKeepsWhatIsInIt() throws {
    let aging = try AgingStore(fileSystem)
    let file = try store.put([1, 2, 3])
    let manifest = try store.put(
      DirectoryManifest(
        (0..<40).map { .init(name: "file \($0)", content: .file(file, isExecutable: false)) }
      ).encoded())
    #expect(paths("recipes").count == 1)
    #expect(try aging.collect(day: 200, keeping: [manifest.digest]).swept.isEmpty)
    #expect(try aging.listed() == [file.digest, manifest.digest])
  }

  @Test func bothFormsOfAnObjectAreOneObject() throws {
    let whole = try DirectoryObjectStore(directory: "/objects", fileSystem: fileSystem)
    let object = try store.put(bytes)
    try whole.put(bytes)
    var count = 0
    try store.list {
      #expect($0 == object)
      count += 1
      return true
    }
    #expect(count == 1)
    #expect(try store.verify(references: [object.digest]).objectCount == 1)
    let aging = try AgingStore(fileSystem)
    #expect(try aging.collect(day: 200, keeping: [object.digest]).kept[.referenced]?.count == 1)
    #expect(try store.delete(object.digest))
    #expect(!(try whole.contains(object.digest)))
  }
}
