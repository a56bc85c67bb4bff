/// Where a run takes place: a container, a package environment, a host, a serving endpoint.
///
/// The version is what pins it: an image digest, a lock file's digest, a revision.
public struct Environment: EntityNode {
  /// The kind.
  public static var kind: NodeKind { .environment }

  /// The node without its type.
  public let node: Node

  /// Gives a node its type; `nil` if it is of another kind.
  public init?(_ node: Node) {
    guard node.kind == Self.kind else { return nil }
    self.node = node
  }

  /// Names an environment.
  ///
  /// - Parameters:
  ///   - name: The name within the namespace; not empty, at most 4 KiB, NFC.
  ///   - version: The version; empty where nothing is known.
  ///   - namespace: Whose name it is; may be empty.
  /// - Throws: ``NameError``.
  public init(_ name: String, version: String = "", namespace: String = "") throws(NameError) {
    node = try Node(kind: .environment, name: name, version: version, namespace: namespace)
  }

  /// Names an environment by its bytes: the version is `sha256:<hex>`.
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

extension NodeReference where Self == Environment {
  /// An environment, where the context wants any node: `.environment("ubuntu-24.04")`.
  ///
  /// - Parameters:
  ///   - name: The name within the namespace.
  ///   - version: The version; empty where nothing is known.
  ///   - namespace: Whose name it is; may be empty.
  /// - Returns: The node.
  /// - Throws: ``NameError``.
  public static func environment(
    _ name: String, version: String = "", namespace: String = ""
  ) throws(NameError) -> Environment {
    try Environment(name, version: version, namespace: namespace)
  }
}
