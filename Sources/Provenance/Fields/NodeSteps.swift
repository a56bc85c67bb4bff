/// Steps from a node to what it was made from, or to what was made from it, past the runs between.
///
/// A run has no fields: from one entity to the next, a step follows `generatedBy` and then what the run
/// used, was configured by or was informed by, or else `derivedFrom`.
struct NodeSteps {
  /// The edges along which data flows between entities.
  static let edges: EdgeKindSet = [ofEntity, ofRun]
  /// Those that start from an entity.
  static let ofEntity: EdgeKindSet = [.generatedBy, .derivedFrom]
  /// Those that start from a run.
  static let ofRun: EdgeKindSet = [.used, .configuredBy, .informedBy]

  private let graph: ProvenanceGraph
  private let obstacles: FieldObstacles
  /// By run: what lies on each ``Side`` of it.
  private var known: [[NodeID: Summary]] = [[:], [:]]

  private enum Side: Int {
    case above
    case below
  }

  /// What lies beyond a node.
  struct Summary {
    /// Whether a step leads anywhere; downstream: anywhere where something is not known.
    var leadsOn = false
    /// Why it may lead further than it seems.
    var missing: Incompleteness = []
    /// The part of that at the node itself.
    var own: Incompleteness = []
    /// The number of `derivedFrom` edges, and of `generatedBy` edges.
    var derived = 0
    var generated = 0
  }

  init(_ graph: ProvenanceGraph) {
    self.graph = graph
    obstacles = graph.fieldObstacles(Self.edges)
  }

  private func causes(_ node: NodeID, _ kinds: EdgeKindSet) -> [Edge] {
    // A node that the graph does not have has no edges.
    (try? graph.causes(of: node, edges: kinds)) ?? []
  }

  private func effects(_ node: NodeID, _ kinds: EdgeKindSet) -> [Edge] {
    (try? graph.effects(of: node, edges: kinds)) ?? []
  }
}

// MARK: - Steps

extension NodeSteps {
  /// Where a step leads, in order, and why it may lead further.
  typealias Step = (nodes: [NodeID], missing: Incompleteness)

  /// The entities that an entity was made from.
  func causes(of entity: NodeID) -> Step {
    step(from: entity, obstacles.upstream) { node, isRun in
      causes(node, isRun ? Self.ofRun : Self.ofEntity).map {
        ($0.cause, $0.kind == .generatedBy || $0.kind == .informedBy)
      }
    }
  }

  /// The entities that were made from an entity.
  func effects(of entity: NodeID) -> Step {
    step(from: entity, obstacles.downstream) { node, isRun in
      let kinds: EdgeKindSet =
        isRun ? [.generatedBy, .informedBy] : [.derivedFrom, .used, .configuredBy]
      return effects(node, kinds).map {
        ($0.effect, $0.kind != .derivedFrom && $0.kind != .generatedBy)
      }
    }
  }

  private func step(
    from entity: NodeID, _ obstacles: [NodeID: Incompleteness],
    _ neighbours: (NodeID, Bool) -> [(NodeID, isRun: Bool)]
  ) -> Step {
    var found: Set<NodeID> = []
    var runs: Set<NodeID> = []
    var work: [(NodeID, Bool)] = [(entity, false)]
    var missing: Incompleteness = []
    while let (node, isRun) = work.popLast() {
      if let reason = obstacles[node] { missing.formUnion(reason) }
      for (next, isRun) in neighbours(node, isRun) {
        if isRun {
          if runs.insert(next).inserted { work.append((next, true)) }
        } else {
          found.insert(next)
        }
      }
    }
    return (found.sorted(), missing)
  }
}

// MARK: - Summaries

extension NodeSteps {
  /// What an entity was made from, in short; each run is looked at once for all entities.
  mutating func summary(above entity: NodeID) -> Summary {
    var summary = Summary()
    summary.own = obstacles.upstream[entity] ?? []
    summary.missing = summary.own
    for edge in causes(entity, Self.ofEntity) {
      if edge.kind == .derivedFrom {
        summary.derived += 1
        summary.leadsOn = true
      } else {
        summary.generated += 1
        let run = summaryOfRun(edge.cause, .above) { steps, run in
          var own = Summary()
          own.missing = steps.obstacles.upstream[run] ?? []
          var next: [NodeID] = []
          for edge in steps.causes(run, Self.ofRun) {
            if edge.kind == .informedBy { next.append(edge.cause) } else { own.leadsOn = true }
          }
          return (own, next)
        }
        summary.leadsOn = summary.leadsOn || run.leadsOn
        summary.missing.formUnion(run.missing)
      }
    }
    return summary
  }

  /// What was made from an entity, in short: whether any of it is a gap.
  ///
  /// - Parameters:
  ///   - entity: The entity.
  ///   - isGap: Whether something made from another entity has a field that mappings do not explain;
  ///     always the same one.
  /// - Returns: The summary.
  mutating func summary(below entity: NodeID, isGap: (NodeID) -> Bool) -> Summary {
    var summary = Summary()
    summary.missing = obstacles.downstream[entity] ?? []
    for edge in effects(entity, [.derivedFrom, .used, .configuredBy]) {
      if edge.kind == .derivedFrom {
        if isGap(edge.effect) { summary.leadsOn = true }
      } else {
        let run = summaryOfRun(edge.effect, .below) { steps, run in
          var own = Summary()
          own.missing = steps.obstacles.downstream[run] ?? []
          var next: [NodeID] = []
          for edge in steps.effects(run, [.generatedBy, .informedBy]) {
            if edge.kind == .informedBy {
              next.append(edge.effect)
            } else if isGap(edge.effect) {
              own.leadsOn = true
            }
          }
          return (own, next)
        }
        summary.leadsOn = summary.leadsOn || run.leadsOn
        summary.missing.formUnion(run.missing)
      }
    }
    return summary
  }

  /// The summary of a run and the runs behind it, from the last ones back.
  private mutating func summaryOfRun(
    _ run: NodeID, _ side: Side, _ look: (NodeSteps, NodeID) -> (own: Summary, next: [NodeID])
  ) -> Summary {
    if let summary = known[side.rawValue][run] { return summary }
    var work: [(run: NodeID, own: Summary, next: [NodeID], position: Int)] = []
    func enter(_ run: NodeID) {
      let (own, next) = look(self, run)
      work.append((run, own, next, 0))
    }
    enter(run)
    while let last = work.last {
      var position = last.position
      while position < last.next.count, known[side.rawValue][last.next[position]] != nil {
        position += 1
      }
      if position < last.next.count {
        work[work.count - 1].position = position
        enter(last.next[position])
        continue
      }
      var summary = last.own
      for run in last.next {
        guard let behind = known[side.rawValue][run] else { continue }
        summary.leadsOn = summary.leadsOn || behind.leadsOn
        summary.missing.formUnion(behind.missing)
      }
      known[side.rawValue][last.run] = summary
      work.removeLast()
    }
    return known[side.rawValue][run] ?? Summary()
  }
}
