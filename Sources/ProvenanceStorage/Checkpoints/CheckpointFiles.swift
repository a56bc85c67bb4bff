import Provenance

/// The checkpoints of a store: `checkpoints/<position in 20 digits>.ckpt`, of which the newest counts.
///
/// They are caches. One that is missing, old or damaged costs time and nothing else.
struct CheckpointFiles: Sendable {
  let directory: String
  let fileSystem: any FileSystem

  static let suffix = ".ckpt"

  func path(_ treeSize: UInt64) -> String {
    let digits = String(treeSize)
    return directory + "/" + String(repeating: "0", count: 20 - digits.count) + digits + Self.suffix
  }

  /// The names of checkpoints, the newest first.
  func names() throws -> [String] {
    do {
      return try fileSystem.names(inDirectory: directory).filter {
        $0.utf8.count == 25 && $0.hasSuffix(Self.suffix) && UInt64($0.dropLast(5)) != nil
      }.reversed()
    } catch let error as StorageError where error.kind == .notFound {
      return []
    }
  }

  /// The newest checkpoint that may be used, and why those after it may not.
  func newest(
    _ store: UniqueID, generation: UInt64
  ) -> (found: GraphCheckpoint?, rejected: [String: StorageError]) {
    var rejected: [String: StorageError] = [:]
    for name in (try? names()) ?? [] {
      let path = directory + "/" + name
      do {
        let checkpoint = try GraphCheckpoint(at: path, store: store, fileSystem)
        guard checkpoint.header.generation == generation else {
          throw CheckpointHeader.malformed("it is from before payloads were erased")
        }
        return (checkpoint, rejected)
      } catch let error as StorageError {
        rejected[path] = error
      } catch {
        rejected[path] = StorageError(.io, "\(error)", path: path)
      }
    }
    return (nil, rejected)
  }

  /// Writes a checkpoint durably, and removes all others; returns its size.
  func write(_ graph: ProvenanceGraph, _ header: CheckpointHeader) throws -> UInt64 {
    try fileSystem.ensureDirectory(directory)
    let path = path(header.resumption.chain.tree.size)
    let size = try CheckpointWriter.write(graph, header, to: path, fileSystem)
    try removeAll(except: path)
    return size
  }

  /// Removes checkpoints and what was left of writing some.
  func removeAll(except kept: String? = nil) throws {
    var hasRemoved = false
    let all: [String]
    do {
      all = try fileSystem.names(inDirectory: directory)
    } catch let error as StorageError where error.kind == .notFound {
      return
    }
    for name in all {
      let path = directory + "/" + name
      guard path != kept,
        name.hasSuffix(Self.suffix) || name.hasSuffix(Self.suffix + fileSystem.temporarySuffix)
      else { continue }
      try fileSystem.unlink(path)
      hasRemoved = true
    }
    if hasRemoved { try fileSystem.syncDirectory(directory) }
  }
}
