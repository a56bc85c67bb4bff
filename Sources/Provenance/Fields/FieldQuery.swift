/// What a question about fields follows, and when it stops.
public struct FieldQuery: Sendable, Hashable {
  /// The kinds of dependency to follow.
  ///
  /// A field that enters another in several ways is followed if one of them is among these.
  public var kinds: FieldDependencyKinds
  /// Whether to stop where every way that would be followed masks the input's values.
  ///
  /// The fields behind are then in ``FieldSet/masked``, unless another way leads to them.
  public var stopsAtMasking: Bool
  /// Whether a field of which no mapping says what it is made from counts as made from everything that
  /// its node was made from.
  ///
  /// That is the cautious reading for a search after everything that may be concerned. Fields that
  /// are reached in this way alone are ``FieldSet/isAssumed(at:)``.
  public var assumesNodeLineage: Bool
  /// The nodes whose fields to return; `nil` for all.
  ///
  /// Others are passed through.
  public var nodes: Set<NodeID>?
  /// Bounds: ``TraversalLimits/depth`` in mappings one after the other, ``TraversalLimits/nodes`` in
  /// fields reached, ``TraversalLimits/edges`` in dependencies looked at.
  public var limits: TraversalLimits

  /// Says what to follow; by default everything that mappings state, without bounds.
  ///
  /// - Parameters:
  ///   - kinds: The kinds of dependency to follow.
  ///   - stopsAtMasking: Whether to stop at masking transformations.
  ///   - assumesNodeLineage: Whether to fall back on the lineage of nodes where mappings say nothing.
  ///   - nodes: The nodes whose fields to return; `nil` for all.
  ///   - limits: Bounds; the answer says whether it met one.
  public init(
    kinds: FieldDependencyKinds = .all, stopsAtMasking: Bool = false,
    assumesNodeLineage: Bool = false, nodes: Set<NodeID>? = nil, limits: TraversalLimits = .none
  ) {
    self.kinds = kinds
    self.stopsAtMasking = stopsAtMasking
    self.assumesNodeLineage = assumesNodeLineage
    self.nodes = nodes
    self.limits = limits
  }
}
