public import Provenance

/// The system's wall clock, for those who ask for it.
///
/// The library reads no clock by itself: stores and recorders are given one, and this is the usual
/// choice.
public enum SystemClock {
  /// The time now, in UTC, to the nanosecond that the system gives.
  public static func now() -> Timestamp {
    let (seconds, nanoseconds) = SystemCalls.realTime()
    guard let time = Timestamp(seconds: seconds, nanoseconds: nanoseconds) else {
      preconditionFailure("the system clock shows a year past 9999")
    }
    return time
  }
}

extension Timestamp {
  /// This time, or the first one after another where the clock stood still or went back.
  ///
  /// The latest of several statements is the current one, so that what is said later must be dated
  /// later.
  ///
  /// - Parameter earlier: The time to be later than; `nil` where there is none.
  /// - Returns: A time later than `earlier`, unless that is the last that can be told.
  package func following(_ earlier: Timestamp?) -> Timestamp {
    guard let earlier, self <= earlier else { return self }
    let isLast = earlier.nanoseconds == 999_999_999
    return Timestamp(
      seconds: earlier.seconds + (isLast ? 1 : 0),
      nanoseconds: isLast ? 0 : earlier.nanoseconds + 1, offset: earlier.offset) ?? earlier
  }
}
