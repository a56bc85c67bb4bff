/// Tells a torn tail from damage, where a scan of the last segment stopped.
///
/// A tail is torn when the write that made it cannot have been finished, and nothing proves that
/// it was: the frame runs past the end of the file; all is zero from inside it to the end, which no
/// finished frame is; it holds a sector of zeros that has been written; or frames are there without
/// their commit. Proofs that it was finished are HEAD, and a later frame that was written when an
/// entry of the tail was known to be durable. Everything else is damage.
struct TailJudgement {
  enum Verdict: Sendable, Hashable {
    /// The log ends behind a commit, and nothing follows.
    case clean
    /// What follows the last commit was never acknowledged.
    case torn(reason: String, writtenEnd: UInt64)
  }

  static let sectorByteCount: UInt64 = 512

  /// Judges the end of a scan; throws `corrupt` for damage.
  ///
  /// A refresh that found nothing more takes that for the end: to search what is preallocated each
  /// time would cost a read of all of it.
  static func judge(
    _ scan: inout SegmentScan, _ stop: SegmentScan.Stop, mark: DurableMark, isRefresh: Bool
  ) throws -> Verdict {
    let committed = scan.place
    guard mark.treeSize <= committed.sequence else {
      throw StorageError(
        .corrupt,
        "the log ends before record \(committed.sequence), but HEAD proves that the records before "
          + "\(mark.treeSize) were durable",
        path: scan.reader.path, offset: stop.offset,
        sequences: committed.sequence..<mark.treeSize)
    }
    if isRefresh, case .unwritten = stop.reason { return .clean }
    let writtenEnd = try scan.reader.writtenEnd(from: committed.offset)
    guard writtenEnd > committed.offset else { return .clean }
    if let proven = try provenEnd(&scan, stop, writtenEnd) {
      throw StorageError(
        .corrupt, "a record that was acknowledged is damaged: a later one proves it was durable",
        path: scan.reader.path, offset: stop.offset, sequences: committed.sequence..<proven)
    }
    guard let reason = try tornReason(&scan, stop, writtenEnd) else {
      throw scan.corrupt(
        "a record is damaged, and not as an unfinished write would leave it", stop.offset,
        stop.sequence)
    }
    return .torn(reason: reason, writtenEnd: writtenEnd)
  }

  /// The sequence number up to which a later frame proves the tail to have been durable.
  private static func provenEnd(
    _ scan: inout SegmentScan, _ stop: SegmentScan.Stop, _ writtenEnd: UInt64
  ) throws -> UInt64? {
    let committed = scan.place.sequence
    var proven: UInt64?
    var offset = stop.offset
    while offset + UInt64(FrameHeader.byteCount) <= writtenEnd {
      defer { offset += 32 }
      guard let start = try scan.reader.load(offset, FrameHeader.byteCount) else { break }
      let bytes = unsafe scan.reader.window.span.bytes.extracting(
        start..<start + FrameHeader.byteCount)
      // A frame takes at least 64 bytes, so a sequence number cannot be further ahead than that.
      guard let frame = FrameHeader(bytes, seed: scan.salt.seed),
        frame.sequence >= stop.sequence, frame.syncedSequence <= frame.sequence,
        frame.sequence - stop.sequence <= (offset - stop.offset) / 64
      else { continue }
      if frame.syncedSequence > committed { proven = max(proven ?? 0, frame.syncedSequence) }
    }
    return proven
  }

  private static func tornReason(
    _ scan: inout SegmentScan, _ stop: SegmentScan.Stop, _ writtenEnd: UInt64
  ) throws -> String? {
    let frameEnd: UInt64
    switch stop.reason {
    case .runsPastEnd:
      return "a record runs past the end of the file"
    case .end:
      // Less than a header is left; or whole frames are there, and the file ends.
      return "the file ends within a commit"
    case .unwritten where writtenEnd <= stop.offset:
      return "a commit was not finished"
    case .damagedHeader where writtenEnd <= stop.offset + UInt64(FrameHeader.byteCount):
      return "a record's header was not finished"
    case .damagedBody(let frame)
    where writtenEnd <= stop.offset + UInt64(FrameHeader.byteCount) + UInt64(frame.length):
      return "a record was not finished"
    case .unwritten, .damagedHeader:
      frameEnd = stop.offset + UInt64(FrameHeader.byteCount)
    case .damagedBody(let frame):
      frameEnd = stop.offset + UInt64(frame.extent)
    }
    // A lost sector keeps what it held before: what precedes the last commit's end, then zeros.
    var sector = stop.offset / sectorByteCount * sectorByteCount
    while sector < frameEnd {
      let end = sector + sectorByteCount
      let start = max(sector, scan.place.offset)
      if end <= scan.reader.end, try scan.reader.isZero(start..<end) {
        return "a sector of an unfinished commit was lost"
      }
      sector = end
    }
    return nil
  }
}
