extension LogBatch {
  /// Throws when a log must refuse the batch.
  func validate() throws {
    guard entries.count <= LogLimits.batchEntryCount else {
      throw StorageError(
        .limitExceeded,
        "a batch has \(entries.count) entries, allowed are \(LogLimits.batchEntryCount)")
    }
    var total = 0
    for (position, entry) in entries.enumerated() {
      let size = entry.header.count + entry.payload.count
      guard size <= LogLimits.entryByteCount else {
        throw StorageError(
          .limitExceeded,
          "entry \(position) has \(size) bytes, allowed are \(LogLimits.entryByteCount)")
      }
      guard entry.kind != LogEntry.commitKind else {
        throw StorageError(
          .invalidArgument, "entry \(position) has kind 255, which is the log's own")
      }
      guard entry.version == LogEntry.currentVersion else {
        throw StorageError(
          .invalidArgument,
          "entry \(position) has framing version \(entry.version), this version writes "
            + "\(LogEntry.currentVersion)")
      }
      total += size
    }
    guard total <= LogLimits.batchByteCount else {
      throw StorageError(
        .limitExceeded, "a batch has \(total) bytes, allowed are \(LogLimits.batchByteCount)")
    }
  }
}
