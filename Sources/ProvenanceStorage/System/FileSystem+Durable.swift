extension FileSystem {
  /// Makes the names in a directory survive a power failure.
  package func syncDirectory(_ path: String) throws {
    try withFile(path, [.read, .directory]) { try synchronize($0, dataOnly: false) }
  }

  /// Replaces a small file so that a crash leaves either the old content or the new.
  ///
  /// Temporary file, sync, rename, sync of the directory. A crash can leave a temporary behind;
  /// its name ends in ``temporarySuffix``.
  package func replaceFile(
    _ path: String, with bytes: [UInt8], permissions: UInt32 = 0o644
  ) throws {
    let nonce = String(UInt64.random(in: .min ... .max), radix: 16)
    let temporary = path + "." + nonce + temporarySuffix
    do {
      try withFile(
        temporary, [.write, .create, .exclusive, .noFollow], permissions: permissions
      ) { file in
        try writeAll(file, at: 0, bytes)
        try synchronize(file, dataOnly: false)
      }
      try rename(temporary, to: path)
    } catch {
      try? unlink(temporary)
      throw error
    }
    try syncDirectory(parent(of: path))
  }

  /// What the names of temporary files end in.
  package var temporarySuffix: String { ".tmp" }

  /// Makes a directory, and its name durable; returns whether it was missing.
  ///
  /// An existing directory is synchronised all the same: the process that made it may have died
  /// before it could.
  @discardableResult
  package func ensureDirectory(_ path: String, permissions: UInt32 = 0o755) throws -> Bool {
    var created = true
    do {
      try createDirectory(path, permissions: permissions)
    } catch let error as StorageError where error.kind == .alreadyExists {
      guard try status(at: path, followingLinks: true).kind == .directory else {
        throw StorageError(.wrongFileKind, "it is not a directory", path: path)
      }
      created = false
    }
    try syncDirectory(parent(of: path))
    return created
  }

  /// The status of the file at a path, `nil` when there is none; links are not followed.
  package func statusIfPresent(_ path: String) throws -> FileStatus? {
    do {
      return try status(at: path, followingLinks: false)
    } catch let error as StorageError where error.kind == .notFound {
      return nil
    }
  }

  /// The directory that holds a path's last component.
  package func parent(of path: String) -> String {
    var bytes = Array(path.utf8)
    while bytes.count > 1, bytes.last == UInt8(ascii: "/") { bytes.removeLast() }
    guard let slash = bytes.lastIndex(of: UInt8(ascii: "/")) else { return "." }
    if slash == 0 { return "/" }
    return String(decoding: bytes[..<slash], as: UTF8.self)
  }
}
