import Provenance
import Testing

@Suite struct AttributeValueLimitTests {
  private func nested(_ levels: Int, _ innermost: AttributeValue) -> AttributeValue {
    var value = innermost
    for _ in 0..<levels { value = .list([value]) }
    return value
  }

  private func refusal(_ value: AttributeValue, limit: AttributeLimit = .record) -> AttributeError?
  {
    var encoder = CBOREncoder(appendingTo: [1, 2, 3])
    do {
      try value.encode(into: &encoder, limit: limit)
      return nil
    } catch {
      // Nothing of the refused value is left behind.
      #expect(encoder.bytes == [1, 2, 3])
      return error
    }
  }

  @Test func depth() throws {
    #expect(refusal(nested(60, 1)) == nil)
    #expect(refusal(nested(59, .unsigned(1))) == nil)
    #expect(refusal(nested(61, 1))?.kind == .tooDeep)
    #expect(refusal(nested(60, .unsigned(1)))?.kind == .tooDeep)
    #expect(refusal(nested(60, [:]))?.kind == .tooDeep)
    #expect(refusal(nested(61, 1))?.path == Array(repeating: .index(0), count: 60))
    let value: AttributeValue = ["a": [1, ["b": [2]]]]
    let error = refusal(value, limit: AttributeLimit(depth: 3, byteCount: 100))
    #expect(error?.path == [.key("a"), .index(1), .key("b")])
    #expect(error?.description == "attribute a[1].b: tooDeep: more than 3 levels")
  }

  /// A decoder refuses what the encoder refuses, so that stores exchange only what both can hold.
  @Test func decodingHasTheSameLimits() throws {
    for (levels, accepted) in [(60, true), (61, false)] {
      var encoder = CBOREncoder()
      try nested(levels, 1).encode(into: &encoder, limit: AttributeLimit(depth: 64, byteCount: 999))
      var decoder = try CBORDecoder(encoder.bytes)
      let value = try? AttributeValue(from: &decoder)
      #expect((value != nil) == accepted)
    }
    for (size, accepted) in [(1 << 20, true), ((1 << 20) + 1, false)] {
      let value = AttributeValue.bytes([UInt8](repeating: 7, count: size - 5))
      #expect((refusal(value) == nil) == accepted)
      var encoder = CBOREncoder()
      try value.encode(into: &encoder, limit: AttributeLimit(depth: 1, byteCount: 1 << 21))
      #expect(encoder.bytes.count == size)
      var decoder = try CBORDecoder(encoder.bytes)
      #expect(((try? AttributeValue(from: &decoder)) != nil) == accepted)
    }
  }

  /// Such a value must be taken apart by hand: Swift releases nested enums by recursion.
  @Test func aMillionLevelsEndInATypedError() {
    var value = nested(1_000_000, 1)
    #expect(refusal(value)?.kind == .tooDeep)
    #expect(throws: AttributeError.self) { try value.validate() }
    #expect(isEqualToItself(value))
    #expect(value.description.utf8.count < 200)
    while case .list(let items) = value { value = items.first ?? .null }
    #expect(value == 1)
  }

  private func isEqualToItself(_ value: AttributeValue) -> Bool {
    value == value && value.hashValue == value.hashValue
  }

  /// A value that is small in memory but not when written out: 2^59 leaves behind shared lists.
  @Test func sharedListsStopAtTheByteLimit() {
    var value: AttributeValue = 1
    for _ in 0..<59 { value = .list([value, value]) }
    #expect(refusal(value)?.kind == .tooLarge)
  }

  @Test func size() throws {
    let large = AttributeValue.string(String(repeating: "x", count: 1 << 20))
    let error = refusal(["name": "n", "config": ["text": large]])
    #expect(error?.kind == .tooLarge)
    #expect(error?.path == [.key("config"), .key("text")])
    #expect(refusal(.list(Array(repeating: .null, count: 1 << 20)))?.kind == .tooLarge)
    #expect(refusal(.list(Array(repeating: .null, count: 1 << 19))) == nil)
    // a1 616b 83 00 63616263 82 01 19012c
    let value: AttributeValue = ["k": ["abc", .unsigned(300)]]
    for byteCount in 0...14 {
      let isAccepted = refusal(value, limit: AttributeLimit(depth: 9, byteCount: byteCount)) == nil
      #expect(isAccepted == (byteCount == 14), "\(byteCount) of 14 bytes")
    }
  }
}
