extension ReachabilityLabels {
  /// Labels for all rows of some lists.
  ///
  /// Two passes over the entries, one each way; besides, O(chunks of a set) for each row where different
  /// sets meet. While it runs it needs 32 bytes a row more than what it makes.
  ///
  /// - Parameters:
  ///   - upstream: The causes of each row, all below it. Only the packed lists are read.
  ///   - downstream: The same edges from the other end. Rows past the lists of either get no label.
  ///   - codes: Which edges count, a bit for each code; exceptional ones never do.
  ///   - sliceShift: Rows to one support, as a power of two; by default 64 rows, or so many that there
  ///     are at most 8,192 supports.
  ///   - bytesPerRow: How much the sets of supports may take; where they would take more, there are
  ///     fewer supports, in the end none.
  init(
    upstream: AdjacencyView, downstream: AdjacencyView, codes: UInt16, sliceShift: Int? = nil,
    bytesPerRow: Int = 8
  ) {
    let up = upstream.lists
    let down = downstream.lists
    let rowCount = min(up.rowCount, down.rowCount)
    let byteLimit = max(rowCount * bytesPerRow, 4096)
    filter = EntryFilter(codes: codes)
    var shift = UInt32(sliceShift ?? Self.defaultSliceShift(rowCount))
    while true {
      let supports = SupportRows(up, down, rowCount: rowCount, sliceShift: shift)
      var builder = SupportSetBuilder(
        sliceShift: shift, rowCount: rowCount, byteLimit: supports.isEmpty ? .max : byteLimit)
      shift += 1
      guard
        let above = LabelSweep(up, isUpstream: true, rowCount, filter, supports, &builder),
        let below = LabelSweep(down, isUpstream: false, rowCount, filter, supports, &builder)
      else { continue }
      sets = builder.sets
      rows = Self.labels(above, below)
      hasExactLevels = Self.coarsening(above, below) == 0
      return
    }
  }

  private static func defaultSliceShift(_ rowCount: Int) -> Int {
    max(6, Int.bitWidth - rowCount.leadingZeroBitCount - 13)
  }

  /// How many bits levels and heights have too many.
  private static func coarsening(_ above: LabelSweep, _ below: LabelSweep) -> UInt32 {
    let deepest = max(above.depths.max() ?? 0, below.depths.max() ?? 0)
    return UInt32(max(0, 16 - deepest.leadingZeroBitCount))
  }

  private static func labels(_ above: LabelSweep, _ below: LabelSweep) -> [RowLabel] {
    let parents = above.deepest
    let coarsening = coarsening(above, below)
    var labels = parents.indices.map { row in
      RowLabel(
        ancestors: above.sets[row], descendants: below.sets[row],
        level: UInt16(above.depths[row] >> coarsening),
        height: UInt16(below.depths[row] >> coarsening))
    }
    for row in parents.indices.reversed() where Int(parents[row]) != row {
      labels[Int(parents[row])].size += labels[row].size
    }
    // For each row, the place of the next row below it; for roots, the place of the next root.
    var next = [UInt32](repeating: 0, count: labels.count)
    var nextRoot: UInt32 = 0
    for row in parents.indices {
      let parent = Int(parents[row])
      if parent == row {
        labels[row].place = nextRoot
        nextRoot += labels[row].size
      } else {
        labels[row].place = next[parent]
        next[parent] += labels[row].size
      }
      next[row] = labels[row].place + 1
    }
    return labels
  }
}

/// What a pass over the lists of one direction finds for each row.
private struct LabelSweep {
  /// Edges on the longest path from here in this direction.
  private(set) var depths: [UInt32]
  /// A neighbour that the longest path goes through; the row itself if it has none.
  private(set) var deepest: [UInt32]
  /// The set of supports that this leads to in this direction, itself included.
  private(set) var sets: [UInt32]

  /// - Returns: `nil` if the sets take too much.
  init?(
    _ lists: RowLists, isUpstream: Bool, _ rowCount: Int, _ filter: EntryFilter,
    _ supports: SupportRows, _ builder: inout SupportSetBuilder
  ) {
    depths = [UInt32](repeating: 0, count: rowCount)
    deepest = [UInt32](0..<UInt32(rowCount))
    sets = depths
    var found: [UInt32] = []
    for place in 0..<UInt32(rowCount) {
      // Neighbours come before the row.
      let row = isUpstream ? place : UInt32(rowCount) - 1 - place
      let usable = isUpstream ? 0..<row : row + 1..<UInt32(rowCount)
      found.removeAll(keepingCapacity: true)
      var depth: UInt32 = 0
      for slot in lists.slots(of: row) {
        let entry = unsafe lists.entries[slot]
        let other = PackedEntry.row(entry)
        guard filter.passes(entry), usable.contains(other) else { continue }
        if depths[Int(other)] >= depth {
          depth = depths[Int(other)] + 1
          deepest[Int(row)] = other
        }
        Self.note(sets[Int(other)], &found)
      }
      depths[Int(row)] = depth
      var set = found.count > 1 ? builder.union(of: found) : found.first ?? 0
      if supports.contains(row) { set = builder.inserting(row, into: set) }
      sets[Int(row)] = set
      if place & 1023 == 0 && builder.isOverLimit { return nil }
    }
    if builder.isOverLimit { return nil }
  }

  /// Notes a set, unless it is empty or among the last few.
  @inline(__always)
  private static func note(_ set: UInt32, _ found: inout [UInt32]) {
    if set == 0 { return }
    var index = found.count
    let first = max(0, index - 16)
    while index > first {
      index -= 1
      if found[index] == set { return }
    }
    found.append(set)
  }
}
