public import Provenance

/// Why a reference graph refused a batch.
public struct ReferenceRefusal: Error, Sendable, CustomStringConvertible {
  /// What is wrong.
  public let kind: GraphError.Kind
  /// The first record at fault; `nil` for a cycle, of which any record that closes it may be named.
  public let recordIndex: Int?

  /// For people.
  public var description: String { "record \(recordIndex.map(String.init) ?? "?"): \(kind)" }
}

extension ReferenceGraph {
  /// Adds records of one's own: all of them or, if it throws, none.
  ///
  /// - Parameters:
  ///   - records: The records; within the batch their order does not matter.
  ///   - time: When they arrive.
  /// - Returns: How many were new.
  /// - Throws: ``ReferenceRefusal``; the graph is then unchanged.
  @discardableResult
  public mutating func insert(
    _ records: [Record], at time: Timestamp? = nil
  ) throws(ReferenceRefusal) -> Int {
    try Self.checkSubjects(records, view)
    try checkCycles(records)
    return merge(records, at: time)
  }

  /// What a batch speaks of must be recorded before it or in it, and not be retracted before it.
  private static func checkSubjects(
    _ records: [Record], _ before: ReferenceView
  ) throws(ReferenceRefusal) {
    let batch = ReferenceFacts(records)
    for (index, record) in records.enumerated() {
      func refuse(_ kind: GraphError.Kind) -> ReferenceRefusal {
        ReferenceRefusal(kind: kind, recordIndex: index)
      }
      switch record.content {
      case .node(let node):
        if before.isRetracted(.node(node.node.id)), before.facts.nodes[node.node.id] != nil {
          throw refuse(.retracted(node.node.id))
        }
        for edge in node.edges {
          if let kind = fault(of: edge, batch, before) { throw refuse(kind) }
        }
      case .edge(let edge):
        if let kind = fault(of: edge, batch, before) { throw refuse(kind) }
      case .annotation(let annotation):
        let isRepeated = before.facts.statements.contains(record.id)
        if isRepeated, batch.erased.contains(record.id) { continue }
        if annotation.body == nil || before.facts.erased.contains(record.id) {
          throw refuse(.erased(record.id))
        }
        let isInBatch =
          switch annotation.subject {
          case .node(let id): batch.nodes[id] != nil
          case .edge(let edge): batch.edges.contains(edge)
          }
        if !isInBatch, !before.facts.has(annotation.subject) {
          throw refuse(.unknownSubject(record.id))
        }
      case .retraction(let retraction):
        let isInBatch =
          switch retraction.target {
          case .node(let id): batch.nodes[id] != nil
          case .edge(let edge): batch.edges.contains(edge)
          case .record(let id): batch.statements.contains(id)
          }
        if !isInBatch, !before.facts.has(retraction.target) {
          throw refuse(.unknownTarget(record.id))
        }
      case .tombstone(let tombstone):
        if !batch.statements.contains(tombstone.target),
          !before.facts.statements.contains(tombstone.target)
        {
          throw refuse(.unknownTarget(record.id))
        }
      case .unknown:
        throw refuse(.unknownRecordKind(record.id))
      }
    }
  }

  private static func fault(
    of edge: Edge, _ batch: ReferenceFacts, _ before: ReferenceView
  ) -> GraphError.Kind? {
    var kinds: [NodeKind] = []
    for id in [edge.effect, edge.cause] {
      guard let node = before.facts.nodes[id] ?? batch.nodes[id] else {
        return .unknownEndpoint(edge, missing: id)
      }
      if before.facts.nodes[id] != nil, before.isRetracted(.node(id)) { return .retracted(id) }
      kinds.append(node.kind)
    }
    guard edge.kind.allows(from: kinds[0], to: kinds[1]) else {
      return .relationNotAllowed(edge, from: kinds[0], to: kinds[1])
    }
    return edge.effect == edge.cause ? .cycle(edge, path: [edge.effect, edge.cause]) : nil
  }

  /// No edge that the batch brings, or shows again, may lie on a cycle of what then is live.
  ///
  /// Edges that were kept before and waited for a node of the batch are disputed, not refused.
  private func checkCycles(_ records: [Record]) throws(ReferenceRefusal) {
    let before = view
    var later = self
    later.merge(records)
    let after = later.view
    let own = after.disputedEdges.filter { edge in
      !before.facts.edges.contains(edge) || before.isRetracted(.edge(edge))
        || before.isRetracted(.node(edge.effect)) || before.isRetracted(.node(edge.cause))
    }
    if let edge = own.min() {
      throw ReferenceRefusal(
        kind: .cycle(edge, path: [edge.effect, edge.cause]), recordIndex: nil)
    }
  }
}
