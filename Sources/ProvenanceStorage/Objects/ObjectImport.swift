/// What became of a file that was imported: the object, and how its bytes got into the store.
public struct ObjectImport: Sendable, Hashable {
  /// Ways of taking a file in.
  public enum Way: String, Sendable, Hashable, CaseIterable {
    /// Reads and writes every byte; the object is a file of the store's own.
    case copy
    /// Shares the blocks of the file until either is written to (a reflink: btrfs, xfs, bcachefs,
    /// APFS); the object is a file of the store's own all the same.
    case clone
    /// Gives the source a second name in the store.
    ///
    /// Whoever later writes to the source in place damages the object: reading and verification
    /// find that, nothing prevents it. Permissions stay as they are, for the same file.
    case hardLink
  }

  /// The digest and size of what is now durable.
  public var object: StoredObject

  /// The way that was taken.
  public var way: Way

  /// Makes a result.
  ///
  /// - Parameters:
  ///   - object: The digest and size.
  ///   - way: The way that was taken.
  public init(object: StoredObject, way: Way) {
    self.object = object
    self.way = way
  }
}
