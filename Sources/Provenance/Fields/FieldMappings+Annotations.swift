extension FieldMappings {
  /// The values of ``AttributeKey/fieldMappings`` that state these mappings of an edge.
  ///
  /// One, unless the statement exceeds what one annotation may hold: then it is cut into parts, which
  /// must be recorded with one source and one event time.
  ///
  /// - Parameter edge: The edge, `derivedFrom` or `generatedBy`.
  /// - Returns: The parts, at least one.
  /// - Throws: ``FieldError``.
  public func attributeValues(on edge: Edge) throws(FieldError) -> [AttributeValue] {
    try values(on: edge, partLimit: FieldStatementCutter.byteLimit)
  }

  func values(on edge: Edge, partLimit: Int) throws(FieldError) -> [AttributeValue] {
    let isNodeImplied = try FieldStatement.nodeIsImplied(on: edge)
    let parts = FieldStatementCutter(mappings, limit: partLimit).parts
    guard parts.count <= Limits.fieldParts else {
      throw FieldError(.tooManyParts(count: parts.count, limit: Limits.fieldParts))
    }
    var values: [AttributeValue] = []
    for (number, part) in parts.enumerated() {
      var statement = try FieldStatement(part, isExhaustive: isExhaustive, on: edge)
      statement.part = number
      statement.partCount = parts.count
      values.append(statement.value(isNodeImplied: isNodeImplied))
    }
    return values
  }

  /// The annotations that state these mappings of an edge: one, or several that belong together.
  ///
  /// - Parameters:
  ///   - edge: The edge, `derivedFrom` or `generatedBy`.
  ///   - time: The event time; what the source says of the edge at a later one replaces this.
  ///   - source: Who says so; a name, may be empty.
  /// - Returns: The annotations, to be recorded together.
  /// - Throws: ``FieldError``.
  public func annotations(
    on edge: Edge, at time: Timestamp, source: String = ""
  ) throws(FieldError) -> [Annotation] {
    var generator = SystemRandomNumberGenerator()
    return try annotations(on: edge, at: time, source: source, salts: &generator)
  }

  /// The annotations that state these mappings of an edge, with salts from a generator.
  ///
  /// - Parameters:
  ///   - edge: The edge, `derivedFrom` or `generatedBy`.
  ///   - time: The event time; what the source says of the edge at a later one replaces this.
  ///   - source: Who says so; a name, may be empty.
  ///   - generator: Where salts come from; outside tests, a cryptographic one.
  /// - Returns: The annotations, to be recorded together.
  /// - Throws: ``FieldError``.
  public func annotations(
    on edge: Edge, at time: Timestamp, source: String = "",
    salts generator: inout some RandomNumberGenerator
  ) throws(FieldError) -> [Annotation] {
    var annotations: [Annotation] = []
    for value in try attributeValues(on: edge) {
      do throws(RecordError) {
        annotations.append(
          try Annotation(
            edge, [AttributeKey.fieldMappings: value], at: time, source: source,
            salt: Salt(using: &generator)))
      } catch { throw FieldError(.record(error)) }
    }
    return annotations
  }

  /// Reads a statement back from the values of its parts.
  ///
  /// - Parameters:
  ///   - values: The values of ``AttributeKey/fieldMappings``, in any order; all parts.
  ///   - edge: The edge that they stand on.
  /// - Throws: ``FieldError`` for anything but the canonical encoding of a statement, and where
  ///   parts are missing.
  public init(_ values: [AttributeValue], on edge: Edge) throws(FieldError) {
    var reading = FieldStatementReading()
    for value in values { try reading.add(FieldStatement(value, on: edge)) }
    if let fault = reading.missing { throw fault }
    try self.init(
      reading.statements.flatMap(\.mappings),
      isExhaustive: reading.statements.contains(where: \.isExhaustive))
  }
}

/// The parts of one source's statement about one edge.
struct FieldStatementReading {
  private(set) var statements: [FieldStatement] = []
  /// By the count that parts state: the numbers of those found.
  private var found: [Int: Set<Int>] = [:]

  mutating func add(_ statement: FieldStatement) {
    statements.append(statement)
    if statement.partCount > 1 { found[statement.partCount, default: []].insert(statement.part) }
  }

  /// That parts are missing, if they are.
  var missing: FieldError? {
    let gaps = found.filter { $0.value.count < $0.key }
    return gaps.min { $0.key < $1.key }.map {
      FieldError(.missingParts(found: $0.value.count, of: $0.key))
    }
  }
}
