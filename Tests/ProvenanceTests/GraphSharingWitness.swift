import Provenance
import ProvenanceTestKit

/// What a graph value says of each of its nodes, and whether all else that it says follows from that.
struct GraphWitness: Equatable {
  let position: Position
  let nodes: [NodeID: Node]
  /// The causal edges that count, by effect.
  let causes: [NodeID: [Edge]]
  let effects: [NodeID: [Edge]]
  let edgeCount: Int

  init(_ graph: ProvenanceGraph) throws {
    position = graph.position
    var nodes: [NodeID: Node] = [:]
    var causes: [NodeID: [Edge]] = [:]
    var effects: [NodeID: [Edge]] = [:]
    var count = 0
    for node in graph.nodes() {
      nodes[node.id] = node
      let own = try graph.causes(of: node.id)
      count += own.count
      causes[node.id] = own
      for edge in own { effects[edge.cause, default: []].append(edge) }
    }
    self.nodes = nodes
    self.causes = causes
    self.effects = effects
    edgeCount = count
  }

  /// What the graph says that does not follow; `nil` where all does.
  ///
  /// - Parameters:
  ///   - graph: The value that this was made from, or one that must be equal.
  ///   - samples: How many nodes to walk from.
  ///   - random: Chooses them.
  /// - Returns: The first fault.
  /// - Throws: ``GraphError`` for a node that the graph listed and does not know.
  func fault(
    of graph: ProvenanceGraph, samples: Int, _ random: inout SeededGenerator
  ) throws -> String? {
    if graph.nodeCount != nodes.count { return "\(graph.nodeCount) nodes, not \(nodes.count)" }
    if graph.edgeCount != edgeCount { return "\(graph.edgeCount) edges, not \(edgeCount)" }
    if let text = orderFault(graph.topologicalOrder().ids, of: nodes.count) { return text }
    // Sorted, so that the seed alone chooses.
    let all = nodes.keys.sorted()
    guard !all.isEmpty else { return nil }
    for _ in 0..<samples {
      let id = all[Int.random(in: 0..<all.count, using: &random)]
      let other = all[Int.random(in: 0..<all.count, using: &random)]
      if let text = try walkFault(graph, id, other) ?? lookupFault(graph, id) {
        return "\(id): \(text)"
      }
    }
    return nil
  }

  private func orderFault(_ order: [NodeID], of count: Int) -> String? {
    var place: [NodeID: Int] = [:]
    for (index, id) in order.enumerated() { place[id] = index }
    if order.count != count || place.count != count { return "\(order.count) nodes in order" }
    for id in order {
      for edge in causes[id] ?? [] {
        if let cause = place[edge.cause], let effect = place[id], cause > effect {
          return "\(edge) against the order"
        }
      }
    }
    return nil
  }

  /// How far everything is that edges lead to.
  private func distances(from start: NodeID, _ next: (NodeID) -> [NodeID]) -> [NodeID: Int] {
    var found = [start: 0]
    var queue = [start]
    var index = 0
    while index < queue.count {
      let id = queue[index]
      index += 1
      for other in next(id) where found[other] == nil {
        found[other] = (found[id] ?? 0) + 1
        queue.append(other)
      }
    }
    return found
  }

  private func walkFault(
    _ graph: ProvenanceGraph, _ id: NodeID, _ other: NodeID
  ) throws -> String? {
    let up = distances(from: id) { (causes[$0] ?? []).map(\.cause) }
    let down = distances(from: id) { (effects[$0] ?? []).map(\.effect) }
    for (found, wanted, name) in [
      (try graph.ancestors(of: id), up, "ancestors"),
      (try graph.descendants(of: id), down, "descendants"),
    ] {
      let ids = found.ids
      if Set(ids) != Set(wanted.keys).subtracting([id]) || ids.count != wanted.count - 1 {
        return "\(ids.count) \(name), not \(wanted.count - 1)"
      }
      if let text = orderFault(ids, of: ids.count) { return "\(name): \(text)" }
    }
    if try graph.isAncestor(other, of: id) != (up[other] != nil && other != id) {
      return "is \(other) an ancestor"
    }
    let path = try graph.shortestPath(from: id, to: other)
    if path?.edges.count != up[other] { return "a path to \(other)" }
    if try graph.effects(of: id) != (effects[id] ?? []).sorted() { return "effects" }
    if let edge = causes[id]?.first, !graph.contains(edge) { return "does not contain \(edge)" }
    return nil
  }

  private func lookupFault(_ graph: ProvenanceGraph, _ id: NodeID) throws -> String? {
    guard let node = nodes[id] else { return "no node" }
    if graph.node(id) != node { return "by id" }
    let prefix = try IdentifierPrefix(graph.abbreviation(of: node))
    if graph.node(matching: prefix) != .unique(node) { return "by prefix \(prefix)" }
    let versions = graph.nodes(kind: node.kind, name: node.name)
    if !versions.contains(node) || versions.contains(where: { nodes[$0.id] == nil }) {
      return "by name"
    }
    if graph.nodes(name: node.name, version: node.version) != [node] { return "by version" }
    var attributes = AttributeMap()
    for entry in graph.history(of: node) {
      if entry.position > position { return "an annotation from \(entry.position)" }
      guard !entry.isRetracted, let body = entry.annotation.body else { continue }
      for (key, value) in body.attributes { attributes[key] = value }
    }
    return graph.attributes(of: node) == attributes ? nil : "attributes"
  }
}
