import Provenance
import ProvenanceTestKit
import Testing

@testable import ProvenanceStorage

/// A log as a forger sees it: every field open, and every checksum repaired when it is written.
struct ForgedLog {
  struct Frame {
    var entry: LogEntry
    var sequence: UInt64
    var syncedSequence: UInt64
    /// Bytes of the body to change after it was encoded; the checksums are then repaired.
    var isCommit: Bool { entry.kind == LogEntry.commitKind }
  }

  struct Segment {
    var header: SegmentHeader
    var frames: [Frame]
    var isLast: Bool
  }

  var segments: [Segment] = []
  var mark: DurableMark

  /// Reads a store that is sound.
  init(_ fileSystem: MemoryFileSystem, at path: String) throws {
    let files = LogFiles(fileSystem: fileSystem, directory: path)
    let id = try files.readFormat().id
    mark = try files.readMark(id)
    let names = try files.segments()
    for first in names {
      let bytes = try #require(fileSystem.content(of: files.segment(first)))
      let header = try SegmentHeader(
        decoding: Array(bytes.prefix(SegmentHeader.byteCount)), store: id)
      var segment = Segment(header: header, frames: [], isLast: first == names.last)
      let salt = SegmentSalt(header.salt)
      var offset = SegmentHeader.byteCount
      while offset + FrameHeader.byteCount <= bytes.count,
        let frame = unsafe FrameHeader(
          bytes.span.bytes.extracting(offset..<offset + FrameHeader.byteCount), seed: salt.seed)
      {
        let body = offset + FrameHeader.byteCount
        let entry = try ProvenanceStorage.Frame.entry(
          frame, body: Array(bytes[body..<body + Int(frame.length)]), salt: salt)
        segment.frames.append(
          Frame(
            entry: entry, sequence: frame.sequence, syncedSequence: frame.syncedSequence))
        offset += frame.extent
      }
      segments.append(segment)
    }
  }

  /// All frames in order.
  var frames: [Frame] { segments.flatMap(\.frames) }

  /// Changes the frame with a number, counted over all segments.
  mutating func change(_ number: Int, _ body: (inout Frame) -> Void) {
    var rest = number
    for segment in segments.indices {
      if rest < segments[segment].frames.count {
        body(&segments[segment].frames[rest])
        return
      }
      rest -= segments[segment].frames.count
    }
  }

  /// Changes the frames of a segment as a list.
  mutating func changeFrames(of segment: Int, _ body: (inout [Frame]) -> Void) {
    body(&segments[segment].frames)
  }

  /// Renumbers everything, and lets every segment say what is before it; with `commits`, every
  /// commit as well: a history of its own, without a flaw.
  mutating func repair(commits: Bool) {
    var chain = CommitChain()
    var previous: (length: Int, chain: SegmentChain)?
    for place in segments.indices {
      var segment = segments[place]
      segment.header.number = UInt64(place)
      segment.header.chain = chain
      if let previous {
        segment.header.previousLength = UInt64(previous.length)
        segment.header.previousCount = previous.chain.count
        segment.header.previousHash = previous.chain.hash
      }
      var segmentChain = SegmentChain(segment.header)
      var open: [Int] = []
      for number in segment.frames.indices {
        segment.frames[number].sequence = chain.tree.size
        open.append(number)
        if segment.frames[number].isCommit {
          if let record = try? CommitRecord(decoding: segment.frames[number].entry.header) {
            var other = record
            if commits {
              other.count = UInt64(open.count - 1)
              other.treeSize = chain.tree.size
              other.root = chain.tree.root
              other.previous = chain.previous
              other.time = max(record.time, chain.time ?? record.time)
              segment.frames[number].entry = other.entry
            }
            chain.add(other, segment.frames[number].entry)
          } else {
            chain.tree.append(segment.frames[number].entry.leaf)
          }
          let start = chain.tree.size - UInt64(open.count)
          for frame in open { segment.frames[frame].syncedSequence = start }
          open = []
        } else {
          chain.tree.append(segment.frames[number].entry.leaf)
        }
        segmentChain.append(segment.frames[number].entry.leaf)
      }
      let length = segment.frames.reduce(SegmentHeader.byteCount) {
        $0 + ProvenanceStorage.Frame.extent(of: $1.entry)
      }
      previous = (length, segmentChain)
      segments[place] = segment
    }
    mark = DurableMark(
      store: mark.store, counter: mark.counter, generation: mark.generation, head: chain.head)
  }

  /// The file system with this log in place of the one that is there.
  func written(over original: MemoryFileSystem, at path: String) throws -> MemoryFileSystem {
    let fileSystem = original.copy()
    let files = LogFiles(fileSystem: fileSystem, directory: path)
    var sizes: [UInt64: Int] = [:]
    for first in try files.segments() {
      sizes[first] = fileSystem.content(of: files.segment(first))?.count
      try fileSystem.unlink(files.segment(first))
    }
    for segment in segments {
      var bytes = segment.header.encoded()
      let salt = SegmentSalt(segment.header.salt)
      for frame in segment.frames {
        ProvenanceStorage.Frame.append(
          frame.entry, sequence: frame.sequence, syncedSequence: frame.syncedSequence, salt: salt,
          to: &bytes)
      }
      if segment.isLast {
        let size = max(bytes.count, 8192)
        bytes += [UInt8](repeating: 0, count: size - bytes.count)
      }
      try fileSystem.setContent(of: files.segment(segment.header.firstSequence), to: bytes)
    }
    // Both slots, so that none is left of what was.
    var other = mark
    other.counter = mark.counter + 1
    let slots = [mark, other].sorted { $0.offset < $1.offset }
    try fileSystem.setContent(of: files.head, to: slots.flatMap { $0.encoded() })
    return fileSystem
  }
}

/// A store with every kind of record, in several segments.
struct TamperedStore {
  let path = "/store"
  let fileSystem = MemoryFileSystem()
  /// The head that an auditor has kept.
  let head: TreeHead
  /// Earlier heads, each after a commit.
  let heads: [TreeHead]

  init(links: Int = 6) throws {
    var options = StoreOptions()
    options.log = LogFixture.options()
    options.fileSystem = fileSystem
    options.clock = TickingClock().now
    let store = try ProvenanceStore.open(at: path, options: options)
    var heads: [TreeHead] = []
    func commit(_ records: [Record]) throws {
      try store.merge(records)
      heads.append(TreeHead(store.head))
    }
    for batch in try Lineage.batches() { try commit(batch) }
    try commit([Record(Lineage.model.derivedFrom(Lineage.raw, role: "indirectly"))])
    for number in 0..<links { try commit(try Lineage.link(number)) }
    let secret = try Record(Annotation(Lineage.raw, ["phone": "123"], at: second(9)))
    try commit([Record(Tombstone(secret.id, Statement("asked for", at: second(10))))])
    try commit([Record(header: secret.header, payload: [])])
    try commit([Self.unknown(), Record(Lineage.cleaning)])
    for number in 0..<links { try commit(try Lineage.link(100 + number)) }
    try store.close()
    self.heads = heads
    head = TreeHead(store.head)
  }

  /// A record of a kind that only a later version knows.
  static func unknown() throws -> Record {
    var encoder = CBOREncoder()
    encoder.array(count: 4)
    encoder.text("provenance.record")
    encoder.unsigned(77)
    encoder.unsigned(1)
    encoder.text("from the future")
    return try Record(header: encoder.bytes, payload: [1, 2, 3])
  }

  func forged() throws -> ForgedLog { try ForgedLog(fileSystem, at: path) }

  /// Examines a log in place of the store's.
  func verify(_ log: ForgedLog, against heads: [TreeHead]) throws -> StoreVerification {
    try verify(log.written(over: fileSystem, at: path), against: heads)
  }

  func verify(
    _ fileSystem: MemoryFileSystem, against heads: [TreeHead],
    depth: VerificationDepth = .records
  ) throws -> StoreVerification {
    try ProvenanceStore.verify(
      directory: path, against: heads, depth: depth, fileSystem: fileSystem)
  }
}

extension StoreVerification {
  /// The kinds of what was found.
  var kinds: Set<Finding.Kind> { Set(findings.map(\.kind)) }

  /// Whether a finding names the place of a record, and not only a range that holds it.
  func names(_ sequence: UInt64) -> Bool {
    findings.contains { $0.sequences == sequence..<sequence + 1 && $0.offset != nil }
  }
}
