/// The writer's end of a log: the tail segment, HEAD and the lock, all open.
struct LogWriter {
  let files: LogFiles
  let options: DirectoryLogOptions
  let store: UniqueID
  let writerID: UniqueID
  let lockFile: OpenFile
  let headFile: OpenFile
  /// What is on disk, as far as it was written; published when it is durable.
  var log: LoadedLog
  var mark: DurableMark

  /// The tail segment.
  var file: OpenFile
  var salt: SegmentSalt
  /// The size of the tail's file: what is preallocated and zero-written.
  var capacity: UInt64
  /// Where the buffer goes.
  var position: UInt64
  /// Frames that are encoded and not written.
  var buffer: [UInt8] = []
  /// Every entry before this is durable.
  var syncedSequence: UInt64
  var groupsSinceMark = 0
  /// Whether the newest mark is on the device, as it is after opening.
  var isMarkDurable = true
  /// The next segment, in the making.
  var preparation: SegmentPreparation?
  /// Whether something of the current call is written, or on its way.
  var hasWritten = false
  /// What made the log unusable.
  var poison: StorageError?

  var fileSystem: any FileSystem { files.fileSystem }

  static let bufferByteCount = 4 << 20
}

extension LogWriter {
  /// Encodes a batch behind what was appended so far, and returns its commit.
  mutating func append(_ batch: LogBatch) throws -> LogCommit {
    guard !batch.entries.isEmpty else { return log.chain.emptyCommit(batch) }
    let needed = batch.entries.reduce(Frame.commitExtentBound) { $0 + Frame.extent(of: $1) }
    if position + UInt64(buffer.count + needed) > capacity { try rotate(for: needed, batch.time) }
    let first = log.chain.tree.size
    let (commit, commitEntry) = log.chain.append(batch, writer: writerID)
    for (offset, entry) in batch.entries.enumerated() {
      try put(entry, sequence: first + UInt64(offset))
    }
    try put(commitEntry, sequence: commit.sequences.upperBound)
    log.tail.advance(
      to: LogPlace(
        offset: position + UInt64(buffer.count), sequence: commit.treeSize,
        previous: commitEntry.leaf, time: commit.time))
    return commit
  }

  private mutating func put(_ entry: LogEntry, sequence: UInt64) throws {
    hasWritten = true
    Frame.append(
      entry, sequence: sequence, syncedSequence: syncedSequence, salt: salt, to: &buffer)
    log.segmentChain.append(entry.leaf)
    if buffer.count >= Self.bufferByteCount { try flush() }
  }

  /// Writes the buffer.
  mutating func flush() throws {
    guard !buffer.isEmpty else { return }
    do {
      try fileSystem.writeAll(file, at: position, buffer)
    } catch { throw fileSystem.naming(log.tail.path, error) }
    position += UInt64(buffer.count)
    buffer.removeAll(keepingCapacity: true)
  }

  /// Makes what was appended durable.
  mutating func commit() throws {
    try flush()
    do {
      // The blocks are allocated and written already, so the data is all there is to sync.
      try fileSystem.synchronize(file, dataOnly: true)
    } catch { throw fileSystem.naming(log.tail.path, error) }
    syncedSequence = log.chain.tree.size
    groupsSinceMark += 1
    prepareNext()
  }

  /// Writes to HEAD that everything so far is durable.
  ///
  /// The slot that is known to be on the device is left alone: power that fails while both slots are
  /// on their way could take both.
  mutating func writeMark(durably: Bool) throws {
    mark = DurableMark(
      store: store, counter: mark.counter + (isMarkDurable ? 1 : 2), generation: mark.generation,
      head: log.chain.head)
    isMarkDurable = false
    do {
      try fileSystem.writeAll(headFile, at: mark.offset, mark.encoded())
      if durably {
        try fileSystem.synchronize(headFile, dataOnly: true)
        isMarkDurable = true
      }
    } catch { throw fileSystem.naming(files.head, error) }
    groupsSinceMark = 0
  }

  /// Closes everything; the first error is thrown at the end.
  mutating func close(marking: Bool) throws {
    var failure: (any Error)?
    if marking, poison == nil {
      do { try writeMark(durably: true) } catch { failure = error }
    }
    // After a fork, the child has neither the thread nor a say in what it makes.
    if marking, let next = preparation?.wait() { SegmentFile(fileSystem).discard(next) }
    preparation = nil
    // The lock last: the next writer must find the files in order.
    for (file, path) in [(file, log.tail.path), (headFile, files.head)] {
      do { try fileSystem.close(file) } catch {
        failure = failure ?? fileSystem.naming(path, error)
      }
    }
    do {
      // After a fork, the child must leave the parent's lock in force.
      if marking {
        try StoreLock(files: files).release(lockFile)
      } else {
        try fileSystem.close(lockFile)
      }
    } catch { failure = failure ?? fileSystem.naming(files.lock, error) }
    if let failure { throw failure }
  }
}
