/// Reads and checks the segments of a log when it is opened or refreshed.
struct LogLoader {
  let files: LogFiles
  let format: StoreFormat
  let options: DirectoryLogOptions
  /// Where to start, if what is before was read earlier.
  var resumption: LogResumption?

  private var fileSystem: any FileSystem { files.fileSystem }

  /// A log as it was found, and how it ends.
  struct Loaded {
    var log: LoadedLog
    var mark: DurableMark
    var verdict: TailJudgement.Verdict
    var tailFileSize: UInt64
    /// Whether it was read from the place that was to be resumed.
    var isResumed = false
  }

  /// Loads the log from the place to resume from; all of it where the place is not in this log.
  func loadResuming(isReading: Bool) throws -> Loaded {
    guard resumption != nil, options.verification == .sinceCheckpoint else {
      var whole = self
      whole.resumption = nil
      return try isReading
        ? Loaded(reading: whole.loadForReading()) : whole.load()
    }
    do {
      var loaded = try load(isReading: isReading)
      loaded.isResumed = true
      return loaded
    } catch let error as StorageError
      where error.kind == .corrupt || error.kind == .notFound || error.kind == .unexpectedEnd
    {
      var whole = self
      whole.resumption = nil
      return try whole.loadResuming(isReading: isReading)
    }
  }

  /// Loads for reading: what is torn at the end belongs to a writer that is at work, or will be
  /// cut off by the next one.
  func loadForReading(after known: LoadedLog? = nil) throws -> LoadedLog {
    // A writer may have come further between two of our looks at its files. Real damage stays.
    for start in [known, known] {
      do {
        return try load(after: start).log
      } catch let error as StorageError where error.kind == .corrupt || error.kind == .notFound {
        continue
      }
    }
    return try load(after: nil).log
  }

  /// Loads the log, from the last segment that is known on.
  func load(after known: LoadedLog? = nil, isReading: Bool = false) throws -> Loaded {
    // Before the segments: it is a lower bound on what must be found in them.
    let mark = try files.readMark(format.id)
    let names = try files.segments()
    let sealed = known?.sealed ?? []
    guard names.first == 0, names.count > sealed.count else {
      throw StorageError(.corrupt, "segments of the log are missing", path: files.log)
    }
    var loading = Loading(mark: mark, sealed: sealed, isRefresh: known != nil || isReading)
    if let resumption {
      loading.isProven =
        mark.treeSize == resumption.chain.tree.size && mark.root == resumption.chain.tree.root
    }
    for (number, first) in names.enumerated().dropFirst(sealed.count) {
      let next = number + 1 < names.count ? names[number + 1] : nil
      let resumed = number == sealed.count ? known : nil
      try load(first, number: number, next: next, resuming: resumed, &loading)
    }
    guard let log = loading.last else {
      throw StorageError(.corrupt, "the log has no segments", path: files.log)
    }
    guard loading.isProven else {
      throw StorageError(
        .corrupt, "nothing proves that the log continues the checkpoint", path: files.log)
    }
    return Loaded(
      log: log, mark: mark, verdict: loading.verdict, tailFileSize: loading.fileSize)
  }

  /// What is kept from one segment to the next.
  private struct Loading {
    var mark: DurableMark
    var sealed: [LoadedSegment]
    var isRefresh: Bool
    /// Whether what was read follows what is resumed.
    var isProven = true
    var nextHeader: SegmentHeader?
    var last: LoadedLog?
    var verdict = TailJudgement.Verdict.clean
    var fileSize: UInt64 = 0
  }

  private func load(
    _ first: UInt64, number: Int, next: UInt64?, resuming known: LoadedLog?,
    _ loading: inout Loading
  ) throws {
    let path = files.segment(first)
    try fileSystem.withFile(path, [.read, .noFollow]) { file in
      let status = try fileSystem.status(of: file)
      guard status.kind == .regular else {
        throw StorageError(.wrongFileKind, "a segment is not a regular file", path: path)
      }
      // The one before has had to read it already.
      let header = try loading.nextHeader ?? readHeader(file)
      loading.nextHeader = nil
      try checkLink(header, first: first, number: number, after: loading.sealed.last)
      var log = LoadedLog(
        sealed: loading.sealed, tail: LoadedSegment(header: header, path: path),
        chain: header.chain, segmentChain: SegmentChain(header))
      // An empty segment may have been replaced by a larger one since it was seen.
      if let known, known.tail.header == header { log = known }
      let isScanned =
        next == nil
        || options.verification != .tail && resumption.map { $0.segment <= number } ?? true
        || known != nil
      if let resumption, resumption.segment == number, known == nil {
        try resume(&log, resumption)
      }
      let start = log.tail.end.sequence
      if isScanned {
        let reader = SegmentReader(
          fileSystem: fileSystem, file: file, path: path, end: status.size)
        loading.verdict = try scan(&log, reader, loading, isLast: next == nil)
      }
      if let next {
        loading.nextHeader = try checkSealed(
          &log, size: status.size, next: next, isScanned: isScanned)
        loading.sealed.append(log.tail)
        if isScanned { loading.isProven = true }
      }
      if isScanned, log.tail.end.sequence > start { loading.isProven = true }
      loading.fileSize = status.size
      loading.last = log
    }
  }

  /// Goes to a place that was read before.
  private func resume(_ log: inout LoadedLog, _ resumption: LogResumption) throws {
    let header = log.tail.header
    guard resumption.place.sequence >= header.firstSequence,
      resumption.place.sequence == resumption.chain.tree.size,
      resumption.place.offset >= UInt64(SegmentHeader.byteCount)
    else {
      throw StorageError(.corrupt, "a checkpoint is of another log", path: log.tail.path)
    }
    log.chain = resumption.chain
    log.tail.end = resumption.place
    if resumption.place != log.tail.index[0] { log.tail.index.append(resumption.place) }
    if resumption.place.sequence > header.firstSequence {
      log.segmentChain = SegmentChain(
        unread: resumption.place.sequence - header.firstSequence)
    }
  }

  private func readHeader(_ file: OpenFile) throws -> SegmentHeader {
    let bytes = try fileSystem.read(file, at: 0, count: SegmentHeader.byteCount)
    return try SegmentHeader(decoding: bytes, store: format.id)
  }

  /// Scans the tail from where it is known, and judges the end when it is the last segment.
  private func scan(
    _ log: inout LoadedLog, _ reader: SegmentReader, _ loading: Loading, isLast: Bool
  ) throws -> TailJudgement.Verdict {
    let mark = loading.mark
    var scan = SegmentScan(
      log.tail.header, reader: reader, place: log.tail.end,
      state: (log.chain, log.segmentChain))
    while true {
      switch try scan.next() {
      case .transaction:
        log.tail.advance(to: scan.place)
        if scan.chain.tree.size == mark.treeSize, scan.chain.tree.root != mark.root {
          throw scan.corrupt(
            "the root over the records is not the one in HEAD", scan.place.offset,
            scan.place.sequence)
        }
      case .stopped(let stop):
        try scan.checkRoot()
        (log.chain, log.segmentChain) = (scan.chain, scan.segmentChain)
        guard isLast else {
          guard stop.offset == scan.reader.end, scan.place.offset == stop.offset else {
            throw scan.corrupt(
              "a record in a finished segment is damaged", stop.offset, stop.sequence)
          }
          return .clean
        }
        return try TailJudgement.judge(
          &scan, stop, mark: mark, isRefresh: loading.isRefresh)
      }
    }
  }
}

extension LogLoader {
  /// Checks that a segment follows the one before.
  private func checkLink(
    _ header: SegmentHeader, first: UInt64, number: Int, after previous: LoadedSegment?
  ) throws {
    func misfit(_ reason: String) -> StorageError {
      StorageError(
        .corrupt, "segments do not chain: \(reason)", path: files.segment(first),
        offset: 0, sequences: min(previous?.header.firstSequence ?? 0, first)..<first)
    }
    guard header.firstSequence == first else {
      throw misfit("the header says record \(header.firstSequence), the name \(first)")
    }
    guard header.number == UInt64(number) else {
      throw misfit("this is segment \(header.number), expected is \(number)")
    }
    guard let previous else { return }
    let (end, overflow) = previous.header.firstSequence.addingReportingOverflow(
      header.previousCount)
    guard !overflow, end == first else {
      throw misfit("the segment before should have \(header.previousCount) records")
    }
  }

  /// Checks a finished segment against what the next one says of it, and returns the next one's header.
  private func checkSealed(
    _ log: inout LoadedLog, size: UInt64, next: UInt64, isScanned: Bool
  ) throws -> SegmentHeader {
    let header = try fileSystem.withFile(files.segment(next), [.read, .noFollow]) {
      try readHeader($0)
    }
    let first = log.tail.header.firstSequence
    func misfit(_ reason: String) -> StorageError {
      StorageError(
        .corrupt, "a finished segment is damaged: \(reason)", path: log.tail.path,
        offset: min(size, header.previousLength), sequences: first..<max(next, first))
    }
    guard size == header.previousLength else {
      throw misfit("it has \(size) bytes, the next one says \(header.previousLength)")
    }
    guard isScanned else {
      log.tail.end = LogPlace(
        offset: header.previousLength, sequence: header.firstSequence,
        previous: header.chain.previous, time: header.chain.time)
      return header
    }
    guard log.tail.end.offset == size, log.chain == header.chain,
      log.segmentChain.count == header.previousCount,
      log.segmentChain.isPartial || log.segmentChain.hash == header.previousHash
    else { throw misfit("its records are not those that the next one follows") }
    return header
  }
}

extension LogLoader.Loaded {
  /// A log that is only read: how it ends is its writer's business.
  fileprivate init(reading log: LoadedLog) {
    self.init(
      log: log,
      mark: DurableMark(
        store: log.tail.header.store, counter: 0, generation: 0, head: log.chain.head),
      verdict: .clean, tailFileSize: log.tail.end.offset)
  }
}
