import Provenance
import Testing

/// Canonical bytes that break a rule of records: refused, with the rule and the place.
@Suite struct RecordRuleTests {
  private let digest = CBORValue.bytes(Array(repeating: 7, count: 32))

  private func header(_ kind: UInt64, _ rest: [CBORValue]) throws -> [UInt8] {
    let start: [CBORValue] = [.text("provenance.record"), .unsigned(kind), .unsigned(1)]
    return try CBORValue.array(start + rest).encoded()
  }

  private func node(
    kind: UInt64 = 0, _ namespace: String = "", _ name: String = "n", _ version: String = "",
    edges: [CBORValue] = []
  ) throws -> [UInt8] {
    try header(
      0, [.unsigned(kind), .text(namespace), .text(name), .text(version), .array(edges)])
  }

  private func edge(_ kind: UInt64, _ cause: UInt8, _ role: CBORValue = .null) -> CBORValue {
    .array([.unsigned(kind), .bytes(Array(repeating: cause, count: 32)), role])
  }

  /// The refusal of an annotation on a node, or a statement, with some payload.
  private func refusal(
    kind: UInt64 = 2, salt: [UInt8] = Array(0..<16), time: [CBORValue]? = nil, source: String = "",
    _ content: CBORValue
  ) throws -> RecordError.Kind? {
    let time = CBORValue.array(time ?? [.unsigned(0), .unsigned(0), .null])
    let payload = try CBORValue.array([
      .text("provenance.payload"), .unsigned(kind), .unsigned(1), .bytes(salt), time,
      .text(source), content,
    ]).encoded()
    let commitment = CBORValue.bytes(SHA256.hash(payload).bytes)
    let target = kind == 3 ? CBORValue.array([.unsigned(0), digest]) : digest
    return recordRefusal(header: try header(kind, [target, commitment]), payload: payload)
  }

  private func map(_ key: String, _ value: CBORValue) -> CBORValue {
    .map([.init(key: key, value: value)])
  }

  @Test func theSmallestOfEachIsARecord() throws {
    #expect(recordRefusal(header: try node()) == nil)
    #expect(recordRefusal(header: try node(edges: [edge(0, 1)])) == nil)
    #expect(recordRefusal(header: try header(1, [.unsigned(0), digest, digest, .null])) == nil)
    #expect(try refusal(map("a", .null)) == nil)
    #expect(try refusal(kind: 3, .text("")) == nil)
    #expect(try refusal(kind: 4, .text("")) == nil)
  }

  @Test func kindsThatDoNotExist() throws {
    #expect(malformedOffset(recordRefusal(header: try node(kind: 5))) == 21)
    #expect(malformedOffset(recordRefusal(header: try node(kind: 256))) == 21)
    let inNode = try node(edges: [edge(0, 1), edge(9, 2)])
    #expect(malformedOffset(recordRefusal(header: inNode)) == 65)
    let alone = try header(1, [.unsigned(9), digest, digest, .null])
    #expect(malformedOffset(recordRefusal(header: alone)) == 21)
    let subject = CBORValue.array([.unsigned(9), digest, digest, .null])
    #expect(malformedOffset(recordRefusal(header: try header(2, [subject, digest]))) == 22)
    for target: [CBORValue] in [[.unsigned(3), digest], [.unsigned(0), digest, .null], [digest]] {
      let header = try header(3, [.array(target), digest])
      #expect(malformedOffset(recordRefusal(header: header)) == 21)
    }
  }

  @Test func edgesOutOfOrderOrTwice() throws {
    let ordered = [
      edge(0, 1), edge(0, 1, .text("a")), edge(0, 1, .text("aa")), edge(0, 1, .text("b")),
      edge(0, 2), edge(1, 0), edge(8, 255, .text("é")),
    ]
    #expect(recordRefusal(header: try node(edges: ordered)) == nil)
    for first in ordered.indices {
      for second in ordered.indices where first >= second {
        let header = try node(edges: [ordered[first], ordered[second]])
        let found = recordRefusal(header: header)
        let place = 27 + (try ordered[first].encoded().count)
        #expect(malformedOffset(found) == place, "\(first) before \(second)")
      }
    }
  }

  @Test func edgesOfTheWrongSize() throws {
    let digest = digest
    for wrong: [CBORValue] in [[], [.unsigned(0), digest], [.unsigned(0), digest, .null, .null]] {
      #expect(malformedOffset(recordRefusal(header: try node(edges: [.array(wrong)]))) == 27)
    }
    let short = CBORValue.bytes(Array(repeating: 1, count: 31))
    let header = try node(edges: [.array([.unsigned(0), short, .null])])
    #expect(malformedOffset(recordRefusal(header: header)) == 29)
  }

  /// The count is bounded by what remains, and what it reserves by what edges need.
  @Test func anAnnouncedCountAlone() throws {
    var header = try node()
    header.removeLast()
    let announced = header + [0x9a, 0x00, 0x0f, 0xff, 0x00]
    #expect(recordRefusal(header: announced) != nil)
    let filled = announced + Array(repeating: 0xf6, count: 0x0fff00)
    #expect(malformedOffset(recordRefusal(header: filled)) == announced.count)
  }

  @Test(arguments: ["a\u{0}b", "\u{1f}", "\u{7f}", "a\u{85}", "e\u{301}", "\u{212b}"])
  func textsThatAreNoNames(text: String) throws {
    #expect(recordRefusal(header: try node(text)).map(field) == "namespace")
    #expect(recordRefusal(header: try node("", text)).map(field) == "name")
    #expect(recordRefusal(header: try node("", "n", text)).map(field) == "version")
    let edges = [edge(0, 1, .text(text))]
    #expect(recordRefusal(header: try node(edges: edges)).map(field) == "role")
    let alone = try header(1, [.unsigned(0), digest, digest, .text(text)])
    #expect(recordRefusal(header: alone).map(field) == "role")
    #expect(try refusal(source: text, map("a", .null)).map(field) == "source")
    #expect(try refusal(kind: 3, source: text, .text("")).map(field) == "source")
    #expect(try refusal(kind: 4, source: text, .text("")).map(field) == "source")
    #expect(try refusal(map(text, .null)).map(field) == "attribute key")
    // Inside an attribute, and in free text, bytes are as the source had them.
    #expect(try refusal(map("a", map(text, .text(text)))) == nil)
    #expect(try refusal(kind: 3, .text(text)) == nil)
  }

  @Test func emptyTexts() throws {
    #expect(recordRefusal(header: try node("", "", "")).map(field) == "name")
    let role = try header(1, [.unsigned(0), digest, digest, .text("")])
    #expect(recordRefusal(header: role).map(field) == "role")
    #expect(try refusal(map("", .null)).map(field) == "attribute key")
  }

  private func field(_ refusal: RecordError.Kind) -> String {
    if case .name(let error) = refusal { error.field } else { "\(refusal)" }
  }

  @Test func salts() throws {
    for count in [0, 8, 15, 17, 32] {
      let salt = Array(repeating: 1 as UInt8, count: count)
      #expect(malformedPayloadOffset(try refusal(salt: salt, map("a", .null))) != nil, "\(count)")
    }
  }

  @Test func times() throws {
    let extremes: [CBORValue] = [.unsigned(1 << 63), .unsigned(.max), .negative(1 << 62), .null]
    for seconds in extremes + [.unsigned(253_402_300_800), .negative(62_135_596_800)] {
      let found = try refusal(time: [seconds, .unsigned(0), .null], map("a", .null))
      #expect(malformedPayloadOffset(found) != nil, "\(seconds)")
    }
    for nanoseconds in extremes + [.unsigned(1_000_000_000), .negative(0)] {
      let found = try refusal(time: [.unsigned(0), nanoseconds, .null], map("a", .null))
      #expect(malformedPayloadOffset(found) != nil, "\(nanoseconds)")
    }
    let largest = [CBORValue.unsigned((1 << 63) - 1), .negative((1 << 63) - 1)]
    for offset in extremes.dropLast() + largest + [.unsigned(1), .unsigned(86_400)] {
      let found = try refusal(time: [.unsigned(0), .unsigned(0), offset], map("a", .null))
      #expect(malformedPayloadOffset(found) != nil, "\(offset)")
    }
    #expect(malformedPayloadOffset(try refusal(time: [.unsigned(0)], map("a", .null))) != nil)
  }

  @Test func attributesThatAreNone() throws {
    #expect(try refusal(.map([])) == .emptyAnnotation)
    for other: CBORValue in [.null, .array([.unsigned(0)]), .text("a"), .unsigned(1)] {
      #expect(malformedPayloadOffset(try refusal(other)) != nil)
    }
    #expect(malformedPayloadOffset(try refusal(kind: 3, .null)) != nil)
    #expect(malformedPayloadOffset(try refusal(map("a", .link([1, 2])))) != nil)
    #expect(malformedPayloadOffset(try refusal(map("a", .array([.unsigned(4), .null])))) != nil)
  }

  @Test func digestsThatAreNone() throws {
    let key = "digest.sha256"
    for value: CBORValue in [.null, .bytes([]), .bytes(Array(0..<31)), .text("sha256:00")] {
      #expect(try refusal(map(key, value)) == .wrongDigest(key: key))
    }
    #expect(try refusal(map(key, .bytes(Array(0..<32)))) == nil)
  }

  @Test func sizes() throws {
    let longest = String(repeating: "r", count: 1 << 16)
    #expect(try refusal(kind: 3, .text(longest)) == nil)
    #expect(
      try refusal(kind: 3, .text(longest + "r")) == .tooLarge(bytes: 65_537, limit: 65_536))
    // Key and heads of {"a": bytes} take 8 bytes.
    let large = Array(repeating: 0 as UInt8, count: (1 << 20) - 8)
    #expect(try refusal(map("a", .bytes(large))) == nil)
    #expect(malformedPayloadOffset(try refusal(map("a", .bytes(large + [0])))) != nil)
    let surplus = Limits.recordBytes + 1
    let header = Array(repeating: 0x80 as UInt8, count: surplus - 10)
    #expect(
      recordRefusal(header: header, payload: Array(repeating: 0, count: 10))
        == .tooLarge(bytes: surplus, limit: Limits.recordBytes))
  }

  @Test func levels() throws {
    func nested(_ levels: Int) -> CBORValue {
      (1..<levels).reduce(.null) { value, _ in .array([.unsigned(0), value]) }
    }
    #expect(try refusal(map("a", nested(Limits.attributeDepth))) == nil)
    #expect(malformedPayloadOffset(try refusal(map("a", nested(Limits.attributeDepth + 1)))) != nil)
  }
}
