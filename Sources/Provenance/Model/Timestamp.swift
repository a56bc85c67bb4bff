/// A moment as a source stated it: an instant, and the UTC offset of the clock that showed it.
///
/// The years 0001 to 9999 of the proleptic Gregorian calendar are held, in UTC and at the offset,
/// so that every timestamp has a text of its own (RFC 3339). Leap seconds are not counted, as in
/// POSIX time. A timestamp without an offset is a reading of a clock in an unknown zone: it is
/// kept as it was read, and stands in comparisons as if that clock showed UTC.
public struct Timestamp: Sendable, Hashable {
  /// Seconds since 1970-01-01T00:00:00Z.
  public let seconds: Int64
  private let fraction: UInt32
  private let offsetMinutes: Int16

  private static let noOffset = Int16.min

  /// The first second, 0001-01-01T00:00:00Z, and the last, 9999-12-31T23:59:59Z.
  static let secondsRange: ClosedRange<Int64> = -62_135_596_800...253_402_300_799

  /// Makes a timestamp from its parts.
  ///
  /// It is `nil` unless the parts are in range: the year from 1 to 9999 both in UTC and at the
  /// offset, fewer than 10^9 nanoseconds, an offset of whole minutes short of 24 hours.
  ///
  /// - Parameters:
  ///   - seconds: Seconds since 1970-01-01T00:00:00Z; for a timestamp without an offset, the
  ///     same count for what the clock showed.
  ///   - nanoseconds: Nanoseconds into that second.
  ///   - offset: Seconds that the clock was ahead of UTC; `nil` where that is not known.
  public init?(seconds: Int64, nanoseconds: Int = 0, offset: Int? = 0) {
    guard Self.secondsRange.contains(seconds), (0..<1_000_000_000).contains(nanoseconds) else {
      return nil
    }
    if let offset {
      guard offset.isMultiple(of: 60), (-1439...1439).contains(offset / 60) else { return nil }
      guard Self.secondsRange.contains(seconds + Int64(offset)) else { return nil }
      offsetMinutes = Int16(offset / 60)
    } else {
      offsetMinutes = Self.noOffset
    }
    self.seconds = seconds
    fraction = UInt32(nanoseconds)
  }

  /// Nanoseconds into the second, from 0 to 999,999,999.
  public var nanoseconds: Int { Int(fraction) }

  /// Seconds that the clock was ahead of UTC; `nil` where that is not known.
  public var offset: Int? { offsetMinutes == Self.noOffset ? nil : Int(offsetMinutes) * 60 }
}

extension Timestamp {
  /// All but the seconds, in 48 bits.
  var packedFraction: UInt64 { UInt64(fraction) | UInt64(UInt16(bitPattern: offsetMinutes)) << 32 }

  /// Puts a timestamp together that was taken apart.
  init(seconds: Int64, packedFraction: UInt64) {
    self.seconds = seconds
    fraction = UInt32(truncatingIfNeeded: packedFraction)
    offsetMinutes = Int16(truncatingIfNeeded: packedFraction >> 32)
  }
}

extension Timestamp: Comparable {
  /// Orders by instant, and the same instant by offset, a missing one first.
  public static func < (lhs: Self, rhs: Self) -> Bool {
    if lhs.seconds != rhs.seconds { return lhs.seconds < rhs.seconds }
    if lhs.fraction != rhs.fraction { return lhs.fraction < rhs.fraction }
    return lhs.offsetMinutes < rhs.offsetMinutes
  }
}
