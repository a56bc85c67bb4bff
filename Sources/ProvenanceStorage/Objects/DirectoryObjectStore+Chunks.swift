import Provenance

extension DirectoryObjectStore {
  /// Stores a stream cut into chunks, or whole if it is small.
  func put(
    _ expectation: ObjectExpectation, cutting chunking: ObjectChunking,
    from pull: (inout MutableRawSpan) throws -> Int
  ) throws -> StoredObject {
    let chunks = directory + "/chunks"
    for path in [chunks, directory + "/recipes"] { try ensureDirectory(path) }
    return try fileSystem.withFile(chunks, [.read, .directory]) { lock in
      // A deletion decides which chunks are nobody's; meanwhile nothing is cut.
      guard try isFree(lock, exclusive: false) else {
        return try putWhole(expectation, from: pull)
      }
      var whole: StoredObject?
      var intake = ObjectIntake(expectation)
      var list: [ObjectRecipe.Chunk] = []
      var writer = ChunkWriter()
      try chunking.forEachChunk(pull: pull) { bytes in
        var isRead = false
        whole = try putWhole(expectation) { buffer in
          if isRead { return 0 }
          isRead = true
          return ObjectStream.copy(bytes, into: &buffer)
        }
      } body: { bytes in
        try intake.accept(bytes)
        let digest = SystemSHA256.hash(bytes)
        list.append(.init(digest: digest, length: bytes.byteCount))
        try write(bytes, digest, &writer)
      }
      if let whole { return whole }
      let object = try intake.finish()
      try makeDurable(&writer)
      try publish(ObjectRecipe(object: object, chunks: list))
      return object
    }
  }

  /// What one put has done about chunks.
  private struct ChunkWriter {
    /// Chunks that are in their place.
    var done: Set<SHA256Digest> = []
    /// The directories that were added to.
    var homes: Set<String> = []
    /// The chunks whose names this put made.
    var made: [ObjectFile] = []
  }

  /// Takes a lock on an open directory if it is free; where there are no locks it counts as free.
  func isFree(_ directory: OpenFile, exclusive: Bool) throws -> Bool {
    do {
      return try fileSystem.lock(directory, exclusive: exclusive)
    } catch let error as StorageError where error.kind == .unsupportedFileSystem {
      return true
    }
  }

  private func ensureDirectory(_ path: String) throws {
    guard !state.withLock({ $0.durableDirectories.contains(path) }) else { return }
    try makeDirectory(path)
    state.withLock { _ = $0.durableDirectories.insert(path) }
  }

  /// Puts a chunk in its place, unless it is there; its name is not durable yet.
  private func write(
    _ bytes: RawSpan, _ digest: SHA256Digest, _ writer: inout ChunkWriter
  ) throws {
    guard writer.done.insert(digest).inserted else { return }
    let file = ObjectFile(.chunk, digest)
    writer.homes.insert(try ensureHome(of: file))
    let path = path(of: file)
    if try refresh(file, length: bytes.byteCount) { return }
    var temporary = try makeTemporary()
    do {
      try naming(temporary) {
        try fileSystem.writeAll(temporary.file, at: 0, bytes)
        try fileSystem.setPermissions(temporary.file, to: 0o444)
        try fileSystem.synchronize(temporary.file, dataOnly: false)
      }
      // Whatever stands there was found wanting, or came a moment ago and is the same.
      try fileSystem.rename(temporary.path, to: path)
      temporary.hasName = false
      writer.made.append(file)
      try naming(temporary) { try temporary.close(fileSystem) }
    } catch {
      discard(temporary)
      throw error
    }
  }

  /// Verifies a chunk that is there, and makes it count as new; whether it can be built upon.
  private func refresh(_ file: ObjectFile, length: Int) throws -> Bool {
    do {
      return try fileSystem.withFile(path(of: file), [.read, .noFollow]) { open in
        guard try fileSystem.status(of: open).size == UInt64(length) else { return false }
        let bytes = try fileSystem.read(open, at: 0, count: length)
        guard SystemSHA256.hash(bytes) == file.digest else { return false }
        try fileSystem.setPermissions(open, to: 0o444)
        return true
      }
    } catch let error as StorageError
      where error.kind == .notFound || error.kind == .permissionDenied
      || error.kind == .isSymbolicLink
    {
      // Missing, or another user's and not to be made new: it is written once more.
      return false
    }
  }

  /// Makes the names of chunks durable.
  ///
  /// If that fails, those that this put made are taken away: were they left, a later put would find
  /// them, and its own synchronisation would succeed without having saved them.
  private func makeDurable(_ writer: inout ChunkWriter) throws {
    do {
      for home in writer.homes.sorted() {
        try fileSystem.withFile(home, [.read, .directory]) { open in
          try synchronize(open, directory: home)
        }
      }
    } catch {
      for file in writer.made { try? fileSystem.unlink(path(of: file)) }
      throw error
    }
  }

  /// Makes a recipe durable under the name of its object.
  private func publish(_ recipe: ObjectRecipe) throws {
    let file = ObjectFile(.recipe, recipe.object.digest)
    let home = try ensureHome(of: file)
    var temporary = try makeTemporary()
    do {
      try naming(temporary) {
        try fileSystem.writeAll(temporary.file, at: 0, recipe.encoded())
        try fileSystem.setPermissions(temporary.file, to: 0o444)
        try fileSystem.synchronize(temporary.file, dataOnly: false)
      }
      try fileSystem.withFile(home, [.read, .directory]) { open in
        if let known = try self.recipe(of: file.digest, restoring: false) {
          // What is there is verified, as that of a whole object is.
          try read(known.recipe, at: known.path, range: nil) { _ in }
        }
        try fileSystem.rename(temporary.path, to: path(of: file))
        temporary.hasName = false
        try naming(temporary) { try temporary.close(fileSystem) }
        try synchronize(open, directory: home)
      }
    } catch {
      discard(temporary)
      throw error
    }
  }

  /// Removes the recipe of an object and the chunks that only it had; returns whether it was there.
  func deleteRecipe(_ digest: SHA256Digest) throws -> Bool {
    let file = ObjectFile(.recipe, digest)
    guard try locate(file, restoring: false) != nil else { return false }
    let chunks = directory + "/chunks"
    return try fileSystem.withFile(chunks, [.read, .directory]) { lock in
      guard try isFree(lock, exclusive: true) else {
        throw StorageError(
          .locked, "objects are being stored in chunks; some may be those of this one",
          path: chunks)
      }
      // Of a damaged one nobody knows the chunks: they are left to a collection.
      let known = try? recipe(of: digest, restoring: false)?.recipe
      let isTrashed = try removeFromTrash(file)
      let isRemoved = try unlinkDurably(file)
      guard let known else { return isTrashed || isRemoved }
      var own = Set(known.chunks.map(\.digest))
      try forEachRecipe { other, _ in own.subtract(other.chunks.map(\.digest)) }
      for chunk in own.sorted() {
        _ = try removeFromTrash(ObjectFile(.chunk, chunk))
        _ = try unlinkDurably(ObjectFile(.chunk, chunk))
      }
      return isTrashed || isRemoved
    }
  }

  /// Removes the name of a file from its place and makes that durable; whether there was one.
  func unlinkDurably(_ file: ObjectFile) throws -> Bool {
    let home = home(of: file)
    do {
      return try fileSystem.withFile(home, [.read, .directory]) { open in
        try fileSystem.unlink(path(of: file))
        try synchronize(open, directory: home)
        return true
      }
    } catch let error as StorageError where error.kind == .notFound {
      return false
    }
  }

  /// Hands over every recipe, in its place or in the trash.
  ///
  /// - Throws: `corrupt`, since nobody can tell which chunks a damaged one needs.
  func forEachRecipe(_ body: (ObjectRecipe, _ path: String) throws -> Void) throws {
    var digests: Set<SHA256Digest> = []
    try forEachFile(.recipe) { file, _ in
      digests.insert(file.digest)
      return true
    }
    for entry in try trashEntries() where entry.file.kind == .recipe {
      digests.insert(entry.file.digest)
    }
    for digest in digests.sorted() {
      if let found = try recipe(of: digest, restoring: false) {
        try body(found.recipe, found.path)
      }
    }
  }
}
