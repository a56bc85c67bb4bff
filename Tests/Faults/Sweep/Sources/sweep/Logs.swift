import ProvenanceStorage
import ProvenanceTestKit

/// Logs of small segments, and batches that depend on their number alone.
enum Logs {
  static let path = Golden.path

  static func options(segmentByteCount: Int = 8192) -> DirectoryLogOptions {
    var options = DirectoryLogOptions()
    options.firstSegmentByteCount = segmentByteCount
    options.largestSegmentByteCount = segmentByteCount
    options.headInterval = 1
    options.verification = .everything
    return options
  }

  static func create(_ fileSystem: any FileSystem, bytes: Int = 8192) throws -> DirectoryRecordLog {
    try DirectoryRecordLog.create(
      at: path, options: options(segmentByteCount: bytes), fileSystem: fileSystem)
  }

  static func open(
    _ fileSystem: any FileSystem, _ mode: DirectoryRecordLog.Mode = .write
  ) throws -> DirectoryRecordLog {
    try DirectoryRecordLog.open(at: path, mode: mode, options: options(), fileSystem: fileSystem)
  }

  static func batch(_ number: Int, entries count: Int = 2, size: Int = 90) -> LogBatch {
    var random = SeededGenerator(seed: UInt64(number))
    func bytes(_ count: Int) -> [UInt8] {
      (0..<count).map { _ in UInt8(truncatingIfNeeded: random.next()) }
    }
    let entries = (0..<count).map { _ in
      LogEntry(
        kind: UInt8.random(in: 1...5, using: &random),
        header: bytes(Int.random(in: 1...size, using: &random)),
        payload: bytes(Int.random(in: 0...size, using: &random)))
    }
    return LogBatch(entries: entries, time: CommitTime(seconds: 1_700_000_000 + Int64(number)))
  }

  static func contents(_ log: any RecordLog) throws -> [[LogEntry]] {
    var all: [[LogEntry]] = []
    try log.read(from: 0) {
      all.append($0.entries)
      return true
    }
    return all
  }
}
