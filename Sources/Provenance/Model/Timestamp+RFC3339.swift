/// Why a text is not a timestamp.
public struct TimestampError: Error, Sendable, Hashable {
  /// What was wrong.
  @nonexhaustive
  public enum Kind: Sendable, Hashable {
    /// The text does not have the form of RFC 3339 section 5.6.
    case malformed
    /// The calendar has no such day.
    case noSuchDay
    /// The day has no such hour, minute or second.
    case noSuchTime
    /// Second 60, which POSIX time cannot tell from another second.
    case leapSecond
    /// More than nine digits of a second.
    case tooPrecise
    /// The text ends without an offset from UTC.
    case missingOffset
    /// The offset is not one of a clock: an hour past 23 or a minute past 59.
    case noSuchOffset
    /// The year is outside 0001 to 9999, in UTC or at the offset.
    case outOfRange
  }

  /// What was wrong.
  public let kind: Kind
  /// Where it was, in UTF-8 bytes from the start of the text.
  public let offset: Int
  /// The text, cut off after 64 characters.
  public let text: String
}

extension TimestampError: CustomStringConvertible {
  /// One line that names the kind, the place and the text.
  public var description: String { "timestamp: \(kind) at byte \(offset) of \"\(text)\"" }
}

extension Timestamp {
  /// Reads a date and time of RFC 3339 section 5.6.
  ///
  /// The form is strict: a day that exists, hours to 23 (no 24:00), `T` (or `t`) between date and
  /// time, seconds, at most nine digits after the point, and `Z` (or `z`) or a numeric offset.
  /// `-00:00` reads as UTC (RFC 9557 section 2). A leap second (`:60`) is refused: POSIX time has
  /// no number for it, and taking another second would state what the source did not.
  ///
  /// - Parameters:
  ///   - text: The text, with nothing before or behind it.
  ///   - allowsMissingOffset: Whether to take a text that ends without an offset.
  /// - Throws: ``TimestampError`` with what is wrong and where.
  public init(
    rfc3339 text: String, allowsMissingOffset: Bool = false
  ) throws(TimestampError) {
    var reader = TimestampReader(text: text, bytes: Array(text.utf8.prefix(80)))
    self = try reader.timestamp(allowsMissingOffset: allowsMissingOffset)
  }
}

extension Timestamp: CustomStringConvertible {
  /// The text of RFC 3339: as few digits of a second as are exact, `Z` for the offset zero, and
  /// nothing where the offset is not known.
  public var description: String {
    let local = seconds + Int64(offset ?? 0)
    let dayNumber = (local >= 0 ? local : local - 86_399) / 86_400
    let second = Int(local - dayNumber * 86_400)
    let date = CivilDate(dayNumber: Int(dayNumber))
    var text: [UInt8] = []
    text.reserveCapacity(35)
    func append(_ number: Int, digits: Int) {
      var divisor = 1
      for _ in 1..<digits { divisor *= 10 }
      while divisor > 0 {
        text.append(UInt8(ascii: "0") + UInt8(number / divisor % 10))
        divisor /= 10
      }
    }
    append(date.year, digits: 4)
    text.append(UInt8(ascii: "-"))
    append(date.month, digits: 2)
    text.append(UInt8(ascii: "-"))
    append(date.day, digits: 2)
    text.append(UInt8(ascii: "T"))
    append(second / 3600, digits: 2)
    text.append(UInt8(ascii: ":"))
    append(second / 60 % 60, digits: 2)
    text.append(UInt8(ascii: ":"))
    append(second % 60, digits: 2)
    if nanoseconds != 0 {
      text.append(UInt8(ascii: "."))
      append(nanoseconds, digits: 9)
      while text.last == UInt8(ascii: "0") { text.removeLast() }
    }
    if let offset {
      let minutes = abs(offset) / 60
      if minutes == 0 {
        text.append(UInt8(ascii: "Z"))
      } else {
        text.append(UInt8(ascii: offset < 0 ? "-" : "+"))
        append(minutes / 60, digits: 2)
        text.append(UInt8(ascii: ":"))
        append(minutes % 60, digits: 2)
      }
    }
    return String(decoding: text, as: UTF8.self)
  }
}

/// Reads one timestamp from bytes.
private struct TimestampReader {
  let text: String
  let bytes: [UInt8]
  var position = 0

  mutating func timestamp(allowsMissingOffset: Bool) throws(TimestampError) -> Timestamp {
    let day = try date()
    guard take("T") || take("t") else { throw error(.malformed) }
    let second = try timeOfDay()
    let nanoseconds = try fraction()
    let offset = try offset(allowsMissing: allowsMissingOffset)
    guard position == bytes.count else { throw error(.malformed) }
    let local = Int64(day) * 86_400 + Int64(second)
    let result = Timestamp(
      seconds: local - Int64(offset ?? 0), nanoseconds: nanoseconds, offset: offset)
    guard let result else { throw error(.outOfRange, at: 0) }
    return result
  }

  private mutating func date() throws(TimestampError) -> Int {
    let year = try number(digits: 4)
    try expect("-")
    let month = try number(digits: 2)
    try expect("-")
    let day = try number(digits: 2)
    guard year >= 1 else { throw error(.outOfRange, at: 0) }
    guard (1...12).contains(month) else { throw error(.noSuchDay, at: 5) }
    guard day >= 1, day <= CivilDate.dayCount(year: year, month: month) else {
      throw error(.noSuchDay, at: 8)
    }
    return CivilDate(year: year, month: month, day: day).dayNumber
  }

  private mutating func timeOfDay() throws(TimestampError) -> Int {
    let hour = try number(digits: 2)
    try expect(":")
    let minute = try number(digits: 2)
    try expect(":")
    let second = try number(digits: 2)
    guard hour <= 23 else { throw error(.noSuchTime, at: 11) }
    guard minute <= 59 else { throw error(.noSuchTime, at: 14) }
    guard second != 60 else { throw error(.leapSecond, at: 17) }
    guard second <= 59 else { throw error(.noSuchTime, at: 17) }
    return hour * 3600 + minute * 60 + second
  }

  private mutating func fraction() throws(TimestampError) -> Int {
    guard take(".") else { return 0 }
    var value = 0
    var digits = 0
    while let digit = digit() {
      guard digits < 9 else { throw error(.tooPrecise) }
      value = value * 10 + digit
      digits += 1
      position += 1
    }
    guard digits > 0 else { throw error(.malformed) }
    for _ in digits..<9 { value *= 10 }
    return value
  }

  private mutating func offset(allowsMissing: Bool) throws(TimestampError) -> Int? {
    if take("Z") || take("z") { return 0 }
    if position == bytes.count {
      guard allowsMissing else { throw error(.missingOffset) }
      return nil
    }
    let start = position
    let isNegative = take("-")
    guard isNegative || take("+") else { throw error(.malformed) }
    let hour = try number(digits: 2)
    try expect(":")
    let minute = try number(digits: 2)
    guard hour <= 23, minute <= 59 else { throw error(.noSuchOffset, at: start) }
    let seconds = hour * 3600 + minute * 60
    return isNegative ? -seconds : seconds
  }

  private func digit() -> Int? {
    guard position < bytes.count else { return nil }
    let value = Int(bytes[position]) - 0x30
    return (0...9).contains(value) ? value : nil
  }

  private mutating func number(digits: Int) throws(TimestampError) -> Int {
    var value = 0
    for _ in 0..<digits {
      guard let digit = digit() else { throw error(.malformed) }
      value = value * 10 + digit
      position += 1
    }
    return value
  }

  private mutating func take(_ character: Unicode.Scalar) -> Bool {
    guard position < bytes.count, bytes[position] == UInt8(ascii: character) else { return false }
    position += 1
    return true
  }

  private mutating func expect(_ character: Unicode.Scalar) throws(TimestampError) {
    guard take(character) else { throw error(.malformed) }
  }

  private func error(_ kind: TimestampError.Kind, at offset: Int? = nil) -> TimestampError {
    TimestampError(kind: kind, offset: offset ?? position, text: text.abbreviated)
  }
}
