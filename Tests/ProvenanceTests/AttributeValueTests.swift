import Provenance
import Testing

@Suite struct AttributeValueTests {
  @Test func equalityIsByTypeAndBytes() throws {
    let distinct: [AttributeValue] = [
      .null, false, true, 0, 1, .unsigned(0), .unsigned(1), 0.0, .double(-0.0), 1.0, .double(.nan),
      .decimal(try DecimalText("1")), .decimal(try DecimalText("1.0")), "1", "", "\u{e9}",
      "e\u{301}", .bytes([]), .bytes([0x31]), [], [.null], [[]], [1, 2], [2, 1], [:], ["": .null],
      ["a": 1], ["a": .unsigned(1)], ["\u{e9}": 1], ["e\u{301}": 1],
      .timestamp(try Timestamp(rfc3339: "1970-01-01T00:00:00Z")),
      .timestamp(try Timestamp(rfc3339: "1970-01-01T00:00:00", allowsMissingOffset: true)),
      .timestamp(try Timestamp(rfc3339: "1970-01-01T01:00:00+01:00")),
    ]
    for (index, left) in distinct.enumerated() {
      for (other, right) in distinct.enumerated() {
        #expect((left == right) == (index == other), "\(left) and \(right)")
      }
    }
    #expect(Set(distinct).count == distinct.count)
    let encodings = try distinct.map { value in try encoding(value) }
    #expect(Set(encodings).count == distinct.count)
  }

  @Test func everyNaNIsOneValue() throws {
    let quiet = AttributeValue.double(.nan)
    let other = AttributeValue.double(Double(bitPattern: 0xfff8_0000_0000_0001))
    #expect(quiet == other)
    #expect([quiet, 1] as Set == [other, 1])
    #expect(try encoding(quiet) == encoding(other))
    #expect(AttributeValue.list([quiet]) == .list([other]))
  }

  /// Ids are hashes over such bytes: they must never change.
  @Test func goldenBytes() throws {
    let cases: [(AttributeValue, String)] = [
      (.null, "f6"), (true, "f5"), (false, "f4"), (1, "01"), (-1, "20"),
      (.int(.max), "1b7fffffffffffffff"), (.int(.min), "3b7fffffffffffffff"),
      (1.5, "fb3ff8000000000000"), ("é", "62c3a9"), (.bytes([1, 2]), "420102"),
      (.unsigned(5), "82 01 05"), (.unsigned(.max), "82 01 1bffffffffffffffff"),
      (.decimal(try DecimalText("0.10")), "82 02 64302e3130"),
      (
        .timestamp(try Timestamp(rfc3339: "1970-01-01T01:00:01.000000002+01:00")),
        "84 03 01 02 190e10"
      ),
      (
        .timestamp(try Timestamp(rfc3339: "1969-12-31T23:59:59", allowsMissingOffset: true)),
        "84 03 20 00 f6"
      ),
      ([], "81 00"), ([1, "a"], "83 00 01 6161"), ([:], "a0"),
      (["b": [], "a": 1, "aa": ["x": .null]], "a3 616101 61628100 626161a16178f6"),
    ]
    for (value, expected) in cases {
      #expect(try encoding(value) == bytes(expected), "\(value)")
      var decoder = try CBORDecoder(bytes(expected))
      #expect(try AttributeValue(from: &decoder) == value)
      try decoder.finish()
    }
  }

  @Test(arguments: [
    "1b8000000000000000", "3b8000000000000000", "80", "8120", "8104", "8101", "820100 00",
    "820120", "8202 00", "8202 60", "8202 623031", "8202 6130 00", "830301 00", "84030100 6100",
    "8403 1b7fffffffffffffff 00 00", "840300 1a3b9aca00 00", "84030000 01", "84030020 00",
    "8203 00", "d82a4100", "8400 d82a4100 00 00", "a2616100616100", "8100 00", "f7", "8161 30",
  ])
  func refusedEncodings(input: String) throws {
    #expect(throws: CBORError.self) {
      var decoder = try CBORDecoder(bytes(input))
      _ = try AttributeValue(from: &decoder)
      try decoder.finish()
    }
  }

  @Test(arguments: 0..<20 as Range<UInt64>) func randomValuesRoundTrip(seed: UInt64) throws {
    var random = CBORTestRandom(seed: seed)
    for _ in 0..<50 {
      let value = randomAttribute(depth: 5, using: &random)
      let encoding = try encoding(value)
      var decoder = try CBORDecoder(encoding)
      let read = try AttributeValue(from: &decoder)
      try decoder.finish()
      #expect(read == value, "seed \(seed)")
      #expect(Set([read, value]).count == 1, "seed \(seed)")
      #expect(try CBORValue(canonical: encoding).encoded() == encoding, "seed \(seed)")
      var mutated = encoding
      mutated[Int.random(in: encoding.indices, using: &random)] ^=
        1 << UInt8.random(in: 0..<8, using: &random)
      #expect(isCanonicalOrRefused(mutated), "seed \(seed)")
    }
  }

  @Test func everyInputOfTwoBytesBehindAnArrayHead() {
    var failures = 0
    for first in 0...255 as ClosedRange<UInt8> {
      for second in 0...255 as ClosedRange<UInt8> {
        for prefix in [[], [0x82], [0x84, 0x03]] as [[UInt8]]
        where !isCanonicalOrRefused(prefix + [first, second]) {
          failures += 1
        }
      }
    }
    #expect(failures == 0)
  }

  @Test func literalsAndAccessors() throws {
    let value: AttributeValue = ["name": "a", "size": 3, "rate": 0.5, "tags": ["x", true]]
    let map = try #require(value.mapValue)
    #expect(map["name"]?.stringValue == "a")
    #expect(map["size"]?.intValue == 3)
    #expect(map["size"]?.doubleValue == nil)
    #expect(map["size"]?.approximateNumber == 3)
    #expect(map["rate"]?.doubleValue == 0.5)
    #expect(map["tags"]?.listValue?.last?.boolValue == true)
    #expect(map["none"] == nil)
    #expect(AttributeValue.unsigned(7).unsignedValue == 7)
    #expect(AttributeValue.bytes([7]).bytesValue == [7])
    #expect(AttributeValue.null.isNull && !value.isNull)
    let decimal = AttributeValue.decimal(try DecimalText("-1.50e2"))
    #expect(decimal.decimalValue?.text == "-1.50e2")
    #expect(decimal.approximateNumber == -150)
    #expect(AttributeValue.unsigned(9).approximateNumber == 9)
    #expect(AttributeValue.double(0.5).approximateNumber == 0.5)
    #expect(AttributeValue.decimal(try DecimalText("1e999")).approximateNumber == .infinity)
    for (index, other) in [AttributeValue.null, "a", 1].enumerated() {
      let found: [Any?] = [
        other.boolValue, other.unsignedValue, other.doubleValue, other.decimalValue,
        other.bytesValue, other.timestampValue, other.listValue, other.mapValue,
      ]
      #expect(found.allSatisfy { $0 == nil })
      #expect((other.stringValue == nil) == (index != 1))
      #expect((other.intValue == nil) == (index != 2))
    }
    let moment = try Timestamp(rfc3339: "2024-01-02T03:04:05Z")
    #expect(AttributeValue.timestamp(moment).timestampValue == moment)
  }

  @Test func description() throws {
    let value: AttributeValue = [
      "a": [1, 0.1, .null, "q\"", .bytes([255]), .unsigned(2)],
      "t": .timestamp(try Timestamp(rfc3339: "2024-01-02T03:04:05Z")),
    ]
    #expect(
      value.description
        == #"{"a": [1, 0.1, null, "q\"", bytes(ff), unsigned(2)], "t": 2024-01-02T03:04:05Z}"#)
    let other: AttributeValue = [true, false, .decimal(try DecimalText("1.50")), .double(.nan)]
    #expect(other.description == "[true, false, decimal(1.50), nan]")
    #expect(try DecimalText("1.50").description == "1.50")
    #expect(AttributeValue.bytes(Array(0...40)).description.hasSuffix("1d1e1f…)"))
    let long = AttributeValue.list(Array(repeating: "0123456789", count: 100_000))
    #expect(long.description.utf8.count < 20_000)
  }

  @Test(arguments: [
    "0", "-0", "1", "10", "-12.034", "0.10", "1e5", "1E+05", "0e-0", "3.25E-7",
    String(repeating: "9", count: 1024),
  ])
  func decimals(text: String) throws { #expect(try DecimalText(text).text == text) }

  @Test(arguments: [
    "", "-", "+1", "01", "-01", "1.", ".5", "1e", "1e+", "1.e5", "1,5", " 1", "1 ", "0x1", "NaN",
    "Infinity", "--1", "1.2.3", "1e5.0", "１", "1\0", "1_000", String(repeating: "9", count: 1025),
  ])
  func refusedDecimals(text: String) {
    let error = #expect(throws: AttributeError.self) { try DecimalText(text) }
    #expect(error?.kind == .invalidDecimal)
  }
}

private func encoding(_ value: AttributeValue) throws -> [UInt8] {
  var encoder = CBOREncoder()
  try value.encode(into: &encoder)
  return encoder.bytes
}

private func isCanonicalOrRefused(_ input: [UInt8]) -> Bool {
  do {
    var decoder = try CBORDecoder(input)
    let value = try AttributeValue(from: &decoder)
    try decoder.finish()
    return try encoding(value) == input
  } catch {
    return error is CBORError
  }
}

private func randomAttribute(
  depth: Int, using random: inout CBORTestRandom
) -> AttributeValue {
  switch Int.random(in: 0..<(depth > 0 ? 11 : 9), using: &random) {
  case 0: return .null
  case 1: return .bool(.random(using: &random))
  case 2: return .int(Int64(bitPattern: random.next()) >> Int64.random(in: 0..<64, using: &random))
  case 3: return .unsigned(random.next() >> UInt64.random(in: 0..<64, using: &random))
  case 4: return .double(Double(bitPattern: random.next()))
  case 5:
    let number = Double.random(in: -1e6...1e6, using: &random)
    return .decimal(try! DecimalText(number.description))
  case 6: return .string(randomKey(using: &random))
  case 7: return .bytes((0..<Int.random(in: 0..<40, using: &random)).map { UInt8($0) })
  case 8:
    let offset = Bool.random(using: &random) ? nil : Int.random(in: -1439...1439, using: &random)
    return .timestamp(
      Timestamp(
        seconds: Int64.random(in: -1_000_000_000...4_000_000_000, using: &random),
        nanoseconds: Int.random(in: 0..<1_000_000_000, using: &random),
        offset: offset.map { $0 * 60 })!)
  case 9:
    return .list(
      (0..<Int.random(in: 0..<6, using: &random)).map { _ in
        randomAttribute(depth: depth - 1, using: &random)
      })
  default:
    var map = AttributeMap()
    for _ in 0..<Int.random(in: 0..<6, using: &random) {
      map[randomKey(using: &random)] = randomAttribute(depth: depth - 1, using: &random)
    }
    return .map(map)
  }
}

private func randomKey(using random: inout CBORTestRandom) -> String {
  let parts = ["a", "b", "\u{e9}", "e\u{301}", "\0", "\u{1F600}", "\u{ac00}", "\u{1100}\u{1161}"]
  return (0..<Int.random(in: 0..<5, using: &random))
    .map { _ in parts.randomElement(using: &random)! }.joined()
}
