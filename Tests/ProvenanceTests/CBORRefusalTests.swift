import Provenance
import Testing

@Suite struct CBORRefusalTests {
  @Test func lengthsAndNumbersInMoreBytesThanNeeded() {
    for major in [0, 1, 2, 3, 4, 5, 6] as [UInt8] {
      for value in [0, 1, 23] as [UInt8] {
        for (information, padding) in [(24, 0), (25, 1), (26, 3), (27, 7)] as [(UInt8, Int)] {
          let zeros = [UInt8](repeating: 0, count: padding)
          let input = [major << 5 | information] + zeros + [value]
          #expect(refusal(input)?.kind == .notCanonical, "\(input)")
        }
      }
    }
    for input in [
      "19 00ff", "1a 000000ff", "1a 0000ffff", "1b 00000000000000ff", "1b 000000000000ffff",
      "1b 00000000ffffffff", "39 0018", "3b 00000000ffffffff", "59 0001 00", "79 0001 61",
      "99 0001 00", "b9 0001 6000", "d9 002a 4100",
    ] {
      #expect(refusal(bytes(input))?.kind == .notCanonical, "\(input)")
    }
  }

  @Test func indefiniteLengthsAndBreaks() {
    for input in ["5f", "5f4100ff", "7f", "7f6161ff", "9f", "9fff", "bf", "bfff", "ff", "1f", "3f"]
    {
      #expect(refusal(bytes(input))?.kind == .notCanonical, "\(input)")
    }
    #expect(refusal(bytes("82 00 9fff"))?.offset == 2)
  }

  @Test func floatsOfFewerBits() {
    for input in ["f90000", "f93c00", "f97e00", "fa47c35000", "fa7fc00000"] {
      #expect(refusal(bytes(input))?.kind == .notCanonical, "\(input)")
    }
  }

  @Test func otherNaNs() {
    for input in ["7ff0000000000001", "7ff8000000000001", "fff8000000000000", "7fffffffffffffff"] {
      #expect(refusal([0xfb] + bytes(input))?.kind == .notCanonical, "\(input)")
    }
  }

  @Test func reservedHeads() {
    for major in 0..<8 as Range<UInt8> {
      for information in 28...30 as ClosedRange<UInt8> {
        #expect(refusal([major << 5 | information, 0, 0, 0])?.kind == .malformed)
      }
    }
  }

  @Test func otherSimpleValues() {
    for byte in (0xe0...0xf3) + [0xf7] as [UInt8] {
      #expect(refusal([byte])?.kind == .unsupported)
    }
    for value in 0...255 as ClosedRange<UInt8> {
      #expect(refusal([0xf8, value])?.kind == .unsupported)
    }
  }

  @Test func otherTags() {
    for tag in 0..<24 as Range<UInt8> { #expect(refusal([0xc0 | tag, 0x41, 0])?.kind != nil) }
    for tag in 24...255 as ClosedRange<UInt8> where tag != 42 {
      #expect(refusal([0xd8, tag, 0x41, 0])?.kind == .unsupported)
    }
    #expect(refusal(bytes("d9 012a 4100"))?.kind == .unsupported)
    for content in ["00", "60", "40", "4101", "80", "f6", "d82a4100"] {
      #expect(refusal(bytes("d82a" + content))?.kind == .unsupported, "\(content)")
    }
    #expect(refusal(bytes("d82a"))?.kind == .truncated)
    #expect(refusal(bytes("d82a 5f4100ff"))?.kind == .unsupported)
    #expect(refusal(bytes("d82a 5801 00"))?.kind == .notCanonical)
    #expect(refusal(bytes("d82a 4100")) == nil)
  }

  @Test func keysOutOfOrderTwiceOrNotText() {
    #expect(refusal(bytes("a2 616200 616100"))?.kind == .unsortedKeys)
    #expect(refusal(bytes("a2 62616100 616200"))?.kind == .unsortedKeys)
    #expect(refusal(bytes("a2 616100 616100"))?.kind == .duplicateKey)
    #expect(refusal(bytes("a2 616100 616100"))?.offset == 4)
    #expect(refusal(bytes("a2 6000 6000"))?.kind == .duplicateKey)
    #expect(refusal(bytes("a2 616200 62616100")) == nil)
    for key in ["00", "20", "4161", "80", "a0", "f6", "fb3ff0000000000000", "d82a4100"] {
      #expect(refusal(bytes("a1" + key + "00"))?.kind == .unsupported, "\(key)")
    }
    // The order starts anew in every map, and goes on behind a nested one.
    #expect(refusal(bytes("a2 6162 a1616100 6163 a1616100")) == nil)
    #expect(refusal(bytes("a2 6162 a1616100 6161 00"))?.kind == .unsortedKeys)
    #expect(refusal(bytes("82 a1616200 a1616100")) == nil)
  }

  /// Two Unicode forms of one text are two keys: equality of strings must not be used.
  @Test func keysThatDifferOnlyInNormalization() throws {
    let composed = CBORValue.map([
      .init(key: "\u{e9}", value: .null), .init(key: "e\u{301}", value: .null),
    ])
    #expect(try CBORValue(canonical: composed.encoded()).encoded() == composed.encoded())
  }

  @Test func depth() throws {
    func nested(_ levels: Int, _ head: [UInt8], _ inner: [UInt8]) -> [UInt8] {
      (0..<levels).flatMap { _ in head } + inner
    }
    for (head, empty) in [([0x81], [0x80]), ([0xa1, 0x60], [0xa0])] as [([UInt8], [UInt8])] {
      #expect(refusal(nested(64, head, [0])) == nil)
      #expect(refusal(nested(63, head, empty)) == nil)
      #expect(refusal(nested(65, head, [0]))?.kind == .tooDeep)
      #expect(refusal(nested(64, head, empty))?.kind == .tooDeep)
      #expect(refusal(nested(4_000_000, head, [0]))?.kind == .tooDeep)
    }
    // Depth goes down again where a container ends.
    #expect(refusal([0x98, 200] + (0..<200).flatMap { _ in nested(63, [0x81], [0]) }) == nil)
    var value = CBORValue.null
    for _ in 0..<65 { value = .array([value]) }
    let tooDeep = value
    #expect(throws: CBORError.self) { try tooDeep.encoded() }
  }

  @Test func size() throws {
    let largest = [UInt8](repeating: 0xf6, count: CBORLimit.byteCount)
    var decoder = try CBORDecoder(largest)
    try decoder.skip()
    #expect(refusal(largest + [0xf6])?.kind == .tooLarge)
    let value = CBORValue.bytes([UInt8](repeating: 0, count: CBORLimit.byteCount))
    #expect(throws: CBORError.self) { try value.encoded() }
  }

  /// Counts are checked against the bytes that all open containers still need, so that no input
  /// makes a reader reserve more than its own size.
  @Test func countsBeyondTheInput() {
    for input in [
      "81", "82 00", "98 ff", "9b ffffffffffffffff", "9b 7fffffffffffffff", "9a ffffffff 00",
      "a1 60", "bb ffffffffffffffff", "bb 8000000000000000 6000", "42 00", "5b ffffffffffffffff",
      "7b 7fffffffffffffff", "84 84 84 84 00000000",
    ] {
      #expect(refusal(bytes(input))?.kind == .truncated, "\(input)")
    }
    #expect(refusal(bytes("84 84 00 00 00 00"))?.offset == 1)
  }

  @Test func trailingBytes() throws {
    #expect(refusal([]) == CBORError(.truncated, offset: 0, detail: "an item is missing"))
    #expect(refusal([0, 0])?.kind == .trailingBytes)
    #expect(refusal([0x80, 0xff])?.kind == .trailingBytes)
    #expect(refusal([0, 0])?.offset == 1)
    var decoder = try CBORDecoder(bytes("82 81 00 00"))
    #expect(try decoder.array() == 2)
    try decoder.skip()
    #expect(throws: CBORError.self) { try decoder.finish() }
    try decoder.skip()
    try decoder.finish()
  }

  /// A reader that stops inside a container has not read everything, even at the last byte.
  @Test func unfinishedContainers() throws {
    var decoder = try CBORDecoder(bytes("82 00 f6"))
    #expect(try decoder.array() == 2)
    #expect(try decoder.unsigned() == 0)
    #expect(decoder.depth == 1)
    #expect(try decoder.null())
    #expect(decoder.depth == 0)
    decoder = try CBORDecoder(bytes("81 4100")[...])
    #expect(try decoder.array() == 1)
    #expect(decoder.remainingCount == 2)
    let error = #expect(throws: CBORError.self) { try decoder.finish() }
    #expect(error?.kind == .trailingBytes)
    // The text takes the byte of the second item.
    decoder = try CBORDecoder(bytes("82 6161"))
    try decoder.array(count: 2)
    #expect(try decoder.text() == "a")
    let missing = #expect(throws: CBORError.self) { try decoder.finish() }
    #expect(missing?.kind == .truncated)
  }

  @Test func valuesThatHaveNoEncoding() {
    let entry = CBORValue.Entry(key: "b", value: .null)
    let earlier = CBORValue.Entry(key: "a", value: .null)
    for (entries, kind) in [
      ([entry, earlier], .unsortedKeys), ([entry, entry], .duplicateKey),
    ] as [([CBORValue.Entry], CBORError.Kind)] {
      let error = #expect(throws: CBORError.self) { try CBORValue.map(entries).encoded() }
      #expect(error?.kind == kind)
    }
    #expect(
      CBORError(.tooDeep, offset: 3, detail: "here").description
        == "CBOR: tooDeep at byte 3: here")
  }

  @Test func wrongTypes() throws {
    let items = ["00", "20", "40", "60", "80", "a0", "d82a4100", "f4", "f6", "fb0000000000000000"]
    for (index, item) in items.enumerated() {
      let reads: [(inout CBORDecoder) throws -> Void] = [
        { _ = try $0.unsigned() }, { _ = try $0.negativeOnly() }, { _ = try $0.bytes() },
        { _ = try $0.text() }, { _ = try $0.array() }, { _ = try $0.map() },
        { _ = try $0.link() }, { _ = try $0.bool() },
        { guard try $0.null() else { throw CBORError(.wrongType, offset: 0, detail: "") } },
        { _ = try $0.double() },
      ]
      for (expected, read) in reads.enumerated() {
        var decoder = try CBORDecoder(bytes(item))
        if expected == index {
          try read(&decoder)
          try decoder.finish()
        } else {
          let error = #expect(throws: CBORError.self) { try read(&decoder) }
          #expect(error?.kind == .wrongType, "\(item) as \(expected)")
        }
      }
    }
    for input in ["1b 8000000000000000", "3b 8000000000000000"] {
      var decoder = try CBORDecoder(bytes(input))
      #expect(throws: CBORError.self) { try decoder.int() }
    }
    for count in [0, 31, 33] {
      var decoder = try CBORDecoder(encoded { $0.bytes([UInt8](repeating: 1, count: count)) })
      #expect(throws: CBORError.self) { try decoder.digest() }
    }
    var decoder = try CBORDecoder(bytes("82 00 00"))
    #expect(throws: CBORError.self) { try decoder.array(count: 3) }
  }

  @Test func utf8() throws {
    var counts = (valid: 0, invalid: 0)
    for row in try fixtureRows("utf8tests", "utf8tests.txt").compactMap(\.first) {
      let parts = row.split(separator: ":", omittingEmptySubsequences: false)
      guard parts.count >= 3, parts[0].allSatisfy({ $0.isNumber || $0 == "." }) else { continue }
      switch parts[1] {
      case "valid hex":
        let input = bytes(String(parts[2]))
        #expect(refusal(encoded { $0.bytes(input) }.markedAsText) == nil, "\(row)")
        counts.valid += 1
      case "invalid hex":
        let input = bytes(String(parts[2]))
        #expect(
          refusal(encoded { $0.bytes(input) }.markedAsText)?.kind == .invalidUTF8, "\(row)")
        counts.invalid += 1
      default: break
      }
    }
    #expect(counts.valid > 20 && counts.invalid > 100, "\(counts)")
  }
}

extension CBORDecoder {
  fileprivate mutating func negativeOnly() throws -> Int64 {
    guard try peek() == .negative else {
      throw CBORError(.wrongType, offset: offset, detail: "not negative")
    }
    return try int()
  }
}

extension [UInt8] {
  fileprivate var markedAsText: [UInt8] { [self[0] | 0x20] + dropFirst() }
}
