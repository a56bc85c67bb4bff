/// Something that happened: a training, an evaluation, a deployment, an approval.
///
/// A run's name is that of the job; its version is the run's own id, so that each is one node.
public struct Run: TypedNode {
  /// The kind.
  public static var kind: NodeKind { .run }

  /// The node without its type.
  public let node: Node

  /// Gives a node its type; `nil` if it is of another kind.
  public init?(_ node: Node) {
    guard node.kind == Self.kind else { return nil }
    self.node = node
  }

  /// Names a run.
  ///
  /// - Parameters:
  ///   - name: The name within the namespace; not empty, at most 4 KiB, NFC.
  ///   - id: The run id; unique within job and namespace, not empty.
  ///   - namespace: Whose name it is; may be empty.
  /// - Throws: ``NameError``.
  public init(_ name: String, id: String, namespace: String = "") throws(NameError) {
    node = try Node(kind: .run, name: name, version: id, namespace: namespace)
  }
}

extension NodeReference where Self == Run {
  /// A run, where the context wants any node: `.run("train", id: "42")`.
  ///
  /// - Parameters:
  ///   - name: The name within the namespace.
  ///   - id: The run id; unique within job and namespace, not empty.
  ///   - namespace: Whose name it is; may be empty.
  /// - Returns: The node.
  /// - Throws: ``NameError``.
  public static func run(
    _ name: String, id: String, namespace: String = ""
  ) throws(NameError) -> Run {
    try Run(name, id: id, namespace: namespace)
  }
}
