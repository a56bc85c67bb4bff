import Foundation
import ProvenanceStorage
import ProvenanceTestKit
import Testing

/// One failing operation at every place of a scenario, and what is left in memory and on the disk.
@Suite struct RecoveryFaultTests {
  /// What a run of the scenario tried and what was acknowledged.
  final class Run {
    var tried: [[LogEntry]] = []
    var acknowledged = 0

    func append(_ log: DirectoryRecordLog, _ batches: [LogBatch]) throws {
      let before = tried.count
      tried += batches.map(\.entries)
      let head = log.head
      do {
        _ = try log.append(batches)
      } catch let error as StorageError where error.kind != .outcomeUnknown {
        // Nothing was written, by promise.
        tried.removeLast(tried.count - before)
        #expect(log.head == head)
        throw error
      }
      acknowledged = tried.count
    }

    func scenario(_ fileSystem: any FileSystem) throws {
      let log = try LogFixture.create(fileSystem)
      try append(log, [LogFixture.batch(1)])
      try append(log, [LogFixture.batch(2), LogFixture.batch(3)])
      // Does not fit into the first segment.
      try append(log, [LogFixture.batch(4, entries: 20, size: 200), LogFixture.batch(5)])
      try append(log, [LogFixture.batch(6)])
      try log.close()
      let again = try LogFixture.open(fileSystem)
      try append(again, [LogFixture.batch(7)])
      try append(again, [LogFixture.batch(8, entries: 20, size: 200)])
      try again.close()
    }
  }

  /// Checks a store that a failed run left: all that was acknowledged, and nothing half.
  static func check(_ run: Run, _ image: MemoryFileSystem, _ what: String) -> String? {
    do {
      let log: DirectoryRecordLog
      do {
        log = try LogFixture.open(image)
      } catch let error as StorageError where error.kind == .notAStore || error.kind == .notFound {
        guard run.acknowledged == 0 else { return "\(what): the store is gone" }
        log = try LogFixture.create(image)
      }
      let contents = try LogFixture.contents(log)
      guard contents.count >= run.acknowledged else {
        return "\(what): \(contents.count) of \(run.acknowledged) acknowledged batches are there"
      }
      guard contents.count <= run.tried.count, contents == Array(run.tried[..<contents.count])
      else { return "\(what): what is there is not what was written first" }
      _ = try log.append([LogFixture.batch(99)])
      try log.close()
      let again = try LogFixture.open(image, .read)
      guard try LogFixture.contents(again) == contents + [LogFixture.batch(99).entries] else {
        return "\(what): does not go on"
      }
      return nil
    } catch {
      return "\(what): \(error)"
    }
  }

  @Test func rehearsalNeedsNoFault() throws {
    let run = Run()
    let system = MemoryFileSystem()
    try run.scenario(system)
    #expect(run.acknowledged == 8)
    #expect(system.openFileCount == 0)
    #expect(LogFixture.segments(system).count >= 2)
    #expect(Self.check(run, system.copy(), "no fault") == nil)
  }

  /// What a creation left that was interrupted, with any part of the first segment's header.
  @Test func aSegmentShorterThanItsHeaderWithoutFormat() throws {
    for size in [0, 1, 512, 4095, 4096] {
      let system = MemoryFileSystem()
      try LogFixture.create(system).close()
      let segment = LogFixture.segments(system)[0]
      let bytes = try #require(system.content(of: segment))
      try system.setContent(of: segment, to: Array(bytes[..<size]))
      try system.unlink("/store/FORMAT")
      let log = try LogFixture.create(system)
      _ = try log.append([LogFixture.batch(1)])
      #expect(try LogFixture.contents(log) == [LogFixture.batch(1).entries], "\(size)")
      try log.close()
    }
  }

  enum Fault {
    case once, forGood, torn
  }

  @Test(arguments: [(Fault.once, EIO), (.once, ENOSPC), (.forGood, EIO), (.torn, ENOSPC)])
  func anyOperationFails(fault: Fault, errno: Int32) throws {
    let rehearsal = FaultFileSystem(MemoryFileSystem())
    try Run().scenario(rehearsal)
    let count = rehearsal.operationCount
    #expect(count > 100)
    var failures: [String] = []
    for number in 0..<count {
      let system = MemoryFileSystem()
      let faulty = FaultFileSystem(system)
      switch fault {
      case .once: faulty.failOperation(number, errno: errno)
      case .forGood: faulty.failOperations(from: number, errno: errno)
      case .torn:
        faulty.plan { place, _ in place >= number ? .tornWrite(7 + number % 700, errno: errno) : nil
        }
      }
      let run = Run()
      try? run.scenario(faulty)
      let what = "operation \(number), \(fault)"
      // The process dies, or the power fails: with all, none or some of what was not synced.
      var images = [
        (system.copy(), "process died"),
        (system.crashImage(keepingNames: true) { _, _ in true }, "all kept"),
        (system.crashImage(keepingNames: false) { _, _ in false }, "none kept"),
      ]
      for seed in 0..<3 {
        var generator = SeededGenerator(seed: UInt64(number * 10 + seed))
        let image = system.crashImage(keepingNames: seed.isMultiple(of: 2)) { _, _ in
          Bool.random(using: &generator)
        }
        images.append((image, "seed \(number * 10 + seed)"))
      }
      for (image, state) in images {
        if let failure = Self.check(run, image, "\(what), \(state)") { failures.append(failure) }
      }
    }
    #expect(failures == [])
  }

  @Test func failedSyncPoisons() throws {
    let system = MemoryFileSystem()
    let faulty = FaultFileSystem(system)
    let log = try LogFixture.create(faulty)
    _ = try log.append([LogFixture.batch(1)])
    let head = log.head
    faulty.failOperations(errno: EIO) { $0.name == .synchronize }
    do {
      _ = try log.append([LogFixture.batch(2)])
      Issue.record("a failed sync was acknowledged")
    } catch let error as StorageError {
      #expect(error.kind == .outcomeUnknown)
      #expect(error.errno == EIO)
      #expect(error.sequences?.lowerBound == 3)
    }
    faulty.clearFaults()
    let count = faulty.operations.filter { $0.name == .synchronize }.count
    #expect(storageErrorKind { _ = try log.append([LogFixture.batch(2)]) } == .closed)
    #expect(log.head == head)
    #expect(try LogFixture.contents(log).count == 1)
    try log.close()
    // Not even closing may sync again: it would report success for lost data.
    #expect(faulty.operations.filter { $0.name == .synchronize }.count == count)
    let again = try LogFixture.open(system)
    #expect(try LogFixture.contents(again).count == 2)
  }

  @Test func fullDiskAtRotationLeavesTheLogUsable() throws {
    let system = MemoryFileSystem()
    let faulty = FaultFileSystem(system)
    let log = try LogFixture.create(faulty)
    _ = try log.append([LogFixture.batch(1)])
    for name in [FileOperation.Name.preallocate, .write, .synchronize] {
      faulty.failOperations(errno: ENOSPC) {
        $0.name == name && ($0.path ?? "").hasSuffix(".tmp")
      }
      let large = LogFixture.batch(2, entries: 20, size: 300)
      #expect(storageErrorKind { _ = try log.append([large]) } == .noSpace)
      faulty.clearFaults()
      #expect(!system.filePaths.contains { $0.hasSuffix(".tmp") })
    }
    _ = try log.append([LogFixture.batch(3)])
    #expect(try LogFixture.contents(log) == [1, 3].map { LogFixture.batch($0).entries })
  }
}
