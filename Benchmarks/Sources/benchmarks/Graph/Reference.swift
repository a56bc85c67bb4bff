import Baselines
import Provenance

/// The C reference over a graph, with its work space.
@safe
final class Reference {
  private let nodeKinds: UnsafeMutablePointer<UInt8>
  private let nodeCount: Int
  private var graph = unsafe baseline_graph()
  private var scratch = unsafe baseline_scratch()
  /// The last answer; rows 1 and on for ``ancestors(of:edges:kinds:)`` and its like.
  private let rows: UnsafeMutablePointer<UInt32>

  /// Builds the graph.
  init(_ arrays: GraphArrays) throws {
    nodeCount = arrays.nodeCount
    unsafe nodeKinds = .allocate(capacity: nodeCount + 1)
    unsafe rows = .allocate(capacity: nodeCount + 1)
    for row in 0..<nodeCount { unsafe nodeKinds[row] = arrays.nodeKinds[row].rawValue }
    let columns = ReferenceColumns(arrays)
    let isBuilt = unsafe columns.build(&graph, nodeKinds, nodeCount, hugePages: false)
    let hasScratch = unsafe baseline_scratch_make(&scratch, UInt32(nodeCount))
    try check(isBuilt && hasScratch, "the C reference ran out of memory")
  }

  deinit {
    unsafe baseline_graph_free(&graph)
    unsafe baseline_scratch_free(&scratch)
    unsafe nodeKinds.deallocate()
    unsafe rows.deallocate()
  }
}

extension Reference {
  /// The compiler that made it, without where its sources are.
  static var compiler: String {
    let version = unsafe String(cString: baseline_compiler())
    return version.split(separator: " (").first.map { String($0) } ?? version
  }

  /// The bytes of the lists, both ways.
  var bytes: Int { unsafe baseline_graph_bytes(&graph) }

  @inline(__always)
  func ancestors(
    of row: UInt32, edges: EdgeKindSet = .causal, kinds: NodeKindSet = .all
  ) -> Int {
    Int(
      unsafe baseline_reach(
        &graph, &graph.causes, &scratch, row, mask(edges), mask(kinds), rows))
  }

  @inline(__always)
  func descendants(
    of row: UInt32, edges: EdgeKindSet = .causal, kinds: NodeKindSet = .all
  ) -> Int {
    Int(
      unsafe baseline_reach(
        &graph, &graph.effects, &scratch, row, mask(edges), mask(kinds), rows))
  }

  @inline(__always)
  func textbookAncestors(of row: UInt32) -> Int {
    Int(
      unsafe baseline_reach_textbook(
        &graph, &graph.causes, &scratch, row, mask(EdgeKindSet.causal), mask(NodeKindSet.all), rows)
    )
  }

  @inline(__always)
  func textbookDescendants(of row: UInt32) -> Int {
    Int(
      unsafe baseline_reach_textbook(
        &graph, &graph.effects, &scratch, row, mask(EdgeKindSet.causal), mask(NodeKindSet.all), rows
      ))
  }

  @inline(__always)
  func isAncestor(_ ancestor: UInt32, of row: UInt32) -> Bool {
    unsafe baseline_is_ancestor(&graph, &scratch, ancestor, row, mask(.causal))
  }

  /// The number of edges of a shortest path, or -1.
  @inline(__always)
  func pathLength(from row: UInt32, to ancestor: UInt32) -> Int {
    Int(unsafe baseline_shortest_path(&graph, &scratch, row, ancestor, mask(.causal), rows))
  }

  /// The number of rows that Kahn's algorithm puts in order.
  func topologicalOrder() -> Int { Int(unsafe baseline_topological_order(&graph, rows)) }

  @inline(__always)
  private func mask(_ edges: EdgeKindSet) -> UInt32 { UInt32(edges.rawValue) }

  /// All kinds is every bit: the C side then need not look at kinds at all.
  @inline(__always)
  private func mask(_ kinds: NodeKindSet) -> UInt32 {
    kinds == .all ? 0xFF : UInt32(kinds.rawValue)
  }
}

extension Reference {
  /// Writes the lists to a file, to be mapped.
  func write(to path: String) throws {
    try check(unsafe baseline_mapped_write(path, &graph), "\(path) cannot be written")
  }

  /// Opens a file of lists, maps it and walks; with nothing kept from one call to the next.
  static func openedAncestors(_ path: String, of row: UInt32) -> Int {
    Int(unsafe baseline_mapped_ancestors(path, row))
  }
}
