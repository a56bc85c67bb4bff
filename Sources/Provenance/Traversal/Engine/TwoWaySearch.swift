/// Paths and reachability between two rows, searched from both ends.
///
/// The end with less to look at goes next, so that a hub at one of them costs nothing where the other
/// one is small.
struct TwoWaySearch {
  let pool: ScratchPool
  /// What leads from effects to causes.
  let upstream: ReachLeg
  /// The same edges from causes to effects.
  let downstream: ReachLeg
  /// Whether every cause has a lower row than its effect, side tables included, so that nothing outside
  /// the rows between the two can lie on a path.
  let isTopological: Bool

  /// A shortest path from an effect to one of its causes.
  ///
  /// O(rows and entries met from both ends), level by level.
  ///
  /// - Parameters:
  ///   - effect: Where the path starts.
  ///   - cause: Where it ends.
  ///   - exceptions: Is asked for what the lists do not say.
  /// - Returns: The rows, effect first; `nil` if there is no path. One row if the two are the same.
  func shortestPath(
    from effect: UInt32, to cause: UInt32, _ exceptions: inout some AdjacencyExceptions
  ) -> [UInt32]? {
    if effect == cause { return [effect] }
    return search(from: effect, to: cause) { near, far, scratch in
      var nearLevel = 0..<1
      var farLevel = 0..<1
      while !nearLevel.isEmpty && !farLevel.isEmpty {
        if near.cost(of: nearLevel) <= far.cost(of: farLevel) {
          if let meeting = near.expand(nearLevel, scratch, &exceptions) {
            return path(near, far, through: near[meeting])
          }
          nearLevel = nearLevel.upperBound..<near.count
        } else {
          if let meeting = far.expand(farLevel, scratch, &exceptions) {
            return path(near, far, through: far[meeting])
          }
          farLevel = farLevel.upperBound..<far.count
        }
      }
      return nil
    }
  }

  /// Whether a path leads from an effect to another row, its cause.
  ///
  /// O(rows and entries met from both ends).
  ///
  /// - Parameters:
  ///   - cause: The row that may be upstream.
  ///   - effect: The row that may be downstream.
  ///   - exceptions: Is asked for what the lists do not say.
  /// - Returns: Whether there is one; never from a row to itself.
  func isAncestor(
    _ cause: UInt32, of effect: UInt32, _ exceptions: inout some AdjacencyExceptions
  ) -> Bool {
    if effect == cause { return false }
    return search(from: effect, to: cause) { near, far, scratch -> Bool? in
      var nearNext = 0..<1
      var farNext = 0..<1
      var nearCost = near.cost(of: nearNext)
      var farCost = far.cost(of: farNext)
      // Small blocks first: most questions are answered soon.
      var block = 4
      while !nearNext.isEmpty && !farNext.isEmpty {
        block = min(block * 2, TraversalScratch.blockSize)
        // Costs are counted before they arise, so that a hub at one end is met only if it must be.
        if nearCost <= farCost {
          if near.expand(nearNext, scratch, &exceptions) != nil { return true }
          nearNext = nearNext.upperBound..<min(near.count, nearNext.upperBound + block)
          nearCost += near.cost(of: nearNext) + nearNext.count
        } else {
          if far.expand(farNext, scratch, &exceptions) != nil { return true }
          farNext = farNext.upperBound..<min(far.count, farNext.upperBound + block)
          farCost += far.cost(of: farNext) + farNext.count
        }
      }
      return nil
    } ?? false
  }

  private func search<Result>(
    from effect: UInt32, to cause: UInt32,
    _ body: (inout SearchEnd, inout SearchEnd, TraversalScratch) -> Result?
  ) -> Result? {
    if isTopological && effect < cause { return nil }
    let bound = max(upstream.adjacency.rowBound, downstream.adjacency.rowBound)
    return pool.with(rows: bound) { scratch in
      let memory = scratch.forSearch()
      let window = isTopological ? cause..<effect + 1 : 0..<UInt32(bound)
      var near = unsafe SearchEnd(
        effect, upstream, window: window, scratch.near, parents: memory.nearParents,
        other: memory.far)
      var far = unsafe SearchEnd(
        cause, downstream, window: window, memory.far, parents: memory.farParents,
        other: scratch.near)
      defer {
        scratch.near.clear(count: near.count)
        memory.far.clear(count: far.count)
      }
      return body(&near, &far, scratch)
    }
  }

  private func path(_ near: SearchEnd, _ far: SearchEnd, through row: UInt32) -> [UInt32] {
    guard let start = near.position(of: row), let end = far.position(of: row) else { return [] }
    return near.path(from: start).reversed() + far.path(from: end).dropFirst()
  }
}
