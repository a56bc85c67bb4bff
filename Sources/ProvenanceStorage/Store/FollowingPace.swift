/// How often a store that was opened for reading looks for commits while somebody follows them.
///
/// After each look that found something the pause is the shortest; each look that found nothing
/// doubles it, up to the longest. A look costs two small reads and a list of the log's directory.
public struct FollowingPace: Sendable, Hashable {
  /// The pause after a look that found something.
  public var shortest: Duration
  /// The pause when nothing was found for long: how late a commit may be noticed.
  public var longest: Duration

  /// Makes a pace.
  ///
  /// - Parameters:
  ///   - shortest: The pause after a look that found something; 2 ms unless told.
  ///   - longest: The longest pause; 200 ms unless told.
  public init(shortest: Duration = .milliseconds(2), longest: Duration = .milliseconds(200)) {
    self.shortest = shortest
    self.longest = longest
  }

  /// The pause after some looks in a row that found nothing, in nanoseconds.
  package func nanoseconds(afterIdleLooks count: Int) -> UInt64 {
    let most = Self.nanoseconds(longest)
    // Doubling nothing would never end in a pause.
    let least = max(Self.nanoseconds(shortest), count == 0 ? 0 : 1000)
    let doublings = min(count, 40)
    return least > most >> UInt64(doublings) ? most : least << UInt64(doublings)
  }

  private static func nanoseconds(_ duration: Duration) -> UInt64 {
    let (seconds, attoseconds) = duration.components
    guard seconds >= 0, attoseconds >= 0 else { return 0 }
    return UInt64(min(seconds, 1 << 20)) * 1_000_000_000 + UInt64(attoseconds / 1_000_000_000)
  }
}
