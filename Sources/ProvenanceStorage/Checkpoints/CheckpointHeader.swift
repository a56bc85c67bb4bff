import Provenance

/// The first 4096 bytes of a checkpoint: the graph as of one commit, laid out to be mapped.
///
///        0  8 B   magic: 0x89 "PRC" CR LF 0x1A LF
///        8  u32   version, 1
///       12  u32   0
///       16  16 B  store id
///       32  u64   generation of HEAD when it was written: how often payloads had been erased
///       40  u64   tree size after the commit: the graph's position
///       48  32 B  root of that tree
///       80  u64   number of the segment that holds the commit
///       88  u64   offset behind the commit in that segment
///       96  32 B  leaf hash of the commit, zeros before the first
///      128  i64   time of the commit, seconds
///      136  u32   time of the commit, nanoseconds
///      140  u32   1 when there is a commit, else 0
///      144  2 u64 key that names are hashed with
///      160  u64   bytes of the graph's parts, which begin at 65536
///      168  u64   offset of the directory
///      176  u64   bytes of the directory
///      184  u64   XXH64 of the directory
///      192  u32   number of parts
///      196  u32   number of peaks
///      200  32 B  each peak of the tree, the largest first
///     4092  u32   CRC-32C of what is before, seeded with that of the store id
///
/// The directory has 24 bytes a part (number, offset from 65536, bytes; u64 each), and then the XXH64 of
/// each 65536 bytes of the parts.
struct CheckpointHeader: Sendable, Hashable {
  var store: UniqueID
  var generation: UInt64
  var resumption: LogResumption
  var key: (UInt64, UInt64) { Self.key(store, resumption.chain.tree.size) }
  var dataByteCount: UInt64 = 0
  var directoryByteCount: UInt64 = 0
  var directoryHash: UInt64 = 0
  var partCount: UInt32 = 0

  static let byteCount = 4096
  static let dataOffset: UInt64 = 65536
  static let version: UInt32 = 1
  static let magic: [UInt8] = [0x89, 0x50, 0x52, 0x43, 0x0D, 0x0A, 0x1A, 0x0A]

  var directoryOffset: UInt64 { (Self.dataOffset + dataByteCount + 4095 + 64) & ~4095 }

  /// The same for the same store and position, so that a checkpoint can be made anew byte for byte.
  static func key(_ store: UniqueID, _ treeSize: UInt64) -> (UInt64, UInt64) {
    (store.high ^ treeSize, store.low)
  }

  func encoded() -> [UInt8] {
    var bytes = [UInt8](repeating: 0, count: Self.byteCount)
    let chain = resumption.chain
    bytes.store(Self.magic, at: 0)
    bytes.store(Self.version, at: 8)
    bytes.store(store.bytes, at: 16)
    bytes.store(generation, at: 32)
    bytes.store(chain.tree.size, at: 40)
    bytes.store(chain.tree.root.bytes, at: 48)
    bytes.store(resumption.segment, at: 80)
    bytes.store(resumption.place.offset, at: 88)
    if let previous = chain.previous, let time = chain.time {
      bytes.store(previous.bytes, at: 96)
      bytes.store(time.seconds, at: 128)
      bytes.store(time.nanoseconds, at: 136)
      bytes.store(UInt32(1), at: 140)
    }
    bytes.store(key.0, at: 144)
    bytes.store(key.1, at: 152)
    bytes.store(dataByteCount, at: 160)
    bytes.store(directoryOffset, at: 168)
    bytes.store(directoryByteCount, at: 176)
    bytes.store(directoryHash, at: 184)
    bytes.store(partCount, at: 192)
    bytes.store(UInt32(chain.tree.peaks.count), at: 196)
    for (position, peak) in chain.tree.peaks.enumerated() {
      bytes.store(peak.bytes, at: 200 + 32 * position)
    }
    bytes.storeChecksum(store)
    return bytes
  }
}

extension CheckpointHeader {
  /// Reads a header; throws `unsupportedFormat` or `corrupt`.
  init(decoding bytes: [UInt8], store: UniqueID, fileSize: UInt64) throws {
    guard bytes.count == Self.byteCount, bytes.starts(with: Self.magic) else {
      throw Self.malformed("it does not begin as a checkpoint does")
    }
    guard bytes.hasChecksum(store) else {
      throw Self.malformed("its header does not have its checksum, or is another store's")
    }
    let span = unsafe bytes.span.bytes
    guard span.word32(at: 8) == Self.version else {
      throw StorageError(.unsupportedFormat, "a checkpoint has version \(span.word32(at: 8))")
    }
    let size = span.word64(at: 40)
    let peakCount = Int(span.word32(at: 196))
    guard UniqueID(bytes: bytes[16..<32]) == store, peakCount <= 64, size < 1 << 62,
      let tree = MerkleTree(
        size: size,
        peaks: (0..<peakCount).compactMap {
          SHA256Digest(bytes: bytes[(200 + 32 * $0)..<(232 + 32 * $0)])
        }), tree.root == SHA256Digest(bytes: bytes[48..<80])
    else { throw Self.malformed("its header contradicts itself") }
    var chain = CommitChain(tree: tree)
    if span.word32(at: 140) != 0 {
      chain.previous = SHA256Digest(bytes: bytes[96..<128])
      chain.time = CommitTime(
        seconds: Int64(bitPattern: span.word64(at: 128)), nanoseconds: span.word32(at: 136))
    }
    self.store = store
    generation = span.word64(at: 32)
    resumption = LogResumption(
      segment: span.word64(at: 80),
      place: LogPlace(
        offset: span.word64(at: 88), sequence: size, previous: chain.previous, time: chain.time),
      chain: chain)
    dataByteCount = span.word64(at: 160)
    directoryByteCount = span.word64(at: 176)
    directoryHash = span.word64(at: 184)
    partCount = span.word32(at: 192)
    let pages = (dataByteCount + 65535) / 65536
    guard dataByteCount < 1 << 48, partCount < 1024, span.word64(at: 168) == directoryOffset,
      directoryByteCount == UInt64(partCount) * 24 + pages * 8,
      directoryOffset + directoryByteCount == fileSize,
      (span.word64(at: 144), span.word64(at: 152)) == key
    else { throw Self.malformed("its lengths do not fit the file") }
  }

  static func malformed(_ reason: String) -> StorageError {
    StorageError(.corrupt, "a checkpoint cannot be used: \(reason)")
  }
}
