public import Provenance

/// A directory that was read: its manifest, and how much it holds.
public struct StoredDirectory: Sendable, Hashable {
  /// The digest and size of the manifest of the directory itself.
  public var manifest: StoredObject

  /// The number of files, directories and links below the directory.
  public var entryCount: Int

  /// The number of bytes of all its files together.
  public var byteCount: UInt64

  /// How to read a directory.
  public struct Options: Sendable, Hashable {
    /// What to do with a symbolic link; it is never followed.
    public enum SymbolicLinks: Sendable, Hashable {
      /// Throw `isSymbolicLink`.
      case refuse
      /// Record what it points to.
      case record
    }

    /// What to do with symbolic links below the directory.
    public var symbolicLinks: SymbolicLinks

    /// The most files, directories and links to read.
    public var entryLimit: Int

    /// The most bytes to read from all files together.
    public var byteLimit: UInt64

    /// The most directories inside one another.
    public var depthLimit: Int

    /// Refuses links and reads ten million entries at most, unless told otherwise.
    public init(
      symbolicLinks: SymbolicLinks = .refuse, entryLimit: Int = 10_000_000,
      byteLimit: UInt64 = .max, depthLimit: Int = 256
    ) {
      self.symbolicLinks = symbolicLinks
      self.entryLimit = entryLimit
      self.byteLimit = byteLimit
      self.depthLimit = depthLimit
    }
  }

  /// The digest of a directory and all below it, without storing anything.
  ///
  /// Equal to what ``ObjectStore/put(directory:options:fileSystem:)`` returns.
  ///
  /// - Parameters:
  ///   - path: The directory.
  ///   - options: What to read, and how much.
  ///   - fileSystem: The files to read from.
  /// - Throws: As ``ObjectStore/put(directory:options:fileSystem:)``.
  public init(
    ofDirectory path: String, options: Options = Options(),
    fileSystem: any FileSystem = SystemFileSystem()
  ) throws {
    self = try DirectoryReader(
      fileSystem: fileSystem, options: options,
      file: { try StoredObject(ofFile: $0, limit: $1, fileSystem: fileSystem) },
      manifest: { StoredObject(of: $0) }
    ).read(path)
  }

  init(manifest: StoredObject, entryCount: Int, byteCount: UInt64) {
    self.manifest = manifest
    self.entryCount = entryCount
    self.byteCount = byteCount
  }
}

extension ObjectStore {
  /// Stores copies of all files below a directory, and the manifests that bind them together.
  ///
  /// A manifest is stored after everything that it refers to: when this fails, objects that
  /// nothing refers to may stay behind for collection, but never a manifest with a gap.
  ///
  /// - Parameters:
  ///   - path: The directory; must not be a symbolic link itself.
  ///   - options: What to read, and how much.
  ///   - fileSystem: The files to read from.
  /// - Returns: The manifest of the directory, and how much is below it.
  /// - Throws: `isSymbolicLink`; `wrongFileKind` for a pipe, socket or device; `sourceChanged`
  ///   when a file or the list of files changes meanwhile; `limitExceeded`; `invalidArgument` for
  ///   a name that is not UTF-8; what ``put(_:from:)`` throws. Each names the path.
  @discardableResult
  public func put(
    directory path: String, options: StoredDirectory.Options = .init(),
    fileSystem: any FileSystem = SystemFileSystem()
  ) throws -> StoredDirectory {
    try DirectoryReader(
      fileSystem: fileSystem, options: options,
      file: {
        try put(file: $0, expecting: ObjectExpectation(limit: $1), fileSystem: fileSystem)
      },
      manifest: { try put($0) }
    ).read(path)
  }

  /// The verified manifest of a directory.
  ///
  /// - Throws: `notFound`; `corrupt` when it is damaged or no manifest; `limitExceeded`.
  public func manifest(of digest: SHA256Digest) throws -> DirectoryManifest {
    let limit = UInt64(DirectoryManifest.sizeLimit)
    return try DirectoryManifest(canonical: bytes(of: digest, limit: limit))
  }
}
