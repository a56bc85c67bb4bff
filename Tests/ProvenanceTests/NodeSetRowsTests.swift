import Provenance
import ProvenanceTestKit
import Testing

/// Loops over indices and kinds see what loops over nodes see.
struct NodeSetRowsTests {
  @Test(arguments: 0..<12 as Range<UInt64>)
  func chunksHoldTheNodesInOrder(seed: UInt64) throws {
    var shape = LineageShape.everything
    shape.nodes = 700
    shape.edges = 2000
    var graph = ProvenanceGraph()
    for record in try RandomLineage(shape, seed: seed).records { try graph.merge([record]) }
    let first = try #require(graph.topologicalOrder().first)
    for set in [graph.topologicalOrder(), try graph.descendants(of: first)] {
      var found: [Node] = []
      set.forEachChunk { indices, kinds in
        #expect(indices.count == kinds.count && !indices.isEmpty)
        for index in indices.indices {
          let node = graph.node(at: indices[index])
          #expect(node.kind == kinds[index] && graph.nodeID(at: indices[index]) == node.id)
          #expect(graph.index(of: node) == indices[index])
          found.append(node)
        }
      }
      #expect(found == Array(set))
      #expect(
        set.kindCounts == Dictionary(grouping: found, by: \.kind).mapValues { $0.count })
    }
  }

  @Test func openRunsAreInTheChunks() throws {
    var graph = ProvenanceGraph()
    let data = try Dataset("data", version: "1")
    let run = try Run("run", id: "1")
    try graph.insert(Record(data))
    try graph.insert(Record(run, edges: [run.used(data)]))
    try graph.insert(Record(Dataset("later", version: "1")))
    var kinds: [NodeKind] = []
    try graph.descendants(of: data).forEachChunk { _, found in
      for index in found.indices { kinds.append(found[index]) }
    }
    #expect(kinds == [.run])
    #expect(graph.topologicalOrder().kindCounts == [.dataset: 2, .run: 1])
  }

  @Test func whatTheBodyThrowsEndsTheLoop() throws {
    struct Stop: Error {}
    var graph = ProvenanceGraph()
    try graph.insert(Record(Dataset("data", version: "1")))
    #expect(throws: Stop.self) {
      try graph.topologicalOrder().forEachChunk { _, _ throws(Stop) in throw Stop() }
    }
  }
}
