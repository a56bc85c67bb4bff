/// A way in which one field was made from another: from the effect, mapping by mapping, to the cause.
public struct FieldLineagePath: Sendable, Hashable {
  /// The field that the path starts from.
  public let start: Field
  /// The steps, each from an output to one of its inputs; none where start and goal overlap.
  public let hops: [FieldHop]

  /// The field that the path ends at: the goal, or a field that overlaps it.
  public var end: Field { hops.last?.input ?? start }
}

/// One step of a path: an output field, one of its inputs, and who says so.
public struct FieldHop: Sendable, Hashable {
  /// The output as the mapping names it; it overlaps the field that the step starts from.
  public let output: Field
  /// The input as the mapping names it.
  public let input: Field
  /// What sources say of it; none where the lineage of nodes was assumed.
  public let reasons: [FieldReason]
  /// Where the lineage of nodes was assumed: the edges from the output's node to the input's.
  public let assumedEdges: [Edge]

  /// Whether no mapping states this step.
  public var isAssumed: Bool { reasons.isEmpty }
}

/// What a source says of one input of one output.
public struct FieldReason: Sendable, Hashable {
  /// The edge that the statement stands on.
  public let edge: Edge
  /// Who says so.
  public let source: String
  /// The ways in which the input enters; none where the source does not say.
  public let transformations: [FieldTransformation]
}

/// Several paths, and whether they are all.
public struct FieldLineagePaths: Sendable, Hashable {
  /// The paths, each of different fields.
  public let paths: [FieldLineagePath]
  /// Why paths may be missing; empty if none are.
  public let incompleteness: Incompleteness

  /// Whether these are all paths that mappings state.
  public var isComplete: Bool { incompleteness.isEmpty }
}

extension FieldLineagePath: CustomStringConvertible {
  /// For people: one line a field, each with the way that led to it.
  public var description: String {
    var text = start.description
    for hop in hops {
      let ways = hop.reasons.flatMap(\.transformations).map(\.description)
      let how = hop.isAssumed ? "assumed" : ways.isEmpty ? "from" : ways.joined(separator: ", ")
      text += "\n  \(how) \(hop.input)"
    }
    return text
  }
}
