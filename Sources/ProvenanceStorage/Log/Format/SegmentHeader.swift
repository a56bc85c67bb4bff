import Provenance

/// The first 4096 bytes of a segment.
///
///        0  8 B   magic: 0x89 "PRV" CR LF 0x1A LF; text tools that change line ends break it
///        8  u32   version, 1
///       12  u32   length of this header, 4096
///       16  16 B  store id
///       32  u64   number of the segment, from 0
///       40  u64   first sequence number
///       48  u64   length in bytes of the segment before, 0 for the first
///       56  u64   number of frames in the segment before
///       64  32 B  chain hash of the segment before (see SegmentChain), zeros for the first
///       96  16 B  salt
///      112  i64   creation time, seconds
///      120  u32   creation time, nanoseconds
///      124  u32   1 when there is a commit before this segment, else 0
///      128  32 B  leaf hash of the last commit before this segment
///      160  i64   time of that commit, seconds
///      168  u32   time of that commit, nanoseconds
///      172  u32   number of peaks
///      176  32 B  each peak of the tree over all leaves before, the largest first
///     4092  u32   CRC-32C of what is before, seeded with that of the store id
///
/// What is not named is zero. Every version keeps the magic, the version and the checksum where
/// they are, so that an old reader can tell a newer segment from a damaged one.
struct SegmentHeader: Sendable, Hashable {
  var store: UniqueID
  var number: UInt64
  var previousLength: UInt64
  var previousCount: UInt64
  var previousHash: SHA256Digest?
  var salt: UniqueID
  var created: CommitTime
  /// The state of the log before the segment's first frame.
  var chain: CommitChain

  var firstSequence: UInt64 { chain.tree.size }

  static let byteCount = 4096
  static let version: UInt32 = 1
  static let magic: [UInt8] = [0x89, 0x50, 0x52, 0x56, 0x0D, 0x0A, 0x1A, 0x0A]

  func encoded() -> [UInt8] {
    var bytes = [UInt8](repeating: 0, count: Self.byteCount)
    bytes.store(Self.magic, at: 0)
    bytes.store(Self.version, at: 8)
    bytes.store(UInt32(Self.byteCount), at: 12)
    bytes.store(store.bytes, at: 16)
    bytes.store(number, at: 32)
    bytes.store(firstSequence, at: 40)
    bytes.store(previousLength, at: 48)
    bytes.store(previousCount, at: 56)
    if let previousHash { bytes.store(previousHash.bytes, at: 64) }
    bytes.store(salt.bytes, at: 96)
    bytes.store(created.seconds, at: 112)
    bytes.store(created.nanoseconds, at: 120)
    if let previous = chain.previous, let time = chain.time {
      bytes.store(UInt32(1), at: 124)
      bytes.store(previous.bytes, at: 128)
      bytes.store(time.seconds, at: 160)
      bytes.store(time.nanoseconds, at: 168)
    }
    bytes.store(UInt32(chain.tree.peaks.count), at: 172)
    for (position, peak) in chain.tree.peaks.enumerated() {
      bytes.store(peak.bytes, at: 176 + 32 * position)
    }
    bytes.storeChecksum(store)
    return bytes
  }
}

extension SegmentHeader {
  /// Reads a header; throws `unsupportedFormat` for a later version and `corrupt` for no header.
  init(decoding bytes: [UInt8], store: UniqueID) throws {
    guard bytes.count == Self.byteCount else {
      throw Self.malformed("the file ends within the segment's header")
    }
    guard bytes.starts(with: Self.magic) else {
      throw Self.malformed("the segment's header does not start with its magic bytes")
    }
    guard bytes.hasChecksum(store) else {
      throw Self.malformed(
        "the segment's header does not have its checksum, or belongs to another store")
    }
    let span = unsafe bytes.span.bytes
    let version = span.word32(at: 8)
    guard version == Self.version else {
      throw StorageError(
        .unsupportedFormat, "the segment has version \(version), known is \(Self.version)",
        offset: 8)
    }
    let peakCount = Int(span.word32(at: 172))
    let firstSequence = span.word64(at: 40)
    guard span.word32(at: 12) == UInt32(Self.byteCount), peakCount <= 64,
      // No log gets there; sums with it never overflow.
      firstSequence < 1 << 62,
      UniqueID(bytes: bytes[16..<32]) == store, let salt = UniqueID(bytes: bytes[96..<112]),
      let tree = MerkleTree(
        size: firstSequence,
        peaks: (0..<peakCount).compactMap {
          SHA256Digest(bytes: bytes[(176 + 32 * $0)..<(208 + 32 * $0)])
        })
    else { throw Self.malformed("the segment's header contradicts itself") }
    self.store = store
    number = span.word64(at: 32)
    previousLength = span.word64(at: 48)
    previousCount = span.word64(at: 56)
    previousHash = number == 0 ? nil : SHA256Digest(bytes: bytes[64..<96])
    self.salt = salt
    created = CommitTime(
      seconds: Int64(bitPattern: span.word64(at: 112)), nanoseconds: span.word32(at: 120))
    chain = CommitChain(tree: tree)
    if span.word32(at: 124) != 0 {
      chain.previous = SHA256Digest(bytes: bytes[128..<160])
      chain.time = CommitTime(
        seconds: Int64(bitPattern: span.word64(at: 160)), nanoseconds: span.word32(at: 168))
    }
  }

  private static func malformed(_ reason: String) -> StorageError {
    StorageError(.corrupt, reason, offset: 0)
  }
}

extension [UInt8] {
  /// Puts the checksum of a 4096-byte block into its last four bytes.
  mutating func storeChecksum(_ store: UniqueID) {
    self.store(blockChecksum(store), at: count - 4)
  }

  /// Whether the last four bytes are the checksum of those before.
  func hasChecksum(_ store: UniqueID) -> Bool {
    unsafe span.bytes.word32(at: count - 4) == blockChecksum(store)
  }

  private func blockChecksum(_ store: UniqueID) -> UInt32 {
    let seed = CRC32C.checksum(of: store.bytes)
    return unsafe CRC32C.checksum(of: span.bytes.extracting(0..<count - 4), seed: seed)
  }
}
