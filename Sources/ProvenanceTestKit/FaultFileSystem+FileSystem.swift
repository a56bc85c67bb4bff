public import ProvenanceStorage

extension FaultFileSystem {
  private func on(
    _ name: FileOperation.Name, _ file: OpenFile, offset: UInt64? = nil, length: Int? = nil
  ) -> FileOperation {
    FileOperation(name: name, path: path(of: file), offset: offset, length: length)
  }

  /// Opens a file; counted, and failed when chosen.
  public func open(
    _ path: String, _ options: FileOpenOptions, permissions: UInt32
  ) throws -> OpenFile {
    try pass(FileOperation(name: .open, path: path))
    let file = try base.open(path, options, permissions: permissions)
    state.withLock { $0.paths[file] = path }
    return file
  }

  /// Closes a file; counted, and failed when chosen.
  public func close(_ file: OpenFile) throws {
    let operation = on(.close, file)
    state.withLock { $0.paths[file] = nil }
    // The file must not stay open when the fault hits, or a sweep runs out of descriptors.
    do { try pass(operation) } catch {
      try? base.close(file)
      throw error
    }
    try base.close(file)
  }

  /// Reads at an offset; counted, and failed when chosen.
  public func read(
    _ file: OpenFile, at offset: UInt64, into bytes: inout MutableRawSpan
  ) throws -> Int {
    try pass(on(.read, file, offset: offset, length: bytes.byteCount))
    return try base.read(file, at: offset, into: &bytes)
  }

  /// Writes at an offset; counted, and failed when chosen.
  public func write(_ file: OpenFile, at offset: UInt64, _ bytes: RawSpan) throws -> Int {
    let operation = on(.write, file, offset: offset, length: bytes.byteCount)
    switch fault(operation) {
    case nil:
      return try base.write(file, at: offset, bytes)
    case .error(let errno):
      throw StorageError(
        errno: errno, operation: "write", path: operation.path, offset: offset)
    case .shortWrite(let limit):
      return try base.write(file, at: offset, bytes.extracting(first: limit))
    case .tornWrite(let limit, let errno):
      _ = try base.write(file, at: offset, bytes.extracting(first: limit))
      throw StorageError(
        errno: errno, operation: "write", path: operation.path, offset: offset)
    }
  }

  /// Makes writes durable; counted, and failed when chosen.
  public func synchronize(_ file: OpenFile, dataOnly: Bool) throws {
    try pass(on(.synchronize, file))
    try base.synchronize(file, dataOnly: dataOnly)
  }

  /// Sets a file's size; counted, and failed when chosen.
  public func truncate(_ file: OpenFile, to size: UInt64) throws {
    try pass(on(.truncate, file, offset: size))
    try base.truncate(file, to: size)
  }

  /// Reserves space; counted, and failed when chosen.
  public func preallocate(_ file: OpenFile, at offset: UInt64, length: UInt64) throws {
    try pass(on(.preallocate, file, offset: offset, length: Int(clamping: length)))
    try base.preallocate(file, at: offset, length: length)
  }

  /// The status of a file; counted, and failed when chosen.
  public func status(of file: OpenFile) throws -> FileStatus {
    try pass(on(.status, file))
    return try base.status(of: file)
  }

  /// The status of a file; counted, and failed when chosen.
  public func status(at path: String, followingLinks: Bool) throws -> FileStatus {
    try pass(FileOperation(name: .status, path: path))
    return try base.status(at: path, followingLinks: followingLinks)
  }

  /// Sets permission bits; counted, and failed when chosen.
  public func setPermissions(_ file: OpenFile, to permissions: UInt32) throws {
    try pass(on(.setPermissions, file))
    try base.setPermissions(file, to: permissions)
  }

  /// Drops clean cached pages; counted, and failed when chosen.
  public func dropCache(_ file: OpenFile) throws {
    try pass(on(.dropCache, file))
    try base.dropCache(file)
  }

  /// Takes a lock without waiting; counted, and failed when chosen.
  public func lock(_ file: OpenFile, exclusive: Bool) throws -> Bool {
    try pass(on(.lock, file))
    return try base.lock(file, exclusive: exclusive)
  }

  /// Gives a lock back; counted, and failed when chosen.
  public func unlock(_ file: OpenFile) throws {
    try pass(on(.unlock, file))
    try base.unlock(file)
  }

  /// Makes a directory; counted, and failed when chosen.
  public func createDirectory(_ path: String, permissions: UInt32) throws {
    try pass(FileOperation(name: .createDirectory, path: path))
    try base.createDirectory(path, permissions: permissions)
  }

  /// Renames a file; counted, and failed when chosen.
  public func rename(_ path: String, to destination: String) throws {
    try pass(FileOperation(name: .rename, path: path, destination: destination))
    try base.rename(path, to: destination)
  }

  /// Gives a file a second name; counted, and failed when chosen.
  public func link(_ path: String, to destination: String) throws {
    try pass(FileOperation(name: .link, path: path, destination: destination))
    try base.link(path, to: destination)
  }

  /// Makes a file that shares bytes; counted, and failed when chosen.
  public func clone(_ file: OpenFile, to path: String, permissions: UInt32) throws {
    try pass(FileOperation(name: .clone, path: self.path(of: file), destination: path))
    try base.clone(file, to: path, permissions: permissions)
  }

  /// Removes a name; counted, and failed when chosen.
  public func unlink(_ path: String) throws {
    try pass(FileOperation(name: .unlink, path: path))
    try base.unlink(path)
  }

  /// Removes an empty directory; counted, and failed when chosen.
  public func removeDirectory(_ path: String) throws {
    try pass(FileOperation(name: .removeDirectory, path: path))
    try base.removeDirectory(path)
  }

  /// Lists a directory; counted, and failed when chosen.
  public func names(inDirectory path: String) throws -> [String] {
    try pass(FileOperation(name: .list, path: path))
    return try base.names(inDirectory: path)
  }

  /// What a symbolic link points to; counted, and failed when chosen.
  public func target(ofLink path: String) throws -> [UInt8] {
    try pass(FileOperation(name: .readLink, path: path))
    return try base.target(ofLink: path)
  }

  /// The kind of file system; counted, and failed when chosen.
  public func fileSystemKind(at path: String) throws -> FileSystemKind {
    try pass(FileOperation(name: .fileSystemKind, path: path))
    return try base.fileSystemKind(at: path)
  }

  /// The path without links; counted, and failed when chosen.
  public func canonicalPath(_ path: String) throws -> String {
    try pass(FileOperation(name: .canonicalPath, path: path))
    return try base.canonicalPath(path)
  }

  /// The process of the wrapped file system.
  public var processIdentity: ProcessIdentity { base.processIdentity }
}
