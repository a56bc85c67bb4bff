public import Provenance

extension DirectoryObjectStore {
  /// The size of an object's file in bytes, or `nil` when there is none.
  ///
  /// An object in the trash is brought back, unless the store was opened for reading.
  public func size(of digest: SHA256Digest) throws -> UInt64? {
    if let status = try fileSystem.statusIfPresent(path(of: digest)) { return status.size }
    if let size = try listedSize(digest) { return size }
    if let path = try locate(ObjectFile(.object, digest)) {
      return try fileSystem.statusIfPresent(path)?.size
    }
    return try recipe(of: digest)?.recipe.object.size
  }

  /// Reads an object or a range of it, verified; see ``ObjectStore/read(_:range:into:)``.
  ///
  /// Objects of up to 256 KiB are verified before their first byte is handed over. For a range of
  /// a larger one every chunk that it touches is verified before it is handed over, against a list
  /// of chunk hashes. The first such read of an object makes that list while it verifies the whole
  /// object, and the instance remembers it (at most 8 MiB of lists).
  ///
  /// - Complexity: A whole read hashes every byte once. The first range read of a large object
  ///   hashes every byte twice, later ones only the chunks of 256 KiB (16 GiB and above: one
  ///   65,536th of the object, rounded up to a power of two) that the range touches.
  public func read(
    _ digest: SHA256Digest, range: Range<UInt64>?, into body: (RawSpan) throws -> Void
  ) throws {
    if try fileSystem.statusIfPresent(path(of: digest)) == nil,
      let (recipe, path) = try recipe(of: digest)
    {
      return try read(recipe, at: path, range: range, into: body)
    }
    guard let range else {
      try withObject(digest) { file, size, path in
        try verifyWhole(digest, file, size: size, at: path) { chunk, _ in try body(chunk) }
      }
      return
    }
    try withObject(digest) { file, size, path in
      guard range.upperBound <= size else {
        throw StorageError.objectRange(digest, range, size: size)
      }
      if size <= UInt64(ObjectStream.chunkSize) {
        try verifyWhole(digest, file, size: size, at: path) { chunk, _ in
          guard !range.isEmpty else { return }
          try body(chunk.extracting(Int(range.lowerBound)..<Int(range.upperBound)))
        }
        return
      }
      let list = try chunkList(of: digest, file, size: size, at: path)
      try readChunks(list, of: digest, range: range, file, at: path, into: body)
    }
  }

  /// Opens an object's file, which is brought back from the trash if it is there.
  private func withObject(
    _ digest: SHA256Digest, _ body: (OpenFile, UInt64, _ path: String) throws -> Void
  ) throws {
    // A collection may take the file away after it was found.
    for _ in 0..<4 {
      var isFound = false
      let home = path(of: digest)
      do {
        let path =
          try fileSystem.statusIfPresent(home) != nil
          ? home : try locate(ObjectFile(.object, digest))
        guard let path else { throw StorageError.objectNotFound(digest, path: home) }
        try withObject(digest, at: path) { file, size in
          isFound = true
          try body(file, size, path)
        }
        return
      } catch let error as StorageError where error.kind == .notFound && !isFound {
        guard try locate(ObjectFile(.object, digest)) != nil else { throw error }
      }
    }
    throw StorageError.objectNotFound(digest, path: path(of: digest))
  }

  /// Reads and verifies a whole object; its last chunk is handed over only when all is well.
  func readWhole(
    _ digest: SHA256Digest, at path: String, into body: (RawSpan) throws -> Void
  ) throws {
    try withObject(digest, at: path) { file, size in
      try verifyWhole(digest, file, size: size, at: path) { chunk, _ in try body(chunk) }
    }
  }

  private func verifyWhole(
    _ digest: SHA256Digest, _ file: OpenFile, size: UInt64, at path: String,
    chunkSize: Int = ObjectStream.chunkSize,
    into body: (RawSpan, _ offset: UInt64) throws -> Void
  ) throws {
    var hasher = ObjectHasher()
    var buffer = [UInt8](repeating: 0, count: Int(min(UInt64(chunkSize), size)))
    var offset: UInt64 = 0
    while offset < size {
      let count = Int(min(UInt64(chunkSize), size - offset))
      try fill(&buffer, count: count, from: file, at: offset, of: digest, path: path)
      unsafe hasher.update(buffer.span.bytes.extracting(0..<count))
      let end = offset + UInt64(count)
      if end == size { try check(hasher, digest, at: path, size: size) }
      try unsafe body(buffer.span.bytes.extracting(0..<count), offset)
      offset = end
    }
    if size == 0 { try check(hasher, digest, at: path, size: size) }
  }

  private func check(
    _ hasher: ObjectHasher, _ digest: SHA256Digest, at path: String, size: UInt64
  ) throws {
    let found = hasher.finalize()
    guard found == digest else {
      throw StorageError.objectCorrupt(
        digest, "its \(size) bytes are sha256:\(ObjectName.text(of: found))", path: path)
    }
  }

  /// Fills the start of a buffer from an object's file, which must not end before.
  private func fill(
    _ buffer: inout [UInt8], count: Int, from file: OpenFile, at offset: UInt64,
    of digest: SHA256Digest, path: String
  ) throws {
    let filled = try ObjectStream.withPart(0..<count, of: &buffer) { part in
      try fileSystem.readFully(file, at: offset, into: &part)
    }
    guard filled == count else {
      throw StorageError.objectCorrupt(
        digest, "its file was cut short while it was read", path: path,
        offset: offset + UInt64(filled))
    }
  }

  /// Opens an object's file and hands it over with its size.
  private func withObject(
    _ digest: SHA256Digest, at path: String, _ body: (OpenFile, UInt64) throws -> Void
  ) throws {
    // Asked before opening: opening a pipe would wait for a writer that never comes.
    guard let named = try fileSystem.statusIfPresent(path) else {
      throw StorageError.objectNotFound(digest, path: path)
    }
    let isNoFile = StorageError.objectCorrupt(digest, "it is not a regular file", path: path)
    guard named.kind == .regular else { throw isNoFile }
    let file: OpenFile
    do {
      file = try fileSystem.open(path, [.read, .noFollow], permissions: 0)
    } catch let error as StorageError where error.kind == .notFound {
      throw StorageError.objectNotFound(digest, path: path)
    } catch let error as StorageError where error.kind == .isSymbolicLink {
      throw isNoFile
    }
    do {
      let status = try fileSystem.status(of: file)
      guard status.kind == .regular else { throw isNoFile }
      try body(file, status.size)
    } catch {
      try? fileSystem.close(file)
      throw error
    }
    do { try fileSystem.close(file) } catch { throw fileSystem.naming(path, error) }
  }

  // MARK: Ranges

  private func chunkList(
    of digest: SHA256Digest, _ file: OpenFile, size: UInt64, at path: String
  ) throws -> ObjectChunkList {
    if let known = state.withLock({ $0.chunkLists[digest] }) {
      guard known.size == size else {
        throw StorageError.objectCorrupt(
          digest, "its file has \(size) bytes, it had \(known.size)", path: path)
      }
      return known
    }
    var list = ObjectChunkList(size: size)
    try verifyWhole(digest, file, size: size, at: path, chunkSize: list.chunkSize) { chunk, _ in
      list.append(chunk)
    }
    state.withLock { [list] in $0.chunkLists[digest] = list }
    return list
  }

  private func readChunks(
    _ list: ObjectChunkList, of digest: SHA256Digest, range: Range<UInt64>, _ file: OpenFile,
    at path: String, into body: (RawSpan) throws -> Void
  ) throws {
    guard !range.isEmpty else { return }
    var buffer = [UInt8](repeating: 0, count: list.chunkSize)
    let length = UInt64(list.chunkSize)
    for index in range.lowerBound / length...(range.upperBound - 1) / length {
      let start = index * length
      let count = Int(min(length, list.size - start))
      try fill(&buffer, count: count, from: file, at: start, of: digest, path: path)
      let chunk = unsafe buffer.span.bytes.extracting(0..<count)
      guard list.matches(chunk, at: Int(index)) else {
        throw StorageError.objectCorrupt(
          digest, "its bytes changed since they were verified", path: path, offset: start)
      }
      let lower = Int(max(range.lowerBound, start) - start)
      let upper = Int(min(range.upperBound - start, UInt64(count)))
      try body(chunk.extracting(lower..<upper))
    }
  }
}
