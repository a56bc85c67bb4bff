import Provenance

extension DirectoryObjectStore {
  /// Stores a stream of bytes; see ``ObjectStore/put(_:from:)``.
  ///
  /// After `outcomeUnknown` the object may be there or not; putting it again is safe.
  ///
  /// - Complexity: Writes and hashes every byte once; reads an object that is there already. In
  ///   chunks it hashes every byte twice, and writes only the chunks that are not there.
  @discardableResult
  public func put(
    _ expectation: ObjectExpectation, from pull: (inout MutableRawSpan) throws -> Int
  ) throws -> StoredObject {
    try checkWritable()
    if let chunking { return try put(expectation, cutting: chunking, from: pull) }
    return try putWhole(expectation, from: pull)
  }

  /// Stores a stream of bytes in one file.
  func putWhole(
    _ expectation: ObjectExpectation, from pull: (inout MutableRawSpan) throws -> Int
  ) throws -> StoredObject {
    var temporary = try makeTemporary()
    do {
      let object = try fill(temporary, expectation, from: pull)
      try publish(&temporary, as: object)
      return object
    } catch {
      discard(temporary)
      throw error
    }
  }

  private func fill(
    _ temporary: Temporary, _ expectation: ObjectExpectation,
    from pull: (inout MutableRawSpan) throws -> Int
  ) throws -> StoredObject {
    var intake = ObjectIntake(expectation)
    let object = try intake.take(from: pull) { chunk, offset in
      try naming(temporary) { try fileSystem.writeAll(temporary.file, at: offset, chunk) }
    }
    try naming(temporary) {
      try fileSystem.setPermissions(temporary.file, to: 0o444)
      try fileSystem.synchronize(temporary.file, dataOnly: false)
    }
    return object
  }

  /// Gives a synchronised temporary its name and makes the name durable.
  func publish(_ temporary: inout Temporary, as object: StoredObject) throws {
    let fanOut = try ensureHome(of: ObjectFile(.object, object.digest))
    // Opened first: without a descriptor for the sync, nothing must become visible.
    let directory = try fileSystem.open(fanOut, [.read, .directory], permissions: 0)
    do {
      try name(&temporary, as: object)
      try naming(temporary) { try temporary.close(fileSystem) }
      try synchronize(directory, directory: fanOut)
    } catch {
      try? fileSystem.close(directory)
      throw error
    }
    do { try fileSystem.close(directory) } catch { throw fileSystem.naming(fanOut, error) }
  }

  /// Links a temporary to its final name and removes the temporary's own.
  ///
  /// An object that is there already is verified and then replaced by the identical new file. So
  /// the acknowledgement rests on this put's own file, name and sync, never on those of a writer
  /// that may have died or whose sync may have failed; and the object counts as new, which keeps
  /// a collection that goes by age away from it. File systems without links take the same way.
  private func name(_ temporary: inout Temporary, as object: StoredObject) throws {
    let path = path(of: object.digest)
    do {
      try fileSystem.link(temporary.path, to: path)
    } catch let error as StorageError where Self.replaces(error) {
      do {
        try readWhole(object.digest, at: path) { _ in }
      } catch let error as StorageError where error.kind == .notFound {
        // There is none, or a collection has just moved it to the trash.
      }
      let isSame = try isSameFile(temporary, as: path)
      try fileSystem.rename(temporary.path, to: path)
      // Between two names of one file a rename does nothing.
      if isSame { try fileSystem.unlink(temporary.path) }
      temporary.hasName = false
      return
    }
    try fileSystem.unlink(temporary.path)
    temporary.hasName = false
  }

  private func isSameFile(_ temporary: Temporary, as path: String) throws -> Bool {
    guard temporary.isShared, let named = try fileSystem.statusIfPresent(path) else { return false }
    let mine = try fileSystem.status(of: temporary.file)
    return named.device == mine.device && named.inode == mine.inode
  }

  static func replaces(_ error: StorageError) -> Bool {
    switch error.kind {
    case .alreadyExists, .unsupportedFileSystem: true
    // Linux says "not permitted" where the file system knows no links.
    case .permissionDenied: true
    default: false
    }
  }

  /// Makes the directory of a file and its name durable, once for each instance; returns its path.
  func ensureHome(of file: ObjectFile) throws -> String {
    let path = home(of: file)
    guard !state.withLock({ $0.durableDirectories.contains(path) }) else { return path }
    try makeDirectory(path)
    state.withLock { _ = $0.durableDirectories.insert(path) }
    return path
  }
}
