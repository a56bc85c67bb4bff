import Provenance
import Testing

@Suite struct CBORPropertyTests {
  /// What is accepted encodes to the very bytes that were read.
  private func isCanonicalOrRefused(_ input: [UInt8]) -> Bool {
    guard let value = try? CBORValue(canonical: input) else { return true }
    return (try? value.encoded()) == input
  }

  @Test func everyTruncationIsRefused() throws {
    let sample = try canonicalSample.encoded()
    for count in 0..<sample.count {
      #expect(refusal(Array(sample.prefix(count)))?.kind == .truncated, "\(count) bytes")
    }
  }

  @Test func everyChangedByteIsRefusedOrCanonical() throws {
    let sample = try canonicalSample.encoded()
    var failures: [(Int, UInt8)] = []
    for position in sample.indices {
      for value in 0...255 as ClosedRange<UInt8> where value != sample[position] {
        var changed = sample
        changed[position] = value
        if !isCanonicalOrRefused(changed) { failures.append((position, value)) }
      }
    }
    #expect(failures.isEmpty)
  }

  @Test func everyInputOfTwoBytes() {
    var failures: [[UInt8]] = []
    for first in 0...255 as ClosedRange<UInt8> {
      if !isCanonicalOrRefused([first]) { failures.append([first]) }
      for second in 0...255 as ClosedRange<UInt8> where !isCanonicalOrRefused([first, second]) {
        failures.append([first, second])
      }
    }
    #expect(failures.isEmpty)
  }

  @Test(arguments: 0..<20 as Range<UInt64>) func randomValuesRoundTrip(seed: UInt64) throws {
    var random = CBORTestRandom(seed: seed)
    for _ in 0..<50 {
      let value = randomValue(depth: 5, using: &random)
      let bytes = try value.encoded()
      #expect(try CBORValue(canonical: bytes).encoded() == bytes, "seed \(seed)")
      var decoder = try CBORDecoder(bytes)
      try decoder.skip()
      try decoder.finish()
      var mutated = bytes
      mutated[Int.random(in: bytes.indices, using: &random)] = .random(in: 0...255, using: &random)
      #expect(isCanonicalOrRefused(mutated), "seed \(seed)")
    }
  }

  @Test(arguments: 0..<10 as Range<UInt64>) func randomBytes(seed: UInt64) {
    var random = CBORTestRandom(seed: seed)
    for _ in 0..<500 {
      let input = (0..<Int.random(in: 0..<24, using: &random)).map { _ in
        UInt8.random(in: 0...255, using: &random)
      }
      #expect(isCanonicalOrRefused(input), "seed \(seed)")
    }
  }

  /// Skipping inside a container leaves the cursor at the next item.
  @Test func skipping() throws {
    var decoder = try CBORDecoder(bytes("83 82 8100 a1 60 80 a0 07"))
    #expect(try decoder.array() == 3)
    try decoder.skip()
    try decoder.skip()
    #expect(try decoder.unsigned() == 7)
    try decoder.finish()
  }

  /// A cursor over a part of a buffer counts from the start of that part.
  @Test func slices() throws {
    let buffer = [0xff] + bytes("82 00 18 05") + [0xff]
    var decoder = try CBORDecoder(buffer[1..<5])
    #expect(try decoder.array() == 2)
    #expect(try decoder.unsigned() == 0)
    let error = #expect(throws: CBORError.self) { try decoder.unsigned() }
    #expect(error?.offset == 2)
    #expect(error?.kind == .notCanonical)
  }
}

private func randomValue(depth: Int, using random: inout CBORTestRandom) -> CBORValue {
  switch Int.random(in: 0..<(depth > 0 ? 10 : 8), using: &random) {
  case 0: .unsigned(random.next() >> UInt64.random(in: 0..<64, using: &random))
  case 1: .negative(random.next() >> UInt64.random(in: 0..<64, using: &random))
  case 2: .bytes((0..<Int.random(in: 0..<40, using: &random)).map { UInt8($0) })
  case 3: .text(randomText(using: &random))
  case 4: .bool(.random(using: &random))
  case 5: .null
  case 6: .double(Double(bitPattern: random.next()))
  case 7: .link((0..<Int.random(in: 0..<40, using: &random)).map { UInt8($0) })
  case 8:
    .array(
      (0..<Int.random(in: 0..<6, using: &random)).map { _ in
        randomValue(depth: depth - 1, using: &random)
      })
  default: randomMap(depth: depth, using: &random)
  }
}

private func randomMap(depth: Int, using random: inout CBORTestRandom) -> CBORValue {
  var keys: [String] = []
  for _ in 0..<Int.random(in: 0..<6, using: &random) {
    let key = randomText(using: &random)
    if !keys.contains(where: { $0.hasSameBytes(as: key) }) { keys.append(key) }
  }
  keys.sort { CBORKeyOrder.precedes($0, $1) }
  return .map(keys.map { .init(key: $0, value: randomValue(depth: depth - 1, using: &random)) })
}

private func randomText(using random: inout CBORTestRandom) -> String {
  var text = String.UnicodeScalarView()
  for _ in 0..<Int.random(in: 0..<8, using: &random) {
    let limit: UInt32 = [0x80, 0x800, 0x1_0000, 0x11_0000].randomElement(using: &random)!
    if let scalar = Unicode.Scalar(UInt32.random(in: 0..<limit, using: &random)) {
      text.append(scalar)
    }
  }
  return String(text)
}
