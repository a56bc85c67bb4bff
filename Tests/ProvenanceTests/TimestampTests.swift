import Provenance
import Testing

@Suite struct TimestampTests {
  /// Counts through every day with a calendar of its own and compares both conversions.
  @Test func everyDayFromYear1ToYear9999() {
    var number = -719_162
    var failures = 0
    for year in 1...9999 {
      let isLeap = (year % 4 == 0 && year % 100 != 0) || year % 400 == 0
      for (index, length) in [31, isLeap ? 29 : 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31]
        .enumerated()
      {
        if CivilDate.dayCount(year: year, month: index + 1) != length { failures += 1 }
        for day in 1...length {
          let date = CivilDate(dayNumber: number)
          if date.year != year || date.month != index + 1 || date.day != day
            || date.dayNumber != number
          {
            failures += 1
          }
          number += 1
        }
      }
    }
    #expect(failures == 0)
    #expect(CivilDate.dayCount(year: 2024, month: 13) == 0)
    #expect(number == 2_932_897)
  }

  /// The examples of RFC 3339 section 5.8, and well-known instants.
  @Test(arguments: [
    ("1985-04-12T23:20:50.52Z", 482_196_050, 520_000_000, 0),
    ("1996-12-19T16:39:57-08:00", 851_042_397, 0, -28_800),
    ("1937-01-01T12:00:27.87+00:20", -1_041_337_173, 870_000_000, 1200),
    ("1970-01-01T00:00:00Z", 0, 0, 0),
    ("1969-12-31T23:59:59.000000001Z", -1, 1, 0),
    ("2038-01-19T03:14:07Z", 2_147_483_647, 0, 0),
    ("2000-02-29T00:00:00Z", 951_782_400, 0, 0),
    ("1900-03-01T00:00:00Z", -2_203_891_200, 0, 0),
    ("0001-01-01T00:00:00Z", -62_135_596_800, 0, 0),
    ("9999-12-31T23:59:59.999999999Z", 253_402_300_799, 999_999_999, 0),
    ("2024-06-30T23:59:59+23:59", 1_719_705_659, 0, 86_340),
    ("2024-06-30T23:59:59-23:59", 1_719_878_339, 0, -86_340),
  ])
  func published(text: String, seconds: Int, nanoseconds: Int, offset: Int) throws {
    let timestamp = try Timestamp(rfc3339: text)
    #expect(timestamp.seconds == Int64(seconds))
    #expect(timestamp.nanoseconds == nanoseconds)
    #expect(timestamp.offset == offset)
    #expect(timestamp.description == text)
    #expect(
      timestamp
        == Timestamp(seconds: Int64(seconds), nanoseconds: nanoseconds, offset: offset))
  }

  @Test(arguments: [
    ("2024-01-02t03:04:05z", "2024-01-02T03:04:05Z"),
    ("2024-01-02T03:04:05-00:00", "2024-01-02T03:04:05Z"),
    ("2024-01-02T03:04:05+00:00", "2024-01-02T03:04:05Z"),
    ("2024-01-02T03:04:05.500000000Z", "2024-01-02T03:04:05.5Z"),
    ("2024-01-02T03:04:05.0+05:30", "2024-01-02T03:04:05+05:30"),
  ])
  func otherSpellings(text: String, canonical: String) throws {
    #expect(try Timestamp(rfc3339: text).description == canonical)
  }

  @Test(
    arguments: [
      ("", .malformed, 0), ("2024", .malformed, 4), ("2024-1-02T03:04:05Z", .malformed, 6),
      ("2024-01-02", .malformed, 10), ("2024-01-02 03:04:05Z", .malformed, 10),
      ("2024-01-02T03:04Z", .malformed, 16), ("2024-01-02T03:04:05.Z", .malformed, 20),
      ("2024-01-02T03:04:05,5Z", .malformed, 19), ("2024-01-02T03:04:05Z ", .malformed, 20),
      (" 2024-01-02T03:04:05Z", .malformed, 0), ("+2024-01-02T03:04:05Z", .malformed, 0),
      ("12024-01-02T03:04:05Z", .malformed, 4), ("2024-01-02T03:04:05+0100", .malformed, 22),
      ("2024-01-02T03:04:05+01", .malformed, 22),
      ("2024-01-02T03:04:05\u{2212}01:00", .malformed, 19),
      ("２０２４-01-02T03:04:05Z", .malformed, 0), ("2024-01-02T03:04:05Z\0", .malformed, 20),
      ("2024-W01-2T03:04:05Z", .malformed, 5), ("2024-01-02T03:04:05UTC", .malformed, 19),
      ("2024-02-30T00:00:00Z", .noSuchDay, 8), ("2023-02-29T00:00:00Z", .noSuchDay, 8),
      ("1900-02-29T00:00:00Z", .noSuchDay, 8), ("2024-04-31T00:00:00Z", .noSuchDay, 8),
      ("2024-01-00T00:00:00Z", .noSuchDay, 8), ("2024-00-10T00:00:00Z", .noSuchDay, 5),
      ("2024-13-01T00:00:00Z", .noSuchDay, 5), ("2024-01-02T24:00:00Z", .noSuchTime, 11),
      ("2024-01-02T03:60:00Z", .noSuchTime, 14), ("2024-01-02T03:04:61Z", .noSuchTime, 17),
      ("1990-12-31T23:59:60Z", .leapSecond, 17), ("1990-12-31T15:59:60-08:00", .leapSecond, 17),
      ("2024-01-02T03:04:05.1234567890Z", .tooPrecise, 29),
      ("2024-01-02T03:04:05", .missingOffset, 19), ("2024-01-02T03:04:05.5", .missingOffset, 21),
      ("2024-01-02T03:04:05+24:00", .noSuchOffset, 19),
      ("2024-01-02T03:04:05-01:60", .noSuchOffset, 19),
      ("0000-01-01T00:00:00Z", .outOfRange, 0), ("0001-01-01T00:00:00+00:01", .outOfRange, 0),
      ("9999-12-31T23:59:59-00:01", .outOfRange, 0),
    ] as [(String, TimestampError.Kind, Int)])
  func refused(text: String, kind: TimestampError.Kind, offset: Int) {
    let error = #expect(throws: TimestampError.self) { try Timestamp(rfc3339: text) }
    #expect(error?.kind == kind)
    #expect(error?.offset == offset)
    #expect(error?.text == text)
  }

  @Test func everyTruncationIsRefusedOrAnotherTime() throws {
    let text = "2024-02-29T23:59:59.123456789-12:34"
    for count in 0..<text.count {
      #expect(throws: TimestampError.self) { try Timestamp(rfc3339: String(text.prefix(count))) }
    }
    let long = String(repeating: "9", count: 1_000_000)
    let error = #expect(throws: TimestampError.self) { try Timestamp(rfc3339: long) }
    #expect(error?.text.count == 65)
    #expect(throws: TimestampError.self) {
      try Timestamp(rfc3339: "2024-01-02T03:04:05Z" + String(repeating: " ", count: 100))
    }
  }

  /// Every minute of a day and every offset of whole minutes.
  @Test func everyMinuteAndOffset() throws {
    for minute in -1439...1439 {
      let moment = try #require(
        Timestamp(seconds: Int64(minute) * 60 + 7, nanoseconds: 1, offset: minute * 60))
      #expect(try Timestamp(rfc3339: moment.description) == moment)
    }
  }

  @Test(arguments: 0..<4 as Range<UInt64>) func randomTimestampsRoundTrip(seed: UInt64) throws {
    var random = CBORTestRandom(seed: seed)
    for _ in 0..<2000 {
      let nanoseconds = Int.random(in: 0..<1_000_000_000, using: &random)
      let seconds = Int64.random(in: -62_135_500_000...253_402_200_000, using: &random)
      let offset = Bool.random(using: &random) ? nil : Int.random(in: -1439...1439, using: &random)
      let moment = try #require(
        Timestamp(seconds: seconds, nanoseconds: nanoseconds, offset: offset.map { $0 * 60 }))
      let read = try Timestamp(rfc3339: moment.description, allowsMissingOffset: offset == nil)
      #expect(read == moment, "seed \(seed)")
    }
  }

  @Test func missingOffsetIsKept() throws {
    let text = "2024-01-02T03:04:05.25"
    let moment = try Timestamp(rfc3339: text, allowsMissingOffset: true)
    #expect(moment.offset == nil)
    #expect(moment.description == text)
    let inUTC = try Timestamp(rfc3339: text + "Z")
    #expect(moment.seconds == inUTC.seconds)
    #expect(moment != inUTC)
    #expect(moment < inUTC)
  }

  @Test func orderIsByInstantThenOffset() throws {
    let texts = [
      "2024-01-01T00:00:00Z", "2024-01-01T02:00:00.000000001+02:00", "2023-12-31T20:00:01-04:00",
      "2024-01-01T00:00:01Z", "2024-01-01T05:30:01+05:30",
    ]
    let moments = try texts.map { try Timestamp(rfc3339: $0) }
    #expect(moments.sorted() == moments)
    #expect(moments.reversed().sorted() == moments)
    #expect(Set(moments).count == moments.count)
  }

  @Test func partsOutOfRange() {
    #expect(Timestamp(seconds: 0, nanoseconds: -1) == nil)
    #expect(Timestamp(seconds: 0, nanoseconds: 1_000_000_000) == nil)
    #expect(Timestamp(seconds: -62_135_596_801) == nil)
    #expect(Timestamp(seconds: 253_402_300_800) == nil)
    #expect(Timestamp(seconds: .min) == nil)
    #expect(Timestamp(seconds: .max, offset: .max) == nil)
    #expect(Timestamp(seconds: 0, offset: 86_400) == nil)
    #expect(Timestamp(seconds: 0, offset: -86_400) == nil)
    #expect(Timestamp(seconds: 0, offset: .min) == nil)
    #expect(Timestamp(seconds: 0, offset: 61) == nil)
    #expect(Timestamp(seconds: -62_135_596_800, offset: -60) == nil)
    #expect(Timestamp(seconds: 253_402_300_799, offset: 60) == nil)
  }
}
