/// The operating system's own files.
///
/// Every descriptor is above 2, so that a stray print can never reach a store's file, and is not
/// inherited by child processes. An interrupted call is repeated at most 100 times. A path with a
/// NUL is refused, since the system would see only what is before it.
public struct SystemFileSystem: FileSystem {
  /// How often an interrupted call is repeated before it counts as failed.
  static let interruptionLimit = 100

  /// Makes the file system; it has no state.
  public init() {}

  /// Repeats a call while it is interrupted, and throws when it fails.
  private func retry<T: FixedWidthInteger & SignedInteger>(
    _ operation: String, _ path: String? = nil, offset: UInt64? = nil, _ call: () -> T
  ) throws -> T {
    var number: Int32 = 0
    for _ in 0..<Self.interruptionLimit {
      let result = call()
      if result >= 0 { return result }
      number = SystemCalls.lastError
      if number != SystemCalls.interrupted { break }
    }
    throw StorageError(errno: number, operation: operation, path: path, offset: offset)
  }

  /// Opens a file above the standard descriptors; see ``FileSystem``.
  public func open(
    _ path: String, _ options: FileOpenOptions, permissions: UInt32
  ) throws -> OpenFile {
    try check(path)
    let file = try retry("open", path) { SystemCalls.open(path, options, permissions) }
    guard file <= 2 else { return OpenFile(rawValue: file) }
    let copy = SystemCalls.duplicateAboveStandard(file)
    let number = SystemCalls.lastError
    _ = SystemCalls.close(file)
    guard copy >= 0 else { throw StorageError(errno: number, operation: "open", path: path) }
    return OpenFile(rawValue: copy)
  }

  /// Closes a file; see ``FileSystem``.
  public func close(_ file: OpenFile) throws {
    // An interrupted close has closed the file; repeating it could close somebody else's.
    if SystemCalls.close(file.rawValue) != 0, SystemCalls.lastError != SystemCalls.interrupted {
      throw StorageError(errno: SystemCalls.lastError, operation: "close")
    }
  }

  /// Reads at an offset; see ``FileSystem``.
  public func read(
    _ file: OpenFile, at offset: UInt64, into bytes: inout MutableRawSpan
  ) throws -> Int {
    for _ in 0..<Self.interruptionLimit {
      let count = SystemCalls.read(file.rawValue, &bytes, at: offset)
      if count >= 0 { return count }
      let number = SystemCalls.lastError
      if number != SystemCalls.interrupted {
        throw StorageError(errno: number, operation: "read", offset: offset)
      }
    }
    throw StorageError(errno: SystemCalls.interrupted, operation: "read", offset: offset)
  }

  /// Writes at an offset; see ``FileSystem``.
  public func write(_ file: OpenFile, at offset: UInt64, _ bytes: RawSpan) throws -> Int {
    for _ in 0..<Self.interruptionLimit {
      let count = SystemCalls.write(file.rawValue, bytes, at: offset)
      if count >= 0 { return count }
      let number = SystemCalls.lastError
      if number != SystemCalls.interrupted {
        throw StorageError(errno: number, operation: "write", offset: offset)
      }
    }
    throw StorageError(errno: SystemCalls.interrupted, operation: "write", offset: offset)
  }

  /// Makes writes durable; see ``FileSystem``.
  public func synchronize(_ file: OpenFile, dataOnly: Bool) throws {
    // Not even an interrupted one is repeated: the second would report success for lost data.
    guard SystemCalls.synchronize(file.rawValue, dataOnly: dataOnly) != -1 else {
      throw StorageError(errno: SystemCalls.lastError, operation: "sync")
    }
  }

  /// Sets a file's size; see ``FileSystem``.
  public func truncate(_ file: OpenFile, to size: UInt64) throws {
    _ = try retry("truncate", offset: size) { SystemCalls.truncate(file.rawValue, to: size) }
  }

  /// Reserves space; see ``FileSystem``.
  public func preallocate(_ file: OpenFile, at offset: UInt64, length: UInt64) throws {
    guard length > 0 else { return }
    var number: Int32 = 0
    for _ in 0..<Self.interruptionLimit {
      number = SystemCalls.preallocate(file.rawValue, at: offset, length: length)
      if number == 0 { return }
      if number != SystemCalls.interrupted { break }
    }
    throw StorageError(errno: number, operation: "preallocate", offset: offset)
  }

  /// The status of a file; see ``FileSystem``.
  public func status(of file: OpenFile) throws -> FileStatus {
    guard let status = SystemCalls.status(of: file.rawValue) else {
      throw StorageError(errno: SystemCalls.lastError, operation: "fstat")
    }
    return status
  }

  /// The status of a file; see ``FileSystem``.
  public func status(at path: String, followingLinks: Bool) throws -> FileStatus {
    try check(path)
    guard let status = SystemCalls.status(at: path, followingLinks: followingLinks) else {
      throw StorageError(errno: SystemCalls.lastError, operation: "stat", path: path)
    }
    return status
  }

  /// Sets permission bits; see ``FileSystem``.
  public func setPermissions(_ file: OpenFile, to permissions: UInt32) throws {
    _ = try retry("chmod") { SystemCalls.setPermissions(file.rawValue, permissions) }
  }

  /// Drops clean cached pages; see ``FileSystem``.
  public func dropCache(_ file: OpenFile) throws { SystemCalls.dropCache(file.rawValue) }

  /// Takes a lock without waiting; see ``FileSystem``.
  public func lock(_ file: OpenFile, exclusive: Bool) throws -> Bool {
    for _ in 0..<Self.interruptionLimit {
      if SystemCalls.lock(file.rawValue, exclusive: exclusive) == 0 { return true }
      let number = SystemCalls.lastError
      if number == SystemCalls.wouldBlock { return false }
      if number != SystemCalls.interrupted {
        throw StorageError(errno: number, operation: "lock")
      }
    }
    throw StorageError(errno: SystemCalls.interrupted, operation: "lock")
  }

  /// Gives a lock back; see ``FileSystem``.
  public func unlock(_ file: OpenFile) throws {
    _ = try retry("unlock") { SystemCalls.unlock(file.rawValue) }
  }
}

extension SystemFileSystem {
  /// Maps a part of a file privately; see ``FileSystem``.
  public func map(_ path: String, at offset: UInt64, count: Int) throws -> FileMapping {
    let file = try open(path, [.read, .noFollow], permissions: 0)
    defer { try? close(file) }
    // With what is readable behind it, so that nothing past the end of the file is ever touched.
    let size = count + 64
    guard try status(of: file).size >= offset + UInt64(size) else {
      throw StorageError(.unexpectedEnd, "the file ends before its content does", path: path)
    }
    guard let base = unsafe SystemCalls.map(file.rawValue, at: offset, length: size) else {
      throw StorageError(errno: SystemCalls.lastError, operation: "map", path: path)
    }
    let address = UInt(bitPattern: base)
    return unsafe FileMapping(
      UnsafeMutableRawBufferPointer(start: base, count: count),
      release: { SystemCalls.unmap(address, length: size) })
  }
}
