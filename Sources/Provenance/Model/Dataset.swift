/// Data at rest: a table, a file, a feature set, an index, a prompt set, a report.
///
/// A dataset that is overwritten has a new version, so that lineage stays acyclic even where names go
/// round in a circle.
public struct Dataset: ConfigurationNode {
  /// The kind.
  public static var kind: NodeKind { .dataset }

  /// The node without its type.
  public let node: Node

  /// Gives a node its type; `nil` if it is of another kind.
  public init?(_ node: Node) {
    guard node.kind == Self.kind else { return nil }
    self.node = node
  }

  /// Names a dataset.
  ///
  /// - Parameters:
  ///   - name: The name within the namespace; not empty, at most 4 KiB, NFC.
  ///   - version: The version; empty where nothing is known.
  ///   - namespace: Whose name it is; may be empty.
  /// - Throws: ``NameError``.
  public init(_ name: String, version: String = "", namespace: String = "") throws(NameError) {
    node = try Node(kind: .dataset, name: name, version: version, namespace: namespace)
  }

  /// Names a dataset by its bytes: the version is `sha256:<hex>`.
  ///
  /// - Parameters:
  ///   - name: The name within the namespace; not empty, at most 4 KiB, NFC.
  ///   - content: The digest of the bytes.
  ///   - namespace: Whose name it is; may be empty.
  /// - Throws: ``NameError``.
  public init(
    _ name: String, content: SHA256Digest, namespace: String = ""
  ) throws(NameError) {
    try self.init(name, version: content.description, namespace: namespace)
  }
}

extension NodeReference where Self == Dataset {
  /// A dataset, where the context wants any node: `.dataset("raw.csv")`.
  ///
  /// - Parameters:
  ///   - name: The name within the namespace.
  ///   - version: The version; empty where nothing is known.
  ///   - namespace: Whose name it is; may be empty.
  /// - Returns: The node.
  /// - Throws: ``NameError``.
  public static func dataset(
    _ name: String, version: String = "", namespace: String = ""
  ) throws(NameError) -> Dataset {
    try Dataset(name, version: version, namespace: namespace)
  }
}
