import Provenance

/// Reads the transactions of one segment in order, and checks everything that can be checked.
struct SegmentScan {
  let header: SegmentHeader
  let salt: SegmentSalt
  var reader: SegmentReader
  /// Where the scan stands: behind the last commit.
  var place: LogPlace
  /// Whether the tree and the segment's chain are computed along.
  let keepsTree: Bool
  var chain: CommitChain
  var segmentChain: SegmentChain
  /// The tree and the root that the last commit claims for it.
  private var claim: (tree: MerkleTree, root: SHA256Digest)?

  /// Why a scan found no further transaction.
  struct Stop {
    enum Reason {
      /// The file, or what is known to be committed, ends here.
      case end
      /// The header is zeros.
      case unwritten
      case damagedHeader
      case damagedBody(FrameHeader)
      case runsPastEnd(FrameHeader)
    }
    var reason: Reason
    var offset: UInt64
    /// The sequence number of the frame that should be here.
    var sequence: UInt64
  }

  enum Step {
    case transaction(LogTransaction, offsets: [UInt64])
    case stopped(Stop)
  }

  /// Starts behind a segment's header.
  init(_ header: SegmentHeader, reader: SegmentReader, keepsTree: Bool) {
    self.header = header
    self.reader = reader
    self.keepsTree = keepsTree
    salt = SegmentSalt(header.salt)
    place = LogPlace(header)
    chain = header.chain
    segmentChain = SegmentChain(header)
  }

  /// Goes on from an earlier scan or from an indexed place.
  init(
    _ header: SegmentHeader, reader: SegmentReader, place: LogPlace,
    state: (chain: CommitChain, segmentChain: SegmentChain)?
  ) {
    self.init(header, reader: reader, keepsTree: state != nil)
    self.place = place
    if let state {
      chain = state.chain
      segmentChain = state.segmentChain
    } else {
      chain.previous = place.previous
      chain.time = place.time
    }
  }

  /// The next transaction, or why there is none.
  ///
  /// Throws `corrupt` for whole frames that contradict each other and `unsupportedFormat` for
  /// those of a later version.
  mutating func next() throws -> Step {
    var entries: [LogEntry] = []
    var offsets: [UInt64] = []
    var offset = place.offset
    while true {
      let sequence = place.sequence + UInt64(entries.count)
      let frame: FrameHeader
      let entry: LogEntry
      switch try read(at: offset, sequence: sequence) {
      case .stopped(let reason):
        return .stopped(Stop(reason: reason, offset: offset, sequence: sequence))
      case .frame(let header, let content):
        (frame, entry) = (header, content)
      }
      offsets.append(offset)
      let end = offset + UInt64(frame.extent)
      if entry.kind == LogEntry.commitKind {
        let transaction = try commit(entries, entry, offset: offset, sequence: sequence)
        place = LogPlace(
          offset: end, sequence: sequence + 1, previous: entry.leaf, time: transaction.time)
        return .transaction(transaction, offsets: offsets)
      }
      entries.append(entry)
      guard entries.count <= LogLimits.batchEntryCount else {
        throw corrupt("a transaction has too many entries", offset, sequence)
      }
      offset = end
    }
  }

  /// Throws when the tree of the last commit does not have the root that it claims.
  func checkRoot() throws {
    guard let claim, claim.tree.root != claim.root else { return }
    throw corrupt(
      "the last commit's root is not that of the entries", place.offset, place.sequence)
  }

  func corrupt(_ message: String, _ offset: UInt64, _ sequence: UInt64) -> StorageError {
    StorageError(
      .corrupt, message, path: reader.path, offset: offset, sequences: sequence..<sequence + 1)
  }

  private enum Reading {
    case frame(FrameHeader, LogEntry)
    case stopped(Stop.Reason)
  }

  private mutating func read(at offset: UInt64, sequence: UInt64) throws -> Reading {
    guard let start = try reader.load(offset, FrameHeader.byteCount) else { return .stopped(.end) }
    let frame: FrameHeader
    do {
      let bytes = unsafe reader.window.span.bytes.extracting(start..<start + FrameHeader.byteCount)
      guard let header = FrameHeader(bytes, seed: salt.seed) else {
        return .stopped(bytes.isZero ? .unwritten : .damagedHeader)
      }
      frame = header
    }
    guard frame.version == LogEntry.currentVersion, frame.flags & ~FrameHeader.erasedFlag == 0
    else {
      throw StorageError(
        .unsupportedFormat,
        "a frame has version \(frame.version) and flags \(frame.flags), known is version "
          + "\(LogEntry.currentVersion)",
        path: reader.path, offset: offset, sequences: sequence..<sequence + 1)
    }
    guard frame.sequence == sequence, frame.syncedSequence <= sequence else {
      throw corrupt("a frame has sequence number \(frame.sequence)", offset, sequence)
    }
    let length = Int(frame.length)
    let bodyOffset = offset + UInt64(FrameHeader.byteCount)
    guard let body = try reader.load(bodyOffset, length) else {
      return .stopped(.runsPastEnd(frame))
    }
    let stored = unsafe reader.window.span.bytes.extracting(body..<body + length)
    guard CRC32C.checksum(of: stored, seed: salt.seed) == frame.bodyChecksum else {
      return .stopped(.damagedBody(frame))
    }
    do throws(Frame.Malformed) {
      return .frame(frame, try Frame.entry(frame, body: stored.array(0..<length), salt: salt))
    } catch {
      throw corrupt(error.reason, offset, sequence)
    }
  }

  /// Takes a commit into the chain.
  private mutating func commit(
    _ entries: [LogEntry], _ entry: LogEntry, offset: UInt64, sequence: UInt64
  ) throws -> LogTransaction {
    let record: CommitRecord
    do {
      record = try CommitRecord(decoding: entry.header)
    } catch var error as StorageError {
      (error.path, error.offset) = (reader.path, offset)
      throw error
    }
    if let misfit = chain.misfit(record, count: entries.count, treeSize: sequence) {
      throw corrupt("a commit does not fit: \(misfit)", offset, sequence)
    }
    if keepsTree {
      for entry in entries {
        chain.tree.append(entry.leaf)
        segmentChain.append(entry.leaf)
      }
      claim = (chain.tree, record.root)
      segmentChain.append(entry.leaf)
      chain.add(record, entry)
    } else {
      (chain.previous, chain.time) = (entry.leaf, record.time)
    }
    return LogTransaction(
      firstSequence: place.sequence, entries: entries, commit: entry, time: record.time,
      writer: record.writer)
  }
}

/// A place behind a commit from which a segment can be read.
struct LogPlace: Sendable, Hashable {
  var offset: UInt64
  var sequence: UInt64
  var previous: SHA256Digest?
  var time: CommitTime?

  init(offset: UInt64, sequence: UInt64, previous: SHA256Digest?, time: CommitTime?) {
    self.offset = offset
    self.sequence = sequence
    self.previous = previous
    self.time = time
  }

  /// The place behind a segment's header.
  init(_ header: SegmentHeader) {
    self.init(
      offset: UInt64(SegmentHeader.byteCount), sequence: header.firstSequence,
      previous: header.chain.previous, time: header.chain.time)
  }
}
