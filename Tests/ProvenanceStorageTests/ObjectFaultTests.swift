import Foundation
import Provenance
import ProvenanceStorage
import ProvenanceTestKit
import Testing

/// A scenario on an object store, and what it was told is durable.
struct ObjectScenario {
  /// The objects whose put returned, and which were not to be deleted since.
  private(set) var acknowledged: [SHA256Digest: [UInt8]] = [:]
  /// The objects whose delete returned.
  private(set) var deleted: Set<SHA256Digest> = []
  private(set) var errors: [StorageError] = []
  /// The contents that are put; nothing else may ever be listed.
  let contents: [[UInt8]]
  let known: Set<SHA256Digest>
  let chunking: ObjectChunking?
  var large: [UInt8] { contents[1] }

  /// - Parameters:
  ///   - size: The size of the largest object; above 256 KiB it is written in two calls.
  ///   - chunking: How the store cuts.
  init(size: Int = 300_000, chunking: ObjectChunking? = nil) {
    self.chunking = chunking
    let large = (0..<size).map { UInt8(truncatingIfNeeded: $0 &* 13 &+ $0 >> 7) }
    contents = [[1, 2, 3], large, [], [9]]
    known = Set(contents.map { SystemSHA256.hash($0) })
  }

  /// Opens a store, puts and deletes; goes on after errors, as a service would.
  mutating func run(in directory: String, _ fileSystem: any FileSystem) {
    let chunking = chunking
    guard
      let store = attempt({
        try DirectoryObjectStore(
          directory: directory, chunking: chunking, fileSystem: fileSystem)
      })
    else { return }
    put([1, 2, 3], in: store)
    put(large, in: store)
    put([1, 2, 3], in: store)
    put([], in: store)
    let digest = SystemSHA256.hash([1, 2, 3])
    acknowledged[digest] = nil
    if attempt({ try store.delete(digest) }) == true { deleted.insert(digest) }
    put(large, in: store)
    put([9], in: store)
  }

  private mutating func put(_ bytes: [UInt8], in store: DirectoryObjectStore) {
    guard let object = attempt({ try store.put(bytes) }) else { return }
    #expect(object.digest == SystemSHA256.hash(bytes))
    acknowledged[object.digest] = bytes
  }

  private mutating func attempt<R>(_ step: () throws -> R) -> R? {
    do {
      return try step()
    } catch let error as StorageError {
      errors.append(error)
    } catch {
      Issue.record("not a StorageError: \(error)")
    }
    return nil
  }

  /// What a fresh, healthy instance finds wrong with what is there.
  func violations(in directory: String, _ fileSystem: any FileSystem) throws -> [String] {
    var violations: [String] = []
    let store = try DirectoryObjectStore(
      directory: directory, chunking: chunking, fileSystem: fileSystem)
    for (digest, bytes) in acknowledged {
      do {
        if try store.bytes(of: digest) != bytes { violations.append("\(bytes.count) bytes differ") }
      } catch {
        violations.append("acknowledged \(bytes.count) bytes: \(error)")
      }
    }
    try store.list {
      if !known.contains($0.digest) { violations.append("a foreign object is listed") }
      return true
    }
    for digest in deleted where try store.contains(digest) {
      violations.append("a deleted object is there")
    }
    // Nothing damaged under a final name, and nothing else than left-over temporaries beside.
    for finding in try store.verify(references: nil).findings where finding.kind != .abandoned {
      violations.append("\(finding)")
    }
    try store.removeAbandonedTemporaries()
    if !(try store.verify(references: nil).findings.isEmpty) {
      violations.append("left-overs cannot be removed")
    }
    // The store is usable again, for everything that failed as well.
    for bytes in contents {
      if try store.put(bytes).digest != SystemSHA256.hash(bytes) {
        violations.append("put differs")
      }
    }
    if try store.verify(references: known).findings.count != 0 {
      violations.append("the repaired store is not whole")
    }
    return violations
  }
}

@Suite struct ObjectFaultTests {
  static let system = HastyFileSystem()

  @Test(arguments: [(EIO, false), (EROFS, true), (EPERM, false), (ENOTSUP, false)])
  func everyOperationInMemoryMayFail(errno: Int32, forGood: Bool) throws {
    try sweep(errno, forGood: forGood, ObjectScenario(size: 9_000)) { _ in
      ("/objects", CrashFileSystem())
    }
  }

  @Test(arguments: [(EIO, false), (ENOSPC, true)])
  func everyOperationInChunksMayFail(errno: Int32, forGood: Bool) throws {
    let scenario = ObjectScenario(size: 3000, chunking: ObjectChunkingTests.small)
    try sweep(errno, forGood: forGood, scenario) { _ in ("/objects", CrashFileSystem()) }
  }

  @Test(arguments: [(EIO, false), (ENOSPC, true)])
  func everyOperationOnDiskMayFail(errno: Int32, forGood: Bool) throws {
    let directory = try TemporaryDirectory()
    try sweep(errno, forGood: forGood, ObjectScenario()) { (directory["\($0)"], Self.system) }
  }

  /// Runs the scenario as often as it has operations; each fails once, or from then on.
  private func sweep(
    _ errno: Int32, forGood: Bool, _ fresh: ObjectScenario,
    _ make: (Int) -> (path: String, base: any FileSystem)
  ) throws {
    let (path, base) = make(-1)
    let rehearsal = FaultFileSystem(base)
    var healthy = fresh
    healthy.run(in: path, rehearsal)
    #expect(healthy.errors.isEmpty)
    #expect(healthy.acknowledged.count == 3)
    #expect(healthy.deleted.count == 1)
    var violations: [String] = []
    var silent: [FileOperation] = []
    for number in 0..<rehearsal.operationCount {
      let (path, base) = make(number)
      let faulty = FaultFileSystem(base)
      if forGood {
        faulty.failOperations(from: number, errno: errno)
      } else {
        faulty.failOperation(number, errno: errno)
      }
      var scenario = fresh
      scenario.run(in: path, faulty)
      if scenario.errors.isEmpty { silent.append(faulty.operations[number]) }
      for violation in try scenario.violations(in: path, base) {
        violations.append("operation \(number) \(faulty.operations[number]): \(violation)")
      }
    }
    #expect(rehearsal.operationCount > 100)
    #expect(violations.isEmpty)
    // A failure may go unnoticed only where there is another way, or nothing depends on it.
    let harmless: Set<FileOperation.Name> = [.link, .lock]
    #expect(silent.allSatisfy { harmless.contains($0.name) }, "\(silent)")
  }

  @Test func writesMayBeTornAnywhere() throws {
    let directory = try TemporaryDirectory()
    for limit in [0, 1, 4096, 200_000] {
      for write in 0..<6 {
        let path = directory["\(limit)-\(write)"]
        let faulty = FaultFileSystem(Self.system)
        let count = Lock(0)
        faulty.plan { _, operation in
          guard operation.name == .write else { return nil }
          let number = count.withLock { count in
            count += 1
            return count - 1
          }
          return number == write ? .tornWrite(limit, errno: ENOSPC) : nil
        }
        var scenario = ObjectScenario()
        scenario.run(in: path, faulty)
        if write < 5 { #expect(scenario.errors.map(\.kind) == [.noSpace]) }
        #expect(try scenario.violations(in: path, Self.system) == [])
      }
    }
  }

  @Test func aFullDiskLeavesNothingBehind() throws {
    let directory = try TemporaryDirectory()
    let faulty = FaultFileSystem(Self.system)
    let store = try DirectoryObjectStore(directory: directory["objects"], fileSystem: faulty)
    faulty.failOperations(errno: ENOSPC) { $0.name == .write || $0.name == .synchronize }
    #expect(storageErrorKind { try store.put(ObjectScenario().large) } == .noSpace)
    #expect(files(directory["objects"]) == [])
    faulty.clearFaults()
    try store.put(ObjectScenario().large)
  }

  @Test func afterAFailedDirectorySyncTheInstanceWritesNoMore() throws {
    let directory = try TemporaryDirectory()
    let faulty = FaultFileSystem(Self.system)
    let store = try DirectoryObjectStore(directory: directory["objects"], fileSystem: faulty)
    let before = try store.put([1]).digest
    let fanOut = String(store.path(of: SystemSHA256.hash([2])).dropLast(63))
    faulty.failOperations(errno: EIO) { $0.name == .synchronize && $0.path == fanOut }
    do {
      try store.put([2])
      Issue.record("acknowledged without a sync")
    } catch let error as StorageError {
      #expect(error.kind == .outcomeUnknown)
      #expect(error.path == fanOut)
      #expect(error.errno == EIO)
    }
    faulty.clearFaults()
    #expect(storageErrorKind { try store.put([2]) } == .closed)
    #expect(storageErrorKind { try store.put([3]) } == .closed)
    #expect(storageErrorKind { try store.delete(before) } == .closed)
    #expect(try store.bytes(of: before) == [1])
    let again = try DirectoryObjectStore(directory: directory["objects"], fileSystem: faulty)
    try again.put([2])
    #expect(try again.bytes(of: SystemSHA256.hash([2])) == [2])
  }

  @Test func twoInstancesPutTheSameAtOnce() async throws {
    let directory = try TemporaryDirectory()
    let path = directory["objects"]
    try await withThrowingTaskGroup(of: Void.self) { group in
      for _ in 0..<8 {
        group.addTask {
          let store = try DirectoryObjectStore(directory: path)
          for size in [0, 1, 1000, 300_000] {
            let bytes = [UInt8](repeating: 5, count: size)
            let digest = try store.put(bytes).digest
            guard try store.bytes(of: digest) == bytes else { throw CancellationError() }
          }
        }
      }
      try await group.waitForAll()
    }
    #expect(files(path).count == 4)
    #expect(tree(path + "/tmp").isEmpty)
    let store = try DirectoryObjectStore(directory: path, access: .read)
    #expect(try store.verify(references: nil).findings.isEmpty)
  }

  /// The name is taken between the check and the link: the other writer's object is verified.
  @Test func aWriterThatComesSecondVerifiesTheFirst() throws {
    let directory = try TemporaryDirectory()
    let path = directory["objects"]
    for damaged in [false, true] {
      let bytes: [UInt8] = damaged ? [1] : [2]
      let faulty = FaultFileSystem(Self.system)
      let store = try DirectoryObjectStore(directory: path, fileSystem: faulty)
      let final = store.path(of: SystemSHA256.hash(bytes))
      faulty.plan { _, operation in
        if operation.name == .link {
          try? Data(damaged ? [0] : bytes).write(to: URL(fileURLWithPath: final))
        }
        return nil
      }
      #expect(storageErrorKind { try store.put(bytes) } == (damaged ? .corrupt : nil))
      #expect(tree(path + "/tmp").isEmpty)
    }
  }

  /// A sweep takes the new temporary away before it is locked: another name is taken.
  @Test func aSweepBetweenCreatingAndLockingDoesNoHarm() throws {
    let directory = try TemporaryDirectory()
    let path = directory["objects"]
    let faulty = FaultFileSystem(Self.system)
    let store = try DirectoryObjectStore(directory: path, fileSystem: faulty)
    let sweeps = Lock(0)
    faulty.plan { _, operation in
      let isFirst = sweeps.withLock { sweeps in
        guard operation.name == .lock, sweeps < 3 else { return false }
        sweeps += 1
        return true
      }
      if isFirst, let temporary = operation.path { try? Self.system.unlink(temporary) }
      return nil
    }
    try store.put([7])
    #expect(sweeps.withLock { $0 } == 3)
    #expect(try store.bytes(of: SystemSHA256.hash([7])) == [7])
    faulty.plan { _, operation in
      if operation.name == .lock, let path = operation.path { try? Self.system.unlink(path) }
      return nil
    }
    #expect(storageErrorKind { try store.put([8]) } == .locked)
  }
}
