import Provenance

/// Writes a checkpoint, part by part, while others go on.
struct CheckpointWriter {
  private let fileSystem: any FileSystem
  private let file: OpenFile
  private var header: CheckpointHeader
  private var directory: [UInt8] = []
  private var checksums: [UInt64] = []
  /// What has no checksum yet: less than a page.
  private var page: [UInt8] = []
  /// Where the page goes.
  private var position: UInt64 = 0
  private var failure: (any Error)?

  private init(_ header: CheckpointHeader, _ file: OpenFile, _ fileSystem: any FileSystem) {
    self.header = header
    self.file = file
    self.fileSystem = fileSystem
    page.reserveCapacity(ImageMemory.pageByteCount)
  }

  /// Writes the checkpoint of a graph, durably, and returns its size.
  ///
  /// Throws `limitExceeded` for a graph that cannot be stored so. A file that is half-written stays
  /// behind under a temporary name at most.
  static func write(
    _ graph: ProvenanceGraph, _ header: CheckpointHeader, to path: String,
    _ fileSystem: any FileSystem
  ) throws -> UInt64 {
    let temporary = path + fileSystem.temporarySuffix
    if try fileSystem.statusIfPresent(temporary) != nil { try fileSystem.unlink(temporary) }
    var size: UInt64 = 0
    do {
      try fileSystem.withFile(temporary, [.write, .create, .exclusive, .noFollow]) { file in
        var writer = CheckpointWriter(header, file, fileSystem)
        let isPossible = graph.writeImage(key: header.key) { writer.add(part: $0, $1) }
        guard isPossible else {
          throw StorageError(.limitExceeded, "the graph is too large for a checkpoint")
        }
        size = try writer.finish()
        try fileSystem.synchronize(file, dataOnly: false)
      }
      try fileSystem.rename(temporary, to: path)
      try fileSystem.syncDirectory(fileSystem.parent(of: path))
    } catch {
      try? fileSystem.unlink(temporary)
      throw error
    }
    return size
  }

  private mutating func add(part: UInt32, _ bytes: RawSpan) {
    // Parts that are used in place begin where memory pages do.
    pad(to: bytes.byteCount >= ImageMemory.pageByteCount ? 4096 : 64)
    let start = position + UInt64(page.count)
    var entry = [UInt8](repeating: 0, count: 24)
    entry.store(UInt64(part), at: 0)
    entry.store(start, at: 8)
    entry.store(UInt64(bytes.byteCount), at: 16)
    directory += entry
    header.partCount += 1
    put(bytes)
  }

  private mutating func pad(to alignment: Int) {
    let end = position + UInt64(page.count)
    let zeros = [UInt8](repeating: 0, count: Int((0 &- end) & UInt64(alignment - 1)))
    put(unsafe zeros.span.bytes)
  }

  private mutating func put(_ bytes: RawSpan) {
    var done = 0
    while done < bytes.byteCount, failure == nil {
      let count = min(ImageMemory.pageByteCount - page.count, bytes.byteCount - done)
      unsafe bytes.extracting(done..<done + count).withUnsafeBytes {
        unsafe page.append(contentsOf: $0)
      }
      done += count
      if page.count == ImageMemory.pageByteCount { flush() }
    }
  }

  private mutating func flush() {
    guard !page.isEmpty, failure == nil else { return }
    checksums.append(unsafe page.withUnsafeBytes { unsafe XXHash64.hash($0) })
    do {
      try fileSystem.writeAll(file, at: CheckpointHeader.dataOffset + position, page)
    } catch { failure = error }
    position += UInt64(page.count)
    page.removeAll(keepingCapacity: true)
  }

  private mutating func finish() throws -> UInt64 {
    flush()
    if let failure { throw failure }
    header.dataByteCount = position
    for checksum in checksums {
      var bytes = [UInt8](repeating: 0, count: 8)
      bytes.store(checksum, at: 0)
      directory += bytes
    }
    header.directoryByteCount = UInt64(directory.count)
    header.directoryHash = unsafe directory.withUnsafeBytes { unsafe XXHash64.hash($0) }
    try fileSystem.writeAll(file, at: header.directoryOffset, directory)
    try fileSystem.writeAll(file, at: 0, header.encoded())
    return header.directoryOffset + UInt64(directory.count)
  }
}
