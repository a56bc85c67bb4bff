/// A walk that stops at bounds: one row and one entry at a time.
struct BoundedWalk: NeighbourSink {
  private var frontier: Frontier
  private let limits: TraversalLimits
  private var seedCount = 0
  private var depth = 0
  private var edgesLeft: Int
  /// The bounds that something lay beyond.
  private(set) var incompleteness: Incompleteness = []

  private init(_ memory: WalkMemory, _ limits: TraversalLimits) {
    frontier = Frontier(memory)
    self.limits = limits
    edgesLeft = limits.edges
  }

  mutating func add(_ row: UInt32) {
    guard edgesLeft > 0 else {
      incompleteness.insert(.edgeLimit)
      return
    }
    edgesLeft -= 1
    if frontier.contains(row) { return }
    if depth >= limits.depth {
      incompleteness.insert(.depthLimit)
    } else if frontier.count - seedCount >= limits.nodes {
      incompleteness.insert(.nodeLimit)
    } else {
      frontier.add(row)
    }
  }

  /// Walks level by level until nothing new is met or a bound is.
  ///
  /// O(rows and entries met).
  ///
  /// - Parameters:
  ///   - seeds: Where to start; they count towards no bound.
  ///   - legs: What to follow; from every row, each of them.
  ///   - limits: The bounds. An edge counts when it is followed, wherever it leads.
  ///   - scratch: Takes the rows, as in ``ReachKernel``.
  ///   - exceptions: Is asked for what the lists do not say.
  /// - Returns: As ``ReachKernel/walk(from:_:_:_:)``, and the bounds that something lay beyond.
  static func walk(
    from seeds: some Sequence<UInt32>, _ legs: [ReachLeg], limits: TraversalLimits,
    _ scratch: TraversalScratch, _ exceptions: inout some AdjacencyExceptions
  ) -> (seeds: Int, rows: Int, incompleteness: Incompleteness) {
    var walk = Self(scratch.near, limits)
    for seed in seeds { walk.frontier.add(seed) }
    walk.seedCount = walk.frontier.count
    var next = 0
    var levelEnd = walk.frontier.count
    while next < walk.frontier.count, !walk.incompleteness.contains(.edgeLimit) {
      if next == levelEnd {
        walk.depth += 1
        levelEnd = walk.frontier.count
      }
      if next & 1023 == 0, let deadline = limits.deadline, ContinuousClock.now >= deadline {
        walk.incompleteness.insert(.deadline)
        break
      }
      let row = walk.frontier[next]
      next += 1
      for leg in legs { walk.expand(row, leg, &exceptions) }
    }
    return (walk.seedCount, walk.frontier.count, walk.incompleteness)
  }

  private mutating func expand(
    _ row: UInt32, _ leg: ReachLeg, _ exceptions: inout some AdjacencyExceptions
  ) {
    leg.adjacency.forEachEntry(of: row) { entry, place in
      if leg.filter.passes(entry) {
        add(PackedEntry.row(entry))
      } else if PackedEntry.code(entry) == PackedEntry.exceptional {
        exceptions.visitExceptional(entry, of: row, at: place, tag: leg.tag, &self)
      }
    }
    if leg.adjacency.isFlagged(row) { exceptions.visitFlagged(row, tag: leg.tag, &self) }
  }
}

extension Reach {
  /// Everything that some rows lead to within bounds.
  ///
  /// O(rows and entries met).
  ///
  /// - Parameters:
  ///   - seeds: Where to start.
  ///   - legs: What to follow; one at least.
  ///   - limits: The bounds.
  ///   - kinds: The kinds of row to return; others are passed through. All if `nil`.
  ///   - includesSeeds: Whether the seeds are part of the answer; else none is, even if another leads to
  ///     it.
  ///   - exceptions: Is asked for what the lists do not say.
  /// - Returns: The rows, and the bounds that something lay beyond.
  func rows(
    from seeds: some Sequence<UInt32>, _ legs: [ReachLeg], limits: TraversalLimits,
    kinds: KindFilter? = nil, includesSeeds: Bool = false,
    _ exceptions: inout some AdjacencyExceptions
  ) -> (rows: RowSet, incompleteness: Incompleteness) {
    pool.with(rows: legs.rowBound) { scratch in
      let met = BoundedWalk.walk(
        from: seeds, legs, limits: limits, scratch, &exceptions)
      let rows = RowSet(
        draining: scratch, count: met.rows, dropping: includesSeeds ? 0 : met.seeds,
        filter: kinds)
      return (rows, met.incompleteness)
    }
  }
}
