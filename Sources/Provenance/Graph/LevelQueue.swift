/// Vertices by level, the lowest first: a binary heap.
struct LevelQueue: Sendable {
  private var entries: [(level: Int32, node: Vertex)] = []

  /// Adds a node.
  ///
  /// O(log n).
  mutating func insert(_ node: Vertex, _ level: Int32) {
    entries.append((level, node))
    var child = entries.count - 1
    while child > 0 {
      let parent = (child - 1) / 2
      guard entries[child].level < entries[parent].level else { break }
      entries.swapAt(child, parent)
      child = parent
    }
  }

  /// Takes a node of the lowest level out.
  ///
  /// O(log n).
  mutating func removeLowest() -> Vertex? {
    guard let lowest = entries.first else { return nil }
    let last = entries.removeLast()
    guard !entries.isEmpty else { return lowest.node }
    entries[0] = last
    var parent = 0
    while true {
      var child = 2 * parent + 1
      guard child < entries.count else { break }
      if child + 1 < entries.count, entries[child + 1].level < entries[child].level { child += 1 }
      guard entries[child].level < entries[parent].level else { break }
      entries.swapAt(child, parent)
      parent = child
    }
    return lowest.node
  }
}
