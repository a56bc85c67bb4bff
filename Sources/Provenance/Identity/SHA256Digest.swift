/// A SHA-256 digest: 32 bytes (FIPS 180-4).
///
/// Stored as four big-endian words, so that comparing two digests as numbers is comparing their
/// bytes, and a digest costs exactly 32 bytes in a collection.
public struct SHA256Digest: Sendable {
  @usableFromInline var w0: UInt64
  @usableFromInline var w1: UInt64
  @usableFromInline var w2: UInt64
  @usableFromInline var w3: UInt64

  /// The number of bytes in a digest.
  public static var byteCount: Int { 32 }

  /// Makes a digest of its four big-endian words.
  @inlinable
  package init(w0: UInt64, w1: UInt64, w2: UInt64, w3: UInt64) {
    self.w0 = w0
    self.w1 = w1
    self.w2 = w2
    self.w3 = w3
  }
}

extension SHA256Digest: Hashable, Comparable {
  /// Compares digests by their bytes.
  @inlinable
  public static func == (lhs: Self, rhs: Self) -> Bool {
    lhs.w0 == rhs.w0 && lhs.w1 == rhs.w1 && lhs.w2 == rhs.w2 && lhs.w3 == rhs.w3
  }

  /// Orders digests by their bytes.
  @inlinable
  public static func < (lhs: Self, rhs: Self) -> Bool {
    if lhs.w0 != rhs.w0 { return lhs.w0 < rhs.w0 }
    if lhs.w1 != rhs.w1 { return lhs.w1 < rhs.w1 }
    if lhs.w2 != rhs.w2 { return lhs.w2 < rhs.w2 }
    return lhs.w3 < rhs.w3
  }

  /// Feeds the digest into a hasher; all 32 bytes, so that chosen ids cannot flood a table.
  @inlinable
  public func hash(into hasher: inout Hasher) {
    hasher.combine(w0)
    hasher.combine(w1)
    hasher.combine(w2)
    hasher.combine(w3)
  }
}

extension SHA256Digest {
  /// Reads a digest from exactly 32 bytes; `nil` unless there are exactly 32.
  ///
  /// - Parameter bytes: The digest's bytes.
  public init?(bytes: some Collection<UInt8>) {
    guard bytes.count == Self.byteCount else { return nil }
    let inPlace = bytes.withContiguousStorageIfAvailable { buffer in
      let bytes = UnsafeRawBufferPointer(buffer)
      return unsafe SHA256Digest(
        w0: UInt64(bigEndian: bytes.loadUnaligned(fromByteOffset: 0, as: UInt64.self)),
        w1: UInt64(bigEndian: bytes.loadUnaligned(fromByteOffset: 8, as: UInt64.self)),
        w2: UInt64(bigEndian: bytes.loadUnaligned(fromByteOffset: 16, as: UInt64.self)),
        w3: UInt64(bigEndian: bytes.loadUnaligned(fromByteOffset: 24, as: UInt64.self)))
    }
    if let inPlace {
      self = inPlace
      return
    }
    var words: (UInt64, UInt64, UInt64, UInt64) = (0, 0, 0, 0)
    var position = 0
    for byte in bytes {
      switch position >> 3 {
      case 0: words.0 = words.0 << 8 | UInt64(byte)
      case 1: words.1 = words.1 << 8 | UInt64(byte)
      case 2: words.2 = words.2 << 8 | UInt64(byte)
      default: words.3 = words.3 << 8 | UInt64(byte)
      }
      position += 1
    }
    self.init(w0: words.0, w1: words.1, w2: words.2, w3: words.3)
  }

  /// The digest's 32 bytes.
  public var bytes: [UInt8] {
    unsafe [UInt8](unsafeUninitializedCapacity: Self.byteCount) { buffer, count in
      for position in 0..<Self.byteCount {
        unsafe buffer[position] = self[byte: position]
      }
      count = Self.byteCount
    }
  }

  /// The byte at a position from 0 to 31.
  @inlinable
  subscript(byte position: Int) -> UInt8 {
    let word =
      switch position >> 3 {
      case 0: w0
      case 1: w1
      case 2: w2
      default: w3
      }
    return UInt8(truncatingIfNeeded: word >> UInt64(56 - (position & 7) * 8))
  }
}
