/// A segment that is made ready on a thread of its own, while the one before is still written.
///
/// To write and sync the zeros of a large segment takes as long as a thousand commits; whoever commits
/// when a segment is full should not have to wait for that. A process that dies meanwhile leaves a
/// temporary file, which the next writer removes.
final class SegmentPreparation: Sendable {
  /// The smallest segment that is worth a thread.
  static let leastByteCount: UInt64 = 4 << 20

  private let thread: WorkerThread
  private let made = Promise<SegmentFile.Unpublished>()

  /// Starts to make a segment; `nil` when the system gives no thread.
  init?(_ segment: SegmentFile, at temporary: String, byteCount: UInt64) {
    guard let thread = try? WorkerThread() else { return nil }
    self.thread = thread
    let made = made
    thread.submit {
      let header = [UInt8](repeating: 0, count: SegmentHeader.byteCount)
      made.fulfil(
        Result { try segment.make(header, at: temporary, byteCount: byteCount) })
    }
  }

  /// Waits for the segment; `nil` when it could not be made.
  ///
  /// Why does not matter: whoever needs one tries again, and gets the error then.
  func wait() -> SegmentFile.Unpublished? { try? made.wait() }
}
