extension DirectoryRecordLog {
  /// Appends batches with one sync for all; see ``RecordLog/append(_:)``.
  ///
  /// Complexity: O(bytes), and one wait for the device; where a segment is full, several.
  public func append(_ batches: [LogBatch]) throws -> [LogCommit] {
    for batch in batches { try batch.validate() }
    try checkUsable()
    return try writer.withLock { writer in
      guard writer != nil else {
        // Closed by another thread since the check above, or never open for writing.
        try checkUsable()
        throw StorageError(
          .readOnlyFileSystem, "the log was opened for reading", path: directory)
      }
      // In its place, since it is large, and most of what it holds is counted.
      return try appendInOrder(batches, to: &writer!)
    }
  }

  private func appendInOrder(
    _ batches: [LogBatch], to writer: inout LogWriter
  ) throws -> [LogCommit] {
    if let poison = writer.poison {
      throw StorageError(
        .closed, "the log takes nothing more since a write failed (\(poison)); open it anew",
        path: directory)
    }
    guard batches.contains(where: { !$0.entries.isEmpty }) else {
      return batches.map { writer.log.chain.emptyCommit($0) }
    }
    return try append(batches, to: &writer)
  }

  private func append(_ batches: [LogBatch], to writer: inout LogWriter) throws -> [LogCommit] {
    let before = writer.log.chain.tree.size
    writer.hasWritten = false
    let commits: [LogCommit]
    do {
      commits = try batches.map { try writer.append($0) }
      try writer.commit()
    } catch {
      // A full disk shows before anything is written, and then the log is as it was.
      guard writer.hasWritten else { throw error }
      throw poison(&writer, error, since: before)
    }
    published.withLock { $0 = writer.log }
    if writer.groupsSinceMark >= options.headInterval {
      // The commits are durable whatever becomes of HEAD; only going on would be wrong.
      do { try writer.writeMark(durably: false) } catch {
        _ = poison(&writer, error, since: writer.log.chain.tree.size)
      }
    }
    return commits
  }

  private func poison(
    _ writer: inout LogWriter, _ error: any Error, since sequence: UInt64
  ) -> StorageError {
    let cause = error as? StorageError ?? StorageError(.io, "\(error)")
    writer.poison = cause
    let end = max(sequence, writer.log.chain.tree.size)
    return StorageError(
      .outcomeUnknown,
      "writing failed, and only opening the log anew tells what is durable (\(cause))",
      path: cause.path ?? directory, offset: cause.offset, sequences: sequence..<end,
      errno: cause.errno)
  }
}
