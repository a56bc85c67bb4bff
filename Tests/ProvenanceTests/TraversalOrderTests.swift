import Provenance
import ProvenanceTestKit
import Testing

/// Views of earlier positions keep their own order, whatever came and went since.
@Suite struct TraversalOrderTests {
  private func retraction(of edge: Edge) throws -> Record {
    try Record(Retraction(.edge(edge), Statement("wrong", at: moment(1))))
  }

  /// While an edge is retracted, its cause may rise above its effect; the view from before the
  /// retraction still has the edge.
  @Test func aViewFromBeforeARetractionIsOrderedByItsEdges() throws {
    let nodes = try datasets(4)
    let edge = try nodes[1].derivedFrom(nodes[0])
    var graph = ProvenanceGraph()
    try graph.insert(nodes.map { try Record($0) } + [Record(edge)])
    let before = graph.position
    try graph.insert([retraction(of: edge)])
    try graph.insert([
      Record(nodes[0].derivedFrom(nodes[2])), Record(nodes[2].derivedFrom(nodes[3])),
      Record(nodes[0].derivedFrom(nodes[1])),
    ])
    let view = graph.asOf(before)
    try #expect(view.isAncestor(nodes[0], of: nodes[1]))
    #expect(try view.shortestPath(from: nodes[1], to: nodes[0])?.edges == [edge])
    let order = view.topologicalOrder().ids
    #expect(order.firstIndex(of: nodes[0].id)! < order.firstIndex(of: nodes[1].id)!)
    var fresh = ProvenanceGraph()
    try fresh.insert(nodes.map { try Record($0) } + [Record(edge)])
    try #expect(view.lineageDigest(of: nodes[1]) == fresh.lineageDigest(of: nodes[1]))
    try #expect(view.recipeDigest(of: nodes[1]) == fresh.recipeDigest(of: nodes[1]))
  }

  /// Taking back a retraction must not leave its edge out of the order: a cycle would slip in.
  @Test func aForkFromBeforeARetractionStillRefusesCycles() throws {
    let nodes = try datasets(3)
    let edge = try nodes[1].derivedFrom(nodes[0])
    var graph = ProvenanceGraph()
    try graph.insert(nodes.map { try Record($0) } + [Record(edge)])
    let before = graph.position
    try graph.insert([retraction(of: edge)])
    try graph.insert([Record(nodes[0].derivedFrom(nodes[2]))])
    try graph.insert([Record(nodes[2].derivedFrom(nodes[1]))])
    var fork = graph.asOf(before)
    #expect(throws: GraphError.self) { try fork.insert([Record(nodes[0].derivedFrom(nodes[1]))]) }
    #expect(fork.conflicts.isEmpty)
  }

  @Test func aRefusedBatchWithARetractionStillRefusesCycles() throws {
    let nodes = try datasets(3)
    let edge = try nodes[1].derivedFrom(nodes[0])
    var graph = ProvenanceGraph()
    try graph.insert(nodes.map { try Record($0) } + [Record(edge)])
    #expect(throws: GraphError.self) {
      try graph.insert([
        retraction(of: edge), Record(nodes[0].derivedFrom(nodes[2])),
        Record(nodes[2].derivedFrom(nodes[1])), Record(nodes[1].derivedFrom(nodes[0], role: "x")),
      ])
    }
    #expect(throws: GraphError.self) { try graph.insert([Record(nodes[0].derivedFrom(nodes[1]))]) }
    #expect(graph.edgeCount == 1)
  }

  /// Nodes that a filter passes over still order those that it returns.
  @Test func aFilteredViewIsOrderedThroughWhatItLeavesOut() throws {
    let first = try Dataset("first")
    let run = try Run("run", id: "1")
    let second = try Dataset("second")
    var graph = ProvenanceGraph()
    let generated = try second.generatedBy(run)
    let used = try run.used(first)
    try graph.merge([second, first].map { try Record($0) })
    try graph.merge([Record(run), Record(generated), Record(used)])
    let before = graph.position
    try graph.merge([Record(first.generatedBy(run))])
    try graph.merge([retraction(of: used), Record(first.derivedFrom(second))])
    let view = graph.asOf(before)
    #expect(view.topologicalOrder(kinds: .dataset).ids == [first.id, second.id])
    try #expect(view.descendants(of: first, kinds: .dataset).ids == [second.id])
  }

  @Test func anAlternateOfItselfIsListedOnce() throws {
    let node = try Dataset("d")
    let edge = try node.alternateOf(node)
    var graph = ProvenanceGraph()
    try graph.merge([Record(node), Record(edge)])
    try #expect(graph.causes(of: node, edges: .all) == [edge])
    try #expect(graph.effects(of: node, edges: .all) == [edge])
    try #expect(graph.ancestors(of: node, edges: .all).isEmpty)
  }
}
