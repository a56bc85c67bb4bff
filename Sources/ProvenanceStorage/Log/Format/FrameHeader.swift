/// The 32 bytes before every entry.
///
///      0  u32  length of the body
///      4  u8   kind
///      5  u8   version, 1
///      6  u16  flags; bit 0: the erasable bytes were erased
///      8  u64  sequence number: the entry's leaf index
///     16  u64  the first sequence number that was not known to be durable when this was written
///     24  u32  CRC-32C of the body as stored
///     28  u32  CRC-32C of the 28 bytes before
///
/// The body follows, whitened:
///
///      0  u32  length of the hashed header
///      4  u32  CRC-32C of these four bytes and the hashed header
///      8  …    hashed header
///      …  …    erasable bytes
///
/// and then at least 8 bytes of padding, up to a multiple of 32. The padding is whitened zeros, so
/// that a complete frame never ends in zeros, and a write that was cut short, at whatever byte, is
/// told from damage. All checksums start from the segment's salt.
struct FrameHeader: Sendable, Hashable {
  var length: UInt32
  var kind: UInt8
  var version: UInt8
  var flags: UInt16
  var sequence: UInt64
  var syncedSequence: UInt64
  var bodyChecksum: UInt32

  static let byteCount = 32
  static let erasedFlag: UInt16 = 1
  /// The two numbers before the hashed header.
  static let bodyPrefixByteCount = 8
  static let maximumLength = UInt32(LogLimits.entryByteCount + bodyPrefixByteCount)

  /// The bytes that a frame takes with a body of some length.
  static func extent(ofBody length: Int) -> Int {
    byteCount + (length + 8 + 31) & ~31
  }

  var extent: Int { Self.extent(ofBody: Int(length)) }

  /// Writes the header over the bytes at an offset.
  func store(in bytes: inout [UInt8], at offset: Int, seed: UInt32) {
    bytes.store(length, at: offset)
    bytes[offset + 4] = kind
    bytes[offset + 5] = version
    bytes.store(flags, at: offset + 6)
    bytes.store(sequence, at: offset + 8)
    bytes.store(syncedSequence, at: offset + 16)
    bytes.store(bodyChecksum, at: offset + 24)
    let checksum = unsafe CRC32C.checksum(
      of: bytes.span.bytes.extracting(offset..<offset + 28), seed: seed)
    bytes.store(checksum, at: offset + 28)
  }
}

extension FrameHeader {
  /// Reads a header; `nil` when its checksum or its length is impossible.
  init?(_ bytes: RawSpan, seed: UInt32) {
    guard CRC32C.checksum(of: bytes.extracting(0..<28), seed: seed) == bytes.word32(at: 28) else {
      return nil
    }
    length = bytes.word32(at: 0)
    guard length >= UInt32(Self.bodyPrefixByteCount), length <= Self.maximumLength else {
      return nil
    }
    kind = unsafe bytes.unsafeLoad(fromByteOffset: 4, as: UInt8.self)
    version = unsafe bytes.unsafeLoad(fromByteOffset: 5, as: UInt8.self)
    flags = bytes.word16(at: 6)
    sequence = bytes.word64(at: 8)
    syncedSequence = bytes.word64(at: 16)
    bodyChecksum = bytes.word32(at: 24)
  }
}
