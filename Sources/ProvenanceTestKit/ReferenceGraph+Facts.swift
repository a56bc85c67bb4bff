public import Provenance

/// What a list of records says, without any judgement of it.
public struct ReferenceFacts: Sendable {
  /// The nodes that were recorded, retracted or not.
  public internal(set) var nodes: [NodeID: Node] = [:]
  /// The edges that were recorded, whether or not their ends were.
  public internal(set) var edges: Set<Edge> = []
  /// The annotations by record.
  public internal(set) var annotations: [RecordID: Annotation] = [:]
  /// The retractions by record.
  public internal(set) var retractions: [RecordID: Retraction] = [:]
  /// The records whose payload a tombstone erased.
  public internal(set) var erased: Set<RecordID> = []
  /// The records of a kind that this version does not know.
  public internal(set) var unknown: [RecordID: UnknownRecord] = [:]
  /// The ids of all records that are neither nodes nor edges.
  public internal(set) var statements: Set<RecordID> = []

  /// Takes up records in order.
  ///
  /// - Parameter records: The records.
  public init(_ records: [Record]) {
    for record in records {
      switch record.content {
      case .node(let node):
        nodes[node.node.id] = node.node
        edges.formUnion(node.edges)
      case .edge(let edge):
        edges.insert(edge)
      default:
        addStatement(record)
      }
    }
  }

  /// Takes up a record that is neither a node nor an edge.
  ///
  /// - Returns: Whether it says anything new: a known record does if it brings a payload that was
  ///   missing, unless a tombstone forbids that.
  @discardableResult
  mutating func addStatement(_ record: Record) -> Bool {
    let isFirst = statements.insert(record.id).inserted
    let isErased = erased.contains(record.id)
    switch record.content {
    case .node, .edge:
      return false
    case .annotation(let annotation):
      if isFirst {
        annotations[record.id] = isErased ? annotation.withoutBody(of: record) : annotation
        return true
      }
      guard !isErased, annotation.body != nil, annotations[record.id]?.body == nil else {
        return false
      }
      annotations[record.id] = annotation
      return true
    case .retraction(let retraction):
      if isFirst {
        retractions[record.id] = isErased ? retraction.withoutStatement(of: record) : retraction
        return true
      }
      guard !isErased, retraction.statement != nil, retractions[record.id]?.statement == nil
      else { return false }
      retractions[record.id] = retraction
      return true
    case .tombstone(let tombstone):
      if isFirst { erased.insert(tombstone.target) }
      return isFirst
    case .unknown(let unknown):
      if isFirst { self.unknown[record.id] = unknown }
      return isFirst
    }
  }

  /// Whether both ends of an edge were recorded.
  ///
  /// - Parameter edge: The edge.
  /// - Returns: Whether they were; the edge itself need not have been.
  public func hasBothEnds(of edge: Edge) -> Bool {
    nodes[edge.effect] != nil && nodes[edge.cause] != nil
  }

  /// Whether what an annotation or a retraction speaks of was recorded.
  ///
  /// - Parameter subject: What it speaks of.
  /// - Returns: Whether it was; an edge counts once both its ends were recorded too.
  public func has(_ subject: Annotation.Subject) -> Bool {
    switch subject {
    case .node(let id): nodes[id] != nil
    case .edge(let edge): edges.contains(edge) && hasBothEnds(of: edge)
    }
  }

  /// Whether what a retraction hides was recorded.
  ///
  /// - Parameter target: What it hides.
  /// - Returns: Whether it was; an edge counts once both its ends were recorded too.
  public func has(_ target: Retraction.Target) -> Bool {
    switch target {
    case .node(let id): has(Annotation.Subject.node(id))
    case .edge(let edge): has(Annotation.Subject.edge(edge))
    case .record(let id): statements.contains(id)
    }
  }
}

extension Annotation {
  fileprivate func withoutBody(of record: Record) -> Annotation {
    guard case .annotation(let erased) = record.withoutPayload.content else { return self }
    return erased
  }
}

extension Retraction {
  fileprivate func withoutStatement(of record: Record) -> Retraction {
    guard case .retraction(let erased) = record.withoutPayload.content else { return self }
    return erased
  }
}
