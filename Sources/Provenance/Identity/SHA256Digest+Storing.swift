extension SHA256Digest {
  /// Writes the digest's 32 bytes into memory, without an array in between.
  ///
  /// - Parameters:
  ///   - bytes: The memory.
  ///   - offset: Where the digest begins; 32 bytes must be there.
  @unsafe
  package func store(in bytes: UnsafeMutableRawBufferPointer, at offset: Int) {
    unsafe bytes.storeBytes(of: w0.bigEndian, toByteOffset: offset, as: UInt64.self)
    unsafe bytes.storeBytes(of: w1.bigEndian, toByteOffset: offset + 8, as: UInt64.self)
    unsafe bytes.storeBytes(of: w2.bigEndian, toByteOffset: offset + 16, as: UInt64.self)
    unsafe bytes.storeBytes(of: w3.bigEndian, toByteOffset: offset + 24, as: UInt64.self)
  }
}
