/// A segment's 16 random bytes, and what is derived from them.
///
/// Both checksums of a frame start from the checksum of the salt, so that a frame of another
/// segment, or bytes inside a record that look like a frame, never validate.
///
/// The keystream makes a written frame recognisable: a sector of zeros inside it was lost. It is no
/// encryption. Word `i` (little-endian, from the frame's body on) of the frame with sequence
/// number `s` is, with the salt's two little-endian words `a` and `b`, and all sums modulo 2^64,
///
///     mix(mix(a + s) ^ b + (i + 1) * 0x9E3779B97F4A7C15)
///
/// where `mix` is the finaliser of SplitMix64 (Steele, Lea and Flood, 2014):
///
///     x ^= x >> 30;  x *= 0xBF58476D1CE4E5B9;  x ^= x >> 27;  x *= 0x94D049BB133111EB;
///     x ^= x >> 31
struct SegmentSalt: Sendable, Hashable {
  let bytes: [UInt8]
  /// What every checksum in the segment starts from.
  let seed: UInt32
  private let first: UInt64
  private let second: UInt64

  init(_ id: UniqueID) {
    bytes = id.bytes
    seed = CRC32C.checksum(of: bytes)
    first = id.high.byteSwapped
    second = id.low.byteSwapped
  }

  private static func mix(_ value: UInt64) -> UInt64 {
    var x = value
    x = (x ^ x >> 30) &* 0xBF58_476D_1CE4_E5B9
    x = (x ^ x >> 27) &* 0x94D0_49BB_1331_11EB
    return x ^ x >> 31
  }

  /// Whitens, or makes readable again, bytes from the body's beginning on.
  func whiten(_ bytes: inout [UInt8], from start: Int, sequence: UInt64) {
    var state = Self.mix(first &+ sequence) ^ second
    unsafe bytes.withUnsafeMutableBytes { buffer in
      var position = start
      while position + 8 <= buffer.count {
        state &+= 0x9E37_79B9_7F4A_7C15
        let word = unsafe buffer.loadUnaligned(fromByteOffset: position, as: UInt64.self)
        unsafe buffer.storeBytes(
          of: word ^ Self.mix(state).littleEndian, toByteOffset: position, as: UInt64.self)
        position += 8
      }
      if position < buffer.count {
        state &+= 0x9E37_79B9_7F4A_7C15
        var word = Self.mix(state)
        while position < buffer.count {
          unsafe buffer[position] ^= UInt8(truncatingIfNeeded: word)
          word >>= 8
          position += 1
        }
      }
    }
  }
}
