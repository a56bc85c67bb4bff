/// The rows that one row leads to, one for each edge.
struct NeighbourList: NeighbourSink {
  private(set) var rows: [UInt32] = []

  mutating func add(_ row: UInt32) { rows.append(row) }

  /// Replaces the list by the neighbours of another row.
  mutating func collect(
    _ row: UInt32, _ legs: [ReachLeg], _ exceptions: inout some AdjacencyExceptions
  ) {
    rows.removeAll(keepingCapacity: true)
    for leg in legs {
      if let doubtful = leg.adjacency.doubtful, doubtful.contains(row) {
        exceptions.visitDoubtful(row, tag: leg.tag, &self)
        continue
      }
      leg.adjacency.forEachEntry(of: row) { entry in
        if leg.filter.passes(entry) { rows.append(PackedEntry.row(entry)) }
      }
      if let late = leg.adjacency.late, late.contains(row) {
        exceptions.visitLate(row, tag: leg.tag, &self)
      }
    }
  }
}

extension RowSet {
  /// The rows that lead to no other row of the set: its sources along upstream legs, its leaves along
  /// downstream ones.
  ///
  /// O(rows and their entries).
  ///
  /// - Parameters:
  ///   - legs: What to follow.
  ///   - exceptions: Is asked for what the lists do not say.
  /// - Returns: Those rows.
  func ends(_ legs: [ReachLeg], _ exceptions: inout some AdjacencyExceptions) -> RowSet {
    var found: [UInt32] = []
    var list = NeighbourList()
    for row in self {
      list.collect(row, legs, &exceptions)
      if !list.rows.contains(where: { $0 != row && contains($0) }) { found.append(row) }
    }
    return RowSet(ascending: found)
  }
}
