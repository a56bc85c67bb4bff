extension ObjectStore {
  /// Stores a copy of a file.
  ///
  /// The file must be a regular one; a symbolic link is never followed. The file is read once.
  /// When it changes meanwhile, as far as its size and modification time tell, nothing is stored.
  ///
  /// - Parameters:
  ///   - path: The file.
  ///   - expectation: What is known of its content.
  ///   - fileSystem: The files to read from.
  /// - Returns: The digest and size of what is now durable.
  /// - Throws: `isSymbolicLink`, `wrongFileKind`, `sourceChanged`; what ``put(_:from:)`` throws.
  @discardableResult
  public func put(
    file path: String, expecting expectation: ObjectExpectation = .anything,
    fileSystem: any FileSystem = SystemFileSystem()
  ) throws -> StoredObject {
    do {
      return try ObjectSourceFile.read(path, limit: expectation.limit, through: fileSystem) {
        try put(expectation, from: $1)
      }
    } catch {
      // What is wrong with the content is wrong with this file.
      throw fileSystem.naming(path, error)
    }
  }
}

extension StoredObject {
  /// The digest and size of a file, without storing it.
  ///
  /// - Parameters:
  ///   - path: A regular file; a symbolic link is never followed.
  ///   - limit: The most bytes to read.
  ///   - fileSystem: The files to read from.
  /// - Throws: `isSymbolicLink`, `wrongFileKind`, `limitExceeded`; `sourceChanged` when the file
  ///   changes while it is read; what the file system throws.
  /// - Complexity: Reads and hashes every byte once.
  public init(
    ofFile path: String, limit: UInt64 = .max, fileSystem: any FileSystem = SystemFileSystem()
  ) throws {
    var intake = ObjectIntake(ObjectExpectation(limit: limit))
    try ObjectSourceFile.read(path, limit: limit, through: fileSystem) { _, pull in
      try ObjectStream.forEachChunk(pull: pull) { try intake.accept($0) }
    }
    self = try intake.finish()
  }

  /// The digest and size of bytes in memory.
  public init(of bytes: [UInt8]) {
    var hasher = ObjectHasher()
    hasher.update(bytes)
    self.init(digest: hasher.finalize(), size: UInt64(bytes.count))
  }
}
