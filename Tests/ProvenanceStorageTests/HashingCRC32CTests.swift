import Testing

@testable import ProvenanceStorage

@Suite struct HashingCRC32CTests {
  /// A message and its checksum: RFC 3720 appendix B.4, and the customary check value.
  struct Vector: CustomTestStringConvertible {
    var testDescription: String
    var message: [UInt8]
    var checksum: UInt32
  }

  static let vectors = [
    Vector(testDescription: "nothing", message: [], checksum: 0),
    Vector(testDescription: "digits", message: Array("123456789".utf8), checksum: 0xE306_9283),
    Vector(
      testDescription: "zeros", message: [UInt8](repeating: 0, count: 32), checksum: 0x8A91_36AA),
    Vector(
      testDescription: "ones", message: [UInt8](repeating: 0xFF, count: 32),
      checksum: 0x62A8_AB43),
    Vector(testDescription: "rising", message: Array(0..<32), checksum: 0x46DD_794E),
    Vector(testDescription: "falling", message: (0..<32).reversed(), checksum: 0x113F_DB5C),
    Vector(
      testDescription: "an iSCSI read command",
      message: [
        0x01, 0xC0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0x14, 0, 0, 0, 0, 0, 4, 0, 0, 0, 0,
        0x14, 0, 0, 0, 0x18, 0x28, 0, 0, 0, 0, 0, 0, 0, 2, 0, 0, 0, 0, 0, 0, 0,
      ], checksum: 0xD996_3A56),
  ]

  @Test(arguments: vectors)
  func publishedVectors(vector: Vector) {
    #expect(CRC32C.checksum(of: vector.message) == vector.checksum)
    var checksum = CRC32C()
    for byte in vector.message { checksum.update([byte]) }
    #expect(checksum.value == vector.checksum)
  }

  @Test func everyLengthAgreesWithTheDefinition() {
    var content = SeededContent(seed: 0xCA57)
    var wrong: [Int] = []
    for length in 0...300 {
      let message = content.bytes(length)
      if CRC32C.checksum(of: message) != definition(message) { wrong.append(length) }
    }
    #expect(wrong.isEmpty, "seed \(content.seed)")
  }

  @Test func everySplitIntoTwoUpdates() {
    var content = SeededContent(seed: 0x3720)
    let message = content.bytes(100)
    var wrong: [String] = []
    for length in 0...message.count {
      let whole = CRC32C.checksum(of: Array(message[..<length]))
      for split in 0...length {
        let first = CRC32C.checksum(of: Array(message[..<split]))
        var second = CRC32C(seed: first)
        second.update(Array(message[split..<length]))
        if second.value != whole { wrong.append("\(split) of \(length)") }
      }
    }
    #expect(wrong.isEmpty, "seed \(content.seed)")
  }

  @Test func aSaltCountsAsBytesBefore() {
    var content = SeededContent(seed: 0x5A17)
    let salt = content.bytes(16)
    let other = content.bytes(16)
    let message = content.bytes(48)
    var salted = unsafe CRC32C(salt: salt.span.bytes)
    #expect(salted.value == CRC32C.checksum(of: salt), "seed \(content.seed)")
    salted.update(message)
    #expect(salted.value == CRC32C.checksum(of: salt + message), "seed \(content.seed)")
    #expect(
      salted.value == CRC32C.checksum(of: message, seed: CRC32C.checksum(of: salt)),
      "seed \(content.seed)")
    #expect(salted.value != CRC32C.checksum(of: other + message), "seed \(content.seed)")
  }

  @Test func everyFlippedBitShows() {
    var content = SeededContent(seed: 0xF11)
    var message = content.bytes(64)
    let checksum = CRC32C.checksum(of: message)
    var hidden: [Int] = []
    for bit in 0..<(message.count * 8) {
      message[bit >> 3] ^= 1 << UInt8(bit & 7)
      if CRC32C.checksum(of: message) == checksum { hidden.append(bit) }
      message[bit >> 3] ^= 1 << UInt8(bit & 7)
    }
    #expect(hidden.isEmpty, "seed \(content.seed)")
  }

  /// The checksum bit by bit, as the polynomial defines it.
  private func definition(_ message: [UInt8]) -> UInt32 {
    var register = UInt32.max
    for byte in message {
      register ^= UInt32(byte)
      for _ in 0..<8 { register = register >> 1 ^ (register & 1) &* 0x82F6_3B78 }
    }
    return ~register
  }
}
