import Testing

@testable import Provenance

/// XXH64 against the values that its specification and reference implementation publish.
struct GraphImageHashTests {
  @Test func publishedValues() {
    let cases: [(String, UInt64, UInt64)] = [
      ("", 0, 0xEF46_DB37_51D8_E999),
      ("a", 0, 0xD24E_C4F1_A98C_6E5B),
      ("abc", 0, 0x44BC_2CF5_AD77_0999),
      ("Nobody inspects the spammish repetition", 0, 0xFBCE_A83C_8A37_8BF1),
      ("", 1, 0xD5AF_BA13_36A3_BE4B),
    ]
    for (text, seed, expected) in cases {
      let hash = unsafe Array(text.utf8).withUnsafeBytes { unsafe XXHash64.hash($0, seed: seed) }
      #expect(hash == expected, "\(text)")
    }
  }

  /// Every byte counts, at every length around the steps of the function.
  @Test func everyByteCounts() {
    for count in 1..<100 {
      var bytes = (0..<count).map { UInt8(truncatingIfNeeded: $0 &* 7) }
      let hash = unsafe bytes.withUnsafeBytes { unsafe XXHash64.hash($0) }
      for position in bytes.indices {
        bytes[position] ^= 1
        let other = unsafe bytes.withUnsafeBytes { unsafe XXHash64.hash($0) }
        #expect(other != hash)
        bytes[position] ^= 1
      }
    }
  }
}
