/// Something that the records of a graph contradict one another in.
@nonexhaustive
public enum Conflict: Sendable, Hashable {
  /// Edges that lie on cycles: kept, but not followed. The nodes of one strongly connected
  /// component, and the edges inside it, each in order of id.
  case cycle(nodes: [Node], edges: [Edge])
  /// Different SHA-256 digests were stated for the content of one node, in order.
  case content(Node, [SHA256Digest])
  /// An edge that the relation table does not allow between the kinds of its ends.
  case relationNotAllowed(Edge, from: NodeKind, to: NodeKind)
  /// A record of a kind or schema that this version does not know.
  case unknownRecord(RecordID, UnknownRecord)
}

/// A fact that waits for something it speaks of.
@nonexhaustive
public enum PendingFact: Sendable, Hashable {
  /// An edge without one or both of its ends.
  case edge(Edge, missing: [NodeID])
  /// An annotation without its subject.
  case annotation(RecordID, Annotation.Subject)
  /// A retraction without its target; it will hide the target when it arrives.
  case retraction(RecordID, Retraction.Target)
}

extension ProvenanceGraph {
  /// What the records contradict one another in, in an order that does not depend on arrival.
  ///
  /// O(n).
  public var conflicts: [Conflict] {
    cycleConflicts(.causal) + cycleConflicts(.partOf) + contentConflicts + relationConflicts
      + storage.unknown.filter { $0.epoch <= horizon }.sorted { $0.id < $1.id }
      .map { .unknownRecord($0.id, $0.record) }
  }

  /// The facts that wait for something they speak of: edges by edge, then annotations and
  /// retractions by record id.
  public var pending: [PendingFact] {
    var edges: [Edge] = []
    var annotations: [(RecordID, Annotation.Subject)] = []
    for fact in storage.pending.facts(at: horizon) {
      switch fact {
      case .edge(let edge):
        if !storage.retractions.covers(.edge(edge), at: horizon) { edges.append(edge) }
      case .annotation(let id, let annotation):
        if !storage.retractions.covers(.record(id), at: horizon) {
          annotations.append((id, annotation.subject))
        }
      }
    }
    let waiting: [PendingFact] = edges.sorted().map { edge in
      let ends = edge.effect == edge.cause ? [edge.effect] : [edge.effect, edge.cause]
      return .edge(edge, missing: ends.filter { !isRecorded($0) })
    }
    return waiting
      + annotations.sorted { $0.0 < $1.0 }.map { .annotation($0.0, $0.1) } + pendingRetractions
  }

  private func isRecorded(_ id: NodeID) -> Bool {
    storage.nodes.row(of: id).map { $0 < view.rows } ?? false
  }

  private var pendingRetractions: [PendingFact] {
    let table = storage.retractions
    var found: [(RecordID, Retraction.Target)] = []
    for row in 0..<table.count
    where table.epochs[row] <= horizon && table.status.status(UInt32(row), at: horizon) == [] {
      let target = table.retractions[row].target
      let isThere =
        switch target {
        case .node(let id): isRecorded(id)
        case .edge(let edge): find(edge) != nil
        case .record(let id): hasArrived(id)
        }
      if !isThere { found.append((table.ids[row], target)) }
    }
    return found.sorted { $0.0 < $1.0 }.map { .retraction($0.0, $0.1) }
  }

  private func hasArrived(_ id: RecordID) -> Bool {
    guard let place = storage.place(of: id) else { return false }
    if horizon == storage.tail { return true }
    if case .annotation(let row) = place, storage.annotations.epochs[row] <= horizon {
      return true
    }
    return (0..<storage.arrivals.count).contains {
      storage.arrivals[$0].id == id && storage.arrivals[$0].epoch <= horizon
    }
  }

  private func cycleConflicts(_ kinds: EdgeKindSet) -> [Conflict] {
    let keys = storage.edgeStatus.rows(at: horizon) { $0 == .disputed }
      .filter { kinds.contains($0.kind) }
    // Disputed edges join exactly the nodes of one component, so connected is strongly connected.
    var root: [NodeIndex: NodeIndex] = [:]
    func find(_ node: NodeIndex) -> NodeIndex {
      var node = node
      while let parent = root[node], parent != node {
        root[node] = root[parent]
        node = parent
      }
      return node
    }
    for key in keys {
      for node in [key.effect, key.cause] where root[node] == nil { root[node] = node }
      root[find(key.effect)] = find(key.cause)
    }
    var edges: [NodeIndex: [Edge]] = [:]
    for key in keys { edges[find(key.effect), default: []].append(storage.edge(key)) }
    var nodes: [NodeIndex: [Node]] = [:]
    for node in root.keys { nodes[find(node), default: []].append(storage.nodes[node]) }
    return edges.map { key, members in
      (nodes[key]?.sorted { $0.id < $1.id } ?? [], members.sorted())
    }
    .sorted { $0.0[0].id < $1.0[0].id }
    .map { .cycle(nodes: $0.0, edges: $0.1) }
  }

  private var contentConflicts: [Conflict] {
    visibleRows().compactMap { row -> (Node, [SHA256Digest])? in
      guard !storage.annotations.rows(about: .node(row)).isEmpty else { return nil }
      let digests = contentDigests(row)
      return digests.count > 1 ? (storage.nodes[row], digests.sorted()) : nil
    }
    .sorted { $0.0.id < $1.0.id }
    .map { .content($0.0, $0.1) }
  }

  private var relationConflicts: [Conflict] {
    storage.edgeStatus.rows(at: horizon) { $0 == .forbidden }
      .map { key in
        (storage.edge(key), storage.nodes.kind(of: key.effect), storage.nodes.kind(of: key.cause))
      }
      .sorted { $0.0 < $1.0 }
      .map { .relationNotAllowed($0.0, from: $0.1, to: $0.2) }
  }
}
