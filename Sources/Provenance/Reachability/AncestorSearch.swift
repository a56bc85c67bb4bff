/// Asks an ancestor index for whole sets, and from rows that it has not seen.
///
/// Holds the memory of a query, so that one after the other allocates nothing. Not to be
/// shared between threads.
@safe
package struct AncestorSearch: ~Copyable {
  private var queue = RowList(capacity: 256)
  private var trees = RowList()
  private var treePositions = RowList()
  private var visit = CellVisit()
  /// The rows that a search has met, where the caller gives no bitmap; all zero between searches.
  private var met = RowBits()

  /// Makes the memory of queries.
  package init() {}
}

extension AncestorSearch {
  /// Adds all ancestors of some rows to a bitmap.
  ///
  /// A row of `rows` is itself added only where it is an ancestor of another. Rows newer than the
  /// index are walked, with their late pairs taken from `late`, until the walk reaches indexed ones.
  ///
  /// - Parameters:
  ///   - rows: Where to start.
  ///   - index: The index of a prefix.
  ///   - lists: The causes of each row, indexed or not.
  ///   - late: Edges beside the lists; those of the indexed rows as the index was built with.
  ///   - bits: A bit for each row of the lists, in words of 64. Bits set before mean rows whose
  ///     ancestors are set as well: nothing behind them is looked at.
  package mutating func insertAncestors(
    of rows: some Sequence<UInt32>, _ index: AncestorIndex, _ lists: UpstreamLists,
    late: LatePairs, into bits: UnsafeMutablePointer<UInt64>
  ) {
    unsafe walk(rows, index, lists, late, bits)
    guard trees.count > 0 else { return }
    dropContained(index)
    unsafe index.positions.rows.withUnsafeBufferPointer { rows in
      guard let rows = rows.baseAddress else { return }
      var writer = unsafe RowWriter(bits: bits, rows: rows, masks: index.masks)
      unsafe visit.visit(trees, index.store.reader, &writer)
    }
  }

  /// How many ancestors a row has, without listing them.
  package mutating func countAncestors(
    of row: UInt32, _ index: AncestorIndex, _ lists: UpstreamLists, late: LatePairs
  ) -> Int {
    unsafe met.reserve(lists.rowCount)
    unsafe walk(CollectionOfOne(row), index, lists, late, met.words)
    dropContained(index)
    var counter = PositionCounter()
    unsafe visit.visit(trees, index.store.reader, &counter)
    // What the walk met counts where no set has it.
    let reader = unsafe index.store.reader
    for number in 1..<max(queue.count, 1) {
      let member = queue[number]
      met.clear(member)
      if Int(member) < index.rowCount {
        let position = index.positionOf[member]
        if unsafe isHeld(position, reader) { continue }
      }
      counter.count += 1
    }
    return counter.count
  }

  /// Whether a row is an ancestor of another, which may be newer than the index.
  package mutating func isAncestor(
    _ ancestor: UInt32, of row: UInt32, _ index: AncestorIndex, _ lists: UpstreamLists,
    late: LatePairs
  ) -> Bool {
    if Int(row) < index.rowCount, Int(ancestor) < index.rowCount {
      return unsafe index.isAncestor(ancestor, of: row, lists)
    }
    if ancestor == row { return false }
    unsafe met.reserve(lists.rowCount)
    queue.removeAll()
    queue.append(row)
    let position =
      Int(ancestor) < index.rowCount ? index.positionOf[ancestor] : PositionMap.none
    let reader = unsafe index.store.reader
    var isFound = false
    var head = 0
    while head < queue.count, !isFound {
      let current = queue[head]
      head += 1
      if Int(current) < index.rowCount {
        let state = RowState(bits: index.states[current])
        if !state.isPlain {
          isFound = unsafe reader.contains(state.tree, position)
          continue
        }
      }
      unsafe lists.forEachCause(of: current, late) { cause in
        if cause == ancestor { isFound = true }
        if met.insert(cause) { queue.append(cause) }
      }
    }
    for number in 0..<queue.count { met.clear(queue[number]) }
    return isFound
  }

  /// Meets all rows up to the nearest anchors, and collects the anchors' trees.
  private mutating func walk(
    _ rows: some Sequence<UInt32>, _ index: AncestorIndex, _ lists: UpstreamLists,
    _ late: LatePairs, _ bits: UnsafeMutablePointer<UInt64>
  ) {
    queue.removeAll()
    trees.removeAll()
    treePositions.removeAll()
    for row in rows { queue.append(row) }
    var head = 0
    while head < queue.count {
      let current = queue[head]
      head += 1
      if Int(current) < index.rowCount {
        let state = RowState(bits: index.states[current])
        if !state.isPlain {
          trees.append(state.bits)
          treePositions.append(index.positionOf[current])
          continue
        }
      }
      unsafe lists.forEachCause(of: current, late) { cause in
        let word = unsafe bits + Int(cause &>> 6)
        let bit: UInt64 = 1 &<< UInt64(cause & 63)
        if unsafe word.pointee & bit != 0 { return }
        unsafe word.pointee |= bit
        queue.append(cause)
      }
    }
  }

  private func isHeld(_ position: UInt32, _ reader: CellReader) -> Bool {
    if position == PositionMap.none { return false }
    for number in 0..<trees.count
    where unsafe reader.contains(CellTree(packed: trees[number]), position) { return true }
    return false
  }

  /// Drops the trees of anchors that are in another's tree, while that is cheaper than to visit them.
  private mutating func dropContained(_ index: AncestorIndex) {
    let count = trees.count
    if count < 2 || count > 64 { return }
    let reader = unsafe index.store.reader
    for number in 0..<count {
      let position = treePositions[number]
      if position == PositionMap.none { continue }
      for other in 0..<count where other != number {
        guard unsafe reader.contains(CellTree(packed: trees[other]), position) else { continue }
        trees[number] = CellTree(id: CellTree.empty, height: 0).packed
        break
      }
    }
  }
}

/// Counts positions.
struct PositionCounter: CellVisitor {
  var count = 0

  mutating func visit(_ words: SIMD8<UInt64>, from position: UInt32) {
    for slot in 0..<8 { count &+= words[slot].nonzeroBitCount }
  }

  mutating func visitFull(from position: UInt32, count: UInt32) { self.count &+= Int(count) }
}
