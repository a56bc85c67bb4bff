import Provenance

/// The file that a store is exported to: a header, objects, records, a trailer.
///
/// Header, 64 bytes:
///
///      0  8 B   magic: 0x89 "PRX" CR LF 0x1A LF; text tools that change line ends break it
///      8  u32   version, 1
///     12  u32   flags; bit 0: objects are included, bit 1: the order is canonical
///     16  16 B  id of the store; zeros where the order is canonical
///     32  28 B  zeros
///     60  u32   CRC-32C of what is before
///
/// Frame, 20 bytes and two parts:
///
///      0  u8    what it is: 1 an object, 2 bytes of that object, 3 a record, 4 the trailer
///      1  u8    the record's kind, as in the log; 0 for others
///      2  u16   0
///      4  u32   length of the first part
///      8  u32   length of the second part
///     12  u32   CRC-32C of both parts
///     16  u32   CRC-32C of the 16 bytes before, seeded with the header's checksum
///     20  …     first part
///      …  …     second part
///
///     what      first part                                second part
///     object    digest 32 B, size u64                     none
///     bytes     1 byte to 1 MiB                           none
///     record    hashed header                             payload; empty once erased
///     trailer   number of records u64, of objects u64,    none
///               of their bytes u64, of the bytes of the
///               file before this frame u64, root 32 B,
///               SHA-256 of these bytes of the file 32 B
///
/// Numbers are little-endian. Objects come first, in ascending order of their digests, each followed
/// by all of its bytes; so no record speaks of an object that comes later. The root is that of the
/// RFC 6962 tree whose leaves are the records in order. Nothing follows the trailer: a file that
/// was cut short has none, and a change anywhere contradicts it.
enum ArchiveFormat {
  static let magic: [UInt8] = [0x89, 0x50, 0x52, 0x58, 0x0D, 0x0A, 0x1A, 0x0A]
  static let version: UInt32 = 1
  static let headerByteCount = 64
  static let frameByteCount = 20
  static let objectByteCount = 40
  static let trailerByteCount = 96
  static let largestPiece = 1 << 20

  enum What: UInt8 {
    case object = 1
    case bytes = 2
    case record = 3
    case trailer = 4
  }
}

/// What the header of an archive says.
struct ArchiveHeader: Sendable, Hashable {
  var isCanonical: Bool
  var includesObjects: Bool
  /// `nil` where the order is canonical: what two stores share must not tell them apart.
  var store: UniqueID?

  private static let objectsFlag: UInt32 = 1
  private static let canonicalFlag: UInt32 = 2

  func encoded() -> [UInt8] {
    var bytes = [UInt8](repeating: 0, count: ArchiveFormat.headerByteCount)
    bytes.store(ArchiveFormat.magic, at: 0)
    bytes.store(ArchiveFormat.version, at: 8)
    let flags =
      (includesObjects ? Self.objectsFlag : 0) | (isCanonical ? Self.canonicalFlag : 0)
    bytes.store(flags, at: 12)
    if let store { bytes.store(store.bytes, at: 16) }
    bytes.store(CRC32C.checksum(of: Array(bytes[..<60])), at: 60)
    return bytes
  }

  /// Reads a header; throws `unsupportedFormat` for a later version and `corrupt` for no header.
  init(decoding bytes: [UInt8]) throws {
    guard bytes.count == ArchiveFormat.headerByteCount, bytes.starts(with: ArchiveFormat.magic)
    else { throw Self.malformed("the file is no exported store: it does not start like one") }
    let span = unsafe bytes.span.bytes
    guard span.word32(at: 60) == CRC32C.checksum(of: Array(bytes[..<60])) else {
      throw Self.malformed("the file's header does not have its checksum")
    }
    let version = span.word32(at: 8)
    let flags = span.word32(at: 12)
    guard version == ArchiveFormat.version, flags & ~(Self.objectsFlag | Self.canonicalFlag) == 0
    else {
      throw StorageError(
        .unsupportedFormat,
        "the exported store has version \(version) and flags \(flags), known is version "
          + "\(ArchiveFormat.version)",
        offset: 8)
    }
    includesObjects = flags & Self.objectsFlag != 0
    isCanonical = flags & Self.canonicalFlag != 0
    store = isCanonical ? nil : UniqueID(bytes: bytes[16..<32])
    guard encoded() == bytes else {
      throw Self.malformed("the file's header contradicts itself")
    }
  }

  init(isCanonical: Bool, includesObjects: Bool, store: UniqueID?) {
    self.isCanonical = isCanonical
    self.includesObjects = includesObjects
    self.store = store
  }

  private static func malformed(_ reason: String) -> StorageError {
    StorageError(.corrupt, reason, offset: 0)
  }
}

/// The 20 bytes before the parts of a frame.
struct ArchiveFrame: Sendable, Hashable {
  var what: ArchiveFormat.What
  var kind: UInt8
  var firstLength: Int
  var secondLength: Int
  var checksum: UInt32

  func encoded(seed: UInt32) -> [UInt8] {
    var bytes = [UInt8](repeating: 0, count: ArchiveFormat.frameByteCount)
    bytes[0] = what.rawValue
    bytes[1] = kind
    bytes.store(UInt32(firstLength), at: 4)
    bytes.store(UInt32(secondLength), at: 8)
    bytes.store(checksum, at: 12)
    bytes.store(CRC32C.checksum(of: Array(bytes[..<16]), seed: seed), at: 16)
    return bytes
  }

  /// Reads a frame's header; `nil` when it is damaged, or announces more than its kind may have.
  init?(decoding bytes: [UInt8], seed: UInt32) {
    let span = unsafe bytes.span.bytes
    guard bytes.count == ArchiveFormat.frameByteCount,
      span.word32(at: 16) == CRC32C.checksum(of: Array(bytes[..<16]), seed: seed),
      span.word16(at: 2) == 0, let what = ArchiveFormat.What(rawValue: bytes[0])
    else { return nil }
    let (first, second) = (span.word32(at: 4), span.word32(at: 8))
    let isPossible =
      switch what {
      case .object: first == ArchiveFormat.objectByteCount && second == 0
      case .bytes: first > 0 && first <= ArchiveFormat.largestPiece && second == 0
      case .record: UInt64(first) + UInt64(second) <= UInt64(LogLimits.entryByteCount)
      case .trailer: first == ArchiveFormat.trailerByteCount && second == 0
      }
    guard isPossible, what == .record || bytes[1] == 0 else { return nil }
    self.what = what
    kind = bytes[1]
    firstLength = Int(first)
    secondLength = Int(second)
    checksum = span.word32(at: 12)
  }

  init(_ what: ArchiveFormat.What, kind: UInt8 = 0, _ first: [UInt8], _ second: [UInt8] = []) {
    self.what = what
    self.kind = kind
    firstLength = first.count
    secondLength = second.count
    checksum = CRC32C.checksum(of: second, seed: CRC32C.checksum(of: first))
  }
}
