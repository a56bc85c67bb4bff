import Provenance

/// Reads the log of a directory for an audit: HEAD, and every segment in order.
struct DirectoryAudit {
  let files: LogFiles
  let format: StoreFormat
  /// Where to end in a store that is open; its writer goes on meanwhile.
  let limit: UInt64?
  let task: VerificationTask

  /// A segment that was read, for the next one to be compared with.
  private struct Finished {
    var path: String
    var size: UInt64
    var chain: SegmentChain
    var isWhole: Bool
    var end: UInt64
  }

  private var fileSystem: any FileSystem { files.fileSystem }

  init(files: LogFiles, format: StoreFormat, limit: UInt64?, task: VerificationTask) {
    self.files = files
    self.format = format
    self.limit = limit
    self.task = task
  }
}

extension DirectoryAudit {
  /// Reads the log into the audit; throws only what keeps the directory from being read at all.
  func run(_ audit: inout LogAudit) throws {
    // Before the segments: it is a lower bound on what must be found in them.
    do {
      let mark = try files.readMark(format.id)
      // In a store that is open, the writer may have come further than what is looked at.
      if mark.treeSize <= limit ?? .max {
        audit.add(
          .init(
            head: TreeHead(size: mark.treeSize, root: mark.root), source: "HEAD", isGiven: false))
      }
    } catch let error as StorageError {
      var finding = StoreVerification.Finding(.damaged, error)
      finding.path = finding.path ?? files.head
      audit.report.report(finding)
    }
    let names = try files.segments()
    if names.isEmpty {
      audit.report.report(.init(.damaged, "the log has no segments", path: files.log))
    }
    let sizes = names.map {
      (try? fileSystem.status(at: files.segment($0), followingLinks: false).size) ?? 0
    }
    let total = sizes.reduce(0) { $0 &+ $1 }
    var previous: Finished?
    for (number, first) in names.enumerated() {
      if let limit, audit.next >= limit, number > 0 { break }
      let done = audit.report.fileByteCount
      let next = number + 1 < names.count ? names[number + 1] : nil
      do {
        previous = try read(first, number, next: next, after: previous, &audit) { offset in
          try task.advance(.log, to: done + offset, of: total)
        }
      } catch let error as StorageError {
        // One segment that cannot be read does not keep the others from being.
        var finding = StoreVerification.Finding(.damaged, error)
        finding.path = finding.path ?? files.segment(first)
        finding.sequences = finding.sequences ?? first..<max(next ?? first, first)
        audit.report.report(finding)
        audit.skip(to: next ?? audit.next)
        previous = nil
      }
    }
    try task.advance(.log, to: audit.report.fileByteCount, of: total)
  }

  private func read(
    _ first: UInt64, _ number: Int, next: UInt64?, after previous: Finished?,
    _ audit: inout LogAudit, advance: (UInt64) throws -> Void
  ) throws -> Finished {
    let path = files.segment(first)
    return try fileSystem.withFile(path, [.read, .noFollow]) { file in
      let status = try fileSystem.status(of: file)
      guard status.kind == .regular else {
        throw StorageError(.wrongFileKind, "a segment is not a regular file", path: path)
      }
      audit.report.segmentCount += 1
      let header = try SegmentHeader(
        decoding: try fileSystem.read(file, at: 0, count: SegmentHeader.byteCount),
        store: format.id)
      compare(header, path, first, number, with: previous, &audit)
      let reader = SegmentReader(
        fileSystem: fileSystem, file: file, path: path, end: status.size)
      var segment = SegmentAudit(header, reader: reader, isLast: next == nil, limit: limit)
      try segment.run(&audit, advance: advance)
      audit.report.fileByteCount += status.size
      return Finished(
        path: path, size: status.size, chain: segment.chain, isWhole: segment.isWhole,
        end: segment.offset)
    }
  }

  /// Compares what a segment's header says of the log before it with what was read.
  private func compare(
    _ header: SegmentHeader, _ path: String, _ first: UInt64, _ number: Int,
    with previous: Finished?, _ audit: inout LogAudit
  ) {
    func misfit(_ reason: String, at offset: UInt64) {
      let start = min(audit.next, first)
      audit.report.report(
        .init(
          .inconsistent, "segments do not chain: \(reason)", path: path, offset: offset,
          sequences: start..<max(audit.next, first)))
    }
    if header.number != UInt64(number) {
      misfit("this is segment \(header.number), expected is \(number)", at: 32)
    }
    if header.firstSequence != first {
      misfit("the header says record \(header.firstSequence), the name \(first)", at: 40)
    }
    if let previous {
      // Behind damage the numbers cannot be right, and the damage is named already.
      if previous.size != header.previousLength || previous.isWhole && previous.end != previous.size
      {
        misfit(
          "the segment before has \(previous.size) bytes, this one says \(header.previousLength)",
          at: 48)
      }
      if previous.isWhole, previous.chain.count != header.previousCount {
        misfit(
          "the segment before has \(previous.chain.count) records, this one says "
            + "\(header.previousCount)", at: 56)
      }
      if previous.isWhole, previous.chain.hash != header.previousHash {
        misfit("the records of the segment before are not those that this one follows", at: 64)
      }
    } else if number == 0, header.previousLength != 0 || header.previousCount != 0 {
      misfit("the first segment follows another", at: 48)
    }
    if header.firstSequence > audit.next {
      misfit("records are missing before it", at: 40)
      audit.skip(to: header.firstSequence)
    }
    guard let tree = audit.tree else {
      if header.firstSequence == audit.next { audit.restart(from: header.chain) }
      return
    }
    if tree != header.chain.tree { misfit("the tree before it is another one", at: 176) }
    if audit.knowsPrevious, audit.previous != header.chain.previous {
      misfit("the commit before it is another one", at: 128)
    }
    if audit.knowsPrevious, audit.time != header.chain.time {
      misfit("the time of the commit before it is another one", at: 160)
    }
  }
}
