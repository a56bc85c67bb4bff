import Provenance
import Testing

/// The fixtures of ipld/codec-fixtures: other implementations of dag-cbor agree on each.
@Suite struct IPLDFixtureTests {
  @Test func everyFixtureRoundTripsAndHasItsIdentifier() throws {
    let rows = try fixtureRows("ipld-dag-cbor", "fixtures.tsv")
    for row in rows {
      let input = bytes(row[2])
      #expect(try CBORValue(canonical: input).encoded() == input, "\(row[0])")
      // CIDv1, dag-cbor, sha2-256 of 32 bytes.
      #expect(base32(row[1]) == [1, 0x71, 0x12, 0x20] + SHA256.hash(input).bytes, "\(row[0])")
    }
    #expect(rows.count == 128)
  }

  @Test func everyNegativeFixtureIsRefused() throws {
    let rows = try fixtureRows("ipld-dag-cbor", "refused.tsv")
    #expect(!rows.isEmpty)
    for row in rows { #expect(refusal(bytes(row[1])) != nil, "\(row[0])") }
  }

  /// Multibase `b`: lower-case base32 of RFC 4648 without padding.
  private func base32(_ text: String) -> [UInt8]? {
    guard text.first == "b" else { return nil }
    var result: [UInt8] = []
    var buffer: UInt32 = 0
    var bits = 0
    for character in text.dropFirst() {
      guard let index = "abcdefghijklmnopqrstuvwxyz234567".firstIndex(of: character) else {
        return nil
      }
      let alphabet = "abcdefghijklmnopqrstuvwxyz234567"
      buffer = buffer << 5 | UInt32(alphabet.distance(from: alphabet.startIndex, to: index))
      bits += 5
      if bits >= 8 {
        bits -= 8
        result.append(UInt8(truncatingIfNeeded: buffer >> UInt32(bits)))
      }
    }
    return result
  }
}
