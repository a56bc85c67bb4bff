import Provenance

/// Writes an exported store, front to back.
struct ArchiveWriter {
  let fileSystem: any FileSystem
  let file: OpenFile
  private(set) var summary: ArchiveSummary
  private let seed: UInt32
  private var buffer: [UInt8]
  private var offset: UInt64 = 0
  private var hasher = SystemSHA256()
  private var tree = MerkleTree()

  static let bufferByteCount = 1 << 20

  init(_ header: ArchiveHeader, fileSystem: any FileSystem, file: OpenFile) {
    self.fileSystem = fileSystem
    self.file = file
    summary = ArchiveSummary(header)
    let bytes = header.encoded()
    seed = unsafe bytes.span.bytes.word32(at: 60)
    buffer = bytes
  }

  mutating func append(_ record: Record) throws {
    try append(
      ArchiveFrame(.record, kind: record.kindNumber, record.header, record.payload),
      record.header, record.payload)
    tree.append(record.id.digest)
    summary.recordCount += 1
  }

  /// Appends an object with all of its bytes.
  mutating func append(_ object: StoredObject, from store: any ObjectStore) throws {
    var head = object.digest.bytes + [UInt8](repeating: 0, count: 8)
    head.store(object.size, at: 32)
    try append(ArchiveFrame(.object, head), head)
    var left = object.size
    try store.read(object.digest) { chunk in
      guard UInt64(chunk.byteCount) <= left else {
        throw StorageError.objectCorrupt(object.digest, "it is longer than its listed size")
      }
      left -= UInt64(chunk.byteCount)
      var start = 0
      while start < chunk.byteCount {
        let end = min(chunk.byteCount, start + ArchiveFormat.largestPiece)
        let piece = chunk.array(start..<end)
        try append(ArchiveFrame(.bytes, piece), piece)
        start = end
      }
    }
    guard left == 0 else {
      throw StorageError.objectCorrupt(object.digest, "it is shorter than its listed size")
    }
    summary.objectCount += 1
    summary.objectByteCount += object.size
  }

  /// Writes the trailer, and makes the file durable.
  mutating func finish() throws -> ArchiveSummary {
    try flush()
    summary.root = tree.root
    let trailer = summary.trailer(after: offset, digest: hasher.finalize())
    try append(ArchiveFrame(.trailer, trailer), trailer)
    try flush()
    try fileSystem.synchronize(file, dataOnly: false)
    summary.byteCount = offset
    return summary
  }

  private mutating func append(
    _ frame: ArchiveFrame, _ first: [UInt8], _ second: [UInt8] = []
  ) throws {
    buffer += frame.encoded(seed: seed)
    buffer += first
    buffer += second
    if buffer.count >= Self.bufferByteCount { try flush() }
  }

  private mutating func flush() throws {
    try fileSystem.writeAll(file, at: offset, buffer)
    hasher.update(buffer)
    offset += UInt64(buffer.count)
    buffer.removeAll(keepingCapacity: true)
  }
}
