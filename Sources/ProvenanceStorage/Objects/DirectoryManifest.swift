import Provenance

/// The content of one directory: its digest binds names, sizes, modes and empty directories.
///
/// Manifests nest: a subdirectory is an entry that refers to a manifest of its own. So two
/// versions of a data set share the manifests of what they have in common, and a change touches
/// only the manifests on its path. An empty directory is a manifest without entries.
///
/// The canonical form is CBOR (RFC 8949 section 4.2.1), and its SHA-256 is the digest:
///
///     ["provenance.directory", 1, [entry, ...]]         entries ascending by the bytes of the name
///     [name, 0, size, digest]                           a file
///     [name, 1, size, digest]                           an executable file
///     [name, 2, size, digest]                           a directory: size and digest of its manifest
///     [name, 3, target]                                 a symbolic link
///
/// Names and targets are byte strings, exactly as the file system has them. Ownership, times and
/// permissions other than executable are left out: they differ from machine to machine.
public struct DirectoryManifest: Sendable, Hashable {
  /// The entries in ascending order of the bytes of their names; no name occurs twice.
  public let entries: [Entry]

  /// One name in a directory.
  public struct Entry: Sendable, Hashable {
    /// The bytes of the name: not empty, "." or "..", without "/" and NUL.
    public var name: [UInt8]

    /// What has that name.
    public var content: Content

    /// Makes an entry; its name is checked by the manifest.
    public init(name: [UInt8], content: Content) {
      self.name = name
      self.content = content
    }

    /// Makes an entry under a name in UTF-8.
    public init(name: String, content: Content) {
      self.init(name: Array(name.utf8), content: content)
    }
  }

  /// What a name in a directory stands for.
  public enum Content: Sendable, Hashable {
    /// A file, and whether its owner may execute it.
    case file(StoredObject, isExecutable: Bool)
    /// A directory: the digest and size of its manifest.
    case directory(StoredObject)
    /// A symbolic link and what it points to, never looked into.
    case symbolicLink(target: [UInt8])
  }

  /// Makes the manifest of a directory from its entries in any order.
  ///
  /// - Throws: `invalidArgument` for a name that no file can have, or that occurs twice;
  ///   `limitExceeded` for too many entries, and for too long a name or target.
  /// - Complexity: O(*n* log *n*).
  public init(_ entries: some Sequence<Entry>) throws {
    let sorted = entries.sorted { $0.name.lexicographicallyPrecedes($1.name) }
    try Self.check(sorted)
    self.entries = sorted
  }

  init(checked entries: [Entry]) { self.entries = entries }

  /// The entry of a name, or `nil`.
  ///
  /// - Complexity: O(log *n*).
  public subscript(name: [UInt8]) -> Content? {
    var low = 0
    var high = entries.count
    while low < high {
      let middle = (low + high) / 2
      if entries[middle].name.lexicographicallyPrecedes(name) {
        low = middle + 1
      } else {
        high = middle
      }
    }
    return low < entries.count && entries[low].name == name ? entries[low].content : nil
  }

  /// The entry of a name in UTF-8, or `nil`.
  ///
  /// - Complexity: O(log *n*).
  public subscript(name: String) -> Content? { self[Array(name.utf8)] }
}
