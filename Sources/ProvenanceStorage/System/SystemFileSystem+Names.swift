extension SystemFileSystem {
  /// Refuses an empty path and one that the system would cut off.
  func check(_ paths: String...) throws {
    for path in paths {
      guard !path.isEmpty else { throw StorageError(.invalidArgument, "the path is empty") }
      guard !path.utf8.contains(0) else {
        throw StorageError(.invalidArgument, "the path holds a NUL byte", path: path)
      }
    }
  }

  /// Throws when a call on a path failed.
  private func expect(_ result: Int32, _ operation: String, _ path: String) throws {
    guard result == 0 else {
      throw StorageError(errno: SystemCalls.lastError, operation: operation, path: path)
    }
  }

  /// Makes a directory; see ``FileSystem``.
  public func createDirectory(_ path: String, permissions: UInt32) throws {
    try check(path)
    try expect(SystemCalls.createDirectory(path, permissions), "mkdir", path)
  }

  /// Renames a file; see ``FileSystem``.
  public func rename(_ path: String, to destination: String) throws {
    try check(path, destination)
    try expect(SystemCalls.rename(path, to: destination), "rename to \(destination)", path)
  }

  /// Gives a file a second name; see ``FileSystem``.
  public func link(_ path: String, to destination: String) throws {
    try check(path, destination)
    try expect(SystemCalls.link(path, to: destination), "link to \(destination)", path)
  }

  /// Makes a file that shares bytes; see ``FileSystem``.
  public func clone(_ file: OpenFile, to path: String, permissions: UInt32) throws {
    try check(path)
    guard SystemCalls.clone(file.rawValue, to: path, permissions) != 0 else { return }
    let number = SystemCalls.lastError
    var error = StorageError(errno: number, operation: "clone", path: path)
    if SystemCalls.refusesClones(number) { error.kind = .unsupportedFileSystem }
    throw error
  }

  /// Removes a name; see ``FileSystem``.
  public func unlink(_ path: String) throws {
    try check(path)
    try expect(SystemCalls.unlink(path), "unlink", path)
  }

  /// Removes an empty directory; see ``FileSystem``.
  public func removeDirectory(_ path: String) throws {
    try check(path)
    try expect(SystemCalls.removeDirectory(path), "rmdir", path)
  }

  /// Lists a directory; see ``FileSystem``.
  public func names(inDirectory path: String) throws -> [String] {
    try check(path)
    switch SystemCalls.names(inDirectory: path) {
    case .success(let names):
      return names.sorted { $0.utf8.lexicographicallyPrecedes($1.utf8) }
    case .failure(let failure):
      throw StorageError(errno: failure.number, operation: "readdir", path: path)
    }
  }

  /// What a symbolic link points to; see ``FileSystem``.
  public func target(ofLink path: String) throws -> [UInt8] {
    try check(path)
    switch SystemCalls.target(ofLink: path) {
    case .success(let bytes): return bytes
    case .failure(let failure):
      throw StorageError(errno: failure.number, operation: "readlink", path: path)
    }
  }

  /// The kind of file system; see ``FileSystem``.
  public func fileSystemKind(at path: String) throws -> FileSystemKind {
    #if canImport(Darwin)
    try check(path)
    guard let kind = SystemCalls.fileSystemKind(at: path) else {
      throw StorageError(errno: SystemCalls.lastError, operation: "statfs", path: path)
    }
    return kind
    #else
    // Not statfs(2): its magic number does not tell sshfs from any other file system in user space.
    let resolved = try canonicalPath(path)
    let table = try withFile("/proc/self/mountinfo", [.read]) { file in
      MountTable(parsing: try read(file, at: 0, count: 1 << 20))
    }
    return table.kind(ofPath: resolved) ?? FileSystemKind(name: "unknown", isNetwork: false)
    #endif
  }

  /// The kind of a file system on a network; see ``FileSystem``.
  public func network(at path: String) throws -> FileSystemKind? {
    #if os(Linux)
    // What lies on a block device is local; numbers of other devices have no major part. That spares
    // the list of all mounts.
    let device = try status(at: path, followingLinks: true).device
    if device >> 8 & 0xFFF != 0 { return nil }
    #endif
    let kind = try fileSystemKind(at: path)
    return kind.isNetwork ? kind : nil
  }

  /// The path without links; see ``FileSystem``.
  public func canonicalPath(_ path: String) throws -> String {
    try check(path)
    guard let resolved = SystemCalls.canonicalPath(path) else {
      throw StorageError(errno: SystemCalls.lastError, operation: "realpath", path: path)
    }
    return resolved
  }

  /// This process.
  public var processIdentity: ProcessIdentity {
    ProcessIdentity(processID: SystemCalls.processID, host: Self.hostName)
  }

  /// Asked for once: each commit looks at who it is.
  private static let hostName = SystemCalls.hostName
}
