import Provenance

/// The order of records that does not depend on when and where they arrived.
///
/// Nodes come first, those of lower level before those of higher: the level of a node is the
/// longest way from it to a node without causes, over the edges within node records; those on or
/// behind a cycle come after all others. Then come edges, annotations, retractions, tombstones and
/// records of unknown kind. Equals are in order of their ids.
enum CanonicalOrder {
  /// Sorts records, each of which comes once: with its payload if any of its copies has it.
  ///
  /// Complexity: O(n log n) in records and edges; no recursion.
  static func sorted(_ records: [Record]) -> [Record] {
    var unique: [RecordID: Record] = [:]
    unique.reserveCapacity(records.count)
    for record in records where unique[record.id]?.payload.isEmpty ?? true {
      unique[record.id] = record
    }
    let levels = levels(of: unique.values)
    let keyed = unique.values.map { (rank: rank(of: $0, levels), record: $0) }
    return keyed.sorted { ($0.rank, $0.record.id) < ($1.rank, $1.record.id) }.map(\.record)
  }

  private static func rank(of record: Record, _ levels: [NodeID: Int]) -> Int {
    switch record.content {
    case .node(let node): levels[node.node.id] ?? .max - 5
    case .edge: .max - 4
    case .annotation: .max - 3
    case .retraction: .max - 2
    case .tombstone: .max - 1
    case .unknown: .max
    }
  }

  private static func levels(of records: some Collection<Record>) -> [NodeID: Int] {
    var causes: [NodeID: Set<NodeID>] = [:]
    for case .node(let node) in records.map(\.content) {
      causes[node.node.id, default: []].formUnion(node.edges.map(\.cause))
    }
    var effects: [NodeID: [NodeID]] = [:]
    var waiting: [NodeID: Int] = [:]
    for (effect, itsCauses) in causes {
      let known = itsCauses.filter { causes[$0] != nil }
      waiting[effect] = known.count
      for cause in known { effects[cause, default: []].append(effect) }
    }
    var levels: [NodeID: Int] = [:]
    var ready = waiting.filter { $0.value == 0 }.map(\.key)
    for node in ready { levels[node] = 0 }
    var reached: [NodeID: Int] = [:]
    while let node = ready.popLast() {
      let level = levels[node, default: 0] + 1
      for effect in effects[node] ?? [] {
        reached[effect] = max(reached[effect] ?? 0, level)
        let left = waiting[effect, default: 0] - 1
        waiting[effect] = left
        guard left == 0 else { continue }
        levels[effect] = reached[effect]
        ready.append(effect)
      }
    }
    return levels
  }
}
