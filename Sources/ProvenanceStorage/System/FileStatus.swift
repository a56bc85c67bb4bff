/// What the file system knows of a file.
public struct FileStatus: Sendable, Hashable {
  /// The kinds of file that matter here.
  public enum Kind: Sendable, Hashable {
    /// A file of bytes.
    case regular
    /// A directory.
    case directory
    /// A symbolic link.
    case symbolicLink
    /// A pipe, socket, device or something newer.
    case other
  }

  /// The kind of file.
  public var kind: Kind
  /// The size in bytes.
  public var size: UInt64
  /// The permission bits, as in `0o644`.
  public var permissions: UInt32
  /// The device that holds the file.
  public var device: UInt64
  /// The file's number on its device.
  public var inode: UInt64
  /// The number of names that the file has.
  public var links: UInt64
  /// When the content last changed, in seconds since 1970-01-01T00:00:00Z.
  public var modificationTime: Int64
  /// When the content, the permissions or the names last changed, in seconds since
  /// 1970-01-01T00:00:00Z; no program can set it back.
  public var changeTime: Int64

  /// Makes a status.
  public init(
    kind: Kind, size: UInt64, permissions: UInt32 = 0o644, device: UInt64 = 0, inode: UInt64 = 0,
    links: UInt64 = 1, modificationTime: Int64 = 0, changeTime: Int64? = nil
  ) {
    self.kind = kind
    self.size = size
    self.permissions = permissions
    self.device = device
    self.inode = inode
    self.links = links
    self.modificationTime = modificationTime
    self.changeTime = changeTime ?? modificationTime
  }
}

/// The file system under a path, as far as a store has to know it.
public struct FileSystemKind: Sendable, Hashable {
  /// The file system's name, as in "ext4"; a hexadecimal number where it is not known by name.
  public var name: String
  /// Whether other machines may write to it, so that locks and syncs cannot be trusted.
  public var isNetwork: Bool

  /// Makes a kind.
  ///
  /// - Parameters:
  ///   - name: The file system's name.
  ///   - isNetwork: Whether it is reached over a network.
  public init(name: String, isNetwork: Bool) {
    self.name = name
    self.isNetwork = isNetwork
  }
}

/// A process, as it names itself to those that wait for it.
public struct ProcessIdentity: Sendable, Hashable {
  /// The process's number on its machine.
  public var processID: Int32
  /// The machine's name.
  public var host: String

  /// Makes an identity.
  ///
  /// - Parameters:
  ///   - processID: The process's number.
  ///   - host: The machine's name.
  public init(processID: Int32, host: String) {
    self.processID = processID
    self.host = host
  }
}

extension FileSystem {
  /// The kind of file system under a path, if it is reached over a network.
  public func network(at path: String) throws -> FileSystemKind? {
    let kind = try fileSystemKind(at: path)
    return kind.isNetwork ? kind : nil
  }
}
