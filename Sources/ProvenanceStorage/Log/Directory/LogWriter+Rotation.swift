import Provenance

extension LogWriter {
  /// Finishes the tail segment and goes on in a new one that has room.
  ///
  /// The new one is made, zero-written and durable under another name first, so that a full disk
  /// shows here, before anything was changed. A tail without a single frame is replaced.
  mutating func rotate(for needed: Int, _ time: CommitTime) throws {
    try flush()
    try completeChain()
    let replaces = log.tail.end == LogPlace(log.tail.header)
    let header = nextHeader(replaces: replaces, time)
    let size = options.byteCount(ofSegment: header.number, holding: needed)
    let path = files.segment(header.firstSequence)
    let new = try preparedSegment(header, size) ?? makeSegment(header, at: path, size)
    // From here on a failure leaves two segments about, which only opening anew sorts out.
    hasWritten = true
    do {
      if !replaces { try seal() }
      try SegmentFile(fileSystem).publish(new.path, as: path, in: files.log)
    } catch {
      try? fileSystem.close(new.file)
      throw error
    }
    let old = file
    file = new.file
    salt = SegmentSalt(header.salt)
    capacity = new.byteCount
    position = UInt64(SegmentHeader.byteCount)
    syncedSequence = log.chain.tree.size
    if !replaces { log.sealed.append(log.tail) }
    log.tail = LoadedSegment(header: header, path: path)
    log.segmentChain = SegmentChain(header)
    try fileSystem.close(old)
    try writeMark(durably: true)
  }

  /// Reads the leaves of the tail that were not read when it was opened, so that its chain has a hash.
  private mutating func completeChain() throws {
    guard log.segmentChain.isPartial else { return }
    var chain = SegmentChain(log.tail.header)
    let reader = SegmentReader(
      fileSystem: fileSystem, file: file, path: log.tail.path, end: position)
    var scan = SegmentScan(log.tail.header, reader: reader, keepsTree: false)
    while scan.place.offset < position {
      guard case .transaction(let transaction, _) = try scan.next() else {
        throw scan.corrupt(
          "a record that was committed is damaged", scan.place.offset, scan.place.sequence)
      }
      for entry in transaction.entries { chain.append(entry.leaf) }
      chain.append(transaction.commit.leaf)
    }
    log.segmentChain = chain
  }

  private func makeSegment(
    _ header: SegmentHeader, at path: String, _ byteCount: UInt64
  ) throws -> SegmentFile.Unpublished {
    try SegmentFile(fileSystem).make(header, at: path, byteCount: byteCount)
  }

  /// The segment that was made ready meanwhile, with its header; `nil` if there is none, if making it
  /// failed, or if it is too small.
  private mutating func preparedSegment(
    _ header: SegmentHeader, _ byteCount: UInt64
  ) throws -> SegmentFile.Unpublished? {
    let next = preparation
    preparation = nil
    guard let ready = next?.wait() else { return nil }
    let segment = SegmentFile(fileSystem)
    guard ready.byteCount >= byteCount else {
      segment.discard(ready)
      return nil
    }
    do {
      try fileSystem.writeAll(ready.file, at: 0, header.encoded())
      try fileSystem.synchronize(ready.file, dataOnly: false)
    } catch {
      segment.discard(ready)
      throw fileSystem.naming(ready.path, error)
    }
    return ready
  }

  /// Has the next segment made ready, when half of the tail is written.
  mutating func prepareNext() {
    guard preparation == nil, position > capacity / 2 else { return }
    let size = options.byteCount(ofSegment: log.tail.header.number + 1, holding: 0)
    guard size >= SegmentPreparation.leastByteCount else { return }
    preparation = SegmentPreparation(
      SegmentFile(fileSystem), at: files.log + "/next" + fileSystem.temporarySuffix,
      byteCount: size)
  }

  /// The header of the segment after the tail, or of the one that takes its place.
  func nextHeader(replaces: Bool, _ time: CommitTime) -> SegmentHeader {
    var header = log.tail.header
    if !replaces {
      header.number += 1
      header.previousLength = position
      header.previousCount = log.segmentChain.count
      header.previousHash = log.segmentChain.hash
      header.chain = log.chain
    }
    header.salt = options.makeSalt()
    header.created = time
    return header
  }

  /// Cuts the tail to what is committed, durably.
  func seal() throws {
    do {
      try fileSystem.truncate(file, to: position)
      try fileSystem.synchronize(file, dataOnly: false)
    } catch { throw fileSystem.naming(log.tail.path, error) }
  }
}
