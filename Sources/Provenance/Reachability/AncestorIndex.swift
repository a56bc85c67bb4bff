/// The ancestors of every row of a prefix of a graph, kept.
///
/// What a recorded row's ancestors are never changes, so they can be kept as sets that share their
/// parts. A row becomes an *anchor* when a query on it would have to visit more than `spacing` rows;
/// an anchor keeps its ancestors as a tree of cells, and a query on any other row visits its region
/// and asks the anchors at the region's edge. Each distinct cell is kept once. Rows have
/// positions in the trees, by cluster, so that rows with a common past share cells.
///
/// An index is immutable. ``extended(_:overrides:order:options:shouldStop:)`` makes a new one that
/// shares the cells. Edges added later to rows inside the prefix are not in it: then it must not
/// be asked about the descendants of those edges' effects.
package final class AncestorIndex: Sendable {
  let states: RowArray
  let positionOf: RowArray
  let positions: PositionMap
  let near: NearRows
  let store: CellStore
  /// The causes of indexed rows that their lists do not tell.
  let overrides: CauseOverrides
  /// Whether each cause's row is below its effect's.
  let isRowOrdered: Bool
  /// How many edges the index was built over.
  package let edgeCount: Int
  /// How many rows keep their ancestors themselves.
  package let anchorCount: Int

  /// How many rows are indexed: those below it.
  package var rowCount: Int { states.count }

  /// What the index takes in memory.
  package var byteCount: Int {
    states.byteCount + positionOf.byteCount + positions.byteCount + near.byteCount
      + overrides.byteCount + store.unitCount * CellSegment.unitBytes
  }

  /// Builds an index over all rows of the lists.
  ///
  /// O(rows + edges) while ancestor sets share most of their cells.
  ///
  /// - Parameters:
  ///   - lists: The causes of each row.
  ///   - overrides: The causes of rows whose lists do not tell them.
  ///   - order: All rows, each after its causes; `nil` where ascending rows are such an order.
  ///   - options: How to build it.
  ///   - shouldStop: Asked now and then; when it says so, the build ends.
  /// - Throws: ``AncestorIndexError``.
  package convenience init(
    _ lists: UpstreamLists, overrides: CauseOverrides = .none, order: [UInt32]? = nil,
    options: AncestorIndexOptions = AncestorIndexOptions(), shouldStop: () -> Bool = { false }
  ) throws(AncestorIndexError) {
    try unsafe self.init(
      from: nil, lists, overrides: overrides, order: order, options: options, shouldStop: shouldStop
    )
  }

  /// An index over more rows, which shares this one's cells.
  ///
  /// O(indexed rows + cells) to start, then as a build over the new rows.
  ///
  /// - Parameters:
  ///   - lists: The causes of each row, those of indexed rows as they were.
  ///   - overrides: The causes of rows whose lists do not tell them; those of indexed rows as they
  ///     were.
  ///   - order: The new rows, each after its causes; `nil` where ascending rows are such an order.
  ///   - options: How to build it.
  ///   - shouldStop: Asked now and then; when it says so, the build ends.
  /// - Returns: The longer index; this one stays as it is.
  /// - Throws: ``AncestorIndexError``.
  package func extended(
    _ lists: UpstreamLists, overrides: CauseOverrides = .none, order: [UInt32]? = nil,
    options: AncestorIndexOptions = AncestorIndexOptions(), shouldStop: () -> Bool = { false }
  ) throws(AncestorIndexError) -> AncestorIndex {
    try unsafe AncestorIndex(
      from: self, lists, overrides: overrides, order: order, options: options,
      shouldStop: shouldStop)
  }

  private init(
    from index: AncestorIndex?, _ lists: UpstreamLists, overrides: CauseOverrides, order: [UInt32]?,
    options: AncestorIndexOptions, shouldStop: () -> Bool
  ) throws(AncestorIndexError) {
    let known = index?.rowCount ?? 0
    let rowCount = unsafe max(lists.rowCount, known)
    var builder = AncestorIndexBuilder(from: index, rowCount: rowCount, options: options)
    for number in 0..<rowCount - known {
      if number & 4095 == 4095 {
        if shouldStop() { throw .stopped }
        try builder.checkBudget(rows: known + number)
      }
      let row = order?[number] ?? UInt32(known + number)
      try unsafe builder.add(row, lists, overrides)
    }
    try builder.checkBudget(rows: rowCount)
    states = builder.states
    positionOf = builder.positionOf
    positions = builder.positions
    near = NearRows(builder.positions.rows)
    store = builder.table.makeStore()
    edgeCount = builder.edgeCount
    anchorCount = builder.anchorCount
    self.overrides = overrides
    isRowOrdered = order == nil && index?.isRowOrdered ?? true
  }
}

/// How an ancestor index is built.
package struct AncestorIndexOptions: Sendable {
  /// How many rows a query may have to visit, at most 255; more makes a smaller and slower index.
  package var spacing = 8
  /// How many bytes an edge the index may take; past it the build ends with
  /// ``AncestorIndexError/tooDense(rowCount:byteCount:edgeCount:)``.
  package var bytesPerEdge = 40
  /// How many bytes are granted before the budget an edge counts.
  package var freeBytes = 1 << 20
  /// Which bits of a cell's hash count.
  var hashMask = UInt64.max

  /// The defaults.
  package init() {}
}

/// Why an ancestor index was not built.
package enum AncestorIndexError: Error, Equatable {
  /// The graph's ancestor sets share too little for the budget.
  case tooDense(rowCount: Int, byteCount: Int, edgeCount: Int)
  /// An edge's cause was not before its effect in the order, or is outside the prefix.
  case causeAfterEffect(effect: UInt32, cause: UInt32)
  /// The caller wanted it to stop.
  case stopped
}

extension AncestorIndexBuilder {
  /// Throws once the index takes more than it may.
  func checkBudget(rows: Int) throws(AncestorIndexError) {
    let bytes = byteCount(rows: rows)
    if bytes - options.freeBytes > options.bytesPerEdge * edgeCount
      || table.byteCount > CellTable.byteLimit
    {
      throw .tooDense(rowCount: rows, byteCount: bytes, edgeCount: edgeCount)
    }
  }
}
