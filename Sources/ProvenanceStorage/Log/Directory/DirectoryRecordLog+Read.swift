extension DirectoryRecordLog {
  /// Reads committed transactions in order; see ``RecordLog/read(from:_:)``.
  ///
  /// Complexity: O(what is read), and up to a mebibyte before it.
  public func read(from sequence: UInt64, _ body: (LogTransaction) throws -> Bool) throws {
    try readFrames(from: sequence) { transaction, _, _ in try body(transaction) }
  }

  /// Reads committed transactions with the places of their frames.
  ///
  /// The body gets the transaction, the segment's path, and the offset of each frame in that file,
  /// the commit's last.
  package func readFrames(
    from sequence: UInt64,
    _ body: (LogTransaction, _ path: String, _ offsets: [UInt64]) throws -> Bool
  ) throws {
    try checkUsable()
    let log = published.withLock { $0 }
    guard sequence <= log.chain.tree.size else {
      throw StorageError(
        .invalidArgument,
        "sequence number \(sequence) is beyond the end of the log, \(log.chain.tree.size)",
        path: directory)
    }
    let fileSystem = files.fileSystem
    for segment in log.sealed + [log.tail] where segment.end.sequence > sequence {
      let goesOn = try fileSystem.withFile(segment.path, [.read, .noFollow]) { file in
        let reader = SegmentReader(
          fileSystem: fileSystem, file: file, path: segment.path, end: segment.end.offset)
        var scan = SegmentScan(
          segment.header, reader: reader, place: segment.start(for: sequence), state: nil)
        while scan.place.offset < segment.end.offset {
          guard case .transaction(let transaction, let offsets) = try scan.next() else {
            throw scan.corrupt(
              "a record that was committed is damaged", scan.place.offset, scan.place.sequence)
          }
          guard transaction.nextSequence > sequence else { continue }
          guard try body(transaction, segment.path, offsets) else { return false }
        }
        return true
      }
      guard goesOn else { return }
    }
  }
}
