/// What opening a log for writing cut off its end, for callers to tell their users.
///
/// Only what was never acknowledged is cut off: the log proves nothing else to be missing.
public struct RecoveryReport: Sendable, Hashable {
  /// The segment that had the torn tail.
  public var segment: String
  /// Where the tail began: behind the last whole commit.
  public var offset: UInt64
  /// The bytes that were cut off, up to the last one that was not zero.
  public var byteCount: UInt64
  /// The sequence number of the first entry that was cut off.
  public var firstSequence: UInt64
  /// Why the tail was known to be torn.
  public var reason: String
  /// The copy of what was cut off.
  public var quarantineFile: String
}

extension RecoveryReport: CustomStringConvertible {
  /// What happened, in one sentence.
  public var description: String {
    "an unfinished commit was cut off: \(byteCount) bytes at offset \(offset) of \(segment), from "
      + "record \(firstSequence) on (\(reason)); a copy is in \(quarantineFile)"
  }
}
