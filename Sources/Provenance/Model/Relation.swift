/// The relation table for the compiler: a relation exists only between kinds that may have it.
///
/// `Edge(run, .used, dataset)` compiles; `Edge(dataset, .used, run)` does not, since no such member
/// exists for those types. ``EdgeKind/allows(from:to:)`` is the same table at run time.
public struct Relation<Effect: TypedNode, Cause: TypedNode>: Sendable, Hashable {
  /// The kind of edge.
  public let kind: EdgeKind

  private init(_ kind: EdgeKind) { self.kind = kind }
}

extension Relation where Effect == Run, Cause: UsableNode {
  /// A run read a dataset, a model or code.
  public static var used: Self { Self(.used) }
}

extension Relation where Effect == Run, Cause == Code {
  /// A run executed code.
  public static var executed: Self { Self(.executed) }
}

extension Relation where Effect == Run, Cause == Environment {
  /// A run took place in an environment.
  public static var ranIn: Self { Self(.ranIn) }
}

extension Relation where Effect == Run, Cause: ConfigurationNode {
  /// A run took its configuration from a dataset or code.
  public static var configuredBy: Self { Self(.configuredBy) }
}

extension Relation where Effect: EntityNode, Cause == Run {
  /// An entity came out of a run.
  public static var generatedBy: Self { Self(.generatedBy) }
}

extension Relation where Effect: EntityNode, Cause: EntityNode {
  /// An entity was made from another.
  public static var derivedFrom: Self { Self(.derivedFrom) }
}

extension Relation where Effect == Run, Cause == Run {
  /// A run was triggered or preceded by another.
  public static var informedBy: Self { Self(.informedBy) }
}

extension Relation {
  /// A node is a part of another.
  public static var partOf: Self { Self(.partOf) }
}

extension Relation where Effect == Cause {
  /// Two nodes of one kind stand for the same thing.
  public static var alternateOf: Self { Self(.alternateOf) }
}
