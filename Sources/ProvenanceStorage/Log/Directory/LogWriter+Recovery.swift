extension LogWriter {
  /// Cuts off a torn tail, keeps a copy of it, and goes on in a new segment.
  ///
  /// Never in the same one: a new salt makes sure that nothing of the torn tail can be taken for a
  /// record again. A crash in here leaves a log that is recovered the same way.
  mutating func recover(_ reason: String, writtenEnd: UInt64) throws -> RecoveryReport {
    let segment = log.tail
    let copy = try quarantine(segment, writtenEnd: writtenEnd)
    let report = RecoveryReport(
      segment: segment.path, offset: position, byteCount: writtenEnd - position,
      firstSequence: segment.end.sequence, reason: reason, quarantineFile: copy)
    // Nothing is appended at this moment, so that the time of the last commit is the best known.
    try rotate(for: 0, segment.end.time ?? segment.header.created)
    return report
  }

  /// Copies what follows the last commit, durably, and returns the copy's path.
  private func quarantine(_ segment: LoadedSegment, writtenEnd: UInt64) throws -> String {
    try fileSystem.ensureDirectory(files.quarantine)
    let name = LogFiles.segmentName(segment.header.firstSequence).dropLast(4)
    let base = "\(files.quarantine)/\(name)-\(position)"
    var path = base + ".tail"
    var number = 1
    while try fileSystem.statusIfPresent(path) != nil {
      path = "\(base)-\(number).tail"
      number += 1
    }
    try fileSystem.withFile(path, [.write, .create, .exclusive, .noFollow]) { copy in
      var offset = position
      while offset < writtenEnd {
        let count = Int(min(writtenEnd - offset, 1 << 20))
        let bytes = try fileSystem.readExactly(file, at: offset, count: count)
        try fileSystem.writeAll(copy, at: offset - position, bytes)
        offset += UInt64(count)
      }
      try fileSystem.synchronize(copy, dataOnly: false)
    }
    try fileSystem.syncDirectory(files.quarantine)
    return path
  }
}
