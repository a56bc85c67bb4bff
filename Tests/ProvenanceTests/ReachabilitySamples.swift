@testable import Provenance

/// A small graph in the form that the indexes read, and its ancestors by a plain search.
struct ReachabilitySample {
  let rowCount: Int
  /// The cause rows of each row.
  let causes: [[UInt32]]
  /// Rows, each after its causes; `nil` where their numbers are such an order.
  let order: [UInt32]?
  let starts: [UInt32]
  let entries: [UInt32]
  /// The causes of rows with edges beside the lists.
  let overrides: CauseOverrides

  /// Makes a sample of edges; an edge stands beside the lists if its cause's row is the
  /// higher one, or if `isLate` says so.
  init(
    rowCount: Int, edges: [(effect: UInt32, cause: UInt32)], order: [UInt32]? = nil,
    isLate: (Int) -> Bool = { _ in false }
  ) {
    self.rowCount = rowCount
    self.order = order
    var causes = [[UInt32]](repeating: [], count: rowCount)
    var packed = causes
    var overridden: Set<UInt32> = []
    for (number, edge) in edges.enumerated() {
      causes[Int(edge.effect)].append(edge.cause)
      if edge.cause > edge.effect || isLate(number) {
        overridden.insert(edge.effect)
      } else {
        packed[Int(edge.effect)].append(edge.cause)
      }
    }
    var starts: [UInt32] = []
    var entries: [UInt32] = []
    for row in 0..<rowCount {
      starts.append(UInt32(entries.count))
      for (number, cause) in packed[row].sorted().enumerated() {
        // Causal kinds, and an entry of another kind that must not be followed.
        entries.append(cause | UInt32([0, 4, 5][number % 3]) << 28)
        if number % 4 == 3 { entries.append(UInt32(row) / 2 | 7 << 28) }
      }
      let from = Int(starts[row])
      entries[from...].sort { ($0 & 0xfff_ffff, $0) < ($1 & 0xfff_ffff, $1) }
    }
    starts.append(UInt32(entries.count))
    self.causes = causes
    self.starts = starts
    self.entries = entries
    overrides = CauseOverrides(
      overridden.sorted().map { (row: $0, causes: causes[Int($0)]) })
  }

  /// Calls a closure with the lists of the first rows.
  @safe
  func withLists<R, E: Error>(
    rows: Int? = nil, _ body: (UpstreamLists) throws(E) -> R
  ) throws(E) -> R {
    // What follows the last list may be read ahead of.
    let padded = entries + [0, 0]
    return try unsafe starts.withUnsafeBufferPointer { starts throws(E) in
      try unsafe padded.withUnsafeBufferPointer { entries throws(E) in
        guard let starts = starts.baseAddress, let entries = entries.baseAddress
        else { fatalError("a sample has entries") }
        return try unsafe body(
          UpstreamLists(
            starts: starts, entries: entries, rowCount: rows ?? rowCount,
            codes: EdgeKindSet.causal.rawValue))
      }
    }
  }

  /// The ancestors of each row.
  func ancestors() -> [Set<UInt32>] {
    var sets = [Set<UInt32>](repeating: [], count: rowCount)
    for row in order ?? (0..<UInt32(rowCount)).map(\.self) {
      for cause in causes[Int(row)] {
        sets[Int(row)].insert(cause)
        sets[Int(row)].formUnion(sets[Int(cause)])
      }
    }
    return sets
  }
}

/// A generator with a seed, so that a failing graph can be made again.
struct ReachabilityRandom: RandomNumberGenerator {
  var state: UInt64

  mutating func next() -> UInt64 {
    state &+= 0x9e37_79b9_7f4a_7c15
    var value = state
    value = (value ^ value >> 30) &* 0xbf58_476d_1ce4_e5b9
    value = (value ^ value >> 27) &* 0x94d0_49bb_1331_11eb
    return value ^ value >> 31
  }
}

/// What a random graph looks like.
enum ReachabilityShape: CaseIterable {
  case sparse, dense, chain, braids, hubs, wide

  /// The causes of a row: rows below it, each once.
  func causes(of row: UInt32, _ random: inout ReachabilityRandom) -> Set<UInt32> {
    guard row > 0 else { return [] }
    var causes: Set<UInt32> = []
    func any() -> UInt32 { .random(in: 0..<row, using: &random) }
    switch self {
    case .sparse: if Bool.random(using: &random) { causes.insert(any()) }
    case .dense: for _ in 0..<8 { causes.insert(any()) }
    case .chain:
      causes.insert(row - 1)
      if row % 50 == 0 { causes.insert(any()) }
    case .braids:
      // Interleaved chains that now and then take from one another.
      if row >= 7 { causes.insert(row - 7) }
      if row % 31 == 0 { causes.insert(any()) }
    case .hubs:
      causes.insert(any() % 5)
      causes.insert(row - 1 - min(row - 1, .random(in: 0..<20, using: &random)))
    case .wide:
      for _ in 0..<(row % 100 == 99 ? 90 : 1) { causes.insert(any()) }
    }
    return causes.filter { $0 < row }
  }

  /// A graph of this shape; some edges are late ones if asked for.
  func sample(rows: Int, seed: UInt64, late: Bool = false) -> ReachabilitySample {
    var random = ReachabilityRandom(state: seed)
    var edges: [(effect: UInt32, cause: UInt32)] = []
    for row in 0..<UInt32(rows) {
      for cause in causes(of: row, &random).sorted() { edges.append((row, cause)) }
    }
    let isLate = edges.map { _ in late && UInt8.random(in: 0..<10, using: &random) == 0 }
    return ReachabilitySample(rowCount: rows, edges: edges) { isLate[$0] }
  }

  /// The same with the rows numbered anew, in an order that is not topological.
  func shuffled(rows: Int, seed: UInt64) -> ReachabilitySample {
    var random = ReachabilityRandom(state: seed)
    let order = (0..<UInt32(rows)).shuffled(using: &random)
    var edges: [(effect: UInt32, cause: UInt32)] = []
    for row in 0..<UInt32(rows) {
      for cause in causes(of: row, &random).sorted() {
        edges.append((order[Int(row)], order[Int(cause)]))
      }
    }
    return ReachabilitySample(rowCount: rows, edges: edges, order: order)
  }
}
