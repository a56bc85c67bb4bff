import Foundation
import Provenance
import Testing

@Suite struct SHA256Tests {
  @Test(arguments: ["SHA256ShortMsg", "SHA256LongMsg"])
  func nistMessages(file: String) throws {
    let lines = try NISTResponses(file).lines
    let lengths = lines.filter { $0.key == "Len" }.compactMap { Int($0.value) }
    let messages = lines.filter { $0.key == "Msg" }.map { bytes(hexadecimal: $0.value) }
    let digests = lines.filter { $0.key == "MD" }.map { bytes(hexadecimal: $0.value) }
    #expect(digests.count >= 64)
    try #require(lengths.count == digests.count && messages.count == digests.count)
    for (index, digest) in digests.enumerated() {
      let message = Array(messages[index].prefix(lengths[index] / 8))
      #expect(message.count * 8 == lengths[index])
      #expect(SHA256.hash(message).bytes == digest, "\(file), Len = \(lengths[index])")
    }
  }

  /// The Secure Hash Algorithm Validation System, section 6.4: 100 checkpoints of 1000 digests.
  @Test func nistMonteCarlo() throws {
    let lines = try NISTResponses("SHA256Monte").lines
    var seed = bytes(hexadecimal: try #require(lines.first { $0.key == "Seed" }).value)
    let checkpoints = lines.filter { $0.key == "MD" }.map { bytes(hexadecimal: $0.value) }
    try #require(checkpoints.count == 100)
    for (index, checkpoint) in checkpoints.enumerated() {
      var recent = [seed, seed, seed]
      for _ in 0..<1000 {
        recent = [recent[1], recent[2], SHA256.hash(recent[0] + recent[1] + recent[2]).bytes]
      }
      seed = recent[2]
      try #require(seed == checkpoint, "COUNT = \(index)")
    }
  }

  @Test func everySplitIntoTwoUpdates() {
    var generator = Seeded(seed: 0x51A2)
    let message = generator.bytes(200)
    var wrong: [String] = []
    for length in 0...message.count {
      let whole = SHA256.hash(Array(message[..<length]))
      for split in 0...length {
        var hasher = SHA256()
        hasher.update(Array(message[..<split]))
        hasher.update(Array(message[split..<length]))
        if hasher.finalize() != whole { wrong.append("\(split) of \(length)") }
      }
    }
    #expect(wrong.isEmpty, "seed \(generator.seed)")
  }

  @Test(arguments: [1, 3, 63, 64, 65, 127, 128, 1000])
  func manyUpdatesOfOneSize(size: Int) {
    var generator = Seeded(seed: 0x5EED)
    let message = generator.bytes(4096)
    var hasher = SHA256()
    for start in stride(from: 0, to: message.count, by: size) {
      hasher.update(Array(message[start..<min(start + size, message.count)]))
    }
    #expect(hasher.finalize() == SHA256.hash(message), "seed \(generator.seed)")
  }

  @Test func finalizingLeavesTheMessageOpen() {
    var hasher = SHA256()
    hasher.update(Array("model ".utf8))
    let first = hasher.finalize()
    #expect(first == hasher.finalize())
    hasher.update(Array("lineage".utf8))
    #expect(hasher.finalize() == SHA256.hash(Array("model lineage".utf8)))
    #expect(first == SHA256.hash(Array("model ".utf8)))
  }

  @Test func copiesAreIndependent() {
    var original = SHA256()
    original.update([UInt8](repeating: 1, count: 70))
    var copy = original
    original.update([2])
    copy.update([3])
    let start = [UInt8](repeating: 1, count: 70)
    #expect(original.finalize() == SHA256.hash(start + [2]))
    #expect(copy.finalize() == SHA256.hash(start + [3]))
  }

  @Test func spansAndArraysAgreeWhateverTheAlignment() {
    var generator = Seeded(seed: 0xA119)
    let message = generator.bytes(300)
    for start in 0..<16 {
      let span = unsafe message.span.bytes
      #expect(
        SHA256.hash(span.extracting(start...)) == SHA256.hash(Array(message[start...])),
        "seed \(generator.seed)")
    }
  }
}

/// The lines `key = value` of a response file of the validation programme.
private struct NISTResponses {
  var lines: [(key: String, value: String)]

  init(_ name: String) throws {
    let file = try #require(
      Bundle.module.url(
        forResource: name, withExtension: "rsp", subdirectory: "Fixtures/nist"))
    let text = try String(contentsOf: file, encoding: .utf8)
    lines = text.split(whereSeparator: \.isNewline).compactMap { line in
      let parts = line.split(separator: " = ")
      return parts.count == 2 ? (String(parts[0]), String(parts[1])) : nil
    }
  }
}

private func bytes(hexadecimal text: String) -> [UInt8] {
  var digits = text.utf8.makeIterator()
  var bytes: [UInt8] = []
  func value(_ digit: UInt8) -> UInt8 { digit < 58 ? digit - 48 : digit - 87 }
  while let high = digits.next(), let low = digits.next() {
    bytes.append(value(high) << 4 | value(low))
  }
  return bytes
}

/// Seeded content (SplitMix64).
private struct Seeded {
  let seed: UInt64
  private var state: UInt64

  init(seed: UInt64) {
    self.seed = seed
    state = seed
  }

  mutating func bytes(_ count: Int) -> [UInt8] {
    (0..<count).map { _ in
      state &+= 0x9E37_79B9_7F4A_7C15
      var word = state
      word = (word ^ word >> 30) &* 0xBF58_476D_1CE4_E5B9
      word = (word ^ word >> 27) &* 0x94D0_49BB_1331_11EB
      return UInt8(truncatingIfNeeded: word ^ word >> 31)
    }
  }
}
