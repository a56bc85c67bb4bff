import Provenance
import ProvenanceTestKit
import Testing

/// A graph and a reference graph that are told the same.
struct Twins {
  var graph = ProvenanceGraph()
  var reference = ReferenceGraph()

  mutating func merge(_ records: [Record], at time: Timestamp? = nil) throws -> String? {
    let found = try graph.merge(records, at: time)
    let wanted = reference.merge(records, at: time)
    return found == wanted ? nil : "\(found) new records instead of \(wanted)"
  }

  /// What the two differ in; `nil` where they agree.
  mutating func insert(_ records: [Record], at time: Timestamp? = nil) throws -> String? {
    var refusal: ReferenceRefusal?
    var wanted = 0
    do throws(ReferenceRefusal) { wanted = try reference.insert(records, at: time) } catch {
      refusal = error
    }
    do throws(GraphError) {
      let found = try graph.insert(records, at: time)
      if let refusal { return "accepted in spite of \(refusal)" }
      return found == wanted ? nil : "\(found) new records instead of \(wanted)"
    } catch {
      guard let refusal else { return "refused: \(error)" }
      guard case .cycle(let edge, let path) = error.kind else {
        return error.kind == refusal.kind && error.recordIndex == refusal.recordIndex
          ? nil : "refused with \(error) instead of \(refusal)"
      }
      guard case .cycle = refusal.kind else { return "refused with \(error), not \(refusal)" }
      return cycleFault(edge, path, error.recordIndex, records)
    }
  }

  /// What is wrong with a path that is said to be a cycle.
  private func cycleFault(
    _ edge: Edge, _ path: [NodeID], _ index: Int?, _ records: [Record]
  ) -> String? {
    guard let index, records.indices.contains(index) else { return "no record index" }
    var later = reference
    later.merge(records)
    let live = later.view.liveEdges.union(later.view.facts.edges.filter { $0.effect == $0.cause })
    guard path.count > 1, path[0] == edge.effect, path[1] == edge.cause, path.last == edge.effect
    else { return "path \(path) does not lead over \(edge) and back" }
    guard live.contains(edge) else { return "\(edge) is not live" }
    for (effect, cause) in zip(path, path.dropFirst()) {
      let isJoined = live.contains {
        $0.effect == effect && $0.cause == cause
          && ($0.kind == .partOf) == (edge.kind == .partOf) && $0.kind != .alternateOf
          || $0 == edge && effect == cause
      }
      if !isJoined { return "no edge from \(effect) to \(cause)" }
    }
    return nil
  }

  /// What the two show differently; `nil` where they agree.
  func difference() throws -> String? {
    let view = reference.view
    if graph.position != reference.position {
      return "position \(graph.position) instead of \(reference.position)"
    }
    if graph.time != reference.time { return "time" }
    if let text = try GraphContents(graph).difference(from: GraphContents(view)) { return text }
    if graph.nodeCount != view.nodes.count { return "node count \(graph.nodeCount)" }
    if graph.edgeCount != view.edges.count { return "edge count \(graph.edgeCount)" }
    return nil
  }

  /// What walks from every node answer differently; `nil` where they agree.
  func walkDifference(_ kinds: EdgeKindSet = .causal) throws -> String? {
    let view = reference.view
    let ids = view.nodes.keys.sorted()
    if !view.isTopological(graph.topologicalOrder().ids) { return "topological order" }
    for id in ids {
      for direction in ReferenceDirection.allCases {
        let found =
          direction == .upstream
          ? try graph.ancestors(of: id, edges: kinds)
          : try graph.descendants(of: id, edges: kinds)
        let wanted = view.reach(from: id, direction, kinds)
        if found.count != wanted.count || Set(found.ids) != wanted {
          return "\(direction) of \(id): \(found.ids) instead of \(wanted)"
        }
        let reasons = view.incompleteness(from: id, direction, kinds)
        if found.incompleteness != reasons {
          return "\(direction) of \(id) is \(found.incompleteness) instead of \(reasons)"
        }
        if !view.isTopological(found.ids) { return "order of \(direction) of \(id)" }
      }
      let out = view.edges.filter { kinds.contains($0.kind) && $0.effect == id }.sorted()
      if try graph.causes(of: id, edges: kinds) != out { return "causes of \(id)" }
      let into = view.edges.filter { kinds.contains($0.kind) && $0.cause == id }.sorted()
      if try graph.effects(of: id, edges: kinds) != into { return "effects of \(id)" }
    }
    return nil
  }
}

/// The order of all arrangements of some things.
func permutations<T>(of items: [T]) -> [[T]] {
  var found: [[T]] = [[]]
  for item in items {
    found = found.flatMap { arrangement in
      (0...arrangement.count).map { place in
        var longer = arrangement
        longer.insert(item, at: place)
        return longer
      }
    }
  }
  return found
}

func datasets(_ count: Int) throws -> [Dataset] {
  try (0..<count).map { try Dataset("d\($0)") }
}

func moment(_ seconds: Int64) throws -> Timestamp {
  try #require(Timestamp(seconds: seconds))
}
