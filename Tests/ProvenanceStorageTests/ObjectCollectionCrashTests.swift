import Provenance
import ProvenanceStorage
import ProvenanceTestKit
import Testing

/// What is done to a store that is collected, and what must hold whenever power fails.
struct CollectionScenario {
  let chunking: ObjectChunking?
  /// Referred to from the beginning.
  let referenced: [UInt8]
  /// Referred to again while it is in the trash.
  let returning: [UInt8]
  /// Put again after it was moved to the trash.
  let put: [UInt8]
  /// Leased while it is in the trash.
  let leased: [UInt8]
  /// Read while it is in the trash.
  let read: [UInt8]
  /// These, and one that is never of use to anybody.
  let contents: [[UInt8]]

  /// - Parameters:
  ///   - shared: What all contents begin with.
  ///   - chunking: How the store cuts.
  init(shared: [UInt8] = [], chunking: ObjectChunking? = nil) {
    contents = (1...6).map { shared + [UInt8](repeating: UInt8($0), count: $0) }
    self.chunking = chunking
    referenced = contents[0]
    returning = contents[1]
    put = contents[2]
    leased = contents[3]
    read = contents[5]
  }

  /// What must be readable from now on.
  var promised: Set<[UInt8]> = []
  var isComplete = false

  mutating func run(_ fileSystem: CrashFileSystem) {
    do {
      let store = try AgingStore(fileSystem, chunking: chunking)
      for content in contents {
        try store.objects.put(content)
        promised.insert(content)
      }
      let references = [referenced].map { SystemSHA256.hash($0) }
      // The grace period is over: only what is referred to is promised from here on.
      promised = [referenced]
      try store.collect(day: 114, keeping: references)
      try store.objects.put(put)
      promised.insert(put)
      _ = try store.objects.lease(
        [SystemSHA256.hash(leased)], until: store.time(1000), owner: "test")
      promised.insert(leased)
      _ = try store.objects.bytes(of: SystemSHA256.hash(read))
      promised.insert(read)
      promised.insert(returning)
      let all = references + [SystemSHA256.hash(returning)]
      try store.collect(day: 127, keeping: all)
      // Now even what was put again is past its grace, and gone after another period.
      promised = [referenced, returning, leased]
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
    let known = Set(contents.map { SystemSHA256.hash($0) })
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
  @Test(arguments: [
    CollectionScenario(),
    CollectionScenario(
      shared: ObjectChunkingTests.content(400), chunking: ObjectChunkingTests.small),
  ])
  func powerIsLostAfterEveryOperationOfACollection(fresh: CollectionScenario) throws {
    let fates = fresh.chunking == nil ? ObjectCrashTests.Fate.allCases : [.lost, .kept, .seeded(1)]
    let rehearsal = CrashFileSystem()
    var healthy = fresh
    healthy.run(rehearsal)
    #expect(healthy.isComplete)
    #expect(try healthy.violations(rehearsal.afterCrash { false }) == [])
    var found: [String] = []
    var states = 0
    for operation in rehearsal.crashPoints {
      let fileSystem = CrashFileSystem()
      fileSystem.losePower(atOperation: operation)
      var scenario = fresh
      scenario.run(fileSystem)
      for fate in fates {
        states += 1
        let crashed = fileSystem.afterCrash(keeping: fate.makeChoice())
        for violation in try scenario.violations(crashed) {
          found.append("operation \(operation), \(fate): \(violation)")
        }
      }
    }
    #expect(found.isEmpty, "\(found.count): \(found.prefix(5))")
    #expect(states > 500)
  }

  /// Any one operation of a collection fails: nothing that has a reason to stay is lost, and the
  /// next one does its work.
  @Test(arguments: [Int32(5), 28])
  func everyOperationOfACollectionMayFail(errno: Int32) throws {
    let scenario = CollectionScenario()
    func prepare() throws -> CrashFileSystem {
      let store = try AgingStore()
      for content in scenario.contents { try store.objects.put(content) }
      try store.collect(day: 114, keeping: kept)
      return store.fileSystem
    }
    let kept = [scenario.referenced, scenario.read].map {
      SystemSHA256.hash($0)
    }
    let day = AgingStore.day
    func collect(_ fileSystem: any FileSystem) throws -> CollectionReport {
      try DirectoryObjectStore(directory: "/objects", fileSystem: fileSystem)
        .collect(at: second(128 * day)) { marks in
          marks.keep(SystemSHA256.hash(scenario.referenced))
          marks.keep(SystemSHA256.hash(scenario.put))
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
      for content in [scenario.referenced, scenario.put] {
        #expect(
          try objects.bytes(of: SystemSHA256.hash(content)) == content, "operation \(number)")
      }
      #expect(try objects.verify(references: nil).isSound)
    }
  }
}
