import Provenance

extension DirectoryObjectStore {
  /// The recipe of an object that is stored in chunks; `nil` when there is none.
  ///
  /// - Parameters:
  ///   - digest: The object.
  ///   - restoring: Whether to bring it back from the trash, its chunks before it.
  /// - Returns: The recipe, and where it is.
  /// - Throws: `corrupt`, `unsupportedFormat`; what the file system throws.
  func recipe(
    of digest: SHA256Digest, restoring: Bool = true
  ) throws -> (recipe: ObjectRecipe, path: String)? {
    let file = ObjectFile(.recipe, digest)
    let home = path(of: file)
    for _ in 0..<4 {
      guard let path = try locate(file, restoring: false) else { return nil }
      let recipe: ObjectRecipe
      do {
        recipe = try readRecipe(digest, at: path)
      } catch let error as StorageError where error.kind == .notFound {
        continue
      }
      guard path != home, restoring, access == .write else { return (recipe, path) }
      // A recipe in its place promises its chunks.
      for chunk in Set(recipe.chunks.map(\.digest)) {
        guard try locate(ObjectFile(.chunk, chunk)) != nil else { return nil }
      }
      guard try locate(file) != nil else { continue }
      return (recipe, home)
    }
    return nil
  }

  func readRecipe(_ digest: SHA256Digest, at path: String) throws -> ObjectRecipe {
    do {
      let bytes = try fileSystem.readFile(path, limit: ObjectRecipe.sizeLimit)
      return try ObjectRecipe(of: digest, encoded: bytes, path: path)
    } catch let error as StorageError
      where error.kind == .wrongFileKind || error.kind == .isSymbolicLink
      || error.kind == .limitExceeded
    {
      throw StorageError.objectCorrupt(digest, "its list of chunks is none", path: path)
    }
  }

  /// The size that a recipe states, without reading all of it.
  func statedSize(ofRecipeAt path: String) throws -> UInt64 {
    try fileSystem.withFile(path, [.read, .noFollow]) { file in
      ObjectRecipe.statedSize(
        try fileSystem.read(file, at: 0, count: ObjectRecipe.headerSize))
    }
  }

  /// Reads an object in chunks, or a range of it, verified.
  ///
  /// Every chunk is verified before it is handed over; of a whole object the last one only when the
  /// digest of the whole is right too.
  func read(
    _ recipe: ObjectRecipe, at path: String, range: Range<UInt64>?,
    into body: (RawSpan) throws -> Void
  ) throws {
    let digest = recipe.object.digest
    if let range, range.upperBound > recipe.object.size {
      throw StorageError.objectRange(digest, range, size: recipe.object.size)
    }
    var hasher = ObjectHasher()
    var buffer: [UInt8] = []
    var start: UInt64 = 0
    for (index, chunk) in recipe.chunks.enumerated() {
      let end = start + UInt64(chunk.length)
      defer { start = end }
      if let range {
        if end <= range.lowerBound { continue }
        if start >= range.upperBound { return }
      }
      try load(chunk, of: digest, recipe: path, into: &buffer)
      let bytes = unsafe buffer.span.bytes.extracting(0..<chunk.length)
      guard let range else {
        hasher.update(bytes)
        if index == recipe.chunks.count - 1 {
          let found = hasher.finalize()
          guard found == digest else {
            throw StorageError.objectCorrupt(
              digest, "its chunks together are sha256:\(ObjectName.text(of: found))", path: path)
          }
        }
        try body(bytes)
        continue
      }
      let lower = Int(max(range.lowerBound, start) - start)
      let upper = Int(min(range.upperBound, end) - start)
      if lower < upper { try body(bytes.extracting(lower..<upper)) }
    }
  }

  /// Reads a chunk into the start of a buffer and verifies it.
  private func load(
    _ chunk: ObjectRecipe.Chunk, of digest: SHA256Digest, recipe path: String,
    into buffer: inout [UInt8]
  ) throws {
    if buffer.count < chunk.length {
      buffer += [UInt8](repeating: 0, count: chunk.length - buffer.count)
    }
    let name = "its chunk sha256:\(ObjectName.text(of: chunk.digest))"
    for _ in 0..<4 {
      guard let file = try locate(ObjectFile(.chunk, chunk.digest)) else { break }
      do {
        let isWhole = try fileSystem.withFile(file, [.read, .noFollow]) { open in
          let count = try ObjectStream.withPart(0..<chunk.length, of: &buffer) { part in
            try fileSystem.readFully(open, at: 0, into: &part)
          }
          return try count == chunk.length
            && fileSystem.status(of: open).size == UInt64(chunk.length)
        }
        let found = unsafe SystemSHA256.hash(buffer.span.bytes.extracting(0..<chunk.length))
        guard isWhole, found == chunk.digest else {
          throw StorageError.objectCorrupt(digest, "\(name) is damaged", path: file)
        }
        return
      } catch let error as StorageError where error.kind == .notFound {
        continue
      } catch let error as StorageError where error.kind == .isSymbolicLink {
        throw StorageError.objectCorrupt(digest, "\(name) is not a file", path: file)
      }
    }
    throw StorageError.objectCorrupt(digest, "\(name) is missing", path: path)
  }
}
