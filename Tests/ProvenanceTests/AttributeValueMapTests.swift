import Provenance
import Testing

@Suite struct AttributeValueMapTests {
  @Test func orderIsThatOfTheEncoding() throws {
    let keys = ["b", "", "aa", "é", "z", "e\u{301}", "a", "~~"]
    let map = try AttributeMap(
      uniqueKeysWithValues: keys.enumerated().map { ($1, AttributeValue.int(Int64($0))) })
    #expect(map.map(\.key) == ["", "a", "b", "z", "aa", "~~", "é", "e\u{301}"])
    #expect(map.map(\.key.utf8.count) == [0, 1, 1, 1, 2, 2, 2, 3])
    for (index, key) in keys.enumerated() { #expect(map[key] == .int(Int64(index))) }
    #expect(map.count == 8 && map[0].key == "" && map.last?.key.utf8.count == 3)
  }

  @Test func keysAreUniqueByBytes() throws {
    let error = #expect(throws: AttributeError.self) {
      try AttributeMap(uniqueKeysWithValues: [("a", 1), ("b", 2), ("a", 3)])
    }
    #expect(error?.kind == .duplicateKey)
    #expect(error?.path == [.key("a")])
    let map: AttributeMap = ["\u{e9}": 1, "e\u{301}": 2]
    #expect(map["\u{e9}"] == 1)
    #expect(map["e\u{301}"] == 2)
  }

  @Test(arguments: 0..<8 as Range<UInt64>) func randomEditsAgreeWithADictionary(seed: UInt64) {
    var random = CBORTestRandom(seed: seed)
    var map = AttributeMap()
    var model: [[UInt8]: Int64] = [:]
    for step in 0..<500 as Range<Int64> {
      let key = String(UInt8.random(in: 0..<60, using: &random), radix: 3)
      let value = Bool.random(using: &random) ? step : nil
      map[key] = value.map(AttributeValue.int)
      model[Array(key.utf8)] = value
    }
    #expect(map.count == model.count, "seed \(seed)")
    for (key, value) in map { #expect(model[Array(key.utf8)] == value.intValue, "seed \(seed)") }
    let isSorted = zip(map, map.dropFirst()).allSatisfy { CBORKeyOrder.precedes($0.key, $1.key) }
    #expect(isSorted, "seed \(seed)")
  }

  @Test func encodingRoundTrips() throws {
    let map: AttributeMap = ["lr": 0.1, "a": [1], "": .null]
    var encoder = CBOREncoder()
    try map.encode(into: &encoder)
    var decoder = try CBORDecoder(encoder.bytes)
    #expect(try AttributeMap(from: &decoder) == map)
    try decoder.finish()
    decoder = try CBORDecoder(bytes("8100"))
    #expect(throws: CBORError.self) { try AttributeMap(from: &decoder) }
    #expect(map.description == #"{"": null, "a": [1], "lr": 0.1}"#)
    #expect(AttributeMap() == [:])
    #expect(Set([map, map, [:]]).count == 2)
    try map.validate()
  }

  #if os(Linux) || os(macOS)
  @Test func aRepeatedKeyInALiteralTraps() async {
    await #expect(processExitsWith: .failure) {
      let map: AttributeMap = ["a": 1, "a": 2]
      print(map)
    }
  }
  #endif
}
