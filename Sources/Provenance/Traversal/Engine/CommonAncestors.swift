extension TwoWaySearch {
  /// The nearest common ancestors of two rows: common ancestors that are no ancestor of another one.
  ///
  /// A row counts as its own ancestor here, as in `git merge-base --all`. Where rows are topological, they
  /// are walked from the greatest down, and no further than the answer needs (the method of git's
  /// `paint_down_to_common`); else both sets of ancestors are put together.
  ///
  /// - Parameters:
  ///   - first: A row.
  ///   - second: Another row.
  ///   - exceptions: Is asked for what the lists do not say.
  /// - Returns: The rows.
  func nearestCommonAncestors(
    of first: UInt32, _ second: UInt32, _ exceptions: inout some AdjacencyExceptions
  ) -> RowSet {
    if isTopological { return paintDown(first, second, &exceptions) }
    let reach = Reach(pool: pool)
    let common = reach.rows(
      from: CollectionOfOne(first), upstream, includesSeeds: true, &exceptions
    ).intersection(
      reach.rows(from: CollectionOfOne(second), upstream, includesSeeds: true, &exceptions))
    // A cause of a common ancestor is a common ancestor too, and not a nearest one.
    var covered: [UInt32] = []
    var list = NeighbourList()
    for row in common {
      list.collect(row, upstream, &exceptions)
      covered += list.rows
    }
    return common.subtracting(RowSet(covered))
  }

  private func paintDown(
    _ first: UInt32, _ second: UInt32, _ exceptions: inout some AdjacencyExceptions
  ) -> RowSet {
    return pool.with(rows: upstream.adjacency.rowBound) { scratch in
      var paint = Paint(scratch.near, scratch.forSearch())
      paint.spread(Paint.first, to: first)
      paint.spread(Paint.second, to: second)
      var nearest: [UInt32] = []
      var list = NeighbourList()
      // What is left is painted with both colours and stale: it leads to no nearest one.
      while paint.freshCount > 0, let row = paint.popGreatest() {
        var colours = paint.colours(of: row)
        if colours == Paint.both {
          nearest.append(row)
          colours = Paint.stale
        }
        list.collect(row, upstream, &exceptions)
        for cause in list.rows { paint.spread(colours, to: cause) }
      }
      paint.clear()
      return RowSet(ascending: nearest.reversed())
    }
  }
}

/// Which of two rows each row is an ancestor of, and a heap of those whose causes have not been painted.
@safe
private struct Paint {
  static let first: UInt8 = 1
  static let second: UInt8 = 2
  /// An ancestor of both.
  static let both: UInt8 = 3
  /// An ancestor of both, and of a nearest common ancestor.
  static let stale: UInt8 = 7

  private let planes:
    (UnsafeMutablePointer<UInt64>, UnsafeMutablePointer<UInt64>, UnsafeMutablePointer<UInt64>)
  private var heap: [UInt32] = []
  private var touched: [UInt32] = []
  /// How many rows in the heap are not stale.
  private(set) var freshCount = 0

  init(_ near: WalkMemory, _ search: SearchMemory) {
    unsafe planes = (near.bits, search.far.bits, search.marks)
  }

  func colours(of row: UInt32) -> UInt8 {
    let word = Int(row &>> 6)
    let shift = UInt64(row & 63)
    let first = unsafe planes.0[word] &>> shift & 1
    let second = unsafe planes.1[word] &>> shift & 1
    let stale = unsafe planes.2[word] &>> shift & 1
    return UInt8(first | second &<< 1 | stale &<< 2)
  }

  /// Adds colours to a row; the first to come puts it in the heap.
  mutating func spread(_ colours: UInt8, to row: UInt32) {
    let old = self.colours(of: row)
    let new = old | colours
    guard new != old else { return }
    let word = Int(row &>> 6)
    let bit: UInt64 = 1 &<< UInt64(row & 63)
    if new & 1 != 0 { unsafe planes.0[word] |= bit }
    if new & 2 != 0 { unsafe planes.1[word] |= bit }
    if new & 4 != 0 { unsafe planes.2[word] |= bit }
    if old == 0 {
      touched.append(row)
      push(row)
      if new != Self.stale { freshCount += 1 }
    } else if new == Self.stale {
      // Rows are painted only from greater ones, so this one is in the heap still.
      freshCount -= 1
    }
  }

  private mutating func push(_ row: UInt32) {
    heap.append(row)
    var child = heap.count - 1
    while child > 0 {
      let parent = (child - 1) / 2
      if heap[parent] >= heap[child] { return }
      heap.swapAt(parent, child)
      child = parent
    }
  }

  mutating func popGreatest() -> UInt32? {
    guard let greatest = heap.first, let last = heap.popLast() else { return nil }
    if colours(of: greatest) != Self.stale { freshCount -= 1 }
    if heap.isEmpty { return greatest }
    heap[0] = last
    var parent = 0
    while 2 * parent + 1 < heap.count {
      var child = 2 * parent + 1
      if child + 1 < heap.count && heap[child + 1] > heap[child] { child += 1 }
      if heap[parent] >= heap[child] { break }
      heap.swapAt(parent, child)
      parent = child
    }
    return greatest
  }

  func clear() {
    for row in touched {
      let word = Int(row &>> 6)
      unsafe planes.0[word] = 0
      unsafe planes.1[word] = 0
      unsafe planes.2[word] = 0
    }
  }
}
