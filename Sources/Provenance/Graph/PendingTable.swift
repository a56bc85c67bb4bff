/// Facts that wait for something they speak of: edges without an endpoint, annotations without a
/// subject.
///
/// Rows stay after they were resolved, since views of earlier positions still show them.
struct PendingTable: Sendable {
  enum Fact: Sendable {
    case edge(Edge)
    case annotation(RecordID, Annotation)
  }

  /// What a fact waits for.
  enum Need: Hashable, Sendable {
    case node(NodeID)
    case edge(Edge)
  }

  private struct Row: Sendable {
    var fact: Fact
    var need: Need
    var epoch: Epoch
    var resolved: Epoch
    /// When an annotation that came without its body got it; 0 where it came with it.
    var restored: Epoch = 0
  }

  private static let unresolved = Epoch.max
  private var rows: [Row] = []
  private var waiting: [Need: [Int]] = [:]
  private var edgeRows: [Edge: Int] = [:]
  private var edgesByEndpoint: [NodeID: [Int]] = [:]

  var isEmpty: Bool { rows.isEmpty }

  /// Whether a fact may wait in a view: certain for the newest one, cautious for those before it.
  func mayWait(at horizon: Epoch, tail: Epoch) -> Bool {
    horizon == tail ? !waiting.isEmpty : !rows.isEmpty
  }

  /// Whether something waits now.
  var isAnythingAwaited: Bool { !waiting.isEmpty }

  /// Whether something waits for this now.
  func isAwaited(_ need: Need) -> Bool { !waiting.isEmpty && waiting[need] != nil }

  /// Whether an edge waits now.
  func waits(_ edge: Edge) -> Bool { edgeRows[edge] != nil }

  mutating func append(_ fact: Fact, for need: Need, epoch: Epoch) {
    let row = rows.count
    rows.append(Row(fact: fact, need: need, epoch: epoch, resolved: Self.unresolved))
    link(row)
  }

  private mutating func link(_ row: Int) {
    waiting[rows[row].need, default: []].append(row)
    if case .edge(let edge) = rows[row].fact { edgeRows[edge] = row }
    linkEndpoints(row)
  }

  private mutating func linkEndpoints(_ row: Int) {
    guard case .edge(let edge) = rows[row].fact else { return }
    edgesByEndpoint[edge.effect, default: []].append(row)
    if edge.cause != edge.effect { edgesByEndpoint[edge.cause, default: []].append(row) }
  }

  /// The edges that wait for a node now.
  func edges(waitingFor id: NodeID) -> [Edge] {
    guard !waiting.isEmpty, let ready = waiting[.node(id)] else { return [] }
    return ready.compactMap { if case .edge(let edge) = rows[$0].fact { edge } else { nil } }
  }

  /// Takes out what waited for something that has arrived, in order of arrival.
  mutating func resolve(_ need: Need, at epoch: Epoch) -> [Fact] {
    // Asked for every node: a table that is shared must not be copied for nothing.
    guard !waiting.isEmpty, let ready = waiting[need] else { return [] }
    waiting[need] = nil
    return ready.map { row in
      rows[row].resolved = epoch
      if case .edge(let edge) = rows[row].fact { edgeRows[edge] = nil }
      return rows[row].fact
    }
  }

  /// Gives an annotation that waits without its body the body that arrived later.
  ///
  /// - Returns: Whether one waits without its body.
  mutating func restore(_ id: RecordID, _ annotation: Annotation, at epoch: Epoch) -> Bool {
    for row in rows.indices where rows[row].resolved == Self.unresolved {
      guard case .annotation(id, let waiting) = rows[row].fact, waiting.body == nil else {
        continue
      }
      rows[row].fact = .annotation(id, annotation)
      rows[row].restored = epoch
      return true
    }
    return false
  }

  /// Drops what an annotation says that waits, or that waited before: a view of an earlier position
  /// that is written to would attach it anew.
  mutating func erase(_ id: RecordID) {
    for row in rows.indices { dropBody(row, ifOf: id) }
  }

  private mutating func dropBody(_ row: Int, ifOf id: RecordID? = nil) {
    guard case .annotation(let found, let annotation) = rows[row].fact, id == nil || found == id
    else { return }
    rows[row].fact = .annotation(found, Annotation(subject: annotation.subject, body: nil))
    rows[row].restored = 0
  }

  /// Whether an edge of these kinds at a node waited at an epoch.
  ///
  /// - Parameters:
  ///   - node: The endpoint that is there.
  ///   - asEffect: Whether the node is the edge's effect (else its cause).
  ///   - kinds: The kinds of edge that count.
  ///   - horizon: The epoch.
  ///   - retractions: What was retracted does not wait.
  /// - Returns: Whether one did.
  func hasEdge(
    at node: NodeID, asEffect: Bool, kinds: EdgeKindSet, horizon: Epoch,
    retractions: RetractionTable
  ) -> Bool {
    guard let candidates = edgesByEndpoint[node] else { return false }
    return candidates.contains { row in
      guard case .edge(let edge) = rows[row].fact, kinds.contains(edge.kind) else { return false }
      return (asEffect ? edge.effect : edge.cause) == node && isPending(row, horizon)
        && !retractions.covers(.edge(edge), at: horizon)
    }
  }

  private func isPending(_ row: Int, _ horizon: Epoch) -> Bool {
    rows[row].epoch <= horizon && horizon < rows[row].resolved
  }

  /// What waited at an epoch, in order of arrival.
  func facts(at horizon: Epoch) -> [Fact] {
    rows.indices.filter { isPending($0, horizon) }.map { rows[$0].fact }
  }

  /// The edges that waited at an epoch.
  func edges(at horizon: Epoch) -> Set<Edge> {
    var found: Set<Edge> = []
    for fact in facts(at: horizon) { if case .edge(let edge) = fact { found.insert(edge) } }
    return found
  }

  /// Forgets everything past an epoch.
  mutating func rewind(to epoch: Epoch) {
    guard
      rows.contains(where: {
        $0.epoch > epoch || $0.restored > epoch
          || ($0.resolved > epoch && $0.resolved != Self.unresolved)
      })
    else { return }
    rows.removeAll { $0.epoch > epoch }
    waiting = [:]
    edgeRows = [:]
    edgesByEndpoint = [:]
    for row in rows.indices {
      if rows[row].resolved > epoch { rows[row].resolved = Self.unresolved }
      if rows[row].restored > epoch { dropBody(row) }
      if rows[row].resolved == Self.unresolved {
        link(row)
      } else {
        linkEndpoints(row)
      }
    }
  }
}

// MARK: - Stored

extension PendingTable {
  /// A fact that waits or waited, and the epochs in which it came, was resolved, and got its body.
  struct StoredRow {
    var fact: Fact
    var need: Need
    var epochs: [Epoch]
  }

  var stored: [StoredRow] {
    rows.map {
      StoredRow(fact: $0.fact, need: $0.need, epochs: [$0.epoch, $0.resolved, $0.restored])
    }
  }

  /// Takes the next row of a stored graph.
  mutating func restore(_ stored: StoredRow) {
    guard stored.epochs.count == 3 else { return }
    let row = rows.count
    rows.append(
      Row(
        fact: stored.fact, need: stored.need, epoch: stored.epochs[0], resolved: stored.epochs[1],
        restored: stored.epochs[2]))
    if stored.epochs[1] == Self.unresolved {
      link(row)
    } else {
      linkEndpoints(row)
    }
  }
}
