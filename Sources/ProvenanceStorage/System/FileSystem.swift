/// The file operations that a store is built on: thin, and in plain data types.
///
/// ``SystemFileSystem`` is the real one. Tests wrap it to fail chosen operations
/// (`FaultFileSystem` in ProvenanceTestKit). Every operation throws a ``StorageError`` that names
/// the path; an implementation retries an interrupted call itself, a bounded number of times, but
/// never a failed synchronisation.
public protocol FileSystem: Sendable {
  /// Opens a file; the descriptor is not inherited by child processes.
  ///
  /// - Parameters:
  ///   - path: The file.
  ///   - options: What for, and whether to make it.
  ///   - permissions: The mode of a file that is created, before the process's mask.
  /// - Returns: The open file, which the caller closes.
  /// - Throws: `notFound`, `alreadyExists`, `permissionDenied`, `isSymbolicLink`…
  func open(_ path: String, _ options: FileOpenOptions, permissions: UInt32) throws -> OpenFile

  /// Closes a file; it is closed even when this throws, and must not be closed again.
  func close(_ file: OpenFile) throws

  /// Reads at an offset, and returns the number of bytes read: 0 at the end, possibly fewer than
  /// there is room for.
  func read(_ file: OpenFile, at offset: UInt64, into bytes: inout MutableRawSpan) throws -> Int

  /// Writes at an offset, and returns the number of bytes written, possibly fewer than were given.
  func write(_ file: OpenFile, at offset: UInt64, _ bytes: RawSpan) throws -> Int

  /// Maps a part of a file that nobody changes any more, or reads it.
  ///
  /// The default reads it.
  ///
  /// - Parameters:
  ///   - path: The file; a symbolic link is not followed.
  ///   - offset: Where the part begins, a multiple of 65536.
  ///   - count: Its bytes; the file has at least 64 more behind them.
  /// - Returns: The bytes in memory; writing to them changes the file for nobody.
  /// - Throws: `unexpectedEnd` when the file ends before.
  func map(_ path: String, at offset: UInt64, count: Int) throws -> FileMapping

  /// Makes what was written to a file survive a power failure; throws rather than do less.
  ///
  /// - Parameters:
  ///   - file: The file, or a directory for the names in it.
  ///   - dataOnly: Whether attributes that are not needed to read the data (times) may be left
  ///     out. The size is always included.
  /// - Throws: Any error means that nothing is known of the writes since the last success.
  func synchronize(_ file: OpenFile, dataOnly: Bool) throws

  /// Sets a file's size; what is added reads as zeros.
  func truncate(_ file: OpenFile, to size: UInt64) throws

  /// Reserves space on the device, growing the file if needed.
  ///
  /// Throws `unsupportedFileSystem` where the file system cannot, and `noSpace` when it is full.
  func preallocate(_ file: OpenFile, at offset: UInt64, length: UInt64) throws

  /// The status of an open file.
  func status(of file: OpenFile) throws -> FileStatus

  /// The status of the file at a path; throws `notFound` when there is none.
  func status(at path: String, followingLinks: Bool) throws -> FileStatus

  /// Sets a file's permission bits.
  func setPermissions(_ file: OpenFile, to permissions: UInt32) throws

  /// Asks the operating system to forget its clean cached pages of a file, so that the next read
  /// sees the device; a hint that does nothing where there is no such call.
  func dropCache(_ file: OpenFile) throws

  /// Takes a lock on a file without waiting, and returns whether it was free.
  ///
  /// The lock belongs to the descriptor and ends with it, also when the process dies.
  func lock(_ file: OpenFile, exclusive: Bool) throws -> Bool

  /// Gives a lock back.
  func unlock(_ file: OpenFile) throws

  /// Makes a directory.
  func createDirectory(_ path: String, permissions: UInt32) throws

  /// Gives a file another name, replacing what has it.
  func rename(_ path: String, to destination: String) throws

  /// Gives a file a second name; throws `alreadyExists` when it is taken.
  func link(_ path: String, to destination: String) throws

  /// Makes a new file that shares the bytes of an open one until either is written to.
  ///
  /// - Parameters:
  ///   - file: The file, open for reading.
  ///   - path: The new file, on the same file system.
  ///   - permissions: The mode of the new file, before the process's mask; a file system may give
  ///     it that of the original.
  /// - Throws: `unsupportedFileSystem` where bytes cannot be shared; `alreadyExists`.
  func clone(_ file: OpenFile, to path: String, permissions: UInt32) throws

  /// Removes a file's name.
  func unlink(_ path: String) throws

  /// Removes an empty directory.
  func removeDirectory(_ path: String) throws

  /// The names in a directory, without "." and "..", in ascending order of their bytes.
  ///
  /// Bytes that are not UTF-8 are repaired: such a name is listed, but does not lead to its file.
  func names(inDirectory path: String) throws -> [String]

  /// What a symbolic link points to, byte for byte.
  ///
  /// Throws `invalidArgument` when the path is no symbolic link.
  func target(ofLink path: String) throws -> [UInt8]

  /// The kind of file system under a path.
  func fileSystemKind(at path: String) throws -> FileSystemKind

  /// The kind of file system under a path, if it is reached over a network; `nil` for a local one.
  ///
  /// The default asks ``fileSystemKind(at:)``.
  func network(at path: String) throws -> FileSystemKind?

  /// The absolute path without symbolic links.
  func canonicalPath(_ path: String) throws -> String

  /// This process.
  var processIdentity: ProcessIdentity { get }
}

extension FileSystem {
  /// Throws `unsupportedFileSystem`: what a file system without shared bytes does.
  public func clone(_ file: OpenFile, to path: String, permissions: UInt32) throws {
    throw StorageError(
      .unsupportedFileSystem, "the file system cannot share the bytes of files", path: path)
  }
}
