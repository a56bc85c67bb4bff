/// The record log on disk: one directory, one writer, any number of readers in any process.
///
/// A commit that was acknowledged survives power loss, and one that was not leaves nothing behind.
/// What opening cuts off an unfinished end is in ``recovery``; damage in what was acknowledged is an
/// error, and nothing is skipped. A log cut off exactly behind a commit is noticed only while HEAD
/// or a later commit proves that more was there: keep a root elsewhere where that matters.
///
/// Calls block; they belong on a thread of their own and not on the cooperative pool. After a
/// failed write or sync the log takes nothing more until it is opened anew.
public final class DirectoryRecordLog: RecordLog {
  /// What a log is opened for.
  public enum Mode: Sendable, Hashable {
    /// Reading: no lock, no repair; ``DirectoryRecordLog/refresh()`` shows later commits.
    case read
    /// Writing, as the only one.
    case write
  }

  let files: LogFiles
  let options: DirectoryLogOptions
  let format: StoreFormat
  /// What the log was opened for.
  public let mode: Mode
  /// What opening cut off the end of the log; `nil` when there was nothing.
  public let recovery: RecoveryReport?
  /// Whether the log was opened from a place that was read before.
  package let isResumed: Bool
  let generationNow: Lock<UInt64>

  /// What readers see; never locked while the disk is waited for.
  let published: Lock<LoadedLog>
  let isClosed = Lock(false)
  /// What the writer keeps; locked for the whole of a commit.
  let writer: Lock<LogWriter?>
  /// The process that opened the log: after a fork, the child must not write.
  let owner: Int32

  init(
    files: LogFiles, options: DirectoryLogOptions, format: StoreFormat, loaded: LoadedLog,
    writer: LogWriter?, recovery: RecoveryReport?, isResumed: Bool = false,
    generation: UInt64 = 0
  ) {
    self.isResumed = isResumed
    generationNow = Lock(generation)
    self.files = files
    self.options = options
    self.format = format
    mode = writer == nil ? .read : .write
    self.recovery = recovery
    published = Lock(loaded)
    self.writer = Lock(writer)
    owner = files.fileSystem.processIdentity.processID
  }

  deinit { try? close() }

  /// The store's id.
  public var id: UniqueID { format.id }

  /// The store's directory.
  public var directory: String { files.directory }

  /// The state after the last commit that this value knows of.
  public var head: LogHead { published.withLock { $0.chain.head } }

  /// Whether a place is in this log, all of which was read: behind a commit, with the same root.
  func continues(_ resumption: LogResumption) -> Bool {
    let size = resumption.chain.tree.size
    guard size <= head.treeSize else { return false }
    if size == 0 { return true }
    var tree = MerkleTree()
    var isFound = false
    do {
      try read(from: 0) { transaction in
        for entry in transaction.entries { tree.append(entry.leaf) }
        tree.append(transaction.commit.leaf)
        if tree.size == size { isFound = tree == resumption.chain.tree }
        return tree.size < size
      }
    } catch { return false }
    return isFound
  }

  /// How often payloads have been erased, as far as this value knows.
  package var generation: UInt64 { generationNow.withLock { $0 } }

  /// The place behind the last commit.
  package var resumption: LogResumption { published.withLock { $0.resumption } }

  func checkUsable() throws {
    guard !isClosed.withLock({ $0 }) else { throw StorageError(.closed, "the log was closed") }
    guard files.fileSystem.processIdentity.processID == owner else {
      throw StorageError(
        .closed, "the log was opened before a fork; a child process opens it anew",
        path: directory)
    }
  }
}

extension DirectoryRecordLog {
  /// Gives back files and the lock; see ``RecordLog/close()``.
  public func close() throws {
    let wasClosed = isClosed.withLock { isClosed in
      defer { isClosed = true }
      return isClosed
    }
    guard !wasClosed else { return }
    let isOwner = files.fileSystem.processIdentity.processID == owner
    try writer.withLock { writer in
      guard var current = writer else { return }
      writer = nil
      // Closing the child's copies after a fork leaves the parent's lock in force.
      try current.close(marking: isOwner)
    }
  }

  /// Brings a log that was opened for reading up to date.
  ///
  /// Complexity: O(what was added). For a log that was opened for writing it does nothing.
  ///
  /// - Returns: The state after the last commit.
  /// - Throws: `corrupt` when what was added is damaged, `closed`.
  @discardableResult
  public func refresh() throws -> LogHead {
    try checkUsable()
    guard mode == .read else { return head }
    let known = published.withLock { $0 }
    let generation = try files.readMark(format.id).generation
    let loaded = try LogLoader(files: files, format: format, options: options).loadForReading(
      after: known)
    return published.withLock { current in
      // Another thread may have come further meanwhile.
      if loaded.chain.tree.size >= current.chain.tree.size { current = loaded }
      generationNow.withLock { $0 = max($0, generation) }
      return current.chain.head
    }
  }
}
