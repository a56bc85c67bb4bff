/// How a ``DirectoryRecordLog`` is made and opened.
public struct DirectoryLogOptions: Sendable {
  /// How much is read and checked when a log is opened.
  @nonexhaustive
  public enum Verification: Sendable, Hashable {
    /// What was written since the checkpoint that the store is opened from; everything without one.
    case sinceCheckpoint
    /// Every segment: checksums, tree, chain. Takes about as long as reading the log.
    case everything
    /// The last segment, and the headers of the others. What an earlier segment holds is then
    /// checked by its checksums when it is read.
    case tail
  }

  /// How much is read and checked when a log is opened.
  public var verification = Verification.sinceCheckpoint
  /// Whether a network file system is accepted; its locks and syncs are then the caller's risk.
  public var allowsNetworkFileSystem = false
  /// The bytes of the first segment, at least 8192.
  ///
  /// Each segment has twice as many as the one before, up to ``largestSegmentByteCount``.
  public var firstSegmentByteCount = 256 << 10
  /// The bytes of the largest segment; a batch that needs more gets one of its own size.
  ///
  /// When half of a segment is written, a next one of 4 MiB or more is made ready on another thread. It
  /// takes its room on the disk from then on; closing the log gives back what was not needed.
  public var largestSegmentByteCount = 64 << 20
  /// After how many groups of commits HEAD is brought up to date.
  ///
  /// It is always when a segment is finished and when the log is closed.
  public var headInterval = 16
  /// The id that a new store gets; a random one when `nil`.
  public var storeID: UniqueID?
  /// The id that commits carry; a random one when `nil`.
  public var writerID: UniqueID?
  /// The time of opening, which the lock tells those that it keeps out; unknown when `nil`.
  public var openingTime: CommitTime?
  /// Gives each segment its salt.
  ///
  /// Anything but random is for tests that pin bytes.
  public var makeSalt: @Sendable () -> UniqueID = { .random() }

  /// The defaults.
  public init() {}

  /// The size of a segment, in whole pages.
  func byteCount(ofSegment number: UInt64, holding bytes: Int) -> UInt64 {
    let first = UInt64(clamping: max(firstSegmentByteCount, 2 * SegmentHeader.byteCount))
    let largest = max(UInt64(clamping: largestSegmentByteCount), first)
    let scheduled = number < 32 ? min(first << number, largest) : largest
    let needed = UInt64(SegmentHeader.byteCount + bytes)
    let page: UInt64 = 4096
    return (max(scheduled, needed) + page - 1) / page * page
  }
}
