import Foundation
import ProvenanceStorage
import ProvenanceTestKit
import Testing

/// Damage to what was acknowledged: an error, or exactly what the store still proves.
@Suite struct RecoveryDamageTests {
  /// Set to try every byte and every bit; otherwise a sample, since a debug build takes minutes.
  static let isExhaustive = ProcessInfo.processInfo.environment["PROVENANCE_EXHAUSTIVE"] != nil

  /// Whether a case belongs to the sample: one in so many, spread by a hash of its place.
  static func isTried(_ place: Int, oneIn: Int) -> Bool {
    var generator = SeededGenerator(seed: UInt64(place))
    return isExhaustive || generator.next() % UInt64(oneIn) == 0
  }

  struct Golden {
    let system = MemoryFileSystem()
    var contents: [[LogEntry]] = []

    init() throws {
      try LogFixture.makeGolden(system)
      let log = try LogFixture.open(system, .read)
      contents = try LogFixture.contents(log)
    }

    /// Opens for writing and reads all: what is found, or the kind of error.
    func outcome(of image: MemoryFileSystem) throws -> Result<Int, StorageError> {
      do {
        let log = try LogFixture.open(image)
        defer { try? log.close() }
        let found = try LogFixture.contents(log)
        guard found == Array(contents.prefix(found.count)) else { return .success(-1) }
        return .success(found.count)
      } catch let error as StorageError {
        return .failure(error)
      }
    }
  }

  static let damageKinds: Set<StorageError.Kind> = [
    .corrupt, .unsupportedFormat, .notAStore,
  ]

  @Test func truncationAtEveryByte() throws {
    let golden = try Golden()
    var failures: [String] = []
    var opened = 0
    let last = LogFixture.segments(golden.system).last
    for path in golden.system.filePaths where !path.hasSuffix("LOCK") {
      let bytes = try #require(golden.system.content(of: path))
      // Each byte of what is written; where a file is all zeros, a sample.
      let written = (bytes.lastIndex { $0 != 0 } ?? 0) + 1
      for size in 0..<bytes.count where Self.isTried(size, oneIn: size <= written ? 9 : 97) {
        let image = golden.system.copy()
        try image.setContent(of: path, to: Array(bytes[..<size]))
        switch try golden.outcome(of: image) {
        case .success(let count):
          opened += 1
          // HEAD says that all of it was durable, so nothing may be missing. A cut slot leaves
          // the other one, and what is behind the last commit of the last segment is nothing.
          if count != golden.contents.count || (path != last && !path.hasSuffix("HEAD")) {
            failures.append("\(path) at \(size): opened with \(count)")
          }
        case .failure(let error):
          if !Self.damageKinds.contains(error.kind) { failures.append("\(path) \(size): \(error)") }
        }
      }
    }
    #expect(failures == [])
    #expect(opened > 0)
  }

  @Test func flippedBits() throws {
    let golden = try Golden()
    var failures: [String] = []
    var count = 0
    for path in golden.system.filePaths where !path.hasSuffix("LOCK") {
      let bytes = try #require(golden.system.content(of: path))
      for offset in bytes.indices {
        let oneIn = bytes[offset] == 0 ? 500 : 40
        for bit in 0..<8 where Self.isTried(offset * 8 + bit, oneIn: oneIn) {
          var damaged = bytes
          damaged[offset] ^= 1 << UInt8(bit)
          let image = golden.system.copy()
          try image.setContent(of: path, to: damaged)
          count += 1
          switch try golden.outcome(of: image) {
          case .success(let found):
            if found != golden.contents.count {
              failures.append("\(path) \(offset).\(bit): opened with \(found)")
            }
          case .failure(let error):
            if !Self.damageKinds.contains(error.kind) {
              failures.append("\(path) \(offset).\(bit): \(error)")
            }
          }
        }
      }
    }
    #expect(failures == [])
    #expect(count > (Self.isExhaustive ? 300_000 : 1000))
  }

  /// Without HEAD's proof: what is cut off is reported, and only the end.
  @Test func flippedBitsWithoutHead() throws {
    let system = MemoryFileSystem()
    let log = try LogFixture.create(system)
    for number in 0..<4 { _ = try log.append([LogFixture.batch(number)]) }
    let segment = LogFixture.segments(system)[0]
    let bytes = try #require(system.content(of: segment))
    let crashed = system.copy()
    let expected = try LogFixture.contents(log)
    try log.close()
    var failures: [String] = []
    for offset in 4096..<(bytes.lastIndex { $0 != 0 } ?? 4096) {
      for bit in 0..<8 where Self.isTried(offset * 8 + bit, oneIn: 6) {
        var damaged = bytes
        damaged[offset] ^= 1 << UInt8(bit)
        let image = crashed.copy()
        try image.setContent(of: segment, to: damaged)
        do {
          let log = try LogFixture.open(image)
          // Only padding does not matter; a flipped bit never looks like an unfinished write.
          if try LogFixture.contents(log) != expected || log.recovery != nil {
            failures.append("\(offset).\(bit): cut off")
          }
          try log.close()
        } catch let error as StorageError where error.kind == .corrupt {
          if error.offset == nil || error.sequences == nil || error.path != segment {
            failures.append("\(offset).\(bit): does not say where: \(error)")
          }
        }
      }
    }
    #expect(failures == [])
  }

  /// A sector of zeros looks like an unfinished write; a later commit proves that it is none.
  @Test func laterCommitsProveThatASectorWasNotLost() throws {
    let system = MemoryFileSystem()
    let log = try LogFixture.create(system, options: LogFixture.options(segmentByteCount: 16384))
    for number in 0..<8 { _ = try log.append([LogFixture.batch(number, entries: 3, size: 300)]) }
    let segment = LogFixture.segments(system)[0]
    var starts: [Int] = []
    try log.readFrames(from: 0) { _, _, offsets in
      starts.append(Int(offsets[0]))
      return true
    }
    let crashed = system.copy()
    let bytes = try #require(crashed.content(of: segment))
    let last = try #require(starts.last)
    let written = (bytes.lastIndex { $0 != 0 } ?? 0) + 1
    #expect(last - 4096 > 4 * 512)
    var failures: [String] = []
    for sector in stride(from: 4096, to: written, by: 512) {
      let image = crashed.copy()
      var damaged = bytes
      damaged.replaceSubrange(sector..<sector + 512, with: repeatElement(0, count: 512))
      try image.setContent(of: segment, to: damaged)
      do {
        let log = try LogFixture.open(image)
        // In the last commit nothing tells an acknowledged sector from one that was never written.
        if sector + 512 <= last { failures.append("sector at \(sector): cut off") }
        if try LogFixture.contents(log).count > 7 { failures.append("sector at \(sector): read") }
        try log.close()
      } catch let error as StorageError {
        if error.kind != .corrupt || error.sequences == nil { failures.append("\(error)") }
      }
    }
    #expect(failures == [])
  }

  @Test func damageInTheMiddleNamesThePlace() throws {
    let golden = try Golden()
    let log = try LogFixture.open(golden.system, .read)
    var frames: [(path: String, offset: UInt64, sequence: UInt64)] = []
    try log.readFrames(from: 0) { transaction, path, offsets in
      for (position, offset) in offsets.enumerated() {
        frames.append((path, offset, transaction.firstSequence + UInt64(position)))
      }
      return true
    }
    #expect(frames.map(\.sequence) == Array(0..<log.head.treeSize))
    for frame in frames {
      let image = golden.system.copy()
      var bytes = try #require(image.content(of: frame.path))
      bytes[Int(frame.offset) + 32] ^= 0x10
      try image.setContent(of: frame.path, to: bytes)
      for mode in [DirectoryRecordLog.Mode.read, .write] {
        do {
          _ = try LogFixture.open(image, mode)
          Issue.record("opened with a damaged record \(frame.sequence)")
        } catch let error as StorageError {
          #expect(error.kind == .corrupt)
          #expect(error.path == frame.path)
          #expect(error.offset == frame.offset)
          #expect(error.sequences?.contains(frame.sequence) ?? false, "\(error)")
        }
      }
      #expect(image.content(of: frame.path) == bytes, "a refused store was changed")
    }
  }

  @Test func verifyingOnlyTheTailFindsDamageWhenItIsRead() throws {
    let golden = try Golden()
    var options = LogFixture.options()
    options.verification = .tail
    let whole = try LogFixture.open(golden.system.copy(), options: options)
    #expect(try LogFixture.contents(whole) == golden.contents)
    let first = LogFixture.segments(golden.system)[0]
    var bytes = try #require(golden.system.content(of: first))
    bytes[4096 + 50] ^= 1
    let image = golden.system.copy()
    try image.setContent(of: first, to: bytes)
    let log = try LogFixture.open(image, options: options)
    #expect(storageErrorKind { try log.read(from: 0) { _ in true } } == .corrupt)
    var last: LogTransaction?
    try log.read(from: log.head.treeSize - 1) {
      last = $0
      return true
    }
    #expect(last?.entries == golden.contents.last)
  }

  @Test func missingAndForeignSegments() throws {
    let golden = try Golden()
    let segments = LogFixture.segments(golden.system)
    #expect(segments.count >= 3)
    for path in segments + ["/store/HEAD"] {
      let image = golden.system.copy()
      try image.unlink(path)
      #expect(storageErrorKind { _ = try LogFixture.open(image) } == .corrupt, "\(path)")
      #expect(storageErrorKind { _ = try LogFixture.open(image, .read) } == .corrupt, "\(path)")
    }
    // A segment of another store, with the same numbers.
    var options = LogFixture.options()
    options.storeID = UniqueID(high: 1, low: 2)
    let other = MemoryFileSystem()
    let log = try LogFixture.create(other, options: options)
    for number in 0..<12 {
      _ = try log.append([LogFixture.batch(number, entries: number % 3 + 1, size: 200)])
    }
    try log.close()
    let image = golden.system.copy()
    try image.setContent(of: segments[0], to: try #require(other.content(of: segments[0])))
    #expect(storageErrorKind { _ = try LogFixture.open(image) } == .corrupt)
  }

  @Test func aLogCutBehindACommitIsProvenByHead() throws {
    let golden = try Golden()
    let last = try #require(LogFixture.segments(golden.system).last)
    let log = try LogFixture.open(golden.system, .read)
    var starts: [UInt64] = []
    try log.readFrames(from: 0) { _, path, offsets in
      if path == last { starts.append(offsets[0]) }
      return true
    }
    for start in starts {
      let image = golden.system.copy()
      let bytes = try #require(image.content(of: last))
      let kept = Array(bytes[..<Int(start)])
      let blank = [UInt8](repeating: 0, count: bytes.count - kept.count)
      for content in [kept, kept + blank] {
        try image.setContent(of: last, to: content)
        #expect(storageErrorKind { _ = try LogFixture.open(image) } == .corrupt)
        #expect(storageErrorKind { _ = try LogFixture.open(image, .read) } == .corrupt)
      }
    }
  }
}
