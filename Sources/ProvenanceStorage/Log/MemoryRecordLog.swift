/// A record log in memory: the twin of ``DirectoryRecordLog``, for tests and for short lives.
///
/// It keeps every duty of ``RecordLog`` except that nothing survives the process.
public final class MemoryRecordLog: RecordLog {
  private struct State {
    var chain = CommitChain()
    var transactions: [LogTransaction] = []
    var isClosed = false
  }

  private let state = Lock(State())
  /// The log's own id.
  public let id: UniqueID
  private let writer: UniqueID

  /// Makes an empty log.
  ///
  /// - Parameters:
  ///   - id: The log's own id; a random one by default.
  ///   - writer: The id that its commits carry; a random one by default.
  public init(id: UniqueID = .random(), writer: UniqueID = .random()) {
    self.id = id
    self.writer = writer
  }

  /// The state after the last commit.
  public var head: LogHead { state.withLock { $0.chain.head } }

  /// Appends batches, all or none; see ``RecordLog/append(_:)``.
  public func append(_ batches: [LogBatch]) throws -> [LogCommit] {
    for batch in batches { try batch.validate() }
    return try state.withLock { state in
      guard !state.isClosed else { throw StorageError(.closed, "the log was closed") }
      return batches.map { batch in
        guard !batch.entries.isEmpty else { return state.chain.emptyCommit(batch) }
        let (commit, entry) = state.chain.append(batch, writer: writer)
        state.transactions.append(
          LogTransaction(
            firstSequence: commit.sequences.lowerBound, entries: batch.entries, commit: entry,
            time: commit.time, writer: writer))
        return commit
      }
    }
  }

  /// Reads committed transactions in order; see ``RecordLog/read(from:_:)``.
  public func read(from sequence: UInt64, _ body: (LogTransaction) throws -> Bool) throws {
    let (transactions, end) = try state.withLock { state in
      guard !state.isClosed else { throw StorageError(.closed, "the log was closed") }
      return (state.transactions, state.chain.tree.size)
    }
    guard sequence <= end else {
      throw StorageError(
        .invalidArgument, "sequence number \(sequence) is beyond the end of the log, \(end)")
    }
    // The first transaction that ends behind the sequence number.
    var low = 0
    var high = transactions.count
    while low < high {
      let middle = (low + high) / 2
      if transactions[middle].nextSequence <= sequence { low = middle + 1 } else { high = middle }
    }
    for transaction in transactions[low...] {
      guard try body(transaction) else { return }
    }
  }

  /// Replaces entries, and returns how many.
  func edit(_ change: (LogEntry) -> LogEntry?) throws -> Int {
    try state.withLock { state in
      guard !state.isClosed else { throw StorageError(.closed, "the log was closed") }
      var count = 0
      for number in state.transactions.indices {
        for index in state.transactions[number].entries.indices {
          guard let changed = change(state.transactions[number].entries[index]) else { continue }
          state.transactions[number].entries[index] = changed
          count += 1
        }
      }
      return count
    }
  }

  /// Closes the log; what it held is gone with the last reference.
  public func close() throws { state.withLock { $0.isClosed = true } }
}
