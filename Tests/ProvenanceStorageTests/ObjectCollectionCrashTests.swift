import Provenance
import ProvenanceStorage
import ProvenanceTestKit
import Testing

/// What is done to a store that is collected, and what must hold whenever power fails.
struct CollectionScenario {
  /// Referred to from the beginning.
  static let referenced: [UInt8] = [1]
  /// Referred to again while it is in the trash.
  static let returning: [UInt8] = [2, 2]
  /// Put again after it was moved to the trash.
  static let put: [UInt8] = [3, 3, 3]
  /// Leased while it is in the trash.
  static let leased: [UInt8] = [4, 4, 4, 4]
  /// Never of use to anybody.
  static let loose: [UInt8] = [5, 5, 5, 5, 5]
  /// Swept, and damaged by nobody: only its name may go.
  static let read: [UInt8] = [6, 6, 6, 6, 6, 6]

  static let contents = [referenced, returning, put, leased, loose, read]

  /// What must be readable from now on.
  var promised: Set<[UInt8]> = []
  var isComplete = false

  mutating func run(_ fileSystem: CrashFileSystem) {
    do {
      let store = try AgingStore(fileSystem)
      for content in Self.contents {
        try store.objects.put(content)
        promised.insert(content)
      }
      let references = [Self.referenced].map { SystemSHA256.hash($0) }
      // The grace period is over: only what is referred to is promised from here on.
      promised = [Self.referenced]
      try store.collect(day: 114, keeping: references)
      try store.objects.put(Self.put)
      promised.insert(Self.put)
      _ = try store.objects.lease(
        [SystemSHA256.hash(Self.leased)], until: store.time(1000), owner: "test")
      promised.insert(Self.leased)
      _ = try store.objects.bytes(of: SystemSHA256.hash(Self.read))
      promised.insert(Self.read)
      promised.insert(Self.returning)
      let all = references + [SystemSHA256.hash(Self.returning)]
      try store.collect(day: 127, keeping: all)
      // Now even what was put again is past its grace, and gone after another period.
      promised = [Self.referenced, Self.returning, Self.leased]
      try store.collect(day: 141, keeping: all)
      try store.collect(day: 156, keeping: all)
      isComplete = true
    } catch let error as StorageError
      where [.io, .outcomeUnknown, .closed].contains(error.kind)
    {
      return
    } catch {
      Issue.record("not a loss of power: \(error)")
    }
  }

  func violations(_ fileSystem: CrashFileSystem) throws -> [String] {
    var violations: [String] = []
    let objects = try DirectoryObjectStore(directory: "/objects", fileSystem: fileSystem)
    for content in promised.sorted(by: { $0.count < $1.count }) {
      do {
        if try objects.bytes(of: SystemSHA256.hash(content)) != content {
          violations.append("\(content) differs")
        }
      } catch {
        violations.append("\(content): \(error)")
      }
    }
    for finding in try objects.verify(references: nil).findings where finding.kind != .abandoned {
      violations.append("\(finding)")
    }
    // What is promised stays so: a collection long after must know it all.
    let known = Set(Self.contents.map { SystemSHA256.hash($0) })
    try objects.list {
      if !known.contains($0.digest) { violations.append("a foreign object is listed") }
      return true
    }
    _ = try objects.collect(at: second(1000 * AgingStore.day)) { marks in
      for content in promised { marks.keep(SystemSHA256.hash(content)) }
    }
    for content in promised where try !objects.contains(SystemSHA256.hash(content)) {
      violations.append("\(content) is lost to a later collection")
    }
    return violations
  }
}

@Suite struct ObjectCollectionCrashTests {
  @Test func powerIsLostAfterEveryOperationOfACollection() throws {
    let rehearsal = CrashFileSystem()
    var healthy = CollectionScenario()
    healthy.run(rehearsal)
    #expect(healthy.isComplete)
    #expect(try healthy.violations(rehearsal.afterCrash { false }) == [])
    var found: [String] = []
    var states = 0
    for operation in 0...rehearsal.operationCount {
      let fileSystem = CrashFileSystem()
      fileSystem.losePower(atOperation: operation)
      var scenario = CollectionScenario()
      scenario.run(fileSystem)
      for fate in ObjectCrashTests.Fate.allCases {
        states += 1
        let crashed = fileSystem.afterCrash(keeping: fate.makeChoice())
        for violation in try scenario.violations(crashed) {
          found.append("operation \(operation), \(fate): \(violation)")
        }
      }
    }
    #expect(found.isEmpty, "\(found.count): \(found.prefix(5))")
    #expect(states > 4000)
  }

  /// Any one operation of a collection fails: nothing that has a reason to stay is lost, and the
  /// next one does its work.
  @Test(arguments: [Int32(5), 28])
  func everyOperationOfACollectionMayFail(errno: Int32) throws {
    func prepare() throws -> CrashFileSystem {
      let store = try AgingStore()
      for content in CollectionScenario.contents { try store.objects.put(content) }
      try store.collect(day: 114, keeping: kept)
      return store.fileSystem
    }
    let kept = [CollectionScenario.referenced, CollectionScenario.read].map {
      SystemSHA256.hash($0)
    }
    let day = AgingStore.day
    func collect(_ fileSystem: any FileSystem) throws -> CollectionReport {
      try DirectoryObjectStore(directory: "/objects", fileSystem: fileSystem)
        .collect(at: second(128 * day)) { marks in
          marks.keep(SystemSHA256.hash(CollectionScenario.referenced))
          marks.keep(SystemSHA256.hash(CollectionScenario.put))
        }
    }
    let rehearsal = FaultFileSystem(try prepare())
    _ = try collect(rehearsal)
    #expect(rehearsal.operationCount > 80)
    for number in 0..<rehearsal.operationCount {
      let base = try prepare()
      let faulty = FaultFileSystem(base)
      faulty.failOperation(number, errno: errno)
      _ = try? collect(faulty)
      base.setTime(128 * day)
      let report = try collect(base)
      #expect(report.swept.count <= 1)
      let objects = try DirectoryObjectStore(directory: "/objects", fileSystem: base)
      for content in [CollectionScenario.referenced, CollectionScenario.put] {
        #expect(
          try objects.bytes(of: SystemSHA256.hash(content)) == content, "operation \(number)")
      }
      #expect(try objects.verify(references: nil).isSound)
    }
  }
}
