import Baselines
import Provenance

/// A graph's arrays as the C reference takes them, for building it again and again.
struct ReferenceColumns {
  private let nodeKinds: [UInt8]
  private let causes: [UInt32]
  private let effects: [UInt32]
  private let edgeKinds: [UInt8]
  /// Cause and kind of each edge in one word.
  private let entries: [UInt32]
  private let firstEdges: [UInt32]

  init(_ arrays: GraphArrays) {
    nodeKinds = arrays.nodeKinds.map(\.rawValue)
    causes = arrays.causes
    effects = arrays.effects
    edgeKinds = arrays.edgeKinds.map(\.rawValue)
    entries = arrays.causes.indices.map {
      baseline_entry(arrays.causes[$0], arrays.edgeKinds[$0].rawValue)
    }
    firstEdges = arrays.firstEdges()
  }
}

extension ReferenceColumns {
  @unsafe
  func build(
    _ graph: inout baseline_graph, _ kinds: UnsafePointer<UInt8>, _ count: Int, hugePages: Bool
  ) -> Bool {
    unsafe baseline_graph_build(
      &graph, UInt32(count), UInt32(causes.count), kinds, causes, effects, edgeKinds, hugePages)
  }

  /// The seconds that building both directions takes.
  func timeBulkBuild(hugePages: Bool) throws -> Double {
    var graph = unsafe baseline_graph()
    var isBuilt = false
    let seconds = unsafe nodeKinds.withUnsafeBufferPointer { kinds in
      guard let base = kinds.baseAddress else { return 0.0 }
      return Clock.seconds {
        isBuilt = unsafe build(&graph, base, nodeKinds.count, hugePages: hugePages)
      }
    }
    unsafe baseline_graph_free(&graph)
    try check(isBuilt, "the C reference ran out of memory")
    return seconds
  }

  /// The seconds that adding every node takes, one call each.
  func timeInsertion() throws -> Double {
    var graph = unsafe baseline_growing()
    unsafe baseline_growing_make(&graph)
    defer { unsafe baseline_growing_free(&graph) }
    var isComplete = true
    let seconds = unsafe entries.withUnsafeBufferPointer { entries in
      Clock.seconds {
        for row in nodeKinds.indices {
          let first = firstEdges[row]
          let count = firstEdges[row + 1] - first
          let isAdded = unsafe baseline_growing_add(
            &graph, nodeKinds[row], entries.baseAddress.map { unsafe $0 + Int(first) }, count)
          isComplete = isComplete && isAdded
        }
      }
    }
    try check(isComplete, "the C reference ran out of memory")
    try check(
      unsafe graph.nodes == nodeKinds.count && graph.cause_count == entries.count,
      "the growing C graph lost something")
    return seconds
  }
}
