/// The rows that one row leads to, one for each edge.
struct NeighbourList: NeighbourSink {
  private(set) var rows: [UInt32] = []

  mutating func add(_ row: UInt32) { rows.append(row) }

  /// Replaces the list by the neighbours of another row.
  mutating func collect(
    _ row: UInt32, _ leg: ReachLeg, _ exceptions: inout some AdjacencyExceptions
  ) {
    rows.removeAll(keepingCapacity: true)
    if let doubtful = leg.adjacency.doubtful, doubtful.contains(row) {
      exceptions.visitDoubtful(row, tag: leg.tag, &self)
      return
    }
    leg.adjacency.forEachEntry(of: row) { entry in
      if leg.filter.passes(entry) { rows.append(PackedEntry.row(entry)) }
    }
  }
}
