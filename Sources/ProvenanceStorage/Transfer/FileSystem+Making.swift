extension FileSystem {
  /// Makes a file whole: under a temporary name first, then durably under its own.
  ///
  /// Nothing is left when it fails, and what it would have replaced stays. The body makes the
  /// file's content durable. Throws `alreadyExists` for a name that is taken, unless it replaces.
  func makeFile<R>(
    _ path: String, replacing: Bool = false, _ body: (OpenFile) throws -> R
  ) throws -> R {
    let taken = StorageError(.alreadyExists, "there is a file of that name already", path: path)
    guard try replacing || statusIfPresent(path) == nil else { throw taken }
    let temporary = temporaryPath(for: path)
    let result: R
    do {
      result = try withFile(
        temporary, [.read, .write, .create, .exclusive, .noFollow], permissions: 0o644, body)
      guard try replacing || statusIfPresent(path) == nil else { throw taken }
      try rename(temporary, to: path)
    } catch {
      try? unlink(temporary)
      throw error
    }
    try syncDirectory(parent(of: path))
    return result
  }

  /// Copies the first bytes of a file durably to another name, replacing what has it.
  func copyFile(_ path: String, to destination: String, byteCount: UInt64) throws {
    try withFile(path, [.read, .noFollow]) { source in
      try makeFile(destination, replacing: true) { target in
        var offset: UInt64 = 0
        while offset < byteCount {
          let count = Int(min(byteCount - offset, 1 << 20))
          let bytes: [UInt8]
          do {
            bytes = try readExactly(source, at: offset, count: count)
          } catch { throw naming(path, error) }
          try writeAll(target, at: offset, bytes)
          offset += UInt64(count)
        }
        try synchronize(target, dataOnly: false)
      }
    }
  }

  /// Gives a file that never changes a second name durably, replacing what has it.
  ///
  /// Returns whether the file system could: it cannot across devices, and some not at all.
  func linkFile(_ path: String, to destination: String) throws -> Bool {
    let temporary = temporaryPath(for: destination)
    do {
      try link(path, to: temporary)
    } catch let error as StorageError
      where error.kind == .unsupportedFileSystem || error.kind == .permissionDenied
    {
      return false
    }
    do { try rename(temporary, to: destination) } catch {
      try? unlink(temporary)
      throw error
    }
    // Renaming a name to another one of the same file does nothing.
    if try statusIfPresent(temporary) != nil { try unlink(temporary) }
    try syncDirectory(parent(of: destination))
    return true
  }

  private func temporaryPath(for path: String) -> String {
    path + "." + String(UInt64.random(in: .min ... .max), radix: 16) + temporarySuffix
  }
}
