import Provenance
import Testing

@Suite struct CBOREncodingTests {
  /// An argument, and the head that carries it for major type 0 (RFC 8949 section 3).
  static let heads: [(UInt64, String)] = [
    (0, "00"), (1, "01"), (10, "0a"), (23, "17"),
    (24, "18 18"), (100, "18 64"), (255, "18 ff"),
    (256, "19 0100"), (1000, "19 03e8"), (65_535, "19 ffff"),
    (65_536, "1a 00010000"), (1_000_000, "1a 000f4240"), (4_294_967_295, "1a ffffffff"),
    (4_294_967_296, "1b 0000000100000000"), (1_000_000_000_000, "1b 000000e8d4a51000"),
    (.max, "1b ffffffffffffffff"),
  ]

  private func head(_ major: UInt8, _ text: String) -> [UInt8] {
    var head = bytes(text)
    head[0] |= major << 5
    return head
  }

  @Test(arguments: heads) func numbers(argument: UInt64, text: String) throws {
    #expect(encoded { $0.unsigned(argument) } == head(0, text))
    #expect(encoded { $0.negative(argument) } == head(1, text))
    if let value = Int64(exactly: argument) {
      #expect(encoded { $0.int(value) } == head(0, text))
      #expect(encoded { $0.int(-1 - value) } == head(1, text))
      var decoder = try CBORDecoder(head(1, text))
      #expect(try decoder.int() == -1 - value)
    }
    var decoder = try CBORDecoder(head(0, text))
    #expect(try decoder.peek() == .unsigned)
    #expect(try decoder.unsigned() == argument)
    try decoder.finish()
  }

  @Test(arguments: heads.filter { $0.0 <= 65_536 })
  func lengths(argument: UInt64, text: String) throws {
    let count = Int(argument)
    let content = [UInt8](repeating: 0x61, count: count)
    #expect(encoded { $0.bytes(content) } == head(2, text) + content)
    let string = String(repeating: "a", count: count)
    #expect(encoded { $0.text(string) } == head(3, text) + content)
    #expect(encoded { $0.array(count: count) } == head(4, text))
    #expect(encoded { $0.map(count: count) } == head(5, text))

    var decoder = try CBORDecoder(head(2, text) + content)
    #expect(try decoder.bytes() == content)
    decoder = try CBORDecoder(head(3, text) + content)
    #expect(try decoder.text() == string)
    decoder = try CBORDecoder(head(4, text) + content.map { _ in 0 })
    #expect(try decoder.array() == count)
    for _ in 0..<count { _ = try decoder.unsigned() }
    try decoder.finish()
  }

  @Test func mapsOfEveryLengthClass() throws {
    for (argument, text) in Self.heads where argument <= 65_536 {
      let keys = (0..<Int(argument)).map { String($0, radix: 36) }
        .sorted { CBORKeyOrder.precedes($0, $1) }
      let value = CBORValue.map(keys.map { .init(key: $0, value: .null) })
      let bytes = try value.encoded()
      #expect(bytes.starts(with: head(5, text)))
      #expect(try CBORValue(canonical: bytes).encoded() == bytes)
    }
  }

  @Test func simpleValues() {
    #expect(encoded { $0.bool(false) } == [0xf4])
    #expect(encoded { $0.bool(true) } == [0xf5])
    #expect(encoded { $0.null() } == [0xf6])
    #expect(encoded { $0.optionalText(nil) } == [0xf6])
    #expect(encoded { $0.optionalText("ü") } == bytes("62 c3bc"))
    #expect(encoded { $0.link([1, 2]) } == bytes("d82a 43 000102"))
    let digest = SHA256.hash(Array("abc".utf8))
    #expect(encoded { $0.digest(digest) } == [0x58, 0x20] + digest.bytes)
  }

  @Test(arguments: [
    (0.0, "0000000000000000"), (-0.0, "8000000000000000"), (1.0, "3ff0000000000000"),
    (1.1, "3ff199999999999a"), (-4.1, "c010666666666666"), (65_504.0, "40effc0000000000"),
    (.leastNonzeroMagnitude, "0000000000000001"), (1.0e+300, "7e37e43c8800759c"),
    (Double.infinity, "7ff0000000000000"), (-Double.infinity, "fff0000000000000"),
    (Double.nan, "7ff8000000000000"), (-Double.nan, "7ff8000000000000"),
    (Double.signalingNaN, "7ff8000000000000"),
    (Double(bitPattern: 0x7ff8_0000_0000_0001), "7ff8000000000000"),
  ])
  func doubles(value: Double, bits: String) throws {
    let expected = [0xfb] + bytes(bits)
    #expect(encoded { $0.double(value) } == expected)
    var decoder = try CBORDecoder(expected)
    #expect(try decoder.double().canonicalBitPattern == value.canonicalBitPattern)
    try decoder.finish()
  }

  @Test func encodersAreReusable() throws {
    var encoder = CBOREncoder(appendingTo: [0xff])
    encoder.null()
    #expect(encoder.bytes == [0xff, 0xf6])
    encoder.removeAll()
    encoder.optionalText("a")
    encoder.optionalText(nil)
    var decoder = try CBORDecoder(encoder.bytes)
    #expect(try decoder.optionalText() == "a")
    #expect(try decoder.optionalText() == nil)
    try decoder.finish()
  }

  /// Ids are hashes over such bytes: they must never change.
  @Test func goldenBytes() throws {
    let golden = bytes(
      """
      a8 60f6 6161840018181901f43a00011170 6162a162c3a9f5 626161fb3fb999999999999a
      626162fb7ff8000000000000 646c696e6bd82a450001711220
      656279746573581e000102030405060708090a0b0c0d0e0f101112131415161718191a1b1c1d
      676c617267657374841bffffffffffffffff3bffffffffffffffff80a0
      """)
    #expect(try canonicalSample.encoded() == golden)
  }
}
