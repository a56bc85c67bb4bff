public import Provenance

extension ProvenanceStore {
  /// Why a payload may not be erased: the legal hold on what it is about.
  ///
  /// A hold is the attribute `AttributeKey/legalHold` of a node or an edge, which is in force until it is
  /// set to `null`. One on a node is also one on the edges at it, and on what is said about either. It
  /// travels on merge like every annotation.
  ///
  /// - Parameter record: An annotation's or a retraction's record.
  /// - Returns: The hold's value; `nil` where there is none.
  public func legalHold(on record: RecordID) -> AttributeValue? {
    let graph = graph
    return graph.subject(of: record).flatMap { Self.legalHold(on: $0, in: graph) }
  }

  static func legalHold(
    on subject: Annotation.Subject, in graph: ProvenanceGraph
  ) -> AttributeValue? {
    switch subject {
    case .node(let node):
      return graph.attribute(AttributeKey.legalHold, of: node)
    case .edge(let edge):
      return graph.attributes(of: edge)[AttributeKey.legalHold]
        ?? graph.attribute(AttributeKey.legalHold, of: edge.effect)
        ?? graph.attribute(AttributeKey.legalHold, of: edge.cause)
    }
  }

  /// The records of a request, without tombstones that a legal hold forbids.
  ///
  /// - Throws: `onLegalHold` where the request is this process's own.
  static func permitted(
    _ request: CommitRequest, in graph: ProvenanceGraph
  ) throws -> [Record] {
    guard request.records.contains(where: { $0.tombstoneTarget != nil }) else {
      return request.records
    }
    return try request.records.filter { record in
      guard let target = record.tombstoneTarget, !graph.isErased(target),
        let subject = graph.subject(of: target), let hold = legalHold(on: subject, in: graph)
      else { return true }
      guard !request.isChecked else {
        throw StorageError(
          .onLegalHold, "the payload of \(target) is on legal hold (\(hold)); withdraw it first")
      }
      return false
    }
  }
}

extension Record {
  /// The record whose payload this one says was erased.
  var tombstoneTarget: RecordID? {
    if case .tombstone(let tombstone) = content { tombstone.target } else { nil }
  }
}
