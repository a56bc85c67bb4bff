/// One operation that reached a ``FaultFileSystem``.
public struct FileOperation: Sendable, Hashable {
  /// The operations, one for each requirement of `FileSystem`.
  @nonexhaustive
  public enum Name: String, Sendable, Hashable, CaseIterable {
    /// Opening a file.
    case open
    /// Closing a file.
    case close
    /// Reading.
    case read
    /// Writing.
    case write
    /// Making writes durable.
    case synchronize
    /// Changing a file's size.
    case truncate
    /// Reserving space.
    case preallocate
    /// Asking for a file's status.
    case status
    /// Changing permission bits.
    case setPermissions
    /// Dropping cached pages.
    case dropCache
    /// Taking a lock.
    case lock
    /// Giving a lock back.
    case unlock
    /// Making a directory.
    case createDirectory
    /// Renaming.
    case rename
    /// Giving a second name.
    case link
    /// Making a file that shares the bytes of another.
    case clone
    /// Removing a name.
    case unlink
    /// Removing a directory.
    case removeDirectory
    /// Listing a directory.
    case list
    /// Reading a symbolic link.
    case readLink
    /// Asking for the kind of file system.
    case fileSystemKind
    /// Resolving a path.
    case canonicalPath
  }

  /// Which operation it is.
  public var name: Name
  /// The file or directory.
  public var path: String?
  /// The second path of a rename or link.
  public var destination: String?
  /// The offset of a read or write, the size of a truncation.
  public var offset: UInt64?
  /// The number of bytes of a read, write or reservation.
  public var length: Int?

  /// Whether it can change what is on the device.
  public var changesFiles: Bool {
    switch name {
    case .write, .synchronize, .truncate, .preallocate, .setPermissions, .createDirectory, .rename,
      .link, .clone, .unlink, .removeDirectory:
      true
    case .open, .close, .read, .status, .dropCache, .lock, .unlock, .list, .readLink,
      .fileSystemKind,
      .canonicalPath:
      false
    }
  }
}

/// What happens to a chosen operation.
public enum FileFault: Sendable, Hashable {
  /// Nothing is done, and the operation fails with this error number.
  case error(Int32)
  /// A write writes at most so many bytes and reports so; other operations go through.
  case shortWrite(Int)
  /// A write writes at most so many bytes and fails; other operations only fail.
  case tornWrite(Int, errno: Int32)

  /// The error number, if the operation fails.
  var errno: Int32? {
    switch self {
    case .error(let errno), .tornWrite(_, let errno): errno
    case .shortWrite: nil
    }
  }
}
