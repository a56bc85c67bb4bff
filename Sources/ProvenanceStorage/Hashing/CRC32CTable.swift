/// The tables of CRC-32C: 16 KiB, built once and never changed.
///
/// Slice `k` holds, for each byte, the register that it leaves after `k` more zero bytes. Slices 0 to
/// 7 take in a word (slicing-by-8, Kounavis and Berry, 2005). The others take in a word of one lane
/// out of several that are read in turn, as zlib does since 1.2.12: the lanes do not wait
/// for each other, so the processor works on all of them at once.
struct CRC32CTable: Sendable {
  static let shared = CRC32CTable()

  private static let polynomial: UInt32 = 0x82F6_3B78
  /// How far a word of a lane is from the next of the same lane.
  private static let stride = 40

  private let entries: [UInt32]

  private init() {
    var slice = (0..<256).map { byte in
      (0..<8).reduce(UInt32(byte)) { register, _ in
        register >> 1 ^ (register & 1 == 0 ? 0 : Self.polynomial)
      }
    }
    let single = slice
    var entries: [UInt32] = []
    for following in 0..<Self.stride {
      if following < 8 || following >= Self.stride - 8 { entries += slice }
      for byte in 0..<256 { slice[byte] = slice[byte] >> 8 ^ single[Int(slice[byte] & 0xFF)] }
    }
    self.entries = entries
  }
}

extension CRC32CTable {
  /// The register after more bytes: five lanes of words, then words, then bytes.
  func advance(_ register: UInt32, over bytes: RawSpan) -> UInt32 {
    unsafe entries.withUnsafeBufferPointer { entries in
      let slices = unsafe Slices(entries: entries.baseAddress!)
      var register = register
      var offset = 0
      if bytes.byteCount >= 2 * Self.stride {
        register = lanes(slices, register, bytes, &offset)
      }
      while bytes.byteCount &- offset >= 8 {
        register = slices.word(bytes.littleEndianWord(offset) ^ UInt64(register))
        offset &+= 8
      }
      while offset < bytes.byteCount {
        register = slices.byte(UInt8(truncatingIfNeeded: register) ^ bytes[offset], register)
        offset &+= 1
      }
      return register
    }
  }

  /// The register after as many whole strides as there are, and at least two.
  @inline(__always)
  private func lanes(
    _ slices: Slices, _ register: UInt32, _ bytes: RawSpan, _ offset: inout Int
  ) -> UInt32 {
    var lane0 = register
    var lane1: UInt32 = 0
    var lane2: UInt32 = 0
    var lane3: UInt32 = 0
    var lane4: UInt32 = 0
    while bytes.byteCount &- offset >= 2 &* Self.stride {
      lane0 = slices.laneWord(bytes.littleEndianWord(offset) ^ UInt64(lane0))
      lane1 = slices.laneWord(bytes.littleEndianWord(offset &+ 8) ^ UInt64(lane1))
      lane2 = slices.laneWord(bytes.littleEndianWord(offset &+ 16) ^ UInt64(lane2))
      lane3 = slices.laneWord(bytes.littleEndianWord(offset &+ 24) ^ UInt64(lane3))
      lane4 = slices.laneWord(bytes.littleEndianWord(offset &+ 32) ^ UInt64(lane4))
      offset &+= Self.stride
    }
    var whole: UInt32 = 0
    join(lane0)
    join(lane1)
    join(lane2)
    join(lane3)
    join(lane4)
    return whole

    func join(_ lane: UInt32) {
      whole = slices.word(bytes.littleEndianWord(offset) ^ UInt64(lane ^ whole))
      offset &+= 8
    }
  }

  /// The entries without bounds checks: a byte and a slice number cannot leave them.
  @safe
  private struct Slices {
    let entries: UnsafePointer<UInt32>

    /// What a byte, already joined with the register, leaves.
    @inline(__always)
    func byte(_ byte: UInt8, _ register: UInt32) -> UInt32 {
      register &>> 8 ^ (unsafe entries[Int(byte)])
    }

    /// What a word leaves.
    @inline(__always)
    func word(_ word: UInt64) -> UInt32 { fold(word, slice: 0) }

    /// What a word leaves at the next word of its lane.
    @inline(__always)
    func laneWord(_ word: UInt64) -> UInt32 { fold(word, slice: 8) }

    @inline(__always)
    private func fold(_ word: UInt64, slice: Int) -> UInt32 {
      entry(word, 0, slice &+ 7) ^ entry(word, 1, slice &+ 6) ^ entry(word, 2, slice &+ 5)
        ^ entry(word, 3, slice &+ 4) ^ entry(word, 4, slice &+ 3) ^ entry(word, 5, slice &+ 2)
        ^ entry(word, 6, slice &+ 1) ^ entry(word, 7, slice)
    }

    @inline(__always)
    private func entry(_ word: UInt64, _ byte: UInt64, _ slice: Int) -> UInt32 {
      let value = UInt8(truncatingIfNeeded: word &>> (byte &* 8))
      return unsafe entries[slice &* 256 &+ Int(value)]
    }
  }
}

extension RawSpan {
  /// A word whose eight bytes the caller has checked to be inside.
  @inline(__always)
  fileprivate func littleEndianWord(_ offset: Int) -> UInt64 {
    unsafe UInt64(
      littleEndian: unsafeLoadUnaligned(fromUncheckedByteOffset: offset, as: UInt64.self))
  }

  /// A byte that the caller has checked to be inside.
  @inline(__always)
  fileprivate subscript(offset: Int) -> UInt8 {
    unsafe unsafeLoad(fromUncheckedByteOffset: offset, as: UInt8.self)
  }
}
