/// What is executed or configures execution: a script, a commit, a pipeline, a prompt template.
///
/// The version of code under version control is its commit.
public struct Code: ConfigurationNode {
  /// The kind.
  public static var kind: NodeKind { .code }

  /// The node without its type.
  public let node: Node

  /// Gives a node its type; `nil` if it is of another kind.
  public init?(_ node: Node) {
    guard node.kind == Self.kind else { return nil }
    self.node = node
  }

  /// Names code.
  ///
  /// - Parameters:
  ///   - name: The name within the namespace; not empty, at most 4 KiB, NFC.
  ///   - version: The version; empty where nothing is known.
  ///   - namespace: Whose name it is; may be empty.
  /// - Throws: ``NameError``.
  public init(_ name: String, version: String = "", namespace: String = "") throws(NameError) {
    node = try Node(kind: .code, name: name, version: version, namespace: namespace)
  }

  /// Names code by its bytes: the version is `sha256:<hex>`.
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

extension NodeReference where Self == Code {
  /// Code, where the context wants any node: `.code("train.swift")`.
  ///
  /// - Parameters:
  ///   - name: The name within the namespace.
  ///   - version: The version; empty where nothing is known.
  ///   - namespace: Whose name it is; may be empty.
  /// - Returns: The node.
  /// - Throws: ``NameError``.
  public static func code(
    _ name: String, version: String = "", namespace: String = ""
  ) throws(NameError) -> Code {
    try Code(name, version: version, namespace: namespace)
  }
}
