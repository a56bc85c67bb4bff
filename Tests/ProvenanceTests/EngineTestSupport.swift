import ProvenanceTestKit
import Synchronization

@testable import Provenance

/// An edge between rows.
struct RowEdge {
  var effect: UInt32
  var cause: UInt32
  var code: UInt32
}

/// Rows and edges in the memory that walks read: nothing behind the last element is readable by right.
@safe
final class EngineGraph {
  let rowCount: Int
  let edges: [RowEdge]
  /// Edges that came after the list of their effect was closed.
  let late: [RowEdge]
  /// Edges that do not count, whatever the lists say.
  let dead: Set<UInt64>
  private(set) var sealed: (upstream: SealedTable, downstream: SealedTable)?
  private var owned: [UnsafeMutableRawPointer] = unsafe []
  private(set) var upstream: AdjacencyView!
  private(set) var downstream: AdjacencyView!

  /// - Parameters:
  ///   - rowCount: How many rows there are.
  ///   - edges: The edges that the lists know.
  ///   - late: Those that came after the list of their effect was closed.
  ///   - dead: Those that do not count.
  ///   - sealed: How many effects are in the sealed lists, both ways.
  ///   - packed: How many effects are in the packed lists of the downstream direction.
  ///   - visible: How many rows this state has.
  init(
    rowCount: Int, edges: [RowEdge], late: [RowEdge] = [], dead: Set<UInt64> = [],
    sealed: Int = 0, packed: Int? = nil, visible: Int? = nil
  ) {
    self.rowCount = rowCount
    self.edges = edges.sorted { ($0.effect, $0.cause) < ($1.effect, $1.cause) }
    self.late = late
    self.dead = dead
    let packed = packed ?? rowCount
    if sealed > 0 {
      let sealedEdges = self.edges.filter { $0.effect < sealed }
      self.sealed = (
        seal(sealedEdges, sealed, isDownstream: false),
        seal(sealedEdges, sealed, isDownstream: true)
      )
    }
    upstream = AdjacencyView(
      sealed: self.sealed?.upstream.lists,
      lists: lists(
        self.edges.filter { $0.effect >= sealed }, sealed..<rowCount, key: { $0.effect },
        value: { $0.cause }),
      rowBound: rowCount, rowLimit: visible)
    downstream = AdjacencyView(
      sealed: self.sealed?.downstream.lists,
      lists: lists(
        self.edges.filter { $0.effect >= sealed && $0.effect < packed }, 0..<packed,
        key: { $0.cause }, value: { $0.effect }),
      tail: packed < rowCount
        ? chains(
          self.edges.filter { $0.effect >= max(packed, sealed) }, key: { $0.cause },
          value: { $0.effect }) : nil,
      rowBound: rowCount, rowLimit: visible)
    let doubtful = self.edges.filter { dead.contains(Self.key($0.effect, $0.cause)) }
    upstream.late = lateChains(key: { $0.effect }, value: { $0.cause })
    upstream.doubtful = marks(doubtful.map(\.effect))
    downstream.late = lateChains(key: { $0.cause }, value: { $0.effect })
    downstream.doubtful = marks(doubtful.map(\.cause))
  }

  private func marks(_ rows: [UInt32]) -> RowMarks? {
    guard let last = rows.max() else { return nil }
    var words = [UInt32](repeating: 0, count: Int(last >> 5) + 1)
    for row in rows { words[Int(row >> 5)] |= 1 << (row & 31) }
    return unsafe RowMarks(
      words: UnsafeRawPointer(keep(words)).assumingMemoryBound(to: Atomic<UInt32>.self),
      wordCount: words.count)
  }

  private func seal(_ edges: [RowEdge], _ rows: Int, isDownstream: Bool) -> SealedTable {
    var lists = [[UInt32]](repeating: [], count: rows)
    for edge in edges {
      let (key, value) = isDownstream ? (edge.cause, edge.effect) : (edge.effect, edge.cause)
      lists[Int(key)].append(PackedEntry.pack(row: value, code: edge.code))
    }
    var builder = SealedListBuilder(isDownstream: isDownstream)
    for list in lists {
      let sorted = list.sorted { PackedEntry.row($0) < PackedEntry.row($1) }
      let isAdded = builder.append(sorted.span)
      precondition(isAdded)
    }
    return SealedTable(builder)
  }

  func view(_ isUpstream: Bool) -> AdjacencyView { isUpstream ? upstream : downstream }

  private func lists(
    _ edges: [RowEdge], _ rows: Range<Int>, key: (RowEdge) -> UInt32,
    value: (RowEdge) -> UInt32
  ) -> RowLists {
    var lists = [[UInt32]](repeating: [], count: rows.count)
    for edge in edges where rows.contains(Int(key(edge))) {
      lists[Int(key(edge)) - rows.lowerBound].append(
        PackedEntry.pack(row: value(edge), code: edge.code))
    }
    var starts: [UInt32] = [0]
    for list in lists { starts.append(starts[starts.count - 1] + UInt32(list.count)) }
    let entries = lists.flatMap { list in
      list.sorted { PackedEntry.row($0) < PackedEntry.row($1) }
    }
    return unsafe RowLists(
      starts: keep(starts), entries: keep(entries), firstRow: UInt32(rows.lowerBound),
      rowCount: rows.count, entryCount: entries.count)
  }

  private func lateChains(
    key: (RowEdge) -> UInt32, value: (RowEdge) -> UInt32
  ) -> LateChains? {
    marks(late.map(key)).map {
      LateChains(
        marks: $0, chains: chains(late, key: key, value: value), headCount: rowCount)
    }
  }

  private func chains(
    _ edges: [RowEdge], key: (RowEdge) -> UInt32, value: (RowEdge) -> UInt32
  ) -> TailChains {
    var heads = [UInt32](repeating: TailChains.none, count: rowCount)
    var older: [UInt32] = []
    var entries: [UInt32] = []
    for edge in edges {
      older.append(heads[Int(key(edge))])
      heads[Int(key(edge))] = UInt32(entries.count)
      entries.append(PackedEntry.pack(row: value(edge), code: edge.code))
    }
    return unsafe TailChains(
      heads: UnsafeRawPointer(keep(heads)).assumingMemoryBound(to: Atomic<UInt32>.self),
      older: keep(older), entries: keep(entries), slotCount: entries.count)
  }

  func keep<T: BitwiseCopyable>(_ values: [T]) -> UnsafePointer<T> {
    let memory = UnsafeMutablePointer<T>.allocate(capacity: max(values.count, 1))
    unsafe memory.initialize(from: values, count: values.count)
    unsafe owned.append(UnsafeMutableRawPointer(memory))
    return unsafe UnsafePointer(memory)
  }

  deinit {
    for index in unsafe owned.indices { unsafe owned[index].deallocate() }
  }
}

extension EngineGraph {
  /// The neighbours of a row by the plainest means.
  func neighbours(
    of row: UInt32, upstream isUpstream: Bool, codes: UInt16, visible: Int
  ) -> [UInt32] {
    var found: [UInt32] = []
    for (edge, isLate) in edges.map({ ($0, false) }) + late.map({ ($0, true) }) {
      let (from, to) = isUpstream ? (edge.effect, edge.cause) : (edge.cause, edge.effect)
      guard from == row, isLate || to < visible else { continue }
      let isDead = !isLate && dead.contains(Self.key(edge.effect, edge.cause))
      if !isDead, codes & 1 << UInt16(edge.code) != 0 { found.append(to) }
    }
    return found
  }

  /// Everything that some rows lead to, and how far it is.
  func distances(
    from seeds: [UInt32], _ steps: (UInt32) -> [UInt32]
  ) -> [UInt32: Int] {
    var distance: [UInt32: Int] = [:]
    for seed in seeds { distance[seed] = 0 }
    var queue = seeds
    var next = 0
    while next < queue.count {
      let row = queue[next]
      next += 1
      for other in steps(row) where distance[other] == nil {
        distance[other] = (distance[row] ?? 0) + 1
        queue.append(other)
      }
    }
    return distance
  }

  func reachable(
    from seeds: [UInt32], upstream isUpstream: Bool, codes: UInt16 = 0x7FFF, visible: Int? = nil
  ) -> [UInt32] {
    let all = distances(from: seeds) {
      neighbours(of: $0, upstream: isUpstream, codes: codes, visible: visible ?? rowCount)
    }
    return all.keys.filter { !seeds.contains($0) }.sorted()
  }

  static func key(_ effect: UInt32, _ cause: UInt32) -> UInt64 {
    UInt64(effect) << 32 | UInt64(cause)
  }
}

/// The side table of a graph, which counts what it is asked.
///
/// A tag of 1 means the other direction.
struct EngineExceptions: AdjacencyExceptions {
  let graph: EngineGraph
  let isUpstream: Bool
  let codes: UInt16
  var doubtfulRows: [UInt32] = []

  init(_ graph: EngineGraph, upstream: Bool, codes: UInt16 = 0x7FFF) {
    self.graph = graph
    isUpstream = upstream
    self.codes = codes
  }

  mutating func visitDoubtful(_ row: UInt32, tag: Int, _ sink: inout some NeighbourSink) {
    doubtfulRows.append(row)
    let found = graph.neighbours(
      of: row, upstream: isUpstream != (tag == 1), codes: codes, visible: graph.rowCount)
    for other in found { sink.add(other) }
  }
}
