import Foundation
import Provenance
import Testing

/// A seeded generator (SplitMix64), so that a failure can be repeated from its seed.
struct CBORTestRandom: RandomNumberGenerator {
  private var state: UInt64

  init(seed: UInt64) { state = seed }

  mutating func next() -> UInt64 {
    state &+= 0x9e37_79b9_7f4a_7c15
    var z = state
    z = (z ^ z >> 30) &* 0xbf58_476d_1ce4_e5b9
    z = (z ^ z >> 27) &* 0x94d0_49bb_1331_11eb
    return z ^ z >> 31
  }
}

/// The lines of a fixture, each split at tabs.
func fixtureRows(_ folder: String, _ file: String) throws -> [[String]] {
  let url = try #require(Bundle.module.resourceURL)
  let path = url.appendingPathComponent("Fixtures/\(folder)/\(file)")
  return try String(contentsOf: path, encoding: .utf8)
    .split(separator: "\n").map { $0.split(separator: "\t").map(String.init) }
}

/// Bytes of hexadecimal digits; white space does not count.
func bytes(_ hexadecimal: String) -> [UInt8] {
  let digits = hexadecimal.filter { !$0.isWhitespace }
  var result: [UInt8] = []
  var rest = digits[...]
  while !rest.isEmpty {
    result.append(UInt8(rest.prefix(2), radix: 16)!)
    rest = rest.dropFirst(2)
  }
  return result
}

/// The error that reading some bytes as one item ends with.
func refusal(_ input: [UInt8]) -> CBORError? {
  do {
    _ = try CBORValue(canonical: input)
    return nil
  } catch {
    return error
  }
}

/// Bytes by one encoder call.
func encoded(_ write: (inout CBOREncoder) -> Void) -> [UInt8] {
  var encoder = CBOREncoder()
  write(&encoder)
  return encoder.bytes
}

/// One item of every type, nested, with the lengths that change a head's form.
let canonicalSample: CBORValue = .map([
  .init(key: "", value: .null),
  .init(key: "a", value: .array([.unsigned(0), .unsigned(24), .unsigned(500), .negative(70_000)])),
  .init(key: "b", value: .map([.init(key: "é", value: .bool(true))])),
  .init(key: "aa", value: .double(0.1)),
  .init(key: "ab", value: .double(.nan)),
  .init(key: "link", value: .link([1, 0x71, 0x12, 0x20])),
  .init(key: "bytes", value: .bytes(Array(0..<30))),
  .init(key: "largest", value: .array([.unsigned(.max), .negative(.max), .array([]), .map([])])),
])
