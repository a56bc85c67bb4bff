import Foundation
import Provenance
import ProvenanceStorage
import ProvenanceTestKit
import Testing

@Suite struct ObjectTreeTests {
  let directory: TemporaryDirectory
  let store = MemoryObjectStore()
  var root: String { directory["data"] }

  init() throws {
    directory = try TemporaryDirectory()
    try make("data/empty")
    try make("data/train/cats")
    try write("data/train/cats/1", [1])
    try write("data/train/cats/2", [2, 2])
    try write("data/labels.csv", [3, 3, 3])
    try write("data/run.sh", [4])
    try permit("data/run.sh", 0o755)
  }

  func make(_ name: String) throws {
    try FileManager.default.createDirectory(
      atPath: directory[name], withIntermediateDirectories: true)
  }

  func write(_ name: String, _ bytes: [UInt8]) throws {
    try Data(bytes).write(to: URL(fileURLWithPath: directory[name]))
  }

  func permit(_ name: String, _ permissions: Int) throws {
    try FileManager.default.setAttributes(
      [.posixPermissions: permissions], ofItemAtPath: directory[name])
  }

  @Test func aDirectoryIsATreeOfManifests() throws {
    let stored = try store.put(directory: root)
    #expect(stored.entryCount == 7)
    #expect(stored.byteCount == 7)
    let top = try store.manifest(of: stored.manifest.digest)
    #expect(top.object == stored.manifest)
    #expect(
      top.entries.map(\.name) == ["empty", "labels.csv", "run.sh", "train"].map { Array($0.utf8) })
    #expect(top["empty"] == .directory(try DirectoryManifest([]).object))
    #expect(top["labels.csv"] == .file(StoredObject(of: [3, 3, 3]), isExecutable: false))
    #expect(top["run.sh"] == .file(StoredObject(of: [4]), isExecutable: true))
    guard case .directory(let train) = top["train"],
      case .directory(let cats) = try store.manifest(of: train.digest)["cats"]
    else {
      Issue.record("the subdirectory is missing")
      return
    }
    #expect(
      try store.manifest(of: cats.digest)
        == DirectoryManifest([
          .init(name: "1", content: .file(StoredObject(of: [1]), isExecutable: false)),
          .init(name: "2", content: .file(StoredObject(of: [2, 2]), isExecutable: false)),
        ]))
    #expect(try store.bytes(of: StoredObject(of: [2, 2]).digest) == [2, 2])
    #expect(try StoredDirectory(ofDirectory: root) == stored)
  }

  /// Each of these changes must change the digest; undone, the digest is the old one.
  @Test func theDigestBindsNamesSizesModesAndEmptyDirectories() throws {
    let before = try StoredDirectory(ofDirectory: root).manifest
    let manager = FileManager.default
    func move(_ from: String, _ to: String) throws {
      try manager.moveItem(atPath: directory[from], toPath: directory[to])
    }
    let changes: [(String, () throws -> Void, () throws -> Void)] = [
      (
        "name", { try move("data/labels.csv", "data/label.csv") },
        { try move("data/label.csv", "data/labels.csv") }
      ),
      (
        "place", { try move("data/train/cats/1", "data/train/1") },
        { try move("data/train/1", "data/train/cats/1") }
      ),
      (
        "content", { try write("data/train/cats/2", [2, 3]) },
        { try write("data/train/cats/2", [2, 2]) }
      ),
      ("mode", { try permit("data/labels.csv", 0o700) }, { try permit("data/labels.csv", 0o644) }),
      (
        "empty directory", { try manager.removeItem(atPath: directory["data/empty"]) },
        { try make("data/empty") }
      ),
      (
        "new empty directory", { try make("data/train/dogs") },
        { try manager.removeItem(atPath: directory["data/train/dogs"]) }
      ),
    ]
    for (what, change, undo) in changes {
      try change()
      #expect(try StoredDirectory(ofDirectory: root).manifest != before, "\(what)")
      try undo()
      #expect(try StoredDirectory(ofDirectory: root).manifest == before, "\(what)")
    }
    // What differs from machine to machine is left out.
    try permit("data/labels.csv", 0o600)
    try manager.setAttributes(
      [.modificationDate: Date(timeIntervalSince1970: 9)], ofItemAtPath: directory["data/train"])
    #expect(try StoredDirectory(ofDirectory: root).manifest == before)
  }

  @Test func linksAreRefusedUnlessAskedForAndNeverFollowed() throws {
    try FileManager.default.createSymbolicLink(
      atPath: directory["data/train/up"], withDestinationPath: "../..")
    do {
      try store.put(directory: root)
      Issue.record("a link was taken in")
    } catch let error as StorageError {
      #expect(error.kind == .isSymbolicLink)
      #expect(error.path == root + "/train/up")
    }
    let options = StoredDirectory.Options(symbolicLinks: .record)
    let stored = try store.put(directory: root, options: options)
    #expect(stored.entryCount == 8)
    guard case .directory(let train) = try store.manifest(of: stored.manifest.digest)["train"]
    else {
      Issue.record("the subdirectory is missing")
      return
    }
    #expect(
      try store.manifest(of: train.digest)["up"] == .symbolicLink(target: Array("../..".utf8)))
    try FileManager.default.createSymbolicLink(
      atPath: directory["link"], withDestinationPath: root)
    #expect(
      storageErrorKind { try store.put(directory: directory["link"], options: options) }
        == .isSymbolicLink)
  }

  @Test func whatIsNeitherFileNorDirectoryIsRefused() throws {
    #expect(unsafe mkfifo(root + "/pipe", 0o600) == 0)
    #expect(storageErrorKind { try store.put(directory: root) } == .wrongFileKind)
    #expect(
      storageErrorKind { try store.put(directory: root + "/labels.csv") } == .wrongFileKind)
    #expect(storageErrorKind { try store.put(directory: root + "/none") } == .notFound)
  }

  @Test func limitsHold() throws {
    for (options, isEnough) in [
      (StoredDirectory.Options(entryLimit: 7), true), (.init(entryLimit: 6), false),
      (.init(byteLimit: 7), true), (.init(byteLimit: 6), false),
      (.init(depthLimit: 3), true), (.init(depthLimit: 2), false),
    ] {
      let kind = storageErrorKind {
        _ = try StoredDirectory(ofDirectory: root, options: options)
      }
      #expect(kind == (isEnough ? nil : .limitExceeded), "\(options)")
    }
  }

  #if os(Linux)
  @Test func aNameThatIsNotTextIsRefused() throws {
    let bytes = Array((root + "/a").utf8) + [0xFF, 0]
    let file = unsafe bytes.withUnsafeBufferPointer {
      unsafe $0.withMemoryRebound(to: CChar.self) {
        unsafe open($0.baseAddress!, O_CREAT | O_WRONLY, 0o600)
      }
    }
    #expect(file >= 0)
    close(file)
    #expect(storageErrorKind { try store.put(directory: root) } == .invalidArgument)
  }
  #endif

  @Test func aDirectoryThatChangesMeanwhileIsNotStored() throws {
    for change in [0, 1] {
      let path = root
      try Data([1]).write(to: URL(fileURLWithPath: path + "/train/extra"))
      let fileSystem = FaultFileSystem(SystemFileSystem())
      fileSystem.plan { _, operation in
        // When the last of the names is read, one comes or goes.
        guard operation.name == .list, operation.path == path + "/train/cats" else { return nil }
        if change == 0 {
          try? Data([1]).write(to: URL(fileURLWithPath: path + "/train/late"))
        } else {
          try? FileManager.default.removeItem(atPath: path + "/train/extra")
        }
        return nil
      }
      #expect(
        storageErrorKind { try store.put(directory: path, fileSystem: fileSystem) }
          == .sourceChanged, "change \(change)")
      try? FileManager.default.removeItem(atPath: path + "/train/late")
    }
  }

  /// Far deeper than any path that a system opens.
  @Test func depthNeedsNoStack() throws {
    let fileSystem = DeepFileSystem(depth: 5_000)
    let stored = try StoredDirectory(
      ofDirectory: "/d", options: .init(depthLimit: 5_001), fileSystem: fileSystem)
    #expect(stored.entryCount == 5_000)
  }

  @Test func everyFaultIsAnErrorAndLeavesNoManifestWithAGap() throws {
    let rehearsal = FaultFileSystem(SystemFileSystem())
    let expected = try MemoryObjectStore().put(directory: root, fileSystem: rehearsal)
    var unnoticed: [Int] = []
    for number in 0..<rehearsal.operationCount {
      let faulty = FaultFileSystem(SystemFileSystem())
      faulty.failOperation(number, errno: EIO)
      let store = MemoryObjectStore()
      if storageErrorKind({ try store.put(directory: root, fileSystem: faulty) }) != .io {
        unnoticed.append(number)
      }
      #expect(!(try store.contains(expected.manifest.digest)))
    }
    #expect(unnoticed.isEmpty)
    #expect(rehearsal.operationCount > 40)
  }
}
