extension FileSystem {
  /// Writes all the bytes, however many calls it takes.
  package func writeAll(_ file: OpenFile, at offset: UInt64, _ bytes: RawSpan) throws {
    var done = 0
    while done < bytes.byteCount {
      let written = try write(
        file, at: offset + UInt64(done), bytes.extracting(done..<bytes.byteCount))
      guard written > 0, written <= bytes.byteCount - done else {
        throw StorageError(.io, "write made no progress", offset: offset + UInt64(done))
      }
      done += written
    }
  }

  /// Writes all the bytes, however many calls it takes.
  package func writeAll(_ file: OpenFile, at offset: UInt64, _ bytes: [UInt8]) throws {
    try unsafe writeAll(file, at: offset, bytes.span.bytes)
  }

  /// Reads until there is no more room or the file ends, and returns the number of bytes read.
  package func readFully(
    _ file: OpenFile, at offset: UInt64, into bytes: inout MutableRawSpan
  ) throws -> Int {
    let total = bytes.byteCount
    return try unsafe bytes.withUnsafeMutableBytes { buffer in
      var done = 0
      while done < total {
        let rest = unsafe UnsafeMutableRawBufferPointer(rebasing: buffer[done..<total])
        var span = unsafe MutableRawSpan(_unsafeBytes: rest)
        let count = try read(file, at: offset + UInt64(done), into: &span)
        guard count >= 0, count <= total - done else {
          throw StorageError(.io, "read returned an impossible count", offset: offset)
        }
        if count == 0 { break }
        done += count
      }
      return done
    }
  }

  /// Reads up to a number of bytes at an offset; fewer come back only at the end of the file.
  package func read(_ file: OpenFile, at offset: UInt64, count: Int) throws -> [UInt8] {
    var bytes = [UInt8](repeating: 0, count: count)
    let done: Int
    do {
      var span = bytes.mutableSpan
      var raw = unsafe span.mutableBytes
      done = try readFully(file, at: offset, into: &raw)
    }
    bytes.removeLast(count - done)
    return bytes
  }

  /// Reads exactly a number of bytes; throws `unexpectedEnd` when the file ends before.
  package func readExactly(_ file: OpenFile, at offset: UInt64, count: Int) throws -> [UInt8] {
    let bytes = try read(file, at: offset, count: count)
    guard bytes.count == count else {
      throw StorageError(
        .unexpectedEnd, "the file ends after \(bytes.count) of \(count) bytes", offset: offset)
    }
    return bytes
  }

  /// Reads a whole regular file that has at most `limit` bytes, without following a link.
  package func readFile(_ path: String, limit: Int) throws -> [UInt8] {
    try withFile(path, [.read, .noFollow]) { file in
      let status = try status(of: file)
      guard status.kind == .regular else {
        throw StorageError(.wrongFileKind, "it is not a regular file", path: path)
      }
      guard status.size <= UInt64(limit) else {
        throw StorageError(
          .limitExceeded, "the file has \(status.size) bytes, allowed are \(limit)", path: path)
      }
      return try read(file, at: 0, count: Int(status.size))
    }
  }

  /// Opens a file, hands it to the body, and closes it; errors name the path.
  package func withFile<R>(
    _ path: String, _ options: FileOpenOptions, permissions: UInt32 = 0o644,
    _ body: (OpenFile) throws -> R
  ) throws -> R {
    let file = try open(path, options, permissions: permissions)
    let result: R
    do {
      result = try body(file)
    } catch {
      try? close(file)
      throw naming(path, error)
    }
    do { try close(file) } catch { throw naming(path, error) }
    return result
  }

  /// The error with a path, unless it names one already.
  package func naming(_ path: String, _ error: any Error) -> any Error {
    guard var error = error as? StorageError, error.path == nil else { return error }
    error.path = path
    return error
  }
}
