import Synchronization

/// One direction to follow, and the codes to follow it along.
struct ReachLeg {
  let adjacency: AdjacencyView
  let filter: EntryFilter

  init(_ adjacency: AdjacencyView, _ filter: EntryFilter) {
    self.adjacency = adjacency
    self.filter = filter
  }
}

/// The rows that a walk has met, while its kernel runs.
@safe
struct Frontier: NeighbourSink {
  let queue: UnsafeMutablePointer<UInt32>
  let bits: UnsafeMutablePointer<UInt64>
  /// How many rows are in the queue.
  var count = 0
  /// The filter's masks, shifted by the code of every entry that was met, in one word.
  var shiftedMasks: UInt32 = 0

  init(_ memory: WalkMemory) {
    unsafe queue = memory.queue
    unsafe bits = memory.bits
  }

  @inline(__always)
  mutating func add(_ row: UInt32) {
    let word = Int(row &>> 6)
    let shift = UInt64(row & 63)
    let old = unsafe bits[word]
    unsafe queue[count] = row
    count &+= Int(truncatingIfNeeded: ~(old &>> shift) & 1)
    unsafe bits[word] = old | 1 &<< shift
  }

  /// Meets entries that lie side by side, without a branch on what they are.
  @inline(never)
  mutating func absorb(
    _ entries: UnsafePointer<UInt32>, _ entryCount: Int, mask: UInt32, limit: UInt32,
    isLimited: Bool
  ) {
    if isLimited {
      unsafe absorbing(entries, entryCount, mask) { ($0 &- limit) &>> 31 }
    } else {
      unsafe absorbing(entries, entryCount, mask) { _ in 1 }
    }
  }

  /// - Parameter isVisible: 1 for a row that exists, 0 for another; higher bits do not count.
  @inline(__always)
  private mutating func absorbing(
    _ entries: UnsafePointer<UInt32>, _ entryCount: Int, _ mask: UInt32,
    _ isVisible: (UInt32) -> UInt32
  ) {
    let queue = unsafe self.queue
    let bits = unsafe self.bits
    var count = self.count
    var shiftedMasks = self.shiftedMasks
    var index = 0
    while index < entryCount {
      let entry = unsafe entries[index]
      let shifted = mask &>> PackedEntry.code(entry)
      shiftedMasks |= shifted
      let row = PackedEntry.row(entry)
      let passes = UInt64(shifted & isVisible(row) & 1)
      let word = Int(row &>> 6)
      let shift = UInt64(row & 63)
      let old = unsafe bits[word]
      // Stored always, counted only if new: a mispredicted branch costs more than both.
      unsafe queue[count] = row
      count &+= Int(truncatingIfNeeded: passes & ~(old &>> shift))
      unsafe bits[word] = old | passes &<< shift
      index &+= 1
    }
    self.count = count
    self.shiftedMasks = shiftedMasks
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
  ///   - legs: What to follow; from every row, each of them.
  ///   - memory: Where the rows go: the seeds, each once, and then what was met, in order of arrival.
  ///     Whoever reads them clears the bits.
  /// - Returns: How many seeds there are, and how many rows in all.
  static func walk(
    from seeds: some Sequence<UInt32>, _ legs: [ReachLeg], _ scratch: TraversalScratch,
    _ exceptions: inout some AdjacencyExceptions
  ) -> (seeds: Int, rows: Int) {
    var frontier = Frontier(scratch.near)
    for seed in seeds { frontier.add(seed) }
    let seedCount = frontier.count
    if legs.count == 1 {
      follow(legs[0], &frontier, from: 0, scratch, &exceptions)
      return (seedCount, frontier.count)
    }
    // Each leg is followed to its end before the next, until none adds anything.
    var done = [Int](repeating: 0, count: legs.count)
    while let leg = done.indices.first(where: { done[$0] < frontier.count }) {
      let start = done[leg]
      follow(legs[leg], &frontier, from: start, scratch, &exceptions)
      done[leg] = frontier.count
    }
    return (seedCount, frontier.count)
  }

  private static func follow(
    _ leg: ReachLeg, _ frontier: inout Frontier, from start: Int, _ scratch: TraversalScratch,
    _ exceptions: inout some AdjacencyExceptions
  ) {
    switch (leg.adjacency.isLimited, leg.adjacency.tail != nil) {
    case (false, false):
      expandPlain(leg, &frontier, from: start, scratch, &exceptions)
    case (true, false):
      expand(
        leg, &frontier, from: start, scratch, &exceptions, isLimited: true, hasTail: false)
    case (false, true):
      expand(
        leg, &frontier, from: start, scratch, &exceptions, isLimited: false, hasTail: true)
    case (true, true):
      expand(leg, &frontier, from: start, scratch, &exceptions, isLimited: true, hasTail: true)
    }
  }

  @inline(never)
  private static func expandPlain(
    _ leg: ReachLeg, _ frontier: inout Frontier, from start: Int, _ scratch: TraversalScratch,
    _ exceptions: inout some AdjacencyExceptions
  ) {
    expand(leg, &frontier, from: start, scratch, &exceptions, isLimited: false, hasTail: false)
  }

  @inline(__always)
  private static func expand(
    _ leg: ReachLeg, _ frontier: inout Frontier, from start: Int, _ scratch: TraversalScratch,
    _ exceptions: inout some AdjacencyExceptions, isLimited: Bool, hasTail: Bool
  ) {
    let lists = leg.adjacency.lists
    let mask = leg.filter.mask
    let limit = leg.adjacency.rowLimit
    var next = start
    while next < frontier.count {
      let block = min(TraversalScratch.blockSize, frontier.count &- next)
      let rows = unsafe UnsafePointer(frontier.queue) + next
      if let doubtful = leg.adjacency.doubtful, unsafe doubtful.containsAny(rows, block) {
        unsafe absorbOneByOne(rows, block, leg, &frontier, &exceptions, doubtful)
        next &+= block
        continue
      }
      if !hasTail || lists.rowCount > 0 {
        let flagged = unsafe locate(rows, block, lists, scratch, mayBePast: hasTail)
        let filled = gather(
          block, lists, scratch, &frontier, mask: mask, limit: limit, isLimited: isLimited)
        unsafe frontier.absorb(
          scratch.gathered, filled, mask: mask, limit: limit, isLimited: isLimited)
        for index in 0..<flagged {
          unsafe exceptions.visitFlagged(scratch.marked[index], &frontier)
        }
      }
      if hasTail, let tail = leg.adjacency.tail {
        unsafe absorbTail(
          tail, rows, block, &frontier, scratch, mask: mask, limit: limit, isLimited: isLimited)
      }
      if let late = leg.adjacency.late {
        for index in 0..<block where unsafe late.contains(rows[index]) {
          unsafe exceptions.visitLate(rows[index], &frontier)
        }
      }
      if frontier.shiftedMasks & EntryFilter.exceptionBit != 0 {
        frontier.shiftedMasks = 0
        for index in 0..<block {
          let row = unsafe rows[index]
          leg.adjacency.forEachEntry(of: row) { entry, place in
            if PackedEntry.code(entry) == PackedEntry.exceptional {
              exceptions.visitExceptional(entry, of: row, at: place, &frontier)
            }
          }
        }
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
        exceptions.visitDoubtful(row, &frontier)
        continue
      }
      leg.adjacency.forEachEntry(of: row) { entry, _ in
        if leg.filter.passes(entry) { frontier.add(PackedEntry.row(entry)) }
      }
      if let late = leg.adjacency.late, late.contains(row) {
        exceptions.visitLate(row, &frontier)
      }
    }
  }

  /// The first pass: where the lists of a block lie.
  ///
  /// The passes are functions of their own, so that each has the registers for itself.
  ///
  /// - Returns: How many rows are flagged; they are the first of `marked`.
  @inline(never)
  private static func locate(
    _ rows: UnsafePointer<UInt32>, _ block: Int, _ lists: RowLists, _ scratch: TraversalScratch,
    mayBePast: Bool
  ) -> Int {
    let spans = unsafe scratch.spans
    let marked = unsafe scratch.marked
    let starts = unsafe UnsafeRawPointer(lists.starts)
    var flagged = 0
    var index = 0
    guard mayBePast else {
      while index < block {
        let row = unsafe rows[index]
        let span = unsafe starts.loadUnaligned(
          fromByteOffset: Int(row) &* 4, as: SIMD2<UInt32>.self)
        unsafe spans[index] = span & ~PackedEntry.flag
        unsafe marked[flagged] = row
        flagged &+= Int(span.x &>> 31)
        index &+= 1
      }
      return flagged
    }
    let packedRows = UInt32(truncatingIfNeeded: lists.rowCount)
    while index < block {
      let row = unsafe rows[index]
      // Rows past the packed lists read the first one, and forget it.
      let isPacked = row < packedRows
      let span = unsafe starts.loadUnaligned(
        fromByteOffset: Int(isPacked ? row : 0) &* 4, as: SIMD2<UInt32>.self)
      let lower = span.x & ~PackedEntry.flag
      unsafe spans[index] = SIMD2(lower, isPacked ? span.y & ~PackedEntry.flag : lower)
      unsafe marked[flagged] = row
      flagged &+= isPacked ? Int(span.x &>> 31) : 0
      index &+= 1
    }
    return flagged
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
    let lastGroup = lists.entryCount &- 8
    var filled = 0
    var index = 0
    while index < block {
      let span = unsafe spans[index]
      index &+= 1
      let lower = Int(span.x)
      let length = Int(span.y &- span.x)
      let source = unsafe entries + lower &* 4
      let target = unsafe UnsafeMutableRawPointer(gathered + filled)
      if length <= 8 && lower <= lastGroup {
        unsafe target.storeBytes(
          of: source.loadUnaligned(as: SIMD8<UInt32>.self), as: SIMD8<UInt32>.self)
        filled &+= length
      } else if length <= TraversalScratch.longestGathered && lower &+ length <= lastGroup {
        var copied = 0
        repeat {
          unsafe target.storeBytes(
            of: source.loadUnaligned(fromByteOffset: copied &* 4, as: SIMD8<UInt32>.self),
            toByteOffset: copied &* 4, as: SIMD8<UInt32>.self)
          copied &+= 8
        } while copied < length
        filled &+= length
      } else {
        unsafe frontier.absorb(
          source.assumingMemoryBound(to: UInt32.self), length, mask: mask, limit: limit,
          isLimited: isLimited)
      }
    }
    return filled
  }

  /// Follows the chains of a block's rows, a link of each at a time, so that their misses overlap too.
  @inline(__always)
  private static func absorbTail(
    _ tail: TailChains, _ rows: UnsafePointer<UInt32>, _ block: Int, _ frontier: inout Frontier,
    _ scratch: TraversalScratch, mask: UInt32, limit: UInt32, isLimited: Bool
  ) {
    let cursors = unsafe scratch.marked
    let gathered = unsafe scratch.gathered
    var active = 0
    for index in 0..<block {
      let head = unsafe tail.heads[Int(rows[index])].load(ordering: .acquiring)
      unsafe cursors[active] = head
      active &+= head != TailChains.none ? 1 : 0
    }
    while active > 0 {
      var remaining = 0
      var filled = 0
      for index in 0..<active {
        let slot = unsafe cursors[index]
        let isKnown = slot < tail.slotCount
        unsafe gathered[filled] = tail.entries[isKnown ? Int(slot) : 0]
        filled &+= isKnown ? 1 : 0
        let older = unsafe tail.older[Int(slot)]
        unsafe cursors[remaining] = older
        remaining &+= older != TailChains.none ? 1 : 0
      }
      unsafe frontier.absorb(gathered, filled, mask: mask, limit: limit, isLimited: isLimited)
      active = remaining
    }
  }
}
