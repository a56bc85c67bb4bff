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
    let new = try SegmentFile(fileSystem).make(header, at: path, byteCount: size)
    // From here on a failure leaves two segments about, which only opening anew sorts out.
    hasWritten = true
    do {
      if !replaces { try seal() }
      try SegmentFile(fileSystem).publish(path, in: files.log)
    } catch {
      try? fileSystem.close(new)
      throw error
    }
    let old = file
    file = new
    salt = SegmentSalt(header.salt)
    capacity = size
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

/// Makes segment files.
struct SegmentFile {
  let fileSystem: any FileSystem

  init(_ fileSystem: any FileSystem) { self.fileSystem = fileSystem }

  func temporary(_ path: String) -> String { path + fileSystem.temporarySuffix }

  /// Makes a segment with nothing but its header, durable under its temporary name.
  ///
  /// Nothing is left behind when it fails.
  func make(_ header: SegmentHeader, at path: String, byteCount: UInt64) throws -> OpenFile {
    let temporary = temporary(path)
    if try fileSystem.statusIfPresent(temporary) != nil { try fileSystem.unlink(temporary) }
    let file = try fileSystem.open(
      temporary, [.read, .write, .create, .exclusive, .noFollow], permissions: 0o644)
    do {
      try reserve(file, byteCount)
      // Written zeros, not only reserved ones: otherwise the first write of a block changes the
      // file's layout, and syncing the data alone would not be enough.
      var offset: UInt64 = 0
      var bytes = header.encoded()
      let zeros = [UInt8](repeating: 0, count: 1 << 20)
      while offset < byteCount {
        try fileSystem.writeAll(file, at: offset, bytes)
        offset += UInt64(bytes.count)
        bytes = Array(zeros.prefix(Int(min(UInt64(zeros.count), byteCount - offset))))
      }
      try fileSystem.synchronize(file, dataOnly: false)
    } catch {
      try? fileSystem.close(file)
      try? fileSystem.unlink(temporary)
      throw fileSystem.naming(temporary, error)
    }
    return file
  }

  private func reserve(_ file: OpenFile, _ byteCount: UInt64) throws {
    do {
      try fileSystem.preallocate(file, at: 0, length: byteCount)
    } catch let error as StorageError
      where error.kind == .unsupportedFileSystem || error.kind == .invalidArgument
    {
      // Writing the zeros reserves the space as well, in smaller pieces.
    }
  }

  /// Gives a segment its name, durably.
  func publish(_ path: String, in directory: String) throws {
    try fileSystem.rename(temporary(path), to: path)
    try fileSystem.syncDirectory(directory)
  }
}
