import Synchronization

/// Memory that insertions work in, kept from one to the next.
struct WriterScratch: ~Copyable, Sendable {
  /// The rows of the causes of the node that is being added.
  var rows: [NodeIndex] = []
  /// Records of edges that come with it.
  var order: [Int] = []
  /// Its edges.
  var given: [GivenCause] = []
  /// The list of the node that is being placed.
  var causes: [PlacedCause] = []
  var entries: [Entry] = []
  var roles: [UInt32] = []
  /// Rows of runs that are to be closed.
  var runs: [NodeIndex] = []
  var search = OrderScratch()
  /// The batch under way.
  var batch = ResolvedBatch()
}

/// An edge of a node that is being added.
struct GivenCause: Sendable, Hashable {
  var row: NodeIndex
  var kind: EdgeKind
  var role: UInt32
}

/// The records of a batch with rows in place of ids; its new nodes have the rows that they will get.
struct ResolvedBatch: Sendable {
  /// By record, where its rows start: for a node those of its causes, for an edge those of its ends.
  var starts: [Int] = []
  var rows: [NodeIndex] = []
  /// The records of edges that do not come with a new node.
  var edges: [Int] = []
  /// By new node, the newest of the records of edges that come with it; negative without one.
  var newestEdges: [Int] = []
  /// By record of an edge that comes with a new node, the one before it.
  var olderEdges: [Int] = []
  /// How many edges lead from a new node to one behind it.
  var upward = 0
  /// The new nodes.
  var ids: [NodeID] = []
  var kinds: [NodeKind] = []
  /// Whether levels do not yet tell that no edge closes a cycle.
  var mayCloseCycles = false
  private var index = HashIndex()

  /// Starts anew.
  mutating func begin(recordCount: Int) {
    starts.removeAll(keepingCapacity: true)
    rows.removeAll(keepingCapacity: true)
    edges.removeAll(keepingCapacity: true)
    ids.removeAll(keepingCapacity: true)
    kinds.removeAll(keepingCapacity: true)
    newestEdges.removeAll(keepingCapacity: true)
    olderEdges.removeAll(keepingCapacity: true)
    upward = 0
    mayCloseCycles = false
    index = HashIndex(capacity: recordCount)
  }

  /// The place of a new node in ``ids``.
  @inline(__always)
  func find(_ id: NodeID) -> UInt32? { index.find(id.digest.w0) { ids[Int($0)] == id } }

  mutating func append(_ id: NodeID, _ kind: NodeKind) {
    let ids = ids
    index.append(id.digest.w0) { ids[Int($0)].digest.w0 }
    self.ids.append(id)
    kinds.append(kind)
    newestEdges.append(-1)
  }
}

/// An edge of a node's list before it has its place.
struct PlacedCause: Sendable {
  /// Cause, kind and role, such that lists are in ascending order of it.
  var key: UInt64
  var epoch: Epoch

  init(_ cause: Vertex, _ kind: EdgeKind, _ role: UInt32, _ epoch: Epoch) {
    key = UInt64(cause) << 36 | UInt64(kind.rawValue) << 32 | UInt64(role)
    self.epoch = epoch
  }

  func edge(from effect: Vertex) -> EdgeRef {
    EdgeRef(effect: effect, cause: entry.vertex, kind: entry.kind, role: role)
  }

  var role: UInt32 { UInt32(truncatingIfNeeded: key) }
  var entry: Entry { Entry(truncatingIfNeeded: key >> 36) | Entry(key >> 32 & 15) << 28 }
}

/// Where a graph's writer finds its scratch memory.
///
/// Copies of a graph share it; a second writer at the same time works in memory of its own.
final class WriterMemory: Sendable {
  private let kept = Mutex<WriterScratch?>(nil)

  /// Runs a body with scratch memory, from which nothing is to be expected.
  @inline(__always)
  func with<Result>(_ body: (inout WriterScratch) -> Result) -> Result {
    var work = kept.withLock { $0.take() } ?? WriterScratch()
    let result = body(&work)
    var used: WriterScratch? = consume work
    kept.withLock { $0 = used.take() }
    return result
  }
}
