/// A hash of bytes under a key: SipHash (Aumasson and Bernstein, 2012).
///
/// Unlike the standard library's hasher it gives the same value in every process, so that tables can be
/// stored with their indexes; unlike an unkeyed hash, names cannot be chosen such that they all meet.
/// Tables use one round a word and three at the end.
struct SipHash: Sendable, Hashable {
  let first: UInt64
  let second: UInt64

  /// - Parameters:
  ///   - first: The first half of the key.
  ///   - second: The second half.
  init(key first: UInt64, _ second: UInt64) {
    self.first = first
    self.second = second
  }

  /// With a random key.
  init() { self.init(key: .random(in: .min ... .max), .random(in: .min ... .max)) }

  /// The hash of a text's UTF-8.
  ///
  /// O(bytes).
  func hash(_ text: String) -> UInt64 {
    var text = text
    return text.withUTF8 { utf8 in unsafe hash(UnsafeRawBufferPointer(utf8)) }
  }

  /// The hash of some numbers.
  func hash(_ a: UInt32, _ b: UInt32, _ c: UInt32 = 0, _ d: UInt32 = 0) -> UInt64 {
    var state = State(self)
    state.add(UInt64(a) | UInt64(b) << 32, rounds: 1)
    state.add(UInt64(c) | UInt64(d) << 32, rounds: 1)
    return state.finish(16 << 56, 1, 3)
  }

  /// The hash of some bytes.
  ///
  /// O(bytes).
  ///
  /// - Parameters:
  ///   - bytes: The bytes.
  ///   - rounds: How many rounds a word takes.
  ///   - finalRounds: How many are at the end.
  /// - Returns: The hash.
  func hash(
    _ bytes: UnsafeRawBufferPointer, rounds: Int = 1, finalRounds: Int = 3
  ) -> UInt64 {
    var state = State(self)
    var position = 0
    while position + 8 <= bytes.count {
      let word = unsafe bytes.loadUnaligned(fromByteOffset: position, as: UInt64.self)
      state.add(UInt64(littleEndian: word), rounds: rounds)
      position += 8
    }
    var last = UInt64(truncatingIfNeeded: bytes.count) << 56
    var shift: UInt64 = 0
    while position < bytes.count {
      last |= unsafe UInt64(bytes[position]) << shift
      shift += 8
      position += 1
    }
    return state.finish(last, rounds, finalRounds)
  }

  private struct State {
    var v0: UInt64
    var v1: UInt64
    var v2: UInt64
    var v3: UInt64

    @inline(__always)
    init(_ key: SipHash) {
      v0 = key.first ^ 0x736F_6D65_7073_6575
      v1 = key.second ^ 0x646F_7261_6E64_6F6D
      v2 = key.first ^ 0x6C79_6765_6E65_7261
      v3 = key.second ^ 0x7465_6462_7974_6573
    }

    @inline(__always)
    mutating func round() {
      v0 &+= v1
      v1 = (v1 &<< 13 | v1 &>> 51) ^ v0
      v0 = v0 &<< 32 | v0 &>> 32
      v2 &+= v3
      v3 = (v3 &<< 16 | v3 &>> 48) ^ v2
      v0 &+= v3
      v3 = (v3 &<< 21 | v3 &>> 43) ^ v0
      v2 &+= v1
      v1 = (v1 &<< 17 | v1 &>> 47) ^ v2
      v2 = v2 &<< 32 | v2 &>> 32
    }

    @inline(__always)
    mutating func add(_ word: UInt64, rounds: Int) {
      v3 ^= word
      for _ in 0..<rounds { round() }
      v0 ^= word
    }

    @inline(__always)
    mutating func finish(_ last: UInt64, _ rounds: Int, _ finalRounds: Int) -> UInt64 {
      add(last, rounds: rounds)
      v2 ^= 0xFF
      for _ in 0..<finalRounds { round() }
      return v0 ^ v1 ^ v2 ^ v3
    }
  }
}
