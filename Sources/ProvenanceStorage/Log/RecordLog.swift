/// An ordered log of entries that only grows: the one durable truth of a store.
///
/// Each batch is atomic, and ends in a commit entry that the log writes itself. All entries, the
/// commits included, are numbered from 0 without a gap, and are the leaves of one RFC 6962 Merkle
/// tree. Implementations are checked by `RecordLogConformance` in ProvenanceTestKit.
/// ``MemoryRecordLog`` is the twin for tests; ``DirectoryRecordLog`` is the one on disk.
public protocol RecordLog: Sendable {
  /// The log's own id: roots belong to one log and do not merge.
  var id: UniqueID { get }

  /// The state after the last commit that this value knows of.
  ///
  /// It never goes back. A batch whose outcome is unknown is not in it.
  var head: LogHead { get }

  /// Appends batches in order, each atomically, and returns when all are durable.
  ///
  /// One synchronisation serves them all: whoever gathers the batches of several callers into one
  /// call commits as a group. A batch without entries writes nothing and gets a commit with no
  /// sequence numbers. Calls from several threads are put in some order.
  ///
  /// - Parameter batches: The batches; limits are those of ``LogLimits``.
  /// - Returns: One commit a batch, in the same order.
  /// - Throws: `limitExceeded` or `invalidArgument` before anything is written; `closed`;
  ///   `readOnlyFileSystem` for a log that was opened for reading; `noSpace` before anything is
  ///   written; `outcomeUnknown` when writing or synchronising failed, after which every call
  ///   fails until the log is opened anew. Appending the same entries again then is for the layer
  ///   above to make harmless.
  func append(_ batches: [LogBatch]) throws -> [LogCommit]

  /// Reads committed transactions in order.
  ///
  /// Starts with the transaction that holds the sequence number, whole, and ends with the last one
  /// that was committed when the call began. The body runs without any lock held, and may append.
  ///
  /// - Parameters:
  ///   - sequence: Where to start; the next sequence number reads nothing.
  ///   - body: Gets each transaction, and returns whether to go on.
  /// - Throws: `invalidArgument` for a sequence number beyond the end, `corrupt` when what was
  ///   written is not there, `closed`, and what the body throws.
  func read(from sequence: UInt64, _ body: (LogTransaction) throws -> Bool) throws

  /// Gives back files and locks; the log cannot be used afterwards. A second call does nothing.
  ///
  /// - Throws: Whatever kept the log from being closed in order; it is closed all the same, and
  ///   nothing that was acknowledged is lost.
  func close() throws
}

/// What a log accepts; checked before anything is allocated or written.
public enum LogLimits {
  /// The most bytes of one entry, header and payload together: 16 MiB.
  public static var entryByteCount: Int { 16 << 20 }
  /// The most entries of one batch: 2^20.
  public static var batchEntryCount: Int { 1 << 20 }
  /// The most bytes of one batch: 1 GiB.
  public static var batchByteCount: Int { 1 << 30 }
}
