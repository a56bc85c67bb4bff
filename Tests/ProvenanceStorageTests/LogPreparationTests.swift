import Foundation
import ProvenanceStorage
import ProvenanceTestKit
import Testing

/// Large segments, which are made ready on another thread while the one before is written.
@Suite(.timeLimit(.minutes(5))) struct LogPreparationTests {
  private let options = LogFixture.options(segmentByteCount: 4 << 20)
  private let next = "/store/log/next" + MemoryFileSystem().temporarySuffix

  /// One entry of nearly a mebibyte, so that a segment takes four batches.
  private func batch(_ number: Int) -> LogBatch {
    let payload = [UInt8](repeating: UInt8(number), count: 1_000_000)
    return LogBatch(
      entries: [LogEntry(kind: 1, header: [UInt8(number)], payload: payload)],
      time: CommitTime(seconds: 1_700_000_000 + Int64(number)))
  }

  private func renames(_ system: FaultFileSystem) -> Int {
    system.operations.filter { $0.name == .rename && $0.path == next }.count
  }

  /// The log after closing and opening it again.
  private func check(_ system: MemoryFileSystem, _ numbers: [Int]) throws {
    #expect(!system.filePaths.contains { $0.hasPrefix("/store/log") && !$0.hasSuffix(".seg") })
    let log = try LogFixture.open(system, options: options)
    #expect(try LogFixture.contents(log) == numbers.map { batch($0).entries })
    #expect(log.recovery == nil)
    try log.close()
  }

  @Test func theNextSegmentIsReadyWhenItIsNeeded() throws {
    let memory = MemoryFileSystem()
    let system = FaultFileSystem(memory)
    let log = try LogFixture.create(system, options: options)
    for number in 0..<11 { _ = try log.append([batch(number)]) }
    #expect(LogFixture.segments(memory).count == 3)
    #expect(renames(system) == 2)
    // The third is three quarters full, so that a fourth is in the making.
    try log.close()
    try check(memory, Array(0..<11))
  }

  @Test func aBatchThatNeedsMoreGetsASegmentOfItsOwnSize() throws {
    let memory = MemoryFileSystem()
    let log = try LogFixture.create(memory, options: options)
    for number in 0..<3 { _ = try log.append([batch(number)]) }
    let large = LogBatch(
      entries: (3..<9).flatMap { batch($0).entries }, time: CommitTime(seconds: 1_800_000_000))
    _ = try log.append([large])
    try log.close()
    #expect(LogFixture.segments(memory).count == 2)
    let again = try LogFixture.open(memory, options: options)
    #expect(try LogFixture.contents(again).last == large.entries)
    try again.close()
  }

  /// What fails on the other thread is only time that was not saved.
  @Test func aSegmentThatCouldNotBeMadeReadyIsMadeWhenItIsNeeded() throws {
    let memory = MemoryFileSystem()
    let system = FaultFileSystem(memory)
    let log = try LogFixture.create(system, options: options)
    let path = next
    system.plan { _, operation in
      operation.name == .open && operation.path == path ? .error(ENOSPC) : nil
    }
    for number in 0..<11 { _ = try log.append([batch(number)]) }
    #expect(renames(system) == 0)
    try log.close()
    #expect(system.faultCount == 3)
    try check(memory, Array(0..<11))
  }

  /// A failure before anything was changed leaves the log as it was.
  @Test func aReadySegmentThatFailsIsThrownAway() throws {
    let memory = MemoryFileSystem()
    let system = FaultFileSystem(memory)
    let log = try LogFixture.create(system, options: options)
    let syncs = Counter()
    let path = next
    system.plan { _, operation in
      guard operation.name == .synchronize, operation.path == path else { return nil }
      // The zeros are synced first, then the header.
      return syncs.increment() == 2 ? .error(ENOSPC) : nil
    }
    for number in 0..<4 { _ = try log.append([batch(number)]) }
    #expect(storageErrorKind { _ = try log.append([batch(4)]) } == .noSpace)
    for number in 4..<9 { _ = try log.append([batch(number)]) }
    try log.close()
    try check(memory, Array(0..<9))
  }
}
