/// One end of a two-way search that passes over rows whose labels say that no path leads through them.
@safe
struct PrunedEnd {
  private let lists: RowLists
  private let filter: EntryFilter
  private let labels: LabelReader
  private let isUpstream: Bool
  /// The row at the other end.
  private let goal: UInt32
  /// The rows that can lie on a path: the first, and how many.
  private let first: UInt32
  private let span: UInt32
  /// Every row met, so that its bit can be cleared.
  private let met: WalkMemory
  private let otherBits: UnsafeMutablePointer<UInt64>
  /// The rows whose lists are to be read, in order of arrival.
  private let open: UnsafeMutablePointer<UInt32>
  private(set) var metCount = 0
  private var openCount = 1
  private var next = 0
  /// How many entries the rows in `open` had or have, read or not.
  private(set) var cost = 0

  /// Rows that are expanded together.
  private static let blockSize = 8
  /// Longer lists are cut to the rows that can lie on a path before they are counted.
  private static let longestWhole = 64

  /// - Parameters:
  ///   - start: Where the search starts.
  ///   - goal: Where it leads.
  ///   - isUpstream: Whether it goes from effects to causes.
  ///   - lists: The neighbours in that direction.
  ///   - filter: Which edges count.
  ///   - labels: The labels of all rows between the two.
  ///   - met: Where the rows go.
  ///   - other: Where the other end's rows go.
  ///   - open: Room for as many rows as `met` has.
  init(
    from start: UInt32, to goal: UInt32, isUpstream: Bool, _ lists: RowLists, filter: EntryFilter,
    _ labels: LabelReader, met: WalkMemory, other: WalkMemory, open: UnsafeMutablePointer<UInt32>
  ) {
    self.lists = lists
    self.filter = filter
    self.labels = labels
    self.isUpstream = isUpstream
    self.goal = goal
    first = min(start, goal)
    span = max(start, goal) - first
    self.met = met
    unsafe otherBits = other.bits
    unsafe self.open = open
    unsafe open[0] = start
    unsafe met.queue[0] = start
    unsafe met.bits[Int(start &>> 6)] |= 1 &<< UInt64(start & 63)
    metCount = 1
    cost = slots(of: start).count
  }

  /// Whether nothing is left to read.
  var isDone: Bool { next == openCount }

  /// The part of a row's list that can matter; short lists are left whole.
  @inline(__always)
  private func slots(of row: UInt32) -> Range<Int> {
    let slots = lists.slots(of: row)
    if slots.count <= Self.longestWhole { return slots }
    let lower = lists.firstSlot(in: slots, notBelow: first)
    let upper = lists.firstSlot(in: lower..<slots.upperBound, notBelow: first + span + 1)
    return lower..<upper
  }

  /// Reads the lists of the next rows.
  ///
  /// - Returns: Whether a path is certain now.
  mutating func expand() -> Bool {
    let end = min(openCount, next + Self.blockSize)
    let before = metCount
    var meetings: UInt64 = 0
    while next < end {
      meetings |= meet(slots(of: unsafe open[next]))
      next += 1
    }
    if meetings & 1 != 0 { return true }
    return admit(before..<metCount)
  }

  /// Notes the rows of some entries that are new and can lie on a path, without a branch on what they are.
  ///
  /// - Returns: In the lowest bit, whether the other end has met one of them.
  @inline(__always)
  private mutating func meet(_ slots: Range<Int>) -> UInt64 {
    let queue = unsafe met.queue
    let bits = unsafe met.bits
    var count = metCount
    var meetings: UInt64 = 0
    var slot = slots.lowerBound
    while slot < slots.upperBound {
      let entry = unsafe lists.entries[slot]
      let row = PackedEntry.row(entry)
      let passes: UInt64 = filter.passes(entry) && row &- first <= span ? 1 : 0
      let word = Int(row &>> 6)
      let shift = UInt64(row & 63)
      let old = unsafe bits[word]
      unsafe queue[count] = row
      count &+= Int(truncatingIfNeeded: passes & ~(old &>> shift))
      unsafe bits[word] = old | passes &<< shift
      unsafe meetings |= passes & (otherBits[word] &>> shift)
      slot &+= 1
    }
    metCount = count
    return meetings
  }

  /// Opens those of the rows just met that a path may lead through.
  ///
  /// - Returns: Whether a path leads through one of them for certain.
  private mutating func admit(_ places: Range<Int>) -> Bool {
    let queue = unsafe met.queue
    let goalLabel = labels[goal]
    // What fits in a cache line a row comes first, for all, so that its loads overlap.
    var count = openCount
    var isCertain = false
    for place in places {
      let row = unsafe queue[place]
      let label = labels[row]
      let (cause, effect) = isUpstream ? (goalLabel, label) : (label, goalLabel)
      unsafe open[count] = row
      count &+= labels.levelsForbid(cause, effect) ? 0 : 1
      isCertain = isCertain || labels.treeAllows(cause, effect)
    }
    if isCertain { return true }
    var kept = openCount
    for place in openCount..<count {
      let row = unsafe open[place]
      let label = labels[row]
      let verdict =
        isUpstream
        ? labels.compareSets(goal, goalLabel, row, label)
        : labels.compareSets(row, label, goal, goalLabel)
      switch verdict {
      case .yes: return true
      case .no: continue
      case .unknown:
        unsafe open[kept] = row
        kept &+= 1
        cost &+= slots(of: row).count
      }
    }
    openCount = kept
    return false
  }

  /// Leaves the memory as it was.
  func clear() { met.clear(count: metCount) }
}
