extension ReachabilityLabels {
  /// Whether a path leads from a row to another, by labels and a search that they prune.
  ///
  /// The labels settle most pairs. For the rest the end with less to read goes on, and passes over rows
  /// whose labels forbid a path. The lists must have the edges that the labels were made of between
  /// labelled rows, no more and no fewer; rows without a label may have any.
  ///
  /// - Parameters:
  ///   - cause: The row that may be upstream.
  ///   - effect: The row that may be downstream; may be one without a label.
  ///   - upstream: The causes of every row up to `effect`.
  ///   - downstream: The effects of labelled rows; only the packed lists are read.
  ///   - pool: Memory for the search; settled pairs need none.
  /// - Returns: Whether there is one; never from a row to itself.
  func isAncestor(
    _ cause: UInt32, of effect: UInt32, upstream: AdjacencyView, downstream: AdjacencyView,
    pool: ScratchPool
  ) -> Bool {
    if effect >= count {
      return isAncestor(
        cause, ofUnlabelled: effect, upstream: upstream, downstream: downstream, pool: pool)
    }
    switch verdict(cause, effect) {
    case .yes: return true
    case .no: return false
    case .unknown: break
    }
    return pool.with(rows: max(upstream.rowBound, downstream.rowBound)) { scratch in
      search(cause, effect, upstream.lists, downstream.lists, scratch)
    }
  }

  private func search(
    _ cause: UInt32, _ effect: UInt32, _ upstream: RowLists, _ downstream: RowLists,
    _ scratch: TraversalScratch
  ) -> Bool {
    let memory = scratch.forSearch()
    return withReader { labels in
      var near = unsafe PrunedEnd(
        from: effect, to: cause, isUpstream: true, upstream, filter: filter, labels,
        met: scratch.near, other: memory.far, open: memory.nearParents)
      var far = unsafe PrunedEnd(
        from: cause, to: effect, isUpstream: false, downstream, filter: filter, labels,
        met: memory.far, other: scratch.near, open: memory.farParents)
      defer {
        near.clear()
        far.clear()
      }
      while !near.isDone && !far.isDone {
        let isFound = near.cost <= far.cost ? near.expand() : far.expand()
        if isFound { return true }
      }
      return false
    }
  }

  /// Walks from a row without a label to the first ones with one, and asks for each of those.
  private func isAncestor(
    _ cause: UInt32, ofUnlabelled effect: UInt32, upstream: AdjacencyView,
    downstream: AdjacencyView, pool: ScratchPool
  ) -> Bool {
    if cause >= effect { return false }
    return pool.with(rows: max(upstream.rowBound, downstream.rowBound)) { scratch in
      let queue = unsafe scratch.near.queue
      let bits = unsafe scratch.near.bits
      let lists = upstream.lists
      unsafe queue[0] = effect
      unsafe bits[Int(effect >> 6)] |= 1 << UInt64(effect & 63)
      var next = 0
      var met = 1
      var isFound = false
      while next < met && !isFound {
        let row = unsafe queue[next]
        next += 1
        if row < count { continue }
        for slot in lists.slots(of: row) {
          let entry = unsafe lists.entries[slot]
          let other = PackedEntry.row(entry)
          let shift = UInt64(other & 63)
          guard filter.passes(entry), other >= cause, other < row,
            unsafe bits[Int(other >> 6)] >> shift & 1 == 0
          else { continue }
          unsafe bits[Int(other >> 6)] |= 1 << shift
          unsafe queue[met] = other
          met += 1
          isFound = isFound || other == cause
        }
      }
      var seeds: [UInt32] = []
      if !isFound {
        for place in 0..<met where unsafe queue[place] < count {
          unsafe seeds.append(queue[place])
        }
      }
      scratch.near.clear(count: met)
      if isFound { return true }
      var doubtful: [UInt32] = []
      for seed in seeds {
        switch verdict(cause, seed) {
        case .yes: return true
        case .no: continue
        case .unknown: doubtful.append(seed)
        }
      }
      return doubtful.contains { search(cause, $0, lists, downstream.lists, scratch) }
    }
  }
}
