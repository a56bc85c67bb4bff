import Provenance
import ProvenanceTestKit
import Testing

@testable import ProvenanceStorage

/// What an examination says of damage, and that it goes on behind it.
@Suite struct VerificationDamageTests {
  /// Damage in several places: every one is named, and what lies between is still examined.
  @Test func everyDamagedPlaceIsNamed() throws {
    let store = try TamperedStore()
    let log = try store.forged()
    let files = LogFiles(fileSystem: store.fileSystem, directory: store.path)
    let fileSystem = store.fileSystem.copy()
    var expected: [UInt64] = []
    var sequence: UInt64 = 0
    for segment in log.segments {
      let path = files.segment(segment.header.firstSequence)
      var bytes = try #require(fileSystem.content(of: path))
      var offset = SegmentHeader.byteCount
      for (number, frame) in segment.frames.enumerated() {
        // Every seventh frame, in its header, its body or its padding.
        if number % 7 == 3, number + 2 < segment.frames.count {
          let extent = Frame.extent(of: frame.entry)
          bytes[offset + [9, 50, extent - 1][number % 3]] ^= 4
          expected.append(sequence)
        }
        offset += Frame.extent(of: frame.entry)
        sequence += 1
      }
      try fileSystem.setContent(of: path, to: bytes)
    }
    #expect(expected.count > 5)
    let report = try store.verify(fileSystem, against: [store.head])
    let unnamed = expected.filter { sequence in
      !report.findings.contains {
        $0.kind == .damaged && $0.sequences == sequence..<sequence + 1 && $0.path != nil
          && $0.offset != nil
      }
    }
    #expect(unnamed == [])
    #expect(report.isComplete && !report.isSound)
    #expect(report.entryCount == UInt64(log.frames.count - expected.count))
    #expect(report.findings.filter { $0.kind != .damaged && $0.kind != .inconsistent } == [])
    // The same store cannot be opened at all.
    #expect(
      thrown(StorageError.self) {
        _ = try DirectoryRecordLog.open(at: store.path, mode: .read, fileSystem: fileSystem)
      }?.kind == .corrupt)
  }

  /// The padding behind the very last record, which nothing else looks at.
  @Test func paddingAtTheEnd() throws {
    let store = try TamperedStore(links: 2)
    let log = try store.forged()
    let files = LogFiles(fileSystem: store.fileSystem, directory: store.path)
    let segment = try #require(log.segments.last)
    let end = segment.frames.reduce(SegmentHeader.byteCount) { $0 + Frame.extent(of: $1.entry) }
    let path = files.segment(segment.header.firstSequence)
    var bytes = try #require(store.fileSystem.content(of: path))
    bytes[end - 1] ^= 1
    let fileSystem = store.fileSystem.copy()
    try fileSystem.setContent(of: path, to: bytes)
    let report = try store.verify(fileSystem, against: [])
    #expect(report.findings.first?.kind == .damaged)
    #expect(report.names(store.head.size - 1))
  }

  /// Any byte of any file of the log flipped: never a trap, and never taken for sound unless what
  /// was hit holds nothing.
  @Test func everyFlippedByte() throws {
    let store = try TamperedStore(links: 2)
    let log = try store.forged()
    let files = LogFiles(fileSystem: store.fileSystem, directory: store.path)
    let seed: UInt64 = 0xF11B
    var generator = SeededGenerator(seed: seed)
    var missed: [String] = []
    for segment in log.segments {
      let path = files.segment(segment.header.firstSequence)
      let bytes = try #require(store.fileSystem.content(of: path))
      let end = segment.frames.reduce(SegmentHeader.byteCount) { $0 + Frame.extent(of: $1.entry) }
      let fileSystem = store.fileSystem.copy()
      var offset = 0
      while offset < end {
        var changed = bytes
        changed[offset] ^= 1 << UInt8.random(in: 0..<8, using: &generator)
        try fileSystem.setContent(of: path, to: changed)
        let report = try store.verify(fileSystem, against: [store.head], depth: .headers)
        if report.isSound { missed.append("\(path) \(offset)") }
        offset += offset < 200 ? 3 : offset < SegmentHeader.byteCount ? 397 : 11
      }
      for size in stride(from: 0, to: end, by: 173) {
        try fileSystem.setContent(of: path, to: Array(bytes.prefix(size)))
        if try store.verify(fileSystem, against: [store.head]).isSound {
          missed.append("\(path) cut at \(size)")
        }
      }
    }
    #expect(missed == [], "seed \(seed)")
  }

  /// What an interrupted commit leaves is no damage, and HEAD that is gone is.
  @Test func unfinishedCommits() throws {
    let store = try TamperedStore(links: 2)
    var log = try store.forged()
    let last = try #require(log.segments.indices.last)
    log.changeFrames(of: last) { frames in
      let next = UInt64(store.head.size)
      for number in 0..<2 {
        frames.append(
          .init(
            entry: LogEntry(kind: 1, header: [1, 2, UInt8(number)]),
            sequence: next + UInt64(number), syncedSequence: next))
      }
    }
    let fileSystem = try log.written(over: store.fileSystem, at: store.path)
    let report = try store.verify(fileSystem, against: [store.head])
    #expect(report.isSound)
    #expect(report.unfinishedByteCount > 100)
    #expect(report.head == store.head)
    let headless = store.fileSystem.copy()
    try headless.unlink(store.path + "/HEAD")
    let without = try store.verify(headless, against: [store.head])
    #expect(without.findings.map(\.kind) == [.damaged])
    #expect(without.findings.first?.path == store.path + "/HEAD")
    #expect(without.confirmedHeads == [store.head])
    #expect(without.findings.first?.description.contains("HEAD") == true)
  }

  @Test func directoriesThatCannotBeRead() throws {
    let store = try TamperedStore(links: 2)
    let files = LogFiles(fileSystem: store.fileSystem, directory: store.path)
    let names = try files.segments()
    let empty = store.fileSystem.copy()
    for first in names { try empty.unlink(files.segment(first)) }
    let report = try store.verify(empty, against: [store.head])
    #expect(report.kinds == [.damaged, .rolledBack])
    #expect(report.segmentCount == 0)
    let directory = store.fileSystem.copy()
    try directory.unlink(files.segment(names[1]))
    try directory.createDirectory(files.segment(names[1]), permissions: 0o755)
    let other = try store.verify(directory, against: [store.head])
    #expect(other.findings.contains { $0.kind == .damaged && $0.path == files.segment(names[1]) })
    #expect(other.entryCount > 0)
    let later = store.fileSystem.copy()
    var format = try files.readFormat()
    format.incompatible = 1
    try later.setContent(of: files.format, to: format.encoded())
    let error = thrown(StorageError.self) { _ = try store.verify(later, against: []) }
    #expect(error?.kind == .unsupportedFormat)
    #expect(error?.path == files.format)
  }

  /// A frame with all its checksums whose header reaches into the padding.
  @Test func aHeaderThatIsLongerThanItsFrame() throws {
    let store = try TamperedStore(links: 2)
    let log = try store.forged()
    let files = LogFiles(fileSystem: store.fileSystem, directory: store.path)
    let segment = log.segments[0]
    let entry = segment.frames[0].entry
    #expect(entry.payload.isEmpty)
    let (salt, start) = (SegmentSalt(segment.header.salt), SegmentHeader.byteCount)
    let path = files.segment(0)
    var bytes = try #require(store.fileSystem.content(of: path))
    let length = FrameHeader.bodyPrefixByteCount + entry.header.count
    let body = start + FrameHeader.byteCount
    var plain = Array(bytes[body..<start + Frame.extent(of: entry)])
    salt.whiten(&plain, from: 0, sequence: 0)
    let header = entry.header + [0]
    var prefix: [UInt8] = [0, 0, 0, 0]
    prefix.store(UInt32(header.count), at: 0)
    plain.store(UInt32(header.count), at: 0)
    plain.store(
      CRC32C.checksum(of: prefix + header, seed: salt.seed), at: 4)
    salt.whiten(&plain, from: 0, sequence: 0)
    bytes.store(plain, at: body)
    FrameHeader(
      length: UInt32(length), kind: entry.kind, version: 1, flags: 0, sequence: 0,
      syncedSequence: 0,
      bodyChecksum: CRC32C.checksum(of: Array(plain[..<length]), seed: salt.seed)
    ).store(in: &bytes, at: start, seed: salt.seed)
    let fileSystem = store.fileSystem.copy()
    try fileSystem.setContent(of: path, to: bytes)
    let report = try store.verify(fileSystem, against: [store.head])
    #expect(report.findings.first?.message.contains("longer") == true)
    #expect(report.names(0))
  }

  /// The first read of the last segment finds a part of it not written yet.
  struct WriterAtWork: ForwardingFileSystem {
    let base: any FileSystem
    let segmentByteCount: Int
    let unwritten: Range<Int>
    let reads = Counter()

    func read(
      _ file: OpenFile, at offset: UInt64, into bytes: inout MutableRawSpan
    ) throws -> Int {
      let count = try base.read(file, at: offset, into: &bytes)
      // Any but the header's own, which is as long as a page.
      guard offset == UInt64(SegmentHeader.byteCount), count >= unwritten.upperBound,
        try base.status(of: file).size == UInt64(segmentByteCount), reads.increment() == 1
      else { return count }
      unsafe bytes.withUnsafeMutableBytes { buffer in
        for place in unwritten { unsafe buffer[place] = 0 }
      }
      return count
    }
  }

  @Test func aWriterAtWorkIsNoDamage() throws {
    let store = try TamperedStore(links: 2)
    var log = try store.forged()
    // All in one segment, larger than any other file.
    let frames = log.frames
    log.segments = [log.segments[0]]
    log.segments[0].frames = frames
    log.segments[0].isLast = true
    log.repair(commits: false)
    let fileSystem = try log.written(over: store.fileSystem, at: store.path)
    let size = try #require(fileSystem.content(of: store.path + "/log/00000000000000000000.seg"))
      .count
    var start = 0
    var misjudged: [Int] = []
    for (number, frame) in frames.enumerated() {
      let end = start + Frame.extent(of: frame.entry)
      // The whole frame, its header alone, and its body alone.
      for range in [start..<end, start..<start + 32, start + 32..<end] {
        let busy = WriterAtWork(base: fileSystem, segmentByteCount: size, unwritten: range)
        let report = try ProvenanceStore.verify(
          directory: store.path, against: [store.head], fileSystem: busy)
        if !report.isSound { misjudged.append(number) }
        #expect(busy.reads.value > 0)
      }
      start = end
    }
    #expect(misjudged == [])
  }
}
