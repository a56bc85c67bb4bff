import Foundation
import ProvenanceStorage
import ProvenanceTestKit
import Testing

/// SplitMix64, so that a failure repeats from its seed.
struct SeededGenerator: RandomNumberGenerator {
  var state: UInt64

  init(seed: UInt64) { state = seed }

  mutating func next() -> UInt64 {
    state &+= 0x9E37_79B9_7F4A_7C15
    var value = state
    value = (value ^ value >> 30) &* 0xBF58_476D_1CE4_E5B9
    value = (value ^ value >> 27) &* 0x94D0_49BB_1331_11EB
    return value ^ value >> 31
  }
}

enum LogFixture {
  static let path = "/store"

  /// Small segments, and nothing random.
  static func options(segmentByteCount: Int = 8192) -> DirectoryLogOptions {
    var options = DirectoryLogOptions()
    options.firstSegmentByteCount = segmentByteCount
    options.largestSegmentByteCount = segmentByteCount
    options.headInterval = 1000
    options.storeID = UniqueID(high: 0x0011_2233_4455_6677, low: 0x8899_AABB_CCDD_EEFF)
    options.writerID = UniqueID(high: 0x0102_0304_0506_0708, low: 0x090A_0B0C_0D0E_0F10)
    options.openingTime = CommitTime(seconds: 1_700_000_000)
    let salts = Salts()
    options.makeSalt = { salts.next() }
    return options
  }

  private final class Salts: Sendable {
    let generator = Lock(SeededGenerator(seed: 42))
    func next() -> UniqueID {
      generator.withLock { UniqueID(high: $0.next(), low: $0.next()) }
    }
  }

  /// A batch whose content depends on its number alone.
  static func batch(_ number: Int, entries count: Int = 2, size: Int = 90) -> LogBatch {
    var generator = SeededGenerator(seed: UInt64(number))
    let entries = (0..<count).map { _ in
      LogEntry(
        kind: UInt8.random(in: 1...5, using: &generator),
        header: (0..<Int.random(in: 1...size, using: &generator)).map { _ in
          UInt8.random(in: 0...255, using: &generator)
        },
        payload: (0..<Int.random(in: 0...size, using: &generator)).map { _ in
          UInt8.random(in: 0...255, using: &generator)
        })
    }
    return LogBatch(
      entries: entries, time: CommitTime(seconds: 1_700_000_000 + Int64(number), nanoseconds: 5))
  }

  static func contents(_ log: any RecordLog) throws -> [[LogEntry]] {
    var all: [[LogEntry]] = []
    try log.read(from: 0) {
      all.append($0.entries)
      return true
    }
    return all
  }

  static func create(
    _ fileSystem: any FileSystem, options: DirectoryLogOptions = options()
  ) throws -> DirectoryRecordLog {
    try DirectoryRecordLog.create(at: path, options: options, fileSystem: fileSystem)
  }

  static func open(
    _ fileSystem: any FileSystem, _ mode: DirectoryRecordLog.Mode = .write,
    options: DirectoryLogOptions = options()
  ) throws -> DirectoryRecordLog {
    try DirectoryRecordLog.open(at: path, mode: mode, options: options, fileSystem: fileSystem)
  }

  /// The segments' paths, in order.
  static func segments(_ fileSystem: MemoryFileSystem) -> [String] {
    fileSystem.filePaths.filter { $0.hasSuffix(".seg") }
  }

  /// The store that is pinned as a fixture: several segments, all that a frame can be.
  static func makeGolden(_ fileSystem: any FileSystem) throws {
    let log = try create(fileSystem)
    for number in 0..<12 {
      _ = try log.append([batch(number, entries: number % 3 + 1, size: 200)])
    }
    _ = try log.append([batch(100), batch(101), batch(102)])
    let special = [
      LogEntry(kind: 254, header: [], payload: []), LogEntry.erased(kind: 3, header: [1, 2, 3]),
      LogEntry(kind: 200, header: [7], payload: [UInt8](repeating: 0, count: 600)),
    ]
    _ = try log.append([LogBatch(entries: special, time: CommitTime(seconds: 1))])
    try log.close()
  }
}
