/// An edge from an effect to one of its causes.
///
/// Its identity is effect, kind, cause and role. Time, source and field mappings are annotations on
/// it.
public struct Edge: Sendable {
  /// The node that the edge starts from.
  public let effect: NodeID
  /// The kind.
  public let kind: EdgeKind
  /// The node that the edge points to.
  public let cause: NodeID
  /// What part the cause played: `train`, `validation`, `base model` … `nil` where it has no role.
  public let role: String?

  /// Makes an edge that the compiler has checked against the relation table.
  ///
  /// - Parameters:
  ///   - effect: The node that the edge starts from.
  ///   - relation: The relation; only those that may join these types exist.
  ///   - cause: The node that the edge points to.
  ///   - role: What part the cause played; not empty, NFC, at most 4 KiB.
  /// - Throws: ``NameError`` for the role.
  public init<Effect: TypedNode, Cause: TypedNode>(
    _ effect: Effect, _ relation: Relation<Effect, Cause>, _ cause: Cause, role: String? = nil
  ) throws(NameError) {
    try self.init(effect: effect.id, kind: relation.kind, cause: cause.id, role: role)
  }

  /// Makes an edge between nodes of which only the ids are known, for importers.
  ///
  /// The graph checks the relation table when both endpoints are there.
  ///
  /// - Parameters:
  ///   - effect: The node that the edge starts from.
  ///   - kind: The kind.
  ///   - cause: The node that the edge points to.
  ///   - role: What part the cause played; not empty, NFC, at most 4 KiB.
  /// - Throws: ``NameError`` for the role.
  public init(
    effect: NodeID, kind: EdgeKind, cause: NodeID, role: String? = nil
  ) throws(NameError) {
    if let role { try NameRule.validate(role, field: "role", allowsEmpty: false) }
    self.init(validated: effect, kind, cause, role)
  }

  init(validated effect: NodeID, _ kind: EdgeKind, _ cause: NodeID, _ role: String?) {
    self.effect = effect
    self.kind = kind
    self.cause = cause
    self.role = role
  }
}

extension Edge: Hashable {
  // Roles are compared as bytes, since `String` holds texts equal that Unicode calls equivalent.

  /// Compares edges by effect, kind, cause and role.
  public static func == (lhs: Self, rhs: Self) -> Bool {
    lhs.effect == rhs.effect && lhs.kind == rhs.kind && lhs.cause == rhs.cause
      && lhs.role.map(ByteString.init) == rhs.role.map(ByteString.init)
  }

  /// Feeds effect, kind, cause and role into a hasher.
  public func hash(into hasher: inout Hasher) {
    hasher.combine(effect)
    hasher.combine(kind)
    hasher.combine(cause)
    hasher.combine(role.map(ByteString.init))
  }
}

extension Edge: Comparable {
  /// Orders edges by effect, kind, cause and the bytes of the role, no role first: the order in
  /// which a node record lists them.
  public static func < (lhs: Self, rhs: Self) -> Bool {
    if lhs.effect != rhs.effect { return lhs.effect < rhs.effect }
    if lhs.kind != rhs.kind { return lhs.kind < rhs.kind }
    if lhs.cause != rhs.cause { return lhs.cause < rhs.cause }
    switch (lhs.role, rhs.role) {
    case (nil, nil): return false
    case (nil, _): return true
    case (_, nil): return false
    case (let left?, let right?): return left.utf8.lexicographicallyPrecedes(right.utf8)
    }
  }
}

extension Edge: CustomStringConvertible {
  /// For people, with abbreviated ids: `3f2a… used 9b01… as train`.
  public var description: String {
    let text = "\(effect.abbreviated()) \(kind) \(cause.abbreviated())"
    return role.map { "\(text) as \($0)" } ?? text
  }
}
