/// The 64 bytes of a message block, inline, so that hashing never allocates.
///
/// Eight words and not an `InlineArray`, which older supported platforms do not have.
struct SHA256Block: Sendable {
  private typealias Words = (UInt64, UInt64, UInt64, UInt64, UInt64, UInt64, UInt64, UInt64)
  private var words: Words = (0, 0, 0, 0, 0, 0, 0, 0)
}

extension SHA256Block {
  static var byteCount: Int { 64 }

  /// Writes bytes at an offset; the caller has checked that they fit.
  mutating func replace(from offset: Int, with bytes: RawSpan) {
    precondition(offset >= 0 && bytes.byteCount <= Self.byteCount - offset)
    unsafe withUnsafeMutableBytes(of: &words) { target in
      unsafe bytes.withUnsafeBytes { source in
        let rest = unsafe UnsafeMutableRawBufferPointer(rebasing: target[offset...])
        unsafe rest.copyMemory(from: source)
      }
    }
  }

  /// Writes the end mark of a message at an offset, and zeros to the end of the block.
  ///
  /// In words and not in bytes: the rounds load words at once, and stall on fresh byte stores.
  mutating func pad(from offset: Int) {
    precondition(offset >= 0 && offset < Self.byteCount)
    unsafe withUnsafeMutableBytes(of: &words) { target in
      let marked = offset & ~7
      let bits = UInt64(truncatingIfNeeded: offset & 7) &* 8
      let word = unsafe UInt64(bigEndian: target.load(fromByteOffset: marked, as: UInt64.self))
      let padded = word & ~(UInt64.max &>> bits) | (1 &<< 63) &>> bits
      unsafe target.storeBytes(of: padded.bigEndian, toByteOffset: marked, as: UInt64.self)
      for position in stride(from: marked + 8, to: Self.byteCount, by: 8) {
        unsafe target.storeBytes(of: 0, toByteOffset: position, as: UInt64.self)
      }
    }
  }

  /// Writes the message's length where the last block of a message holds it.
  mutating func setLength(bits: UInt64) { words.7 = bits.bigEndian }

  /// Calls a closure with the block's bytes.
  mutating func withBytes(_ body: (RawSpan) -> Void) {
    unsafe withUnsafeMutableBytes(of: &words) { unsafe body($0.bytes) }
  }
}
