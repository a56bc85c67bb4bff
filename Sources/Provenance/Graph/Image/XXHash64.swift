/// XXH64 (Collet; specification version 0.1.1): a fast checksum against damage, not against intent.
package enum XXHash64 {
  private static let p1: UInt64 = 0x9E37_79B1_85EB_CA87
  private static let p2: UInt64 = 0xC2B2_AE3D_27D4_EB4F
  private static let p3: UInt64 = 0x1656_67B1_9E37_79F9
  private static let p4: UInt64 = 0x85EB_CA77_C2B2_AE63
  private static let p5: UInt64 = 0x27D4_EB2F_1656_67C5

  /// The hash of some bytes.
  ///
  /// O(bytes), about 10 GB/s.
  ///
  /// - Parameters:
  ///   - bytes: The bytes.
  ///   - seed: Where it starts.
  /// - Returns: The hash.
  package static func hash(_ bytes: UnsafeRawBufferPointer, seed: UInt64 = 0) -> UInt64 {
    let count = bytes.count
    var position = 0
    var hash: UInt64
    if count >= 32 {
      var a = seed &+ p1 &+ p2
      var b = seed &+ p2
      var c = seed
      var d = seed &- p1
      while position &+ 32 <= count {
        a = unsafe round(a, word(bytes, position))
        b = unsafe round(b, word(bytes, position &+ 8))
        c = unsafe round(c, word(bytes, position &+ 16))
        d = unsafe round(d, word(bytes, position &+ 24))
        position &+= 32
      }
      hash = rotate(a, 1) &+ rotate(b, 7) &+ rotate(c, 12) &+ rotate(d, 18)
      for lane in [a, b, c, d] { hash = (hash ^ round(0, lane)) &* p1 &+ p4 }
    } else {
      hash = seed &+ p5
    }
    hash &+= UInt64(count)
    while position + 8 <= count {
      hash = unsafe rotate(hash ^ round(0, word(bytes, position)), 27) &* p1 &+ p4
      position += 8
    }
    if position + 4 <= count {
      let half = unsafe bytes.loadUnaligned(fromByteOffset: position, as: UInt32.self)
      hash = rotate(hash ^ UInt64(UInt32(littleEndian: half)) &* p1, 23) &* p2 &+ p3
      position += 4
    }
    while position < count {
      hash = unsafe rotate(hash ^ UInt64(bytes[position]) &* p5, 11) &* p1
      position += 1
    }
    hash = (hash ^ hash >> 33) &* p2
    hash = (hash ^ hash >> 29) &* p3
    return hash ^ hash >> 32
  }

  @inline(__always)
  private static func word(_ bytes: UnsafeRawBufferPointer, _ position: Int) -> UInt64 {
    unsafe UInt64(
      littleEndian: bytes.baseAddress.unsafelyUnwrapped.loadUnaligned(
        fromByteOffset: position, as: UInt64.self))
  }

  @inline(__always)
  private static func rotate(_ value: UInt64, _ count: UInt64) -> UInt64 {
    value &<< count | value &>> (64 &- count)
  }

  @inline(__always)
  private static func round(_ state: UInt64, _ word: UInt64) -> UInt64 {
    rotate(state &+ word &* p2, 31) &* p1
  }
}
