/// Anything that stands for a node: an id, a ``Node`` or one of the five typed nodes.
public protocol NodeReference: Sendable {
  /// The id of the node meant.
  var nodeID: NodeID { get }
}

extension NodeID: NodeReference {
  /// The id itself.
  public var nodeID: NodeID { self }
}

extension Node: NodeReference {
  /// The node's id.
  public var nodeID: NodeID { id }
}

/// A node whose kind the compiler knows.
///
/// The five types of this module conform and no others should: ``Relation`` states for them which
/// edges exist.
public protocol TypedNode: NodeReference, Hashable, CustomStringConvertible {
  /// The kind of every node of this type.
  static var kind: NodeKind { get }

  /// The node without its type.
  var node: Node { get }

  /// Gives a node its type.
  ///
  /// - Parameter node: Any node; one of another kind gives `nil`.
  init?(_ node: Node)
}

extension TypedNode {
  /// The node's id.
  public var nodeID: NodeID { node.id }
  /// The node's id.
  public var id: NodeID { node.id }
  /// The name within the namespace.
  public var name: String { node.name }
  /// Whose name it is.
  public var namespace: String { node.namespace }
  /// The version.
  public var version: String { node.version }
  /// The digest that the version states, where it is one of the content.
  public var contentDigest: SHA256Digest? { node.contentDigest }
  /// For people.
  public var description: String { node.description }
}

/// What a run can leave behind: a dataset, model, code or environment (an entity in PROV-DM).
public protocol EntityNode: TypedNode {}

/// What a run can use: a dataset, model or code.
public protocol UsableNode: EntityNode {}

/// What can configure a run: a dataset or code.
public protocol ConfigurationNode: UsableNode {}
