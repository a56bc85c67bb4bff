/// Numbers in the log's files are little-endian; digests and ids are bytes.
extension RawSpan {
  func word16(at offset: Int) -> UInt16 {
    unsafe UInt16(littleEndian: word(at: offset))
  }

  func word32(at offset: Int) -> UInt32 {
    unsafe UInt32(littleEndian: word(at: offset))
  }

  func word64(at offset: Int) -> UInt64 {
    unsafe UInt64(littleEndian: word(at: offset))
  }

  @unsafe
  private func word<T: FixedWidthInteger & BitwiseCopyable>(at offset: Int) -> T {
    precondition(offset >= 0 && offset + MemoryLayout<T>.size <= byteCount)
    return unsafe unsafeLoadUnaligned(fromByteOffset: offset, as: T.self)
  }

  /// A copy of a range of bytes.
  func array(_ range: Range<Int>) -> [UInt8] {
    unsafe extracting(range).withUnsafeBytes { unsafe [UInt8]($0) }
  }

  /// Whether every byte is zero.
  var isZero: Bool {
    unsafe withUnsafeBytes { bytes in
      var position = 0
      while position + 8 <= bytes.count {
        if unsafe bytes.loadUnaligned(fromByteOffset: position, as: UInt64.self) != 0 {
          return false
        }
        position += 8
      }
      while position < bytes.count {
        if unsafe bytes[position] != 0 { return false }
        position += 1
      }
      return true
    }
  }
}

extension [UInt8] {
  /// Writes a number over the bytes at an offset.
  mutating func store<T: FixedWidthInteger & BitwiseCopyable>(_ value: T, at offset: Int) {
    precondition(offset >= 0 && offset + MemoryLayout<T>.size <= count)
    unsafe withUnsafeMutableBytes {
      unsafe $0.storeBytes(of: value.littleEndian, toByteOffset: offset, as: T.self)
    }
  }

  /// Writes bytes over those at an offset.
  mutating func store(_ bytes: [UInt8], at offset: Int) {
    replaceSubrange(offset..<offset + bytes.count, with: bytes)
  }
}
