/// Questions about reachability, answered by a ``ReachKernel``.
struct Reach {
  let pool: ScratchPool

  /// Everything that some rows lead to, in one step or more.
  ///
  /// O(rows and entries met), whatever the size of the graph.
  ///
  /// - Parameters:
  ///   - seeds: Where to start; below the leg's bound.
  ///   - leg: What to follow.
  ///   - kinds: The kinds of row to return; others are passed through. All if `nil`.
  ///   - includesSeeds: Whether the seeds are part of the answer; else none is, even if another leads to
  ///     it.
  ///   - exceptions: Is asked for what the lists do not say.
  /// - Returns: The rows.
  func rows(
    from seeds: some Sequence<UInt32>, _ leg: ReachLeg, kinds: KindFilter? = nil,
    includesSeeds: Bool = false, _ exceptions: inout some AdjacencyExceptions
  ) -> RowSet {
    pool.with(rows: leg.adjacency.rowBound) { scratch in
      let met = ReachKernel.walk(from: seeds, leg, scratch, &exceptions)
      return RowSet(
        draining: scratch, count: met.rows, dropping: includesSeeds ? 0 : met.seeds,
        filter: kinds)
    }
  }
}
