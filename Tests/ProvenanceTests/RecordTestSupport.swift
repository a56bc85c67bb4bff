import Provenance

/// Lower-case hexadecimal, written here a second time so that tests do not trust the library's own.
func hexadecimal(_ bytes: some Sequence<UInt8>) -> String {
  bytes.map { ($0 < 16 ? "0" : "") + String($0, radix: 16) }.joined()
}

/// The bytes of an even number of hexadecimal digits.
func bytes(ofHexadecimal text: String) -> [UInt8] {
  let digits = Array(text.utf8).map { UInt8($0 < 58 ? $0 - 48 : $0 - 87) }
  return stride(from: 0, to: digits.count, by: 2).map { digits[$0] << 4 | digits[$0 + 1] }
}

/// The error that reading some bytes as a record ends with.
func recordRefusal(header: [UInt8], payload: [UInt8] = []) -> RecordError.Kind? {
  do throws(RecordError) {
    _ = try Record(header: header, payload: payload)
    return nil
  } catch {
    return error.kind
  }
}

/// The error that making a record or a part of one ends with.
func recordRefusal(_ make: () throws(RecordError) -> Void) -> RecordError.Kind? {
  do throws(RecordError) {
    try make()
    return nil
  } catch {
    return error.kind
  }
}

/// Seeded values (SplitMix64), so that a failure can be repeated from its seed.
struct RecordTestRandom: RandomNumberGenerator {
  let seed: UInt64
  private var state: UInt64

  init(seed: UInt64) {
    self.seed = seed
    state = seed
  }

  mutating func next() -> UInt64 {
    state &+= 0x9e37_79b9_7f4a_7c15
    var word = state
    word = (word ^ word >> 30) &* 0xbf58_476d_1ce4_e5b9
    word = (word ^ word >> 27) &* 0x94d0_49bb_1331_11eb
    return word ^ word >> 31
  }

  mutating func digest() -> SHA256Digest {
    SHA256Digest(w0: next(), w1: next(), w2: next(), w3: next())
  }
}
