/// How many paths there are.
struct PathCount: Hashable, Sendable {
  /// The number, or the greatest that can be stored.
  var count: UInt64
  /// Whether there are exactly so many, and not more.
  var isExact: Bool

  /// Adds another number.
  mutating func add(_ other: PathCount) {
    let (sum, overflows) = count.addingReportingOverflow(other.count)
    count = overflows ? .max : sum
    isExact = isExact && other.isExact && !overflows
  }
}

extension TwoWaySearch {
  /// How many paths lead from an effect to one of its causes, without listing them.
  ///
  /// Paths that differ in an edge are counted apart, even where they visit the same rows. O(rows upstream of
  /// the one and downstream of the other, and their entries).
  ///
  /// - Parameters:
  ///   - effect: Where the paths start.
  ///   - cause: Where they end.
  ///   - exceptions: Is asked for what the lists do not say.
  /// - Returns: The number; 1 if the two are the same. Paths that could go round a cycle are not counted,
  ///   and the number is not exact then.
  func pathCount(
    from effect: UInt32, to cause: UInt32, _ exceptions: inout some AdjacencyExceptions
  ) -> PathCount {
    if effect == cause { return PathCount(count: 1, isExact: true) }
    if isTopological && effect < cause { return PathCount(count: 0, isExact: true) }
    let reach = Reach(pool: pool)
    let below = reach.rows(
      from: CollectionOfOne(cause), downstream, includesSeeds: true, &exceptions)
    guard below.contains(effect) else { return PathCount(count: 0, isExact: true) }
    let region = reach.rows(
      from: CollectionOfOne(effect), upstream, includesSeeds: true, &exceptions
    ).intersection(below)
    // Counts flow from the effect to its causes; a row passes its count on when all edges into it
    // have passed theirs.
    let rows = Array(region)
    var waiting = [UInt32](repeating: 0, count: rows.count)
    var list = NeighbourList()
    for row in rows {
      list.collect(row, upstream, &exceptions)
      for other in list.rows where region.contains(other) { waiting[region.rank(of: other)] += 1 }
    }
    var counts = [PathCount](repeating: PathCount(count: 0, isExact: true), count: rows.count)
    let start = region.rank(of: effect)
    counts[start].count = 1
    var ready = [start]
    var passed = 0
    while let index = ready.popLast() {
      passed += 1
      list.collect(rows[index], upstream, &exceptions)
      for other in list.rows where region.contains(other) {
        let next = region.rank(of: other)
        counts[next].add(counts[index])
        waiting[next] -= 1
        if waiting[next] == 0 { ready.append(next) }
      }
    }
    var result = counts[region.rank(of: cause)]
    if passed < rows.count { result.isExact = false }
    return result
  }
}
