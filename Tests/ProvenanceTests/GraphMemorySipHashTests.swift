import Testing

@testable import Provenance

/// SipHash under the key 00 01 … 0F; the vectors of its authors (appendix A, and vectors.h).
struct GraphMemorySipHashTests {
  private let key = SipHash(key: 0x0706_0504_0302_0100, 0x0F0E_0D0C_0B0A_0908)

  private func hash(_ count: UInt8, rounds: Int, finalRounds: Int) -> UInt64 {
    let bytes = (0..<count).map { $0 }
    return unsafe bytes.withUnsafeBytes {
      unsafe key.hash($0, rounds: rounds, finalRounds: finalRounds)
    }
  }

  @Test func publishedVectorsWithTwoAndFourRounds() {
    #expect(hash(0, rounds: 2, finalRounds: 4) == 0x726F_DB47_DD0E_0E31)
    #expect(hash(1, rounds: 2, finalRounds: 4) == 0x74F8_39C5_93DC_67FD)
    #expect(hash(8, rounds: 2, finalRounds: 4) == 0x93F5_F579_9A93_2462)
    #expect(hash(15, rounds: 2, finalRounds: 4) == 0xA129_CA61_49BE_45E5)
  }

  @Test func textsAndNumbersAreHashedAsTheirBytes() {
    let bytes: [UInt8] = [1, 0, 0, 0, 2, 0, 0, 0, 3, 0, 0, 0, 4, 0, 0, 0]
    let expected = unsafe bytes.withUnsafeBytes { unsafe key.hash($0) }
    #expect(key.hash(1, 2, 3, 4) == expected)
    let text = "Größe"
    let ofBytes = unsafe Array(text.utf8).withUnsafeBytes { unsafe key.hash($0) }
    #expect(key.hash(text) == ofBytes)
    #expect(key.hash(text) != SipHash(key: 1, 2).hash(text))
  }
}
