public import Provenance

extension DirectoryRecordLog: ErasableRecordLog {
  /// Notes durably what is going to be erased; see ``ErasableRecordLog/prepareErasure(of:)``.
  public func prepareErasure(of leaves: [SHA256Digest]) throws {
    try checkUsable()
    let earlier = try files.readErasure()?.targets ?? []
    let targets = Set(leaves.map(RecordID.init(digest:))).union(earlier).sorted()
    guard targets.count <= ErasureIntent.targetLimit else {
      throw StorageError(
        .limitExceeded,
        "\(targets.count) payloads are to be erased at once, allowed are "
          + "\(ErasureIntent.targetLimit)")
    }
    try files.writeErasure(ErasureIntent(targets: targets))
  }

  /// Removes payloads from every segment and from what recovery cut off; see
  /// ``ErasableRecordLog/erase(_:)``.
  ///
  /// Each segment is written anew beside the old one and swapped with it. HEAD gets another generation
  /// first, by which readers learn that what they hold is not to be used any more.
  @discardableResult
  public func erase(_ leaves: Set<SHA256Digest>) throws -> Int {
    try checkUsable()
    return try writer.withLock { writer in
      guard var current = writer else {
        throw StorageError(
          .readOnlyFileSystem, "the log was opened for reading", path: directory)
      }
      writer = nil
      defer { writer = current }
      if let poison = current.poison {
        throw StorageError(
          .closed, "the log takes nothing more since a write failed (\(poison)); open it anew",
          path: directory)
      }
      do {
        let count = try current.erase(leaves)
        let log = current.log
        published.withLock { $0 = log }
        generationNow.withLock { $0 = current.mark.generation }
        return count
      } catch {
        // Whether the tail is the old one or the new one is for a fresh look to tell.
        if current.hasWritten {
          current.poison = error as? StorageError ?? StorageError(.io, "\(error)")
        }
        throw error
      }
    }
  }

  /// What an earlier process began to erase, and did not finish.
  package func unfinishedErasure() throws -> [RecordID] {
    try files.readErasure()?.targets ?? []
  }

  /// Notes that nothing is left to be erased.
  package func endErasure() throws { try files.removeErasure() }
}

extension LogWriter {
  mutating func erase(_ leaves: Set<SHA256Digest>) throws -> Int {
    hasWritten = false
    let rewriter = SegmentRewriter(files: files, leaves: leaves)
    // Sealed first, so that no file that is rewritten is being written to.
    if try rewriter.holds(log.tail) {
      try rotate(for: 0, log.chain.time ?? log.tail.header.created)
    }
    mark.generation += 1
    hasWritten = true
    try writeMark(durably: true)
    var count = 0
    for segment in log.sealed { count += try rewriter.rewrite(segment) }
    try rewriter.rewriteQuarantine(log.sealed + [log.tail])
    hasWritten = false
    return count
  }
}
