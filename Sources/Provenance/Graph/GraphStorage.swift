/// What a graph holds: tables that only grow, the indexes over them, and the epochs that date each
/// row.
///
/// A copy is O(1) and shares everything. The writer appends behind what copies see; what can change
/// in place is kept such that a copy can tell what is newer than itself (``Column``, ``ChainTable``,
/// ``HashIndex``, ``AtomicColumn``), or is a small value that is copied when it changes. Every change
/// of state is kept with its epoch, so that one storage answers for every position.
///
/// An object, since it has dozens of references: nothing copies them unawares. It is written to only
/// while one graph value refers to it (``ProvenanceGraph/write(_:)``).
final class GraphStorage: @unchecked Sendable {
  var claim: WriterClaim
  /// The same in all storages whose histories are parts of one.
  var history: HistoryMark
  private(set) var nodes: NodeTable
  /// Where ``nodes`` are looked up: through the table itself, a lookup counts a dozen references.
  private var lookup: NodeLookup
  var topology: Topology
  var vertices: VertexMap
  var open: OpenRuns
  var closed: ClosedRuns
  var roleNames: StringTable
  var annotations: AnnotationTable
  var retractions: RetractionTable
  var pending: PendingTable
  var nodeStatus: StatusHistory<NodeIndex>
  var edgeStatus: StatusHistory<EdgeKey>
  /// Every change of ``edgeStatus`` of an edge whose effect has a vertex, in order.
  var edgeChanges: Column<EdgeChange>
  /// The order of the causal edges, and that of the `partOf` edges.
  var orders: [AcyclicOrder]
  /// Where each retraction, tombstone and unknown record is, and each annotation that waits.
  var places: LayeredDictionary<RecordID, RecordPlace>
  /// Those of them in order of arrival, and annotations that waited once.
  var arrivals: Column<Arrival>
  /// The targets of tombstones.
  var tombstones: [RecordID: Epoch]
  var unknown: [(id: RecordID, record: UnknownRecord, epoch: Epoch)]
  /// By epoch: what there was at its end.
  ///
  /// The first is the empty graph.
  var epochs: Column<EpochEnd>
  /// The last epoch in which an edge that levels had kept in order ceased to count, by a dispute or
  /// by a retraction: levels say nothing about views from before it.
  var lastOrderLoss: Epoch
  /// The memory that some of the tables lie in, if they were stored.
  var image: ImageMemory?
  /// What answers about causes without walking, if it was asked for.
  var index: ReachabilityIndex?
  /// The memory of traversals.
  var scratch: ScratchPool
  /// The memory of insertions.
  var memory: WriterMemory

  struct Arrival: Sendable {
    var id: RecordID
    var epoch: Epoch
  }

  /// That an edge came to count, or ceased to.
  struct EdgeChange: Sendable {
    var effect: Vertex
    var epoch: Epoch
  }

  /// Where a record that is not a node or an edge is kept.
  enum RecordPlace: Sendable {
    case annotation(UInt32)
    case retraction(UInt32)
    case pendingAnnotation
    case tombstone
    case unknown
  }

  init() {
    claim = WriterClaim(end: 0)
    history = HistoryMark()
    nodes = NodeTable()
    lookup = nodes.lookup
    topology = Topology()
    vertices = VertexMap()
    open = OpenRuns()
    closed = ClosedRuns()
    roleNames = StringTable()
    annotations = AnnotationTable()
    retractions = RetractionTable()
    pending = PendingTable()
    nodeStatus = StatusHistory<NodeIndex>()
    edgeStatus = StatusHistory<EdgeKey>()
    edgeChanges = Column<EdgeChange>()
    orders = [AcyclicOrder(), AcyclicOrder()]
    places = LayeredDictionary<RecordID, RecordPlace>()
    arrivals = Column<Arrival>()
    tombstones = [:]
    unknown = []
    epochs = Column<EpochEnd>()
    lastOrderLoss = 0
    image = nil
    index = nil
    scratch = ScratchPool()
    memory = WriterMemory()
    epochs.append(EpochEnd(position: .start, time: nil))
  }

  /// Shares every table with another storage; whichever is written to first goes on in place.
  ///
  /// O(1).
  init(sharing other: GraphStorage) {
    claim = other.claim
    history = other.history
    nodes = other.nodes
    lookup = other.lookup
    topology = other.topology
    vertices = other.vertices
    open = other.open
    closed = other.closed
    roleNames = other.roleNames
    annotations = other.annotations
    retractions = other.retractions
    pending = other.pending
    nodeStatus = other.nodeStatus
    edgeStatus = other.edgeStatus
    edgeChanges = other.edgeChanges
    orders = other.orders
    places = other.places
    arrivals = other.arrivals
    tombstones = other.tombstones
    unknown = other.unknown
    epochs = other.epochs
    lastOrderLoss = other.lastOrderLoss
    image = other.image
    index = other.index
    scratch = other.scratch
    memory = other.memory
  }

  /// Whether a part of it was stored, is damaged and could not be made anew.
  @inline(__always)
  var isDamaged: Bool { image?.hasFailed ?? false }

  /// The row of an id.
  @inline(__always)
  func row(of id: NodeID) -> NodeIndex? { lookup.row(of: id) }

  /// The kind of the node in a row.
  @inline(__always)
  func nodeKind(_ row: NodeIndex) -> NodeKind { lookup.kind(of: row) }

  /// Adds a node that is not there yet.
  ///
  /// - Returns: Its row.
  func append(_ node: Node) -> NodeIndex {
    let (row, moved) = nodes.append(node)
    lookup = moved
    return row
  }

  /// Takes another table of nodes.
  func replaceNodes(_ table: NodeTable) {
    nodes = table
    lookup = table.lookup
  }

  /// The last complete epoch.
  var tail: Epoch { Epoch(epochs.count - 1) }

  /// The epoch that a batch under way will be.
  var current: Epoch { Epoch(epochs.count) }
}

/// The end of a batch: what there was by then.
///
/// Numbers that lie in memory without gaps, 40 bytes.
struct EpochEnd: Sendable {
  private let count: UInt64
  private let seconds: Int64
  private let fraction: UInt64
  /// The numbers of nodes, of vertices and of late edges.
  let rows: NodeIndex
  let vertices: Vertex
  let lateEdges: UInt32
  private let gap: UInt32 = 0

  init(
    position: Position, time: Timestamp?, rows: NodeIndex = 0, vertices: Vertex = 0,
    lateEdges: UInt32 = 0
  ) {
    count = position.count
    seconds = time?.seconds ?? 0
    fraction = time?.packedFraction ?? .max
    self.rows = rows
    self.vertices = vertices
    self.lateEdges = lateEdges
  }

  var position: Position { Position(count) }

  /// When it arrived, if that was said.
  var time: Timestamp? {
    fraction == .max ? nil : Timestamp(seconds: seconds, packedFraction: fraction)
  }
}

extension GraphStorage {
  static var causalOrder: Int { 0 }
  static var partOrder: Int { 1 }
  static var orderedClasses: [(OrderIndex, EdgeKindSet)] {
    [(causalOrder, .causal), (partOrder, .partOf)]
  }

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

  func key(_ edge: EdgeRef) -> EdgeKey {
    EdgeKey(
      effect: vertices.row(of: edge.effect), cause: vertices.row(of: edge.cause),
      kind: edge.kind, role: edge.role)
  }

  /// The edge with a key.
  func edge(_ key: EdgeKey) -> Edge {
    Edge(
      validated: nodes.ids[key.effect], key.kind, nodes.ids[key.cause],
      key.role == EdgeRef.noRole ? nil : roleNames[key.role])
  }

  /// The key that an edge has or would have, if its ends are recorded and its role is known.
  func key(of edge: Edge) -> EdgeKey? {
    guard let effect = row(of: edge.effect), let cause = row(of: edge.cause) else {
      return nil
    }
    var role = EdgeRef.noRole
    if let name = edge.role {
      guard let number = roleNames.number(of: name) else { return nil }
      role = number
    }
    return EdgeKey(effect: effect, cause: cause, kind: edge.kind, role: role)
  }

  /// Whether an edge whose ends are recorded is recorded itself, now.
  ///
  /// O(log of the effect's causes), and where the effect has late edges, the fewer of these and the
  /// cause's.
  func isRecorded(_ key: EdgeKey) -> Bool {
    let effect = vertices.vertex(of: key.effect)
    guard effect != VertexMap.none else {
      return open.contains(key)
    }
    let cause = vertices.vertex(of: key.cause)
    guard cause != VertexMap.none else { return false }
    return isRecorded(
      EdgeRef(effect: effect, cause: cause, kind: key.kind, role: key.role),
      late: UInt32(topology.late.count))
  }

  /// Whether an edge is listed, or late among the first `late` ones.
  func isRecorded(_ edge: EdgeRef, late limit: UInt32) -> Bool {
    var found = false
    topology.forEachListedEdge(from: edge.effect, to: edge.cause, kind: edge.kind) {
      if $0.role == edge.role { found = true }
    }
    if !found, topology.irregular.lateEffects.contains(edge.effect) {
      return topology.late.contains(edge, limit: limit)
    }
    return found
  }

  func isHidden(_ row: NodeIndex) -> Bool { nodeStatus[row].contains(.retracted) }

  /// Whether an edge would count but for cycles.
  func isLive(_ key: EdgeKey) -> Bool { edgeStatus[key].subtracting(.disputed) == [] }

  /// Calls `body` with the edges, live or not, from a vertex to its causes.
  @inline(__always)
  func forEachCause(of vertex: Vertex, _ body: (EdgeRef) -> Void) {
    topology.forEachListedCause(of: vertex, body)
    if topology.irregular.lateEffects.contains(vertex) {
      topology.late.forEachCause(of: vertex, limit: .max, body)
    }
  }

  /// Calls `body` with the edges, live or not, from a vertex's effects to it.
  @inline(__always)
  func forEachEffect(of vertex: Vertex, _ body: (EdgeRef) -> Void) {
    var last: (Vertex, EdgeKind)?
    topology.forEachListedEffect(of: vertex, below: .max) { entry in
      let kind = entry.kind
      // Several roles stand side by side, and each call below finds them all.
      if let last, last == (entry.vertex, kind) { return }
      last = (entry.vertex, kind)
      topology.forEachListedEdge(from: entry.vertex, to: vertex, kind: kind, body)
    }
    if topology.irregular.lateCauses.contains(vertex) {
      topology.late.forEachEffect(of: vertex, limit: .max, body)
    }
  }

  /// Calls `body` with the live edges of some kinds from a vertex to its causes.
  @inline(__always)
  func forEachLiveCause(
    of vertex: Vertex, _ kinds: EdgeKindSet, _ body: (EdgeRef) -> Void
  ) {
    let mayBeDead = topology.irregular.doubtfulEffects.contains(vertex)
    forEachCause(of: vertex) { edge in
      if kinds.contains(edge.kind), !mayBeDead || isLive(key(edge)) { body(edge) }
    }
  }

  /// Calls `body` with the live edges of some kinds from a vertex's effects to it.
  @inline(__always)
  func forEachLiveEffect(
    of vertex: Vertex, _ kinds: EdgeKindSet, _ body: (EdgeRef) -> Void
  ) {
    let mayBeDead = topology.irregular.doubtfulCauses.contains(vertex)
    forEachEffect(of: vertex) { edge in
      if kinds.contains(edge.kind), !mayBeDead || isLive(key(edge)) { body(edge) }
    }
  }

  /// Changes the flags of an edge.
  func setStatus(_ key: EdgeKey, _ status: Status) {
    guard edgeStatus[key] != status else { return }
    edgeStatus.set(key, status, at: current)
    let effect = vertices.vertex(of: key.effect)
    let cause = vertices.vertex(of: key.cause)
    if effect != VertexMap.none, cause != VertexMap.none {
      topology.irregular.insertDoubtful(effect: effect, cause: cause)
      edgeChanges.append(EdgeChange(effect: effect, epoch: current))
    }
  }
}

extension GraphStorage {
  /// How many changes of edges there had been by the end of an epoch.
  func changeCount(at epoch: Epoch) -> Int {
    edgeChanges.prefixCount { $0.epoch <= epoch }
  }
}

// MARK: - Forks

extension GraphStorage {
  /// The first row that came after an epoch.
  func rowEnd(at epoch: Epoch) -> NodeIndex { epochs[epoch].rows }

  /// The epoch in which a row came.
  func epoch(ofRow row: NodeIndex) -> Epoch {
    Epoch(epochs.prefixCount { $0.rows <= row })
  }

  /// The runs that were open at an epoch.
  ///
  /// O(runs that are open now, or got their vertex since).
  func openRuns(at epoch: Epoch) -> OpenRuns {
    epoch == tail ? open : openRuns(before: epoch + 1)
  }

  /// The runs that were open at the end of the epoch before one, which may be a batch under way.
  func openRuns(before next: Epoch) -> OpenRuns {
    let epoch = next - 1
    let end = epochs[epoch]
    var found = open.asOf(epoch, rowEnd: end.rows)
    var index = closed.count(at: epoch)
    while index < closed.closings.count {
      let closing = closed.closings[index]
      index += 1
      guard closing.row < end.rows else { continue }
      found.insert(closing.row)
      var place = Int(closing.epochStart)
      topology.forEachListedCause(of: closing.vertex) { edge in
        let edgeEpoch = closed.edgeEpochs[place]
        place += 1
        guard edgeEpoch <= epoch else { return }
        found.append(
          OpenRuns.Cause(
            cause: vertices.row(of: edge.cause), kind: edge.kind, role: edge.role,
            epoch: edgeEpoch),
          to: closing.row)
      }
    }
    return found
  }

  /// A storage of its own with everything up to an epoch.
  ///
  /// O(n). Reads only what a copy may read, so another copy may be written to meanwhile.
  func fork(at epoch: Epoch) -> GraphStorage {
    let end = epochs[epoch]
    let copy = GraphStorage()
    copy.claim = WriterClaim(end: epoch)
    copy.replaceNodes(nodes.fork(count: Int(end.rows)))
    copy.topology = topology.fork(vertices: Int(end.vertices), late: Int(end.lateEdges))
    copy.vertices = vertices.fork(rows: Int(end.rows), vertices: end.vertices)
    copy.open = openRuns(at: epoch)
    copy.closed = closed.fork(at: epoch)
    copy.roleNames = roleNames.fork(count: roleNames.count)
    copy.annotations = annotations.fork(at: epoch)
    copy.retractions = retractions
    copy.retractions.rewind(to: epoch)
    copy.pending = pending
    copy.pending.rewind(to: epoch)
    copy.nodeStatus = nodeStatus
    copy.nodeStatus.rewind(to: epoch)
    copy.edgeStatus = edgeStatus
    copy.edgeStatus.rewind(to: epoch)
    copy.edgeChanges = edgeChanges.fork(count: changeCount(at: epoch))
    if let index, index.moment.epoch <= epoch { copy.index = index }
    copy.forkPlaces(from: self, at: epoch)
    copy.image = image
    copy.tombstones = tombstones.filter { $0.value <= epoch }
    copy.unknown = unknown.filter { $0.epoch <= epoch }
    copy.epochs = epochs.fork(count: Int(epoch) + 1)
    copy.lastOrderLoss = min(lastOrderLoss, epoch)
    if epoch == tail {
      copy.orders = orders
    } else {
      copy.rebuildOrder(Self.causalOrder, .causal)
      copy.rebuildOrder(Self.partOrder, .partOf)
    }
    return copy
  }

  private func forkPlaces(from other: GraphStorage, at epoch: Epoch) {
    for index in 0..<other.arrivals.count {
      let arrival = other.arrivals[index]
      guard arrival.epoch <= epoch, let place = other.places[arrival.id] else { continue }
      arrivals.append(arrival)
      places[arrival.id] = place
    }
  }

  /// Where a record is that is not a node or an edge; `nil` for one that has not arrived.
  func place(of id: RecordID) -> RecordPlace? {
    annotations.row(of: id).map { .annotation($0) } ?? places[id]
  }
}
