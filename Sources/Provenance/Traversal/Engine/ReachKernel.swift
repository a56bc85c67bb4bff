import Synchronization

/// One direction to follow, and the codes to follow it along.
struct ReachLeg {
  let adjacency: AdjacencyView
  let filter: EntryFilter
  /// What ``AdjacencyExceptions`` is told; for whoever follows several legs.
  let tag: Int

  init(_ adjacency: AdjacencyView, _ filter: EntryFilter, tag: Int = 0) {
    self.adjacency = adjacency
    self.filter = filter
    self.tag = tag
  }
}

/// Reachability: everything that some rows lead to.
///
/// Breadth first, in blocks of ``TraversalScratch/blockSize`` rows and three passes: where the lists lie;
/// their entries, side by side; which of those are new. No pass waits for what it loads, so that cache
/// misses overlap as they would with prefetch instructions, which Swift has not.
enum ReachKernel {
  /// Walks until nothing new is met.
  ///
  /// O(rows and entries met).
  ///
  /// - Parameters:
  ///   - seeds: Where to start.
  ///   - leg: What to follow.
  ///   - scratch: Takes the rows in `near`: the seeds, each once, and then what was met, in order of arrival.
  ///     Whoever reads them clears the bits.
  ///   - exceptions: Is asked for what the lists do not say.
  /// - Returns: How many seeds there are, and how many rows in all.
  static func walk(
    from seeds: some Sequence<UInt32>, _ leg: ReachLeg, _ scratch: TraversalScratch,
    _ exceptions: inout some AdjacencyExceptions
  ) -> (seeds: Int, rows: Int) {
    var frontier = Frontier(scratch.near)
    for seed in seeds { frontier.add(seed) }
    let seedCount = frontier.count
    follow(leg, &frontier, from: 0, scratch, &exceptions)
    return (seedCount, frontier.count)
  }

  private static func follow(
    _ leg: ReachLeg, _ frontier: inout Frontier, from start: Int, _ scratch: TraversalScratch,
    _ exceptions: inout some AdjacencyExceptions
  ) {
    let lists = leg.adjacency.lists
    let mask = leg.filter.mask
    let limit = leg.adjacency.rowLimit
    let isLimited = leg.adjacency.isLimited
    let isPartial = lists.firstRow > 0 || lists.rowCount < leg.adjacency.rowBound
    var next = start
    while next < frontier.count {
      let block = min(TraversalScratch.blockSize, frontier.count &- next)
      let rows = unsafe UnsafePointer(frontier.queue) + next
      if let doubtful = leg.adjacency.doubtful, unsafe doubtful.containsAny(rows, block) {
        unsafe absorbOneByOne(rows, block, leg, &frontier, &exceptions, doubtful)
        next &+= block
        continue
      }
      var hasLists = lists.rowCount > 0
      if let sealed = leg.adjacency.sealed {
        let (least, greatest) = unsafe extremes(rows, block)
        if least < sealed.rowCount {
          unsafe absorbSealed(
            sealed, rows, block, scratch, &frontier, mask: mask, limit: limit,
            isLimited: isLimited)
        }
        if greatest < lists.firstRow { hasLists = false }
      }
      if hasLists {
        unsafe locate(rows, block, lists, scratch, isPartial: isPartial)
        if isClearOfEnd(block, lists, scratch) {
          let filled = gather(
            block, lists, scratch, &frontier, mask: mask, limit: limit, isLimited: isLimited)
          unsafe frontier.absorb(
            scratch.gathered, filled, mask: mask, limit: limit, isLimited: isLimited)
        } else {
          absorbLists(
            block, lists, scratch, &frontier, mask: mask, limit: limit, isLimited: isLimited)
        }
      }
      if let tail = leg.adjacency.tail {
        let cursors = unsafe scratch.cursors
        for index in 0..<block {
          unsafe cursors[index] = tail.heads[Int(rows[index])].load(ordering: .acquiring)
        }
        absorbChains(
          tail, block, &frontier, scratch, mask: mask, limit: limit, isLimited: isLimited)
      }
      if let late = leg.adjacency.late {
        let count = unsafe locate(rows, block, late, scratch)
        absorbChains(
          late.chains, count, &frontier, scratch, mask: mask, limit: limit, isLimited: isLimited)
      }
      next &+= block
    }
  }

  /// All passes for a block with rows whose lists are not to be read.
  @inline(never)
  private static func absorbOneByOne(
    _ rows: UnsafePointer<UInt32>, _ block: Int, _ leg: ReachLeg, _ frontier: inout Frontier,
    _ exceptions: inout some AdjacencyExceptions, _ doubtful: RowMarks
  ) {
    for index in 0..<block {
      let row = unsafe rows[index]
      if doubtful.contains(row) {
        exceptions.visitDoubtful(row, tag: leg.tag, &frontier)
        continue
      }
      leg.adjacency.forEachEntry(of: row) { entry in
        if leg.filter.passes(entry) { frontier.add(PackedEntry.row(entry)) }
      }
    }
  }

  private static func extremes(
    _ rows: UnsafePointer<UInt32>, _ block: Int
  ) -> (least: UInt32, greatest: UInt32) {
    var least = Int32.max
    var greatest: Int32 = 0
    for index in 0..<block {
      let row = unsafe Int32(bitPattern: rows[index])
      least = min(least, row)
      greatest = max(greatest, row)
    }
    return (UInt32(least), UInt32(greatest))
  }

  /// The first pass: where the lists of a block lie.
  ///
  /// What waits for a missing line must be a store: an addition or a comparison would wait in the
  /// scheduler, which has room for a few dozen, where the queues for loads and stores have for hundreds.
  @inline(never)
  static func locate(
    _ rows: UnsafePointer<UInt32>, _ block: Int, _ lists: RowLists, _ scratch: TraversalScratch,
    isPartial: Bool
  ) {
    let spans = unsafe UnsafeMutableRawPointer(scratch.spans)
    let starts = unsafe UnsafeRawPointer(lists.starts)
    var index = 0
    guard isPartial else {
      while index < block {
        unsafe spans.storeBytes(
          of: starts.loadUnaligned(fromByteOffset: Int(rows[index]) &* 4, as: UInt64.self),
          toByteOffset: index &* 8, as: UInt64.self)
        index &+= 1
      }
      return
    }
    // Rows without a list read the first one, and forget it.
    let packedRows = lists.rowCount
    while index < block {
      let row = unsafe Int(rows[index] &- lists.firstRow)
      unsafe spans.storeBytes(
        of: starts.loadUnaligned(
          fromByteOffset: (row < packedRows ? row : 0) &* 4, as: UInt64.self),
        toByteOffset: index &* 8, as: UInt64.self)
      index &+= 1
    }
    index = 0
    while index < block {
      if unsafe Int(rows[index] &- lists.firstRow) >= packedRows {
        unsafe spans.storeBytes(of: 0, toByteOffset: index &* 8, as: UInt64.self)
      }
      index &+= 1
    }
  }

  /// Whether no list lies so near the end of the entries that a whole group might not be read from its
  /// start.
  @inline(never)
  static func isClearOfEnd(_ block: Int, _ lists: RowLists, _ scratch: TraversalScratch) -> Bool {
    let spans = unsafe scratch.spans
    var furthest: Int32 = 0
    for index in 0..<2 &* block { furthest = unsafe max(furthest, Int32(bitPattern: spans[index])) }
    return Int(furthest) &+ 8 <= lists.entryCount
  }

  /// The second pass: short lists are copied side by side, long ones met where they are.
  ///
  /// - Returns: How many entries were copied.
  @inline(never)
  private static func gather(
    _ block: Int, _ lists: RowLists, _ scratch: TraversalScratch, _ frontier: inout Frontier,
    mask: UInt32, limit: UInt32, isLimited: Bool
  ) -> Int {
    let spans = unsafe scratch.spans
    let entries = unsafe UnsafeRawPointer(lists.entries)
    let gathered = unsafe scratch.gathered
    var filled = 0
    var index = 0
    while index < block {
      let lower = unsafe Int(spans[2 &* index])
      let length = unsafe Int(spans[2 &* index &+ 1]) &- lower
      let source = unsafe entries + lower &* 4
      let target = unsafe UnsafeMutableRawPointer(gathered + filled)
      index &+= 1
      if length <= 8 {
        unsafe target.storeBytes(
          of: source.loadUnaligned(as: SIMD8<UInt32>.self), as: SIMD8<UInt32>.self)
        filled &+= length
      } else if length <= TraversalScratch.longestGathered {
        var position = 0
        while position < length {
          unsafe target.storeBytes(
            of: source.loadUnaligned(fromByteOffset: position &* 4, as: SIMD8<UInt32>.self),
            toByteOffset: position &* 4, as: SIMD8<UInt32>.self)
          position &+= 8
        }
        filled &+= length
      } else {
        unsafe frontier.absorb(
          source.assumingMemoryBound(to: UInt32.self), length, mask: mask, limit: limit,
          isLimited: isLimited)
      }
    }
    return filled
  }

  /// The second pass and the third for blocks that come near the end of the entries: nothing is read
  /// that is not in a list.
  @inline(never)
  private static func absorbLists(
    _ block: Int, _ lists: RowLists, _ scratch: TraversalScratch, _ frontier: inout Frontier,
    mask: UInt32, limit: UInt32, isLimited: Bool
  ) {
    for index in 0..<block {
      let lower = unsafe Int(scratch.spans[2 &* index])
      let upper = unsafe Int(scratch.spans[2 &* index &+ 1])
      unsafe frontier.absorb(
        lists.entries + lower, upper &- lower, mask: mask, limit: limit, isLimited: isLimited)
    }
  }

  /// Where the late chains of a block begin.
  ///
  /// - Returns: How many there are, in the scratch's cursors.
  @inline(never)
  private static func locate(
    _ rows: UnsafePointer<UInt32>, _ block: Int, _ late: LateChains, _ scratch: TraversalScratch
  ) -> Int {
    let cursors = unsafe scratch.cursors
    var count = 0
    for index in 0..<block {
      let row = unsafe rows[index]
      unsafe cursors[count] = row
      count &+= late.contains(row) ? 1 : 0
    }
    for index in 0..<count {
      unsafe cursors[index] = late.chains.heads[Int(cursors[index])].load(ordering: .acquiring)
    }
    return count
  }

  /// Follows the chains at the scratch's first cursors, a link of each at a time, so that their misses
  /// overlap too.
  private static func absorbChains(
    _ tail: TailChains, _ count: Int, _ frontier: inout Frontier,
    _ scratch: TraversalScratch, mask: UInt32, limit: UInt32, isLimited: Bool
  ) {
    let cursors = unsafe scratch.cursors
    let gathered = unsafe scratch.gathered
    var active = count
    while true {
      var remaining = 0
      for index in 0..<active {
        let slot = unsafe cursors[index]
        unsafe cursors[remaining] = slot
        remaining &+= slot != TailChains.none ? 1 : 0
      }
      active = remaining
      if active == 0 { return }
      var filled = 0
      for index in 0..<active {
        let slot = unsafe cursors[index]
        let isKnown = slot < tail.slotCount
        unsafe gathered[filled] = tail.entries[isKnown ? Int(slot) : 0]
        unsafe cursors[index] = tail.older[Int(slot)]
        filled &+= isKnown ? 1 : 0
      }
      unsafe frontier.absorb(gathered, filled, mask: mask, limit: limit, isLimited: isLimited)
    }
  }
}
