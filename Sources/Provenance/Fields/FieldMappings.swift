/// What a source says about the fields along one edge: all mappings from the output's fields to those
/// of its inputs.
///
/// A statement belongs on an edge of the output: on a `generatedBy` edge to the run that made it, where
/// each input is named with its node, or on a `derivedFrom` edge, where every input is a field of
/// the edge's cause. It is stored as the value of ``AttributeKey/fieldMappings`` in annotations on
/// that edge, see ``annotations(on:at:source:)``.
///
/// A source replaces its statement about an edge as a whole: what it says at its latest event time
/// counts. Statements of different sources add up. So of two events of one run the later one
/// decides, and what another tool knows stays.
public struct FieldMappings: Sendable, Hashable {
  /// The mappings, by output, each output once.
  public let mappings: [FieldMapping]
  /// Whether every output field that takes anything along the edge is among them.
  ///
  /// If so, a field without a mapping takes nothing; if not, nothing is known of it.
  public let isExhaustive: Bool

  /// Puts a statement together.
  ///
  /// - Parameters:
  ///   - mappings: The mappings, in any order; those of one output are joined.
  ///   - isExhaustive: Whether every output field that takes anything along the edge is among them.
  /// - Throws: ``FieldError`` with ``FieldError/Kind/tooManyTransformations(_:count:limit:)``.
  public init(_ mappings: [FieldMapping], isExhaustive: Bool = false) throws(FieldError) {
    var joined: [FieldMapping] = []
    joined.reserveCapacity(mappings.count)
    var index = 0
    let sorted = mappings.sorted { $0.output < $1.output }
    while index < sorted.count {
      let output = sorted[index].output
      var inputs = sorted[index].inputs
      let start = index
      index += 1
      while index < sorted.count, sorted[index].output == output {
        inputs += sorted[index].inputs
        index += 1
      }
      joined.append(
        index == start + 1 ? sorted[start] : try FieldMapping(output, from: inputs))
    }
    self.mappings = joined
    self.isExhaustive = isExhaustive
  }
}
