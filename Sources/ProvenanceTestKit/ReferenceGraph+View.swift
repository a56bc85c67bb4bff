public import Provenance

/// What a reference graph knows at one position: which facts count, and why the others do not.
public struct ReferenceView: Sendable {
  /// What was recorded.
  public let facts: ReferenceFacts
  /// The retractions in force: those that no retraction in force retracts.
  public let standing: Set<RecordID>
  /// The nodes that count: recorded and not retracted.
  public let nodes: [NodeID: Node]
  /// Recorded edges whose ends and which themselves are not retracted, allowed or not, by edge.
  public let unretractedEdges: Set<Edge>
  /// Those of them that the relation table allows: what would count but for cycles.
  public let liveEdges: Set<Edge>
  /// Live causal edges on a cycle of live causal edges.
  public let disputedCausalEdges: Set<Edge>
  /// Live `partOf` edges on a cycle of live `partOf` edges.
  public let disputedPartEdges: Set<Edge>
  /// The edges that are set aside because they lie on a cycle: causal ones and `partOf`.
  public let disputedEdges: Set<Edge>
  /// The edges that count.
  public let edges: Set<Edge>
  /// Edges of which an end was not recorded, and that were not retracted.
  public let pendingEdges: Set<Edge>

  /// Judges records.
  ///
  /// - Parameter records: All records up to a position.
  public init(_ records: [Record]) {
    let facts = ReferenceFacts(records)
    let standing = Self.standing(facts.retractions)
    let retracted = Set(standing.compactMap { facts.retractions[$0]?.target })
    let nodes = facts.nodes.filter { !retracted.contains(.node($0.key)) }
    let unretracted = facts.edges.filter {
      nodes[$0.effect] != nil && nodes[$0.cause] != nil && !retracted.contains(.edge($0))
    }
    let live = unretracted.filter { edge in
      guard let effect = nodes[edge.effect], let cause = nodes[edge.cause] else { return false }
      return edge.kind.allows(from: effect.kind, to: cause.kind)
    }
    self.facts = facts
    self.standing = standing
    self.nodes = nodes
    unretractedEdges = unretracted
    liveEdges = live
    disputedCausalEdges = Self.edgesOnCycles(live.filter { $0.kind.edgeClass == .causal })
    disputedPartEdges = Self.edgesOnCycles(live.filter { $0.kind == .partOf })
    disputedEdges = disputedCausalEdges.union(disputedPartEdges)
    edges = live.subtracting(disputedEdges)
    pendingEdges = facts.edges.filter {
      !facts.hasBothEnds(of: $0) && !retracted.contains(.edge($0))
    }
  }

  // Ids are hashes, so that no retraction can speak of a later one: repeating the rule settles the
  // oldest first and ends.

  /// A retraction stands unless one that stands retracts it.
  private static func standing(_ retractions: [RecordID: Retraction]) -> Set<RecordID> {
    var standing = Set(retractions.keys)
    while true {
      let retracted = Set(standing.compactMap { retractions[$0]?.target })
      let next = Set(retractions.keys.filter { !retracted.contains(.record($0)) })
      if next == standing { return standing }
      standing = next
    }
  }

  /// An edge lies on a cycle if its effect can be reached from its cause.
  private static func edgesOnCycles(_ edges: Set<Edge>) -> Set<Edge> {
    let reached = Dictionary(
      uniqueKeysWithValues: Set(edges.map(\.cause)).map { ($0, causes(from: $0, over: edges)) })
    return edges.filter { reached[$0.cause]?.contains($0.effect) == true }
  }

  /// A node and everything that can be reached from it, from effects to causes.
  static func causes(from start: NodeID, over edges: Set<Edge>) -> Set<NodeID> {
    let byEffect = Dictionary(grouping: edges, by: \.effect)
    var reached: Set<NodeID> = [start]
    var work = [start]
    while let node = work.popLast() {
      for edge in byEffect[node] ?? [] where reached.insert(edge.cause).inserted {
        work.append(edge.cause)
      }
    }
    return reached
  }
}

extension ReferenceView {
  /// Edges that the relation table does not allow.
  public var forbiddenEdges: Set<Edge> { unretractedEdges.subtracting(liveEdges) }

  /// Whether a retraction of something stands.
  ///
  /// - Parameter target: A node, an edge or a record.
  /// - Returns: Whether one does.
  public func isRetracted(_ target: Retraction.Target) -> Bool {
    standing.contains { facts.retractions[$0]?.target == target }
  }
}
