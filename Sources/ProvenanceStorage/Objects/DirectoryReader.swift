/// Reads a directory and all below it, depth first, without recursion.
///
/// What becomes of files and manifests is up to its closures.
struct DirectoryReader {
  let fileSystem: any FileSystem
  let options: StoredDirectory.Options
  /// Takes in a file of at most so many bytes.
  let file: (_ path: String, _ limit: UInt64) throws -> StoredObject
  /// Takes in the canonical form of a manifest.
  let manifest: ([UInt8]) throws -> StoredObject

  /// A directory whose entries are being read.
  private struct Level {
    let path: String
    let name: [UInt8]
    let names: [String]
    var next = 0
    var entries: [DirectoryManifest.Entry] = []
  }

  func read(_ path: String) throws -> StoredDirectory {
    var count = 0
    var bytes: UInt64 = 0
    var levels = [try open(path, name: [])]
    while true {
      let top = levels.count - 1
      guard levels[top].next < levels[top].names.count else {
        let level = levels.removeLast()
        let object = try close(level)
        guard let parent = levels.indices.last else {
          return StoredDirectory(manifest: object, entryCount: count, byteCount: bytes)
        }
        levels[parent].entries.append(.init(name: level.name, content: .directory(object)))
        continue
      }
      let name = levels[top].names[levels[top].next]
      let path = levels[top].path + "/" + name
      levels[top].next += 1
      count += 1
      guard count <= options.entryLimit else {
        throw StorageError(
          .limitExceeded, "there are more than \(options.entryLimit) entries", path: path)
      }
      let status = try status(of: name, at: path)
      switch status.kind {
      case .regular:
        let object = try file(path, options.byteLimit - bytes)
        bytes += object.size
        let isExecutable = status.permissions & 0o100 != 0
        levels[top].entries.append(
          .init(name: name, content: .file(object, isExecutable: isExecutable)))
      case .directory:
        guard levels.count < options.depthLimit else {
          throw StorageError(
            .limitExceeded, "it is more than \(options.depthLimit) directories deep", path: path)
        }
        levels.append(try open(path, name: Array(name.utf8)))
      case .symbolicLink:
        guard options.symbolicLinks == .record else {
          throw StorageError(
            .isSymbolicLink, "symbolic links are refused unless asked for", path: path)
        }
        let target = try fileSystem.target(ofLink: path)
        levels[top].entries.append(.init(name: name, content: .symbolicLink(target: target)))
      case .other:
        throw StorageError(
          .wrongFileKind, "it is neither file nor directory nor link", path: path)
      }
    }
  }

  private func open(_ path: String, name: [UInt8]) throws -> Level {
    switch try fileSystem.status(at: path, followingLinks: false).kind {
    case .directory: break
    case .symbolicLink:
      throw StorageError(.isSymbolicLink, "symbolic links are not followed", path: path)
    default: throw StorageError(.wrongFileKind, "it is not a directory", path: path)
    }
    return Level(path: path, name: name, names: try fileSystem.names(inDirectory: path))
  }

  /// Stores a directory's manifest; its names must still be those that were read.
  private func close(_ level: Level) throws -> StoredObject {
    guard try fileSystem.names(inDirectory: level.path) == level.names else {
      throw StorageError(
        .sourceChanged, "files came or went while the directory was read", path: level.path)
    }
    do {
      return try manifest(DirectoryManifest(level.entries).encoded())
    } catch {
      throw fileSystem.naming(level.path, error)
    }
  }

  private func status(of name: String, at path: String) throws -> FileStatus {
    do {
      return try fileSystem.status(at: path, followingLinks: false)
    } catch let error as StorageError where error.kind == .notFound {
      // A name that is not UTF-8 is listed with U+FFFD in it, and leads nowhere.
      if name.unicodeScalars.contains("\u{FFFD}") {
        throw StorageError(.invalidArgument, "the name of the file is not UTF-8", path: path)
      }
      throw StorageError(
        .sourceChanged, "it went away while the directory was read", path: path)
    }
  }
}
