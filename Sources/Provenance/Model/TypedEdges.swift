// The relations as methods, in the words of the relation table. Each is ``Edge/init(_:_:_:role:)``.

extension Run {
  /// This run read `cause` in a role.
  public func used(
    _ cause: some UsableNode, role: String? = nil
  ) throws(NameError) -> Edge {
    try Edge(self, .used, cause, role: role)
  }

  /// This run executed `code`.
  public func executed(_ code: Code, role: String? = nil) throws(NameError) -> Edge {
    try Edge(self, .executed, code, role: role)
  }

  /// This run took place in `environment`.
  public func ranIn(_ environment: Environment, role: String? = nil) throws(NameError) -> Edge {
    try Edge(self, .ranIn, environment, role: role)
  }

  /// This run took its configuration from `cause`.
  public func configuredBy(
    _ cause: some ConfigurationNode, role: String? = nil
  ) throws(NameError) -> Edge {
    try Edge(self, .configuredBy, cause, role: role)
  }

  /// This run was triggered or preceded by `run`.
  public func informedBy(_ run: Run, role: String? = nil) throws(NameError) -> Edge {
    try Edge(self, .informedBy, run, role: role)
  }
}

extension EntityNode {
  /// This entity came out of `run`.
  public func generatedBy(_ run: Run, role: String? = nil) throws(NameError) -> Edge {
    try Edge(self, .generatedBy, run, role: role)
  }

  /// This entity was made from `cause`.
  public func derivedFrom(
    _ cause: some EntityNode, role: String? = nil
  ) throws(NameError) -> Edge {
    try Edge(self, .derivedFrom, cause, role: role)
  }
}

extension TypedNode {
  /// This node is a part of `whole`.
  public func partOf(_ whole: some TypedNode, role: String? = nil) throws(NameError) -> Edge {
    try Edge(self, .partOf, whole, role: role)
  }

  /// This node and `other` stand for the same thing.
  public func alternateOf(_ other: Self, role: String? = nil) throws(NameError) -> Edge {
    try Edge(self, .alternateOf, other, role: role)
  }
}
