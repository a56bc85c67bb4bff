import Provenance

/// Reads one segment for an audit, and goes on behind whatever cannot be read.
struct SegmentAudit {
  let header: SegmentHeader
  let salt: SegmentSalt
  var reader: SegmentReader
  /// Whether it is the last segment, which may end in an unfinished commit.
  let isLast: Bool
  /// Where the examination of a store that is open ends; its writer goes on meanwhile.
  let limit: UInt64?
  /// Where the next frame should be.
  private(set) var offset = UInt64(SegmentHeader.byteCount)
  /// The segment's chain over what was read; wrong behind damage.
  private(set) var chain: SegmentChain
  private(set) var isWhole = true
  /// The place behind the last commit.
  private(set) var place: LogPlace
  /// The frames since the last commit.
  private var open: [(header: FrameHeader, entry: LogEntry, offset: UInt64)] = []

  init(_ header: SegmentHeader, reader: SegmentReader, isLast: Bool, limit: UInt64?) {
    self.header = header
    self.reader = reader
    self.isLast = isLast
    self.limit = limit
    salt = SegmentSalt(header.salt)
    chain = SegmentChain(header)
    place = LogPlace(header)
  }

  private enum Reading {
    case frame(FrameHeader, LogEntry)
    /// A frame with a right header, and why it is of no use.
    case badBody(FrameHeader, String)
    case badHeader
    case unwritten
    case end
  }
}

extension SegmentAudit {
  /// Reads all commits of the segment into the audit.
  ///
  /// `advance` gets the offset now and then, and throws to end it.
  mutating func run(_ audit: inout LogAudit, advance: (UInt64) throws -> Void) throws {
    var mark = offset
    // Where a frame could not be read, and was read once more: a writer may be at work.
    var reread: UInt64?
    while true {
      if let limit, open.isEmpty, audit.next >= limit { return }
      if offset - mark >= VerificationTask.progressInterval {
        mark = offset
        try advance(offset)
      }
      let sequence = audit.next + UInt64(open.count)
      let reading = try read()
      if case .frame(let frame, let entry) = reading {
        check(frame, sequence, &audit)
        open.append((frame, entry, offset))
        offset += UInt64(frame.extent)
        if entry.kind == LogEntry.commitKind { deliver(&audit) }
        continue
      }
      if isLast, reread != offset {
        reread = offset
        reader = freshReader
        continue
      }
      guard try pass(reading, sequence, &audit) else { return }
    }
  }

  /// Goes on behind what cannot be read; returns whether there is anything to go on with.
  private mutating func pass(
    _ reading: Reading, _ sequence: UInt64, _ audit: inout LogAudit
  ) throws -> Bool {
    let found = try nextFrame(after: offset, sequence: sequence)
    if case .badBody(let frame, let reason) = reading {
      guard !isLast || found != nil else {
        try finish(&audit, reason)
        return false
      }
      deliver(&audit)
      audit.finding(.damaged, reason, place(audit.next))
      audit.skip(to: audit.next + 1)
      isWhole = false
      offset += UInt64(frame.extent)
      return true
    }
    guard let found else {
      guard !isLast else {
        try finish(&audit, nil)
        return false
      }
      deliver(&audit)
      if offset < reader.end {
        isWhole = false
        audit.finding(
          .damaged, "the rest of a finished segment cannot be read", place(audit.next))
      }
      return false
    }
    deliver(&audit)
    isWhole = false
    let end = max(found.sequence, audit.next)
    audit.report.report(
      .init(
        .damaged, "records cannot be read", path: reader.path, offset: offset,
        sequences: audit.next..<end))
    audit.skip(to: end)
    offset = found.offset
    return true
  }

  private func place(_ sequence: UInt64) -> LogAudit.Place {
    LogAudit.Place(path: reader.path, offset: offset, sequence: sequence)
  }

  /// Hands the frames since the last commit to the audit.
  private mutating func deliver(_ audit: inout LogAudit) {
    for (frame, entry, offset) in open {
      let isPlausible = audit.isPlausible(durable: frame.syncedSequence)
      // Frames of one commit are written together.
      if !isPlausible || frame.syncedSequence != open.first?.header.syncedSequence {
        audit.finding(
          .inconsistent,
          "a frame says that \(frame.syncedSequence) records were durable, which cannot have been",
          LogAudit.Place(path: reader.path, offset: offset, sequence: audit.next))
      }
      audit.take(entry, path: reader.path, offset: offset)
      chain.append(entry.leaf)
    }
    if let last = open.last?.entry, last.kind == LogEntry.commitKind {
      place = LogPlace(
        offset: offset, sequence: audit.next, previous: last.leaf, time: audit.time)
    }
    open.removeAll(keepingCapacity: true)
  }

  private mutating func check(_ frame: FrameHeader, _ sequence: UInt64, _ audit: inout LogAudit) {
    guard frame.sequence != sequence else { return }
    audit.finding(
      .inconsistent, "a frame has sequence number \(frame.sequence)", place(sequence))
  }
}

extension SegmentAudit {
  private mutating func read() throws -> Reading {
    guard let start = try reader.load(offset, FrameHeader.byteCount) else { return .end }
    let frame: FrameHeader
    do {
      let bytes = unsafe reader.window.span.bytes.extracting(start..<start + FrameHeader.byteCount)
      guard let header = FrameHeader(bytes, seed: salt.seed) else {
        return bytes.isZero ? .unwritten : .badHeader
      }
      frame = header
    }
    guard frame.version == LogEntry.currentVersion, frame.flags & ~FrameHeader.erasedFlag == 0
    else {
      return .badBody(frame, "a frame has version \(frame.version) and flags \(frame.flags)")
    }
    let length = frame.extent - FrameHeader.byteCount
    guard let start = try reader.load(offset + UInt64(FrameHeader.byteCount), length) else {
      return .badBody(frame, "a record runs past the end of the file")
    }
    let bytes = unsafe reader.window.span.bytes.array(start..<start + length)
    let checksum = unsafe CRC32C.checksum(
      of: bytes.span.bytes.extracting(0..<Int(frame.length)), seed: salt.seed)
    guard checksum == frame.bodyChecksum else {
      return .badBody(frame, "a record does not have its checksum")
    }
    // Read as if the padding were payload, so that it is made readable along with it.
    var padded = frame
    padded.length = UInt32(length)
    let entry: LogEntry
    do throws(Frame.Malformed) {
      entry = try Frame.entry(padded, body: bytes, salt: salt)
    } catch {
      return .badBody(frame, error.reason)
    }
    let body = Int(frame.length) - FrameHeader.bodyPrefixByteCount - entry.header.count
    guard body >= 0 else {
      return .badBody(frame, "the hashed header is longer than the frame")
    }
    // Of an erased payload that has been seen to already.
    guard entry.payload.dropFirst(body).allSatisfy({ $0 == 0 }) else {
      return .badBody(frame, "the padding behind a record is not empty")
    }
    return .frame(
      frame,
      LogEntry(
        kind: entry.kind, version: entry.version, header: entry.header,
        payload: Array(entry.payload.prefix(body)), isErased: entry.isErased, leaf: entry.leaf))
  }

  /// The next place behind a damaged one where a frame begins; `nil` when there is none.
  private mutating func nextFrame(
    after start: UInt64, sequence: UInt64
  ) throws -> (offset: UInt64, sequence: UInt64)? {
    var candidate = start + 32
    while let index = try reader.load(candidate, FrameHeader.byteCount) {
      let bytes = unsafe reader.window.span.bytes.extracting(index..<index + FrameHeader.byteCount)
      // A frame takes at least 64 bytes, so a sequence number cannot be further ahead than that.
      if let frame = FrameHeader(bytes, seed: salt.seed), frame.sequence >= sequence,
        frame.sequence - sequence <= (candidate - start) / 64
      {
        return (candidate, frame.sequence)
      }
      candidate += 32
    }
    return nil
  }

  /// A reader that has nothing in its window.
  private var freshReader: SegmentReader {
    SegmentReader(
      fileSystem: reader.fileSystem, file: reader.file, path: reader.path, end: reader.end)
  }

  /// Ends the last segment: an unfinished commit is no damage.
  ///
  /// A writer may be at work; what only looks like damage while it writes is looked at again.
  /// `reason` is what is wrong with a frame whose own header is right.
  private mutating func finish(_ audit: inout LogAudit, _ reason: String?) throws {
    // What HEAD proves is compared like every other head.
    let mark = DurableMark(
      store: header.store, counter: 0, generation: 0, head: CommitChain().head)
    var damage: StorageError?
    for _ in 0..<3 {
      var scan = SegmentScan(header, reader: freshReader, place: place, state: nil)
      do {
        guard case .stopped(let stop) = try scan.next() else {
          // A commit that came just now; or one that only a closer look finds damaged.
          if let reason { audit.finding(.damaged, reason, place(audit.next + UInt64(open.count))) }
          return
        }
        let verdict = try TailJudgement.judge(&scan, stop, mark: mark, isRefresh: false)
        if case .torn(_, let writtenEnd) = verdict {
          audit.report.unfinishedByteCount += writtenEnd - place.offset
        }
        return
      } catch let error as StorageError
        where error.kind == .corrupt || error.kind == .unsupportedFormat
      {
        damage = error
      }
    }
    if let damage { audit.report.report(.init(.damaged, damage)) }
  }
}
