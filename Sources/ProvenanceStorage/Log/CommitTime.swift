/// The moment of a commit: seconds and nanoseconds since 1970-01-01T00:00:00Z.
public struct CommitTime: Sendable, Hashable {
  /// Whole seconds since the Unix epoch; negative before it.
  public let seconds: Int64
  /// Nanoseconds within the second, 0 to 999,999,999.
  public let nanoseconds: UInt32

  /// Makes a time.
  ///
  /// - Parameters:
  ///   - seconds: Whole seconds since the Unix epoch.
  ///   - nanoseconds: Nanoseconds within the second; what exceeds 999,999,999 counts as that.
  public init(seconds: Int64, nanoseconds: UInt32 = 0) {
    self.seconds = seconds
    self.nanoseconds = min(nanoseconds, 999_999_999)
  }
}

extension CommitTime: Comparable {
  /// Orders times by the moment that they stand for.
  public static func < (lhs: Self, rhs: Self) -> Bool {
    (lhs.seconds, lhs.nanoseconds) < (rhs.seconds, rhs.nanoseconds)
  }
}
