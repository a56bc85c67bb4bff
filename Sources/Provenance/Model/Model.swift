/// A trained artifact: a checkpoint, an adapter, a quantized or distilled copy.
///
/// A model whose training data is not known is still a node; annotate it as opaque rather than leave
/// it out.
public struct Model: UsableNode {
  /// The kind.
  public static var kind: NodeKind { .model }

  /// The node without its type.
  public let node: Node

  /// Gives a node its type; `nil` if it is of another kind.
  public init?(_ node: Node) {
    guard node.kind == Self.kind else { return nil }
    self.node = node
  }

  /// Names a model.
  ///
  /// - Parameters:
  ///   - name: The name within the namespace; not empty, at most 4 KiB, NFC.
  ///   - version: The version; empty where nothing is known.
  ///   - namespace: Whose name it is; may be empty.
  /// - Throws: ``NameError``.
  public init(_ name: String, version: String = "", namespace: String = "") throws(NameError) {
    node = try Node(kind: .model, name: name, version: version, namespace: namespace)
  }

  /// Names a model by its bytes: the version is `sha256:<hex>`.
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

extension NodeReference where Self == Model {
  /// A model, where the context wants any node: `.model("classifier")`.
  ///
  /// - Parameters:
  ///   - name: The name within the namespace.
  ///   - version: The version; empty where nothing is known.
  ///   - namespace: Whose name it is; may be empty.
  /// - Returns: The node.
  /// - Throws: ``NameError``.
  public static func model(
    _ name: String, version: String = "", namespace: String = ""
  ) throws(NameError) -> Model {
    try Model(name, version: version, namespace: namespace)
  }
}
