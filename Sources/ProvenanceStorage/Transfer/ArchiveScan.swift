import Provenance

/// Reads an exported store front to back, and checks everything that can be checked.
struct ArchiveScan {
  enum Item {
    /// An object; its bytes follow.
    case object(StoredObject)
    case bytes([UInt8])
    case record(Record)
    /// The trailer was found, and it is right.
    case end(ArchiveSummary)
  }

  let fileSystem: any FileSystem
  let file: OpenFile
  private let size: UInt64
  private let seed: UInt32
  private var summary: ArchiveSummary
  private var offset: UInt64 = 0
  private var window: [UInt8] = []
  private var windowStart: UInt64 = 0
  private var hasher = SystemSHA256()
  private var tree = MerkleTree()
  /// The object whose bytes are read, how many are to come, and their hash so far.
  private var open: (object: StoredObject, left: UInt64, hasher: SystemSHA256)?
  private var lastObject: SHA256Digest?

  static let windowByteCount = 1 << 20

  /// Reads the header.
  init(fileSystem: any FileSystem, file: OpenFile) throws {
    let status = try fileSystem.status(of: file)
    guard status.kind == .regular else {
      throw StorageError(.wrongFileKind, "an exported store is a regular file")
    }
    let bytes = try fileSystem.read(file, at: 0, count: ArchiveFormat.headerByteCount)
    summary = ArchiveSummary(try ArchiveHeader(decoding: bytes))
    self.fileSystem = fileSystem
    self.file = file
    size = status.size
    seed = unsafe bytes.span.bytes.word32(at: 60)
    hasher.update(bytes)
    offset = UInt64(bytes.count)
  }

  /// The next item; the end comes last, and only once.
  mutating func next() throws -> Item {
    let start = offset
    let head = try take(ArchiveFormat.frameByteCount)
    guard let frame = ArchiveFrame(decoding: head, seed: seed) else {
      throw corrupt("the header of a frame is damaged", start)
    }
    let first = try take(frame.firstLength)
    let second = try take(frame.secondLength)
    guard frame.checksum == CRC32C.checksum(of: second, seed: CRC32C.checksum(of: first)) else {
      throw corrupt("a frame does not have its checksum", start)
    }
    guard (frame.what == .bytes) == (open != nil) else {
      throw corrupt("an object and its bytes are not together", start)
    }
    if frame.what != .trailer {
      hasher.update(head)
      hasher.update(first)
      hasher.update(second)
    }
    switch frame.what {
    case .object: return try object(first, at: start)
    case .bytes: return try piece(first, at: start)
    case .record: return try record(frame, first, second, at: start)
    case .trailer: return try end(first, at: start)
    }
  }

  private mutating func object(_ bytes: [UInt8], at start: UInt64) throws -> Item {
    guard let digest = SHA256Digest(bytes: bytes[..<32]) else {
      throw corrupt("an object has no digest", start)
    }
    let object = StoredObject(
      digest: digest, size: unsafe bytes.span.bytes.word64(at: 32))
    guard summary.includesObjects, summary.recordCount == 0, object.size <= size,
      lastObject.map({ $0 < digest }) ?? true
    else { throw corrupt("an object is not where it belongs", start) }
    lastObject = digest
    summary.objectCount += 1
    summary.objectByteCount += object.size
    open = (object, object.size, SystemSHA256())
    try closeObject(at: start)
    return .object(object)
  }

  private mutating func piece(_ bytes: [UInt8], at start: UInt64) throws -> Item {
    guard var current = open, UInt64(bytes.count) <= current.left else {
      throw corrupt("an object has more bytes than its size", start)
    }
    // Not shared while it changes, so that it is not copied.
    open = nil
    current.left -= UInt64(bytes.count)
    current.hasher.update(bytes)
    open = current
    try closeObject(at: start)
    return .bytes(bytes)
  }

  private mutating func closeObject(at start: UInt64) throws {
    guard let current = open, current.left == 0 else { return }
    open = nil
    guard current.hasher.finalize() == current.object.digest else {
      throw corrupt("the bytes of an object do not have its digest", start)
    }
  }

  private mutating func record(
    _ frame: ArchiveFrame, _ header: [UInt8], _ payload: [UInt8], at start: UInt64
  ) throws -> Item {
    let record: Record
    do throws(RecordError) {
      record = try Record(header: header, payload: payload)
    } catch {
      throw corrupt("an entry is no record: \(error)", start)
    }
    guard record.kindNumber == frame.kind else {
      throw corrupt("a record is not of the kind that its frame says", start)
    }
    tree.append(record.id.digest)
    summary.recordCount += 1
    return .record(record)
  }

  private mutating func end(_ trailer: [UInt8], at start: UInt64) throws -> Item {
    summary.root = tree.root
    guard trailer == summary.trailer(after: start, digest: hasher.finalize()) else {
      throw corrupt("what the file holds is not what its trailer says", start)
    }
    guard offset == size else { throw corrupt("the file goes on behind its trailer", offset) }
    summary.byteCount = size
    return .end(summary)
  }

  private mutating func take(_ count: Int) throws -> [UInt8] {
    guard UInt64(count) <= size - offset else {
      throw corrupt("the file was cut short", offset)
    }
    if offset + UInt64(count) > windowStart + UInt64(window.count) {
      let wanted = Int(min(UInt64(max(count, Self.windowByteCount)), size - offset))
      window = try fileSystem.readExactly(file, at: offset, count: wanted)
      windowStart = offset
    }
    let start = Int(offset - windowStart)
    offset += UInt64(count)
    return Array(window[start..<start + count])
  }

  private func corrupt(_ reason: String, _ offset: UInt64) -> StorageError {
    StorageError(.corrupt, "the exported store is damaged: \(reason)", offset: offset)
  }
}
