extension DirectoryObjectStore {
  /// Stores a file in a given way, or in the next best that the file system knows.
  ///
  /// A clone falls back to a copy, and a hard link to a clone, only where the file system cannot
  /// do it or the file is on another one; every other failure is an error. The content is hashed
  /// from the file that is published, never taken from the source's say.
  ///
  /// - Parameters:
  ///   - path: A regular file that this store's file system reaches; a symbolic link is never
  ///     followed.
  ///   - way: How to take it in; ``ObjectImport/Way/hardLink`` only where nobody writes to it.
  ///   - expectation: What is known of its content.
  /// - Returns: The object, and the way that was taken.
  /// - Throws: As `put(file:expecting:fileSystem:)`.
  /// - Complexity: Reads and hashes every byte once; a copy writes it too.
  @discardableResult
  public func importFile(
    _ path: String, by way: ObjectImport.Way, expecting expectation: ObjectExpectation = .anything
  ) throws -> ObjectImport {
    try checkWritable()
    do {
      if way == .hardLink, let object = try share(path, expectation, linking: true) {
        return ObjectImport(object: object, way: .hardLink)
      }
      if way != .copy, let object = try share(path, expectation, linking: false) {
        return ObjectImport(object: object, way: .clone)
      }
    } catch {
      throw fileSystem.naming(path, error)
    }
    let object = try put(file: path, expecting: expectation, fileSystem: fileSystem)
    return ObjectImport(object: object, way: .copy)
  }

  /// Stores all files below a directory in a given way, and the manifests that bind them.
  ///
  /// - Parameters:
  ///   - path: The directory; must not be a symbolic link itself.
  ///   - way: How to take the files in; each falls back as ``importFile(_:by:expecting:)`` says.
  ///   - options: What to read, and how much.
  /// - Returns: The manifest of the directory, and how much is below it.
  /// - Throws: As `put(directory:options:fileSystem:)`.
  @discardableResult
  public func importDirectory(
    _ path: String, by way: ObjectImport.Way, options: StoredDirectory.Options = .init()
  ) throws -> StoredDirectory {
    try DirectoryReader(
      fileSystem: fileSystem, options: options,
      file: { try self.importFile($0, by: way, expecting: ObjectExpectation(limit: $1)).object },
      manifest: { try self.put($0) }
    ).read(path)
  }

  /// Takes a file in without copying; `nil` where the file system cannot.
  private func share(
    _ path: String, _ expectation: ObjectExpectation, linking: Bool
  ) throws -> StoredObject? {
    try ObjectSourceFile.open(path, limit: expectation.limit, through: fileSystem) {
      source, check in
      var temporary: Temporary
      do {
        temporary = try linking ? link(path, source) : clone(source)
      } catch let error as StorageError where error.kind == .unsupportedFileSystem {
        return nil
      }
      do {
        let object = try digest(temporary, expectation)
        try naming(temporary) {
          if !linking { try fileSystem.setPermissions(temporary.file, to: 0o444) }
          try fileSystem.synchronize(temporary.file, dataOnly: false)
        }
        try check()
        try publish(&temporary, as: object)
        return object
      } catch {
        discard(temporary)
        throw error
      }
    }
  }

  private func clone(_ source: OpenFile) throws -> Temporary {
    try makeTemporary { path in
      try fileSystem.clone(source, to: path, permissions: 0o600)
      do {
        // Not for writing: the clone may have the permissions of the original.
        return try fileSystem.open(path, [.read, .noFollow], permissions: 0)
      } catch {
        try? fileSystem.unlink(path)
        throw error
      }
    }
  }

  /// A second name for a file, which is opened anew: a temporary is closed with its import.
  private func link(_ path: String, _ source: OpenFile) throws -> Temporary {
    let expected = try fileSystem.status(of: source)
    var temporary = try makeTemporary { name in
      try fileSystem.link(path, to: name)
      do {
        let file = try fileSystem.open(name, [.read, .noFollow], permissions: 0)
        let found = try fileSystem.status(of: file)
        guard found.device == expected.device, found.inode == expected.inode else {
          try? fileSystem.close(file)
          throw StorageError(.sourceChanged, "another file took its place", path: path)
        }
        return file
      } catch {
        try? fileSystem.unlink(name)
        throw error
      }
    }
    temporary.isShared = true
    return temporary
  }

  private func digest(
    _ temporary: Temporary, _ expectation: ObjectExpectation
  ) throws -> StoredObject {
    var intake = ObjectIntake(expectation)
    var offset: UInt64 = 0
    try ObjectStream.forEachChunk { buffer in
      let count = try naming(temporary) {
        try fileSystem.read(temporary.file, at: offset, into: &buffer)
      }
      offset += UInt64(count)
      return count
    } body: {
      try intake.accept($0)
    }
    return try intake.finish()
  }
}
