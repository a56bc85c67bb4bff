/// The limits that every input is held to; each is checked before anything is allocated.
public enum Limits {
  /// The most bytes of UTF-8 in a name, namespace, version, role, source or attribute key.
  public static let nameBytes = 4096
  /// The most bytes of a record's encoded attributes: 1 MiB.
  ///
  /// What is larger belongs in the object store.
  public static let attributeBytes = 1 << 20
  /// The most bytes of a whole encoded record: 16 MiB.
  public static let recordBytes = 16 << 20
  /// The most levels of a record's encoded attributes, the map of all of them among these: see
  /// ``AttributeLimit/depth``.
  public static let attributeDepth = AttributeLimit.record.depth
  /// The most bytes of UTF-8 in the reason of a retraction or a tombstone: 64 KiB.
  public static let reasonBytes = 1 << 16
  /// The most nodes in one graph: an index of 28 bits leaves 4 for the edge kind.
  public static let nodes = 1 << 28
}
