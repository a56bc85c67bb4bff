import Synchronization

/// Where the tables of a view lie that every question reads, and what it must ask of them.
///
/// A question that went through the tables themselves would count a dozen references. These are plain
/// addresses: they hold for as long as the storage that they were made of is neither changed nor let
/// go of. ``ProvenanceGraph`` makes them anew after every change of its storage; who reads them keeps
/// the graph alive.
@safe
struct ViewTables: @unchecked Sendable {
  let lookup: NodeLookup
  /// The vertices by row; `nil` where they are the same.
  private let vertices: UnsafePointer<Atomic<UInt32>>?
  private let vertexImage: ImageGuard
  private let kinds: UnsafePointer<UInt8>
  private let kindImage: ImageGuard
  /// The causes of every vertex.
  let upstream: AdjacencyView
  /// The effects of every vertex.
  let downstream: AdjacencyView
  private let scratchPool: Unmanaged<ScratchPool>
  /// Whether the lists tell all: no edge has a status.
  let isRegular: Bool
  /// Whether a node ever had a status.
  let hasNodeStatus: Bool
  /// Whether facts may wait for something in the view.
  let mayWait: Bool
  /// The number of runs that are open in the view.
  let openCount: Int
  /// Whether ascending vertices are causes first.
  let isTopologicalByVertex: Bool
  /// Whether ``GraphStorage/index`` keeps anything.
  let hasIndex: Bool

  init(_ storage: GraphStorage, _ view: GraphView) {
    lookup = storage.nodes.lookup
    unsafe vertices = storage.vertices.vertexPointer
    vertexImage = storage.vertices.image
    unsafe kinds = storage.topology.kinds.pointer
    kindImage = storage.topology.kinds.image
    upstream = storage.topology.upstream(in: view)
    downstream = storage.topology.downstream(in: view)
    unsafe scratchPool = Unmanaged.passUnretained(storage.scratch)
    isRegular = upstream.doubtful == nil && downstream.doubtful == nil
    hasNodeStatus = !storage.nodeStatus.isEmpty
    mayWait = storage.pending.mayWait(at: view.epoch, tail: storage.tail)
    openCount = view.earlierOpen?.count ?? storage.open.count
    isTopologicalByVertex =
      storage.orders[GraphStorage.causalOrder].isNatural && storage.lastOrderLoss <= view.epoch
    hasIndex = storage.index != nil
  }

  /// The kinds of the first vertices.
  func kinds(below count: Vertex) -> UnsafePointer<UInt8> {
    if kindImage.isNeeded { unsafe kindImage.touch(UnsafeRawPointer(kinds), Int(count)) }
    return unsafe kinds
  }

  /// Whether vertices are numbered apart from nodes.
  var hasVertexMap: Bool { unsafe vertices != nil }

  /// The memory of traversals.
  @inline(__always)
  var scratch: ScratchPool { unsafe scratchPool.takeUnretainedValue() }

  /// The vertex of a row; ``VertexMap/none`` or one past the view's for one without.
  @inline(__always)
  func vertex(of row: NodeIndex) -> Vertex {
    guard let vertices = unsafe vertices else { return row }
    unsafe vertexImage.touch(UnsafeRawPointer(vertices + Int(row)))
    return unsafe vertices[Int(row)].load(ordering: .acquiring)
  }
}
