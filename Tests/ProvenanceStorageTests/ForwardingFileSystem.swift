import ProvenanceStorage

/// A file system that does what its base does, but for what a conforming type says itself.
protocol ForwardingFileSystem: FileSystem {
  var base: any FileSystem { get }
}

extension ForwardingFileSystem {
  func open(
    _ path: String, _ options: FileOpenOptions, permissions: UInt32
  ) throws -> OpenFile {
    try base.open(path, options, permissions: permissions)
  }
  func close(_ file: OpenFile) throws { try base.close(file) }
  func read(
    _ file: OpenFile, at offset: UInt64, into bytes: inout MutableRawSpan
  ) throws -> Int {
    try base.read(file, at: offset, into: &bytes)
  }
  func write(_ file: OpenFile, at offset: UInt64, _ bytes: RawSpan) throws -> Int {
    try base.write(file, at: offset, bytes)
  }
  func synchronize(_ file: OpenFile, dataOnly: Bool) throws {
    try base.synchronize(file, dataOnly: dataOnly)
  }
  func truncate(_ file: OpenFile, to size: UInt64) throws { try base.truncate(file, to: size) }
  func preallocate(_ file: OpenFile, at offset: UInt64, length: UInt64) throws {
    try base.preallocate(file, at: offset, length: length)
  }
  func status(of file: OpenFile) throws -> FileStatus { try base.status(of: file) }
  func status(at path: String, followingLinks: Bool) throws -> FileStatus {
    try base.status(at: path, followingLinks: followingLinks)
  }
  func setPermissions(_ file: OpenFile, to permissions: UInt32) throws {
    try base.setPermissions(file, to: permissions)
  }
  func dropCache(_ file: OpenFile) throws { try base.dropCache(file) }
  func lock(_ file: OpenFile, exclusive: Bool) throws -> Bool {
    try base.lock(file, exclusive: exclusive)
  }
  func unlock(_ file: OpenFile) throws { try base.unlock(file) }
  func createDirectory(_ path: String, permissions: UInt32) throws {
    try base.createDirectory(path, permissions: permissions)
  }
  func rename(_ path: String, to destination: String) throws {
    try base.rename(path, to: destination)
  }
  func link(_ path: String, to destination: String) throws {
    try base.link(path, to: destination)
  }
  func clone(_ file: OpenFile, to path: String, permissions: UInt32) throws {
    try base.clone(file, to: path, permissions: permissions)
  }
  func unlink(_ path: String) throws { try base.unlink(path) }
  func removeDirectory(_ path: String) throws { try base.removeDirectory(path) }
  func names(inDirectory path: String) throws -> [String] {
    try base.names(inDirectory: path)
  }
  func target(ofLink path: String) throws -> [UInt8] { try base.target(ofLink: path) }
  func fileSystemKind(at path: String) throws -> FileSystemKind {
    try base.fileSystemKind(at: path)
  }
  func canonicalPath(_ path: String) throws -> String { try base.canonicalPath(path) }
  var processIdentity: ProcessIdentity { base.processIdentity }
}

/// A file system, by default the real one, said to be on a network.
struct NetworkFileSystem: ForwardingFileSystem {
  var base: any FileSystem = SystemFileSystem()

  func fileSystemKind(at path: String) throws -> FileSystemKind {
    FileSystemKind(name: "nfs", isNetwork: true)
  }
}

/// The real file system without waiting for the device, for tests that crash nothing.
struct HastyFileSystem: ForwardingFileSystem {
  let base: any FileSystem = SystemFileSystem()

  func synchronize(_ file: OpenFile, dataOnly: Bool) throws {}
}

/// The real file system, used by another process.
struct ForkedFileSystem: ForwardingFileSystem {
  let base: any FileSystem = SystemFileSystem()
  let process: @Sendable () -> Int32

  var processIdentity: ProcessIdentity { ProcessIdentity(processID: process(), host: "here") }
}

/// Nothing but directories inside one another.
struct DeepFileSystem: ForwardingFileSystem {
  let base: any FileSystem = SystemFileSystem()
  let depth: Int

  func status(at path: String, followingLinks: Bool) throws -> FileStatus {
    FileStatus(kind: .directory, size: 0)
  }

  func names(inDirectory path: String) throws -> [String] {
    path.utf8.count / 2 <= depth ? ["d"] : []
  }
}
