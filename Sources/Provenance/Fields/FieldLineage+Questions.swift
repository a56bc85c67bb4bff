extension FieldLineage {
  /// All fields that a field was made from, directly or not; the field itself is not among them.
  ///
  /// O(fields and dependencies reached), and one bit a field of the graph where that is many.
  ///
  /// - Parameters:
  ///   - field: The field, or a whole node; mappings need not name it.
  ///   - query: What to follow.
  /// - Returns: The fields, nearest first.
  /// - Throws: ``GraphError`` with ``GraphError/Kind/unknownNode(_:)``.
  public func upstream(
    of field: Field, _ query: FieldQuery = FieldQuery()
  ) throws(GraphError) -> FieldSet {
    try reach([field], isUpstream: true, query)
  }

  /// All fields that some fields were made from, directly or not; the fields themselves are not among
  /// them.
  ///
  /// O(fields and dependencies reached), and one bit a field of the graph where that is many.
  ///
  /// - Parameters:
  ///   - fields: The fields, or whole nodes.
  ///   - query: What to follow.
  /// - Returns: The fields, nearest first.
  /// - Throws: ``GraphError`` with ``GraphError/Kind/unknownNode(_:)``.
  public func upstream(
    of fields: some Sequence<Field>, _ query: FieldQuery = FieldQuery()
  ) throws(GraphError) -> FieldSet {
    try reach(Array(fields), isUpstream: true, query)
  }

  /// All fields that were made from a field, directly or not; the field itself is not among them.
  ///
  /// O(fields and dependencies reached), and one bit a field of the graph where that is many.
  ///
  /// - Parameters:
  ///   - field: The field, or a whole node; mappings need not name it.
  ///   - query: What to follow.
  /// - Returns: The fields, nearest first.
  /// - Throws: ``GraphError`` with ``GraphError/Kind/unknownNode(_:)``.
  public func downstream(
    of field: Field, _ query: FieldQuery = FieldQuery()
  ) throws(GraphError) -> FieldSet {
    try reach([field], isUpstream: false, query)
  }

  /// All fields that were made from some fields, directly or not; the fields themselves are not among
  /// them.
  ///
  /// O(fields and dependencies reached), and one bit a field of the graph where that is many.
  ///
  /// - Parameters:
  ///   - fields: The fields, or whole nodes.
  ///   - query: What to follow.
  /// - Returns: The fields, nearest first.
  /// - Throws: ``GraphError`` with ``GraphError/Kind/unknownNode(_:)``.
  public func downstream(
    of fields: some Sequence<Field>, _ query: FieldQuery = FieldQuery()
  ) throws(GraphError) -> FieldSet {
    try reach(Array(fields), isUpstream: false, query)
  }

  private func reach(
    _ starts: [Field], isUpstream: Bool, _ query: FieldQuery
  ) throws(GraphError) -> FieldSet {
    var places: [FieldWalk.Start] = []
    let unique = starts.count > 1 ? Set(starts).sorted() : starts
    for field in unique { places.append(try start(field)) }
    var stated = FieldWalk(fields, steps, isUpstream: isUpstream, query, isAssuming: false)
    stated.run(from: places)
    let hasGaps = !stated.gaps.isEmpty || !stated.otherGaps.isEmpty
    guard query.assumesNodeLineage, hasGaps else {
      return FieldSet(self, stated, query, statedWalk: nil)
    }
    // From the start once more, so that distances and bounds hold for both kinds of step together.
    var walk = FieldWalk(fields, steps, isUpstream: isUpstream, query, isAssuming: true)
    walk.run(from: places)
    return FieldSet(self, walk, query, statedWalk: stated)
  }

  /// Where a field stands among the numbered ones.
  func start(_ field: Field) throws(GraphError) -> FieldWalk.Start {
    guard graph.contains(field.node) else { throw GraphError(.unknownNode(field.node)) }
    guard let index = fields.index(of: field.node) else {
      return FieldWalk.Start(field: field, container: FieldGraph.none, inside: 0..<0)
    }
    let (container, inside) = fields.place(field.path, inNode: index)
    return FieldWalk.Start(field: field, container: container, inside: inside)
  }
}

extension ProvenanceGraph {
  /// All fields that a field was made from, by the mappings of this view.
  ///
  /// Gathers all mappings first: for more than one question make a ``FieldLineage`` and keep it.
  ///
  /// - Parameters:
  ///   - field: The field, or a whole node.
  ///   - query: What to follow.
  /// - Returns: The fields, nearest first.
  /// - Throws: ``FieldError`` or ``GraphError``.
  public func upstreamFields(
    of field: Field, _ query: FieldQuery = FieldQuery()
  ) throws -> FieldSet {
    try FieldLineage(self).upstream(of: field, query)
  }

  /// All fields that were made from a field, by the mappings of this view.
  ///
  /// Gathers all mappings first: for more than one question make a ``FieldLineage`` and keep it.
  ///
  /// - Parameters:
  ///   - field: The field, or a whole node.
  ///   - query: What to follow.
  /// - Returns: The fields, nearest first.
  /// - Throws: ``FieldError`` or ``GraphError``.
  public func downstreamFields(
    of field: Field, _ query: FieldQuery = FieldQuery()
  ) throws -> FieldSet {
    try FieldLineage(self).downstream(of: field, query)
  }
}
