import Provenance

/// A checkpoint that was found: its header, and where its parts lie.
struct GraphCheckpoint: Sendable {
  let path: String
  let header: CheckpointHeader
  let parts: [UInt32: Range<Int>]
  let checksums: [UInt64]

  /// Reads the header and the directory of a checkpoint; O(its pages / 8192).
  ///
  /// Throws `corrupt`, `unsupportedFormat`, or what keeps the file from being read.
  init(at path: String, store: UniqueID, _ fileSystem: any FileSystem) throws {
    self.path = path
    let (header, directory) = try fileSystem.withFile(path, [.read, .noFollow]) { file in
      let status = try fileSystem.status(of: file)
      guard status.kind == .regular else {
        throw StorageError(.wrongFileKind, "a checkpoint is not a regular file")
      }
      let header = try CheckpointHeader(
        decoding: fileSystem.read(file, at: 0, count: CheckpointHeader.byteCount), store: store,
        fileSize: status.size)
      let directory = try fileSystem.readExactly(
        file, at: header.directoryOffset, count: Int(header.directoryByteCount))
      return (header, directory)
    }
    self.header = header
    guard
      unsafe directory.withUnsafeBytes({ unsafe XXHash64.hash($0) }) == header.directoryHash
    else { throw CheckpointHeader.malformed("its directory is damaged") }
    let span = unsafe directory.span.bytes
    var parts: [UInt32: Range<Int>] = [:]
    for number in 0..<Int(header.partCount) {
      let start = span.word64(at: number * 24 + 8)
      let count = span.word64(at: number * 24 + 16)
      guard start <= header.dataByteCount, count <= header.dataByteCount - start else {
        throw CheckpointHeader.malformed("a part lies outside of it")
      }
      parts[UInt32(truncatingIfNeeded: span.word64(at: number * 24))] =
        Int(start)..<Int(start + count)
    }
    self.parts = parts
    let first = Int(header.partCount) * 24
    checksums = stride(from: first, to: directory.count, by: 8).map { span.word64(at: $0) }
  }

  /// Maps the checkpoint and takes the graph in it.
  ///
  /// The closure makes the parts of the checkpoint anew, when a page of it turns out to be damaged.
  func graph(
    _ fileSystem: any FileSystem, rebuild: @escaping @Sendable () throws -> ProvenanceGraph
  ) throws -> (graph: ProvenanceGraph, memory: ImageMemory) {
    let mapping = try fileSystem.map(
      path, at: CheckpointHeader.dataOffset, count: Int(header.dataByteCount))
    let pages = RebuiltPages(header.key, rebuild)
    let memory = unsafe ImageMemory(
      mapping.bytes, checksums: checksums, repair: { pages.page($0) },
      release: { mapping.release() })
    do throws(ImageError) {
      return (try ProvenanceGraph(image: memory, sections: parts), memory)
    } catch {
      throw StorageError(
        .corrupt, "a checkpoint cannot be used: \(error)", path: path)
    }
  }
}

/// The pages of a checkpoint, made anew from the log when the first damaged one is met.
private final class RebuiltPages: Sendable {
  private let key: (UInt64, UInt64)
  private let rebuild: @Sendable () throws -> ProvenanceGraph
  private let bytes = Lock<[UInt8]?>(nil)

  init(_ key: (UInt64, UInt64), _ rebuild: @escaping @Sendable () throws -> ProvenanceGraph) {
    self.key = key
    self.rebuild = rebuild
  }

  func page(_ number: Int) -> [UInt8]? {
    bytes.withLock { bytes in
      if bytes == nil {
        var made: [UInt8] = []
        let isMade = (try? rebuild())?.writeImage(key: key) { _, part in
          let alignment = part.byteCount >= ImageMemory.pageByteCount ? 4096 : 64
          made += [UInt8](repeating: 0, count: -made.count & (alignment - 1))
          unsafe part.withUnsafeBytes { unsafe made.append(contentsOf: $0) }
        }
        bytes = isMade == true ? made : []
      }
      let start = number * ImageMemory.pageByteCount
      guard let bytes, start < bytes.count else { return nil }
      return Array(bytes[start..<min(start + ImageMemory.pageByteCount, bytes.count)])
    }
  }
}
