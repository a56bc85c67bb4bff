/// Builds an ancestor index row by row, causes first.
@safe
struct AncestorIndexBuilder: ~Copyable {
  let options: AncestorIndexOptions
  /// The option, held to what a row's state has room for.
  private let spacing: Int
  let states: RowArray
  let positionOf: RowArray
  var positions: PositionMap
  var table: CellTable
  private(set) var edgeCount: Int
  private(set) var anchorCount: Int
  /// The cluster that each anchor's own rows are in; not kept in the index.
  let clusterOf: RowArray
  /// How often each row has been new to an anchor; past a count it says nothing about a cluster.
  let uses: RowArray
  /// Which rows the current walk has seen: those whose mark is the current one.
  private let marks: RowArray
  private var mark: UInt32 = 0
  var union = CellUnion()
  var plain = RowList()
  var anchors = RowList()
  var trees = RowList()
  var news = RowList()
  private var heap = RowList()
  var votes: [Vote] = []

  /// How many of an anchor's rows speak for a cluster.
  struct Vote {
    var cluster: UInt32
    var count: Int
  }

  /// Starts an index, or goes on from one.
  init(from index: AncestorIndex?, rowCount: Int, options: AncestorIndexOptions) {
    self.options = options
    spacing = min(max(options.spacing, 0), 255)
    if let index {
      states = RowArray(copying: index.states, count: rowCount, rest: RowState.unknown)
      positionOf = RowArray(copying: index.positionOf, count: rowCount, rest: PositionMap.none)
      positions = index.positions
      table = CellTable(extending: index.store, hashMask: options.hashMask)
      edgeCount = index.edgeCount
      anchorCount = index.anchorCount
    } else {
      states = RowArray(repeating: RowState.unknown, count: rowCount)
      positionOf = RowArray(repeating: PositionMap.none, count: rowCount)
      positions = PositionMap()
      table = CellTable(hashMask: options.hashMask)
      edgeCount = 0
      anchorCount = 0
    }
    clusterOf = RowArray(repeating: PositionMap.none, count: rowCount)
    uses = RowArray(repeating: 0, count: rowCount)
    marks = RowArray(repeating: 0, count: rowCount)
  }

  /// What an index over so many rows would take.
  func byteCount(rows: Int) -> Int { rows * 8 + positions.byteCount + table.byteCount }

  /// Adds a row whose causes are all known.
  mutating func add(
    _ row: UInt32, _ lists: UpstreamLists, _ overrides: CauseOverrides
  ) throws(AncestorIndexError) {
    var bound = 0
    var unknown: UInt32?
    unsafe lists.forEachCause(of: row, overrides) { cause in
      edgeCount &+= 1
      if Int(cause) >= states.count {
        unknown = cause
        return
      }
      let state = RowState(bits: states[cause])
      if state.bits == RowState.unknown { unknown = cause }
      bound &+= state.isPlain ? 1 &+ state.bound : 1
    }
    if let unknown { throw .causeAfterEffect(effect: row, cause: unknown) }
    if bound > spacing { bound = unsafe measureRegion(of: row, lists, overrides) }
    if bound <= spacing {
      states[row] = RowState(plain: bound).bits
      return
    }
    unsafe gatherNews(of: row, lists, overrides)
    anchorCount += 1
    let tree = uniteNews(row)
    states[row] = RowState(anchor: tree).bits
  }

  /// How many rows a query on a row would visit; past the spacing any number past it.
  private mutating func measureRegion(
    of row: UInt32, _ lists: UpstreamLists, _ overrides: CauseOverrides
  ) -> Int {
    startWalk()
    plain.removeAll()
    var anchorCount = 0
    var current = row
    var head = 0
    while true {
      unsafe lists.forEachCause(of: current, overrides) { cause in
        if marks[cause] == mark { return }
        marks[cause] = mark
        if RowState(bits: states[cause]).isPlain {
          plain.append(cause)
        } else {
          anchorCount &+= 1
        }
      }
      if head == plain.count || plain.count + anchorCount > spacing { break }
      current = plain[head]
      head += 1
    }
    return plain.count + anchorCount
  }

  /// Collects the anchors whose sets a new anchor's set contains, and the plain rows besides.
  ///
  /// From the highest row down: what an anchor met before already holds is dropped with all that
  /// lies behind it.
  private mutating func gatherNews(
    of row: UInt32, _ lists: UpstreamLists, _ overrides: CauseOverrides
  ) {
    startWalk()
    plain.removeAll()
    anchors.removeAll()
    trees.removeAll()
    heap.removeAll()
    var current = row
    while true {
      unsafe lists.forEachCause(of: current, overrides) { cause in
        if marks[cause] == mark { return }
        marks[cause] = mark
        heap.push(cause)
      }
      var isFound = false
      while !isFound, heap.count > 0 {
        let member = heap.popMax()
        if isHeld(positionOf[member]) { continue }
        let state = RowState(bits: states[member])
        if state.isPlain {
          plain.append(member)
          current = member
          isFound = true
        } else {
          anchors.append(member)
          trees.append(state.bits)
        }
      }
      if !isFound { return }
    }
  }

  private func isHeld(_ position: UInt32) -> Bool {
    if position == PositionMap.none { return false }
    let reader = unsafe table.reader
    for index in 0..<trees.count
    where unsafe reader.contains(CellTree(packed: trees[index]), position) { return true }
    return false
  }

  private mutating func startWalk() {
    if mark == .max {
      for row in 0..<UInt32(marks.count) { marks[row] = 0 }
      mark = 0
    }
    mark += 1
  }
}
