import Foundation
import ProvenanceStorage
import ProvenanceTestKit
import Testing

/// What a power failure or a dying process leaves of a commit that was not acknowledged.
@Suite struct RecoveryTornTests {
  /// A store with acknowledged batches, and the same after one more whose bytes are on their way.
  struct Scene {
    var before = MemoryFileSystem()
    var after = MemoryFileSystem()
    var segment = ""
    var written: Range<Int> = 0..<0
    var bytes: [UInt8] = []

    init(acknowledged: Int, last: LogBatch) throws {
      let system = MemoryFileSystem()
      let log = try LogFixture.create(system)
      for number in 0..<acknowledged { _ = try log.append([LogFixture.batch(number)]) }
      before = system.copy()
      segment = LogFixture.segments(system)[0]
      let old = try #require(system.content(of: segment))
      _ = try log.append([last])
      bytes = try #require(system.content(of: segment))
      after = system.copy()
      let start = try #require(old.indices.first { old[$0] != bytes[$0] })
      let end = try #require(old.indices.last { old[$0] != bytes[$0] })
      written = start..<end + 1
      try log.close()
    }
  }

  @Test(arguments: [0, 3])
  func cutAtEveryByte(acknowledged: Int) throws {
    let scene = try Scene(
      acknowledged: acknowledged, last: LogFixture.batch(9, entries: 3, size: 120))
    let expected = (0..<acknowledged).map { LogFixture.batch($0).entries }
    let last = LogFixture.batch(9, entries: 3, size: 120).entries
    var failures: [String] = []
    var whole = 0
    for cut in scene.written.lowerBound...scene.written.upperBound {
      // Both ways only when everything is tried; else in turn.
      for truncates in RecoveryDamageTests.isExhaustive ? [false, true] : [cut % 2 == 0] {
        let image = scene.before.copy()
        var bytes = Array(scene.bytes[..<cut])
        if !truncates {
          bytes += [UInt8](repeating: 0, count: scene.bytes.count - cut)
        }
        try image.setContent(of: scene.segment, to: bytes)
        let log = try LogFixture.open(image)
        var contents = try LogFixture.contents(log)
        if contents == expected + [last] {
          whole += 1
          if log.recovery != nil { failures.append("\(cut): recovered a whole commit") }
          contents.removeLast()
        } else if cut > scene.written.lowerBound {
          let kept = Array(scene.bytes[scene.written.lowerBound..<cut])
          let meaningful = Array(kept[...(kept.lastIndex { $0 != 0 } ?? -1 + 1)])
          let report = log.recovery
          if report?.offset != UInt64(scene.written.lowerBound)
            || report?.byteCount != UInt64(meaningful.count)
            || image.content(of: report?.quarantineFile ?? "") != meaningful
          {
            failures.append("\(cut): reported \(String(describing: report))")
          }
        }
        if contents != expected { failures.append("\(cut): an acknowledged commit is gone") }
        let current = try LogFixture.contents(log)
        _ = try log.append([LogFixture.batch(77)])
        try log.close()
        let again = try LogFixture.open(image)
        if try LogFixture.contents(again) != current + [LogFixture.batch(77).entries] {
          failures.append("\(cut): does not go on after recovery")
        }
        if again.recovery != nil { failures.append("\(cut): recovered twice") }
        try again.close()
      }
    }
    #expect(failures == [])
    // Only where nothing but padding was cut off.
    #expect((1...2 * 40).contains(whole))
  }

  @Test func everySubsetOfLostSectors() throws {
    let system = MemoryFileSystem()
    let faulty = FaultFileSystem(system)
    let log = try LogFixture.create(faulty, options: LogFixture.options(segmentByteCount: 16384))
    for number in 0..<3 { _ = try log.append([LogFixture.batch(number)]) }
    faulty.failOperations(errno: EIO) { $0.name == .synchronize }
    let group = [
      LogFixture.batch(10, entries: 3, size: 300), LogFixture.batch(11, entries: 1, size: 900),
      LogFixture.batch(12, entries: 4, size: 300),
    ]
    #expect(storageErrorKind { _ = try log.append(group) } == .outcomeUnknown)
    let sectors = system.unsyncedSectors
    #expect((5...12).contains(sectors.count))
    let acknowledged = (0..<3).map { LogFixture.batch($0).entries }
    var failures: [String] = []
    var wholes = 0
    for subset in 0..<1 << sectors.count {
      let image = system.crashImage(keepingNames: true) { _, sector in
        let position = sectors.firstIndex { $0.sector == sector } ?? 0
        return subset >> position & 1 == 1
      }
      do {
        let recovered = try LogFixture.open(image)
        let contents = try LogFixture.contents(recovered)
        let expected = acknowledged + group.map(\.entries).prefix(contents.count - 3)
        if contents != expected { failures.append("\(subset): not a prefix") }
        if contents.count == 6 { wholes += 1 }
        try recovered.close()
      } catch {
        failures.append("\(subset): \(error)")
      }
    }
    #expect(failures == [])
    #expect(wholes >= 1)
  }
}
