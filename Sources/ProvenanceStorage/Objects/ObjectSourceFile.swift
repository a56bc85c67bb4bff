/// A file that is read into a store: regular, never a link, and unchanged while it is read.
enum ObjectSourceFile {
  /// Opens a file and hands over its status and a way to pull its bytes.
  ///
  /// At the end of the file, and as soon as it is longer than it was, `pull` throws
  /// `sourceChanged` unless size and modification time (to the second) are what they were.
  static func read<R>(
    _ path: String, limit: UInt64, through fileSystem: any FileSystem,
    _ body: (FileStatus, _ pull: (inout MutableRawSpan) throws -> Int) throws -> R
  ) throws -> R {
    try withRegularFile(path, limit: limit, through: fileSystem) { file, before in
      var offset: UInt64 = 0
      return try body(before) { buffer in
        let count = try fileSystem.read(file, at: offset, into: &buffer)
        offset += UInt64(count)
        guard offset <= before.size else { throw changed(path, "it grew", at: offset) }
        if count == 0 {
          try compare(file, path, with: before, at: offset, through: fileSystem)
        }
        return count
      }
    }
  }

  /// Opens a file and hands it over with a check, which throws `sourceChanged` as
  /// ``read(_:limit:through:_:)`` does at the end.
  static func open<R>(
    _ path: String, limit: UInt64, through fileSystem: any FileSystem,
    _ body: (OpenFile, _ check: () throws -> Void) throws -> R
  ) throws -> R {
    try withRegularFile(path, limit: limit, through: fileSystem) { file, before in
      try body(file) {
        try compare(file, path, with: before, at: before.size, through: fileSystem)
      }
    }
  }

  private static func withRegularFile<R>(
    _ path: String, limit: UInt64, through fileSystem: any FileSystem,
    _ body: (OpenFile, FileStatus) throws -> R
  ) throws -> R {
    // Asked before opening: opening a pipe would wait for a writer that never comes.
    try check(fileSystem.status(at: path, followingLinks: false), path, limit: limit)
    return try fileSystem.withFile(path, [.read, .noFollow]) { file in
      let before = try fileSystem.status(of: file)
      try check(before, path, limit: limit)
      return try body(file, before)
    }
  }

  /// Compares the file with what it was; `offset` is where reading it ended.
  private static func compare(
    _ file: OpenFile, _ path: String, with before: FileStatus, at offset: UInt64,
    through fileSystem: any FileSystem
  ) throws {
    let after = try fileSystem.status(of: file)
    guard offset == before.size, after.size == before.size else {
      throw changed(path, "its size was \(before.size) and is \(after.size)", at: offset)
    }
    guard after.modificationTime == before.modificationTime else {
      throw changed(path, "it was written to", at: offset)
    }
  }

  private static func check(_ status: FileStatus, _ path: String, limit: UInt64) throws {
    switch status.kind {
    case .regular: break
    case .symbolicLink:
      throw StorageError(.isSymbolicLink, "symbolic links are not followed", path: path)
    case .directory:
      throw StorageError(.wrongFileKind, "it is a directory, not a file", path: path)
    case .other:
      throw StorageError(.wrongFileKind, "it is not a regular file", path: path)
    }
    guard status.size <= limit else {
      throw StorageError(
        .limitExceeded, "its \(status.size) bytes exceed the limit of \(limit)", path: path)
    }
  }

  private static func changed(_ path: String, _ detail: String, at offset: UInt64) -> StorageError {
    StorageError(
      .sourceChanged, "the file changed while it was read: \(detail)", path: path, offset: offset)
  }
}
