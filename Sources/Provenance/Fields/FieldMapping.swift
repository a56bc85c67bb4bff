/// What one output field is made from.
public struct FieldMapping: Sendable, Hashable {
  /// The output field; ``FieldPath/whole`` for what holds for every field of the output, such as
  /// the columns of a filter.
  public let output: FieldPath
  /// The input fields, in order, each once.
  ///
  /// None states that the output is made from no field: a constant, a generated key.
  public let inputs: [FieldInput]

  /// States what an output field is made from.
  ///
  /// - Parameters:
  ///   - output: The output field, or the whole output.
  ///   - inputs: The input fields, in any order; a field given twice counts once, with all its
  ///     transformations.
  /// - Throws: ``FieldError`` with ``FieldError/Kind/tooManyTransformations(_:count:limit:)``.
  public init(_ output: FieldPath, from inputs: [FieldInput]) throws(FieldError) {
    self.output = output
    self.inputs = try Self.merged(inputs)
  }

  /// Checked and ordered already.
  init(output: FieldPath, inputs: [FieldInput]) {
    self.output = output
    self.inputs = inputs
  }

  static func merged(_ inputs: [FieldInput]) throws(FieldError) -> [FieldInput] {
    var merged: [FieldInput] = []
    merged.reserveCapacity(inputs.count)
    for input in inputs.sorted(by: { $0.field < $1.field }) {
      if let last = merged.last, last.field == input.field {
        merged[merged.count - 1] = try FieldInput(
          last.field, last.transformations + input.transformations)
      } else {
        merged.append(input)
      }
    }
    return merged
  }
}

/// One input field of an output field, and how it enters.
public struct FieldInput: Sendable, Hashable {
  /// The input field, with its node; ``FieldPath/whole`` for a whole input of which no more is known.
  public let field: Field
  /// The ways in which it enters, in order, each once; none where the source does not say.
  public let transformations: [FieldTransformation]

  /// Names an input field.
  ///
  /// - Parameters:
  ///   - field: The field.
  ///   - transformations: The ways in which it enters, in any order; one that says nothing is left
  ///     out. At most ``Limits/fieldTransformations`` different ones.
  /// - Throws: ``FieldError`` with ``FieldError/Kind/tooManyTransformations(_:count:limit:)``.
  public init(
    _ field: Field, _ transformations: [FieldTransformation] = []
  ) throws(FieldError) {
    var unique: [FieldTransformation] = []
    for transformation in transformations.sorted()
    where !transformation.isEmpty && transformation != unique.last {
      unique.append(transformation)
    }
    guard unique.count <= Limits.fieldTransformations else {
      throw FieldError(
        .tooManyTransformations(
          field, count: unique.count, limit: Limits.fieldTransformations))
    }
    self.field = field
    self.transformations = unique
  }

  /// Ordered already.
  init(field: Field, ordered transformations: [FieldTransformation]) {
    self.field = field
    self.transformations = transformations
  }
}
