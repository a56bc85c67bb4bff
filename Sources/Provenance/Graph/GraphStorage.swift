/// What a graph holds: append-only tables, the indexes over them, and the epochs that date each row.
///
/// Every row carries the epoch of the batch that brought it, and every later change of its state is
/// kept with its epoch, so that one storage answers for every position. Taking back the newest
/// epochs pops rows (``rewind(to:)``): that is how a refused batch leaves nothing behind.
struct GraphStorage: Sendable {
  var nodes = NodeTable()
  var edges = EdgeTable()
  var annotations = AnnotationTable()
  var retractions = RetractionTable()
  var pending = PendingTable()
  /// The order of the causal edges, and that of the `partOf` edges.
  var orders = [AcyclicOrder(), AcyclicOrder()]
  /// Where each annotation, retraction, tombstone and unknown record is.
  var places: [RecordID: RecordPlace] = [:]
  /// Those of them in order of arrival.
  var arrivals: [(id: RecordID, epoch: Epoch)] = []
  /// Tombstones and records of unknown kind.
  var tombstones: [RecordID: Epoch] = [:]
  var unknown: [(id: RecordID, record: UnknownRecord, epoch: Epoch)] = []
  /// By epoch: the position at its end and its time.
  ///
  /// The first is the empty graph.
  var epochs: [EpochEnd] = [EpochEnd(position: .start, time: nil)]
  /// The last epoch in which an edge that levels had kept in order ceased to count, by a dispute or
  /// by a retraction: levels say nothing about views from before it.
  var lastOrderLoss: Epoch = 0

  struct EpochEnd: Sendable {
    var position: Position
    var time: Timestamp?
  }

  /// Where a record that is not a node or an edge is kept.
  enum RecordPlace: Sendable {
    case annotation(UInt32)
    case retraction(UInt32)
    case pendingAnnotation
    case tombstone
    case unknown
  }

  /// The last complete epoch.
  var tail: Epoch { Epoch(epochs.count - 1) }

  /// The epoch that a batch under way will be.
  var current: Epoch { Epoch(epochs.count) }
}

extension GraphStorage {
  static var causalOrder: Int { 0 }
  static var partOrder: Int { 1 }

  /// The order that an edge kind must keep; `alternateOf` keeps none.
  static func order(of kind: EdgeKind) -> Int? {
    switch kind {
    case .partOf: partOrder
    case .alternateOf: nil
    default: causalOrder
    }
  }

  /// The edge kinds of the order that an edge kind belongs to.
  static func orderedKinds(with kind: EdgeKind) -> EdgeKindSet {
    kind == .partOf ? .partOf : .causal
  }

  /// The edge in a row.
  func edge(_ row: EdgeIndex) -> Edge {
    Edge(
      validated: nodes.ids[Int(edges.effects[Int(row)])], edges.kinds[Int(row)],
      nodes.ids[Int(edges.causes[Int(row)])], edges.role(row))
  }

  /// Whether an edge would count but for cycles.
  @inline(__always)
  func isLive(_ row: EdgeIndex) -> Bool { edges.status[row].subtracting(.disputed) == [] }

  /// The row of an edge whose endpoints are recorded.
  func row(of edge: Edge) -> EdgeIndex? {
    guard let effect = nodes.row(of: edge.effect), let cause = nodes.row(of: edge.cause) else {
      return nil
    }
    return edges.find(effect: effect, edge.kind, cause: cause, role: edge.role)
  }

  /// Calls `body` with the live edges of some kinds from a node to its causes.
  @inline(__always)
  func forEachLiveCause(
    of node: NodeIndex, _ kinds: EdgeKindSet, _ body: (EdgeIndex, NodeIndex) -> Void
  ) {
    var row = edges.firstCause(of: node)
    while row != EdgeTable.none {
      if kinds.contains(edges.kinds[Int(row)]), isLive(row) { body(row, edges.causes[Int(row)]) }
      row = edges.nextCause(after: row)
    }
  }

  /// Calls `body` with the live edges of some kinds from a node's effects to it.
  @inline(__always)
  func forEachLiveEffect(
    of node: NodeIndex, _ kinds: EdgeKindSet, _ body: (EdgeIndex, NodeIndex) -> Void
  ) {
    var row = edges.firstEffect(of: node)
    while row != EdgeTable.none {
      if kinds.contains(edges.kinds[Int(row)]), isLive(row) { body(row, edges.effects[Int(row)]) }
      row = edges.nextEffect(after: row)
    }
  }

  /// Takes back everything past an epoch.
  ///
  /// O(what is taken back).
  ///
  /// Erased payloads stay erased.
  mutating func rewind(to epoch: Epoch) {
    edges.rewind(to: epoch, nodes: Int(nodes.end(at: epoch)))
    nodes.rewind(to: epoch)
    for row in (0..<annotations.count).reversed() {
      guard annotations.epochs[row] > epoch else { break }
      places[annotations.ids[row]] = .pendingAnnotation
    }
    annotations.rewind(to: epoch)
    retractions.rewind(to: epoch)
    pending.rewind(to: epoch)
    while let last = arrivals.last, last.epoch > epoch {
      places[last.id] = nil
      arrivals.removeLast()
    }
    for (id, arrived) in tombstones where arrived > epoch { tombstones[id] = nil }
    unknown.removeAll { $0.epoch > epoch }
    if epochs.count > Int(epoch) + 1 { epochs.removeLast(epochs.count - Int(epoch) - 1) }
    for order in orders.indices { orders[order].removeNodes(past: nodes.count) }
    if lastOrderLoss > epoch {
      rebuildOrder(Self.causalOrder, .causal)
      rebuildOrder(Self.partOrder, .partOf)
      lastOrderLoss = epoch
    }
  }
}
