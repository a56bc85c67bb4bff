/// Asks an ancestor index for whole sets, and from rows that it has not seen.
///
/// Holds the memory of a query, so that one after the other allocates little. For one thread at
/// a time.
@safe
package final class AncestorSearch: @unchecked Sendable {
  private var queue = RowList(capacity: 256)
  private var trees = RowList()
  private var treePositions = RowList()
  private var visit = CellVisit()
  /// Room for the rows of a small answer.
  private var few = RowList(capacity: AncestorSearch.fewRows + 64)
  /// The rows that a search has met; all zero between searches.
  private var met = RowBits()

  /// Up to so many rows, an answer is found as a list, whatever the size of the graph.
  private static let fewRows = 1024

  /// Makes the memory of queries.
  package init() {}
}

extension AncestorSearch {
  /// All ancestors of some rows.
  ///
  /// A row of `rows` is itself among them only where it is an ancestor of another. Rows newer than the
  /// index are walked until the walk reaches indexed ones.
  ///
  /// - Parameters:
  ///   - rows: Where to start.
  ///   - index: The index of a prefix.
  ///   - lists: The causes of each row, indexed or not.
  ///   - newer: What the lists do not say of newer rows.
  /// - Returns: The rows, ascending.
  func ancestors(
    of rows: some Sequence<UInt32>, _ index: AncestorIndex, _ lists: UpstreamLists,
    _ newer: inout some NewerCauses
  ) -> RowSet {
    let seedCount = unsafe walk(rows, index, lists, &newer)
    // From here on what the walk met is in the queue alone.
    for number in seedCount..<queue.count { met.clear(queue[number]) }
    dropContained(index)
    if let rows = listFew(index, seedCount) { return rows }
    return writeMany(index, seedCount)
  }

  /// The rows of a small answer; `nil` for a larger one.
  private func listFew(_ index: AncestorIndex, _ seedCount: Int) -> RowSet? {
    few.removeAll()
    if trees.count > 0 {
      let count = unsafe index.positions.rows.withUnsafeBufferPointer { rows in
        guard let rows = rows.baseAddress else { return 0 }
        var collector = unsafe RowCollector(into: few.start, limit: Self.fewRows, rows: rows)
        unsafe visit.visit(trees, index.store.reader, &collector)
        return collector.isDone ? -1 : collector.count
      }
      if count < 0 { return nil }
      few.setCount(count)
    }
    for number in seedCount..<queue.count { few.append(queue[number]) }
    few.sort()
    return few.count == 0 ? RowSet() : RowSet(ascending: few.distinct())
  }

  /// The rows of a larger answer, as a bitmap.
  private func writeMany(_ index: AncestorIndex, _ seedCount: Int) -> RowSet {
    var highest = index.isRowOrdered ? 0 : UInt32(index.rowCount)
    for number in 0..<queue.count { highest = max(highest, queue[number]) }
    let wordCount = Int(highest >> 6) + 1
    var count = 0
    let words = unsafe [UInt64](unsafeUninitializedCapacity: wordCount) { words, filled in
      unsafe words.initialize(repeating: 0)
      filled = wordCount
      guard let bits = words.baseAddress else { return }
      count = unsafe index.positions.rows.withUnsafeBufferPointer { rows in
        guard let rows = rows.baseAddress else { return 0 }
        var writer = unsafe RowWriter(bits: bits, rows: rows, near: index.near)
        unsafe visit.visit(trees, index.store.reader, &writer)
        return writer.count
      }
      for number in seedCount..<queue.count {
        let row = queue[number]
        let bit: UInt64 = 1 &<< UInt64(row & 63)
        if unsafe bits[Int(row &>> 6)] & bit == 0 { count &+= 1 }
        unsafe bits[Int(row &>> 6)] |= bit
      }
    }
    return RowSet(words: words, firstWord: 0, count: count)
  }

  /// Whether a row is an ancestor of another, which may be newer than the index.
  func isAncestor(
    _ ancestor: UInt32, of row: UInt32, _ index: AncestorIndex, _ lists: UpstreamLists,
    _ newer: inout some NewerCauses
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
      unsafe lists.forEachCause(of: current, index, &newer) { cause in
        if cause == ancestor { isFound = true }
        if met.insert(cause) { queue.append(cause) }
      }
    }
    for number in 1..<queue.count { met.clear(queue[number]) }
    return isFound
  }

  /// Meets all rows up to the nearest anchors, and collects the anchors' trees.
  ///
  /// - Returns: How many rows of the queue are those that it started from.
  private func walk(
    _ rows: some Sequence<UInt32>, _ index: AncestorIndex, _ lists: UpstreamLists,
    _ newer: inout some NewerCauses
  ) -> Int {
    unsafe met.reserve(lists.rowCount)
    queue.removeAll()
    trees.removeAll()
    treePositions.removeAll()
    for row in rows { queue.append(row) }
    let seedCount = queue.count
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
      unsafe lists.forEachCause(of: current, index, &newer) { cause in
        if met.insert(cause) { queue.append(cause) }
      }
    }
    return seedCount
  }

  /// Drops the trees of anchors that are in another's tree, while that is cheaper than to visit them.
  private func dropContained(_ index: AncestorIndex) {
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
