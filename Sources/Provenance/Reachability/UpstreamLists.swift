/// The causes of every row of a graph, as the index reads them: packed lists and the late pairs.
///
/// Borrowed for a call: nothing here is kept, and the buffers must outlive the value.
@unsafe
package struct UpstreamLists {
  /// Where each row's list starts, and one more; bit 31 marks a row with late pairs.
  let starts: UnsafePointer<UInt32>
  /// The packed entries: the cause's row in 28 bits, the edge's code in the upper four.
  let entries: UnsafePointer<UInt32>
  /// How many rows there are.
  let rowCount: Int
  /// Which codes are followed, a bit each.
  let codes: UInt32

  /// Borrows packed lists.
  ///
  /// - Parameters:
  ///   - starts: `rowCount + 1` offsets into `entries`.
  ///   - entries: The packed entries, each row's ascending.
  ///   - rowCount: How many rows there are; at most 2^28.
  ///   - codes: Which codes are followed, a bit each.
  package init(
    starts: UnsafePointer<UInt32>, entries: UnsafePointer<UInt32>, rowCount: Int, codes: UInt16
  ) {
    unsafe self.starts = starts
    unsafe self.entries = entries
    unsafe self.rowCount = rowCount
    unsafe self.codes = UInt32(codes)
  }
}

extension UpstreamLists {
  /// Where a row's list starts.
  @inline(__always)
  func start(_ row: Int) -> Int { unsafe Int(starts[row] & 0x7fff_ffff) }

  /// Where a row's list ends.
  @inline(__always)
  func end(_ row: Int) -> Int { unsafe Int(starts[row &+ 1] & 0x7fff_ffff) }

  /// Whether a row may have late pairs.
  @inline(__always)
  func hasLatePairs(_ row: Int) -> Bool { unsafe starts[row] >> 31 != 0 }

  /// Whether an entry is followed.
  @inline(__always)
  func follows(_ entry: UInt32) -> Bool { unsafe codes &>> (entry &>> 28) & 1 != 0 }
}

extension UpstreamLists {
  /// Calls a closure with each cause of a row, those of late pairs last.
  @inline(__always)
  func forEachCause(of row: UInt32, _ late: LatePairs, _ body: (UInt32) -> Void) {
    for index in unsafe start(Int(row))..<end(Int(row)) {
      let entry = unsafe entries[index]
      if unsafe follows(entry) { body(entry & 0xfff_ffff) }
    }
    if unsafe hasLatePairs(Int(row)) { late.forEachCause(of: row, body) }
  }
}

/// Pairs of effect and cause that stand beside the packed lists, sorted by effect.
package struct LatePairs: Sendable {
  private(set) var effects: [UInt32] = []
  private(set) var causes: [UInt32] = []

  /// No pairs.
  package init() {}

  /// Keeps pairs; O(n log n).
  package init(_ pairs: some Sequence<(effect: UInt32, cause: UInt32)>) {
    let sorted = pairs.sorted { ($0.effect, $0.cause) < ($1.effect, $1.cause) }
    effects = sorted.map(\.effect)
    causes = sorted.map(\.cause)
  }

  var isEmpty: Bool { effects.isEmpty }

  /// Calls a closure with each late cause of a row; O(log n) to find them.
  @inline(never)
  func forEachCause(of row: UInt32, _ body: (UInt32) -> Void) {
    var low = 0
    var high = effects.count
    while low < high {
      let middle = (low + high) / 2
      if effects[middle] < row { low = middle + 1 } else { high = middle }
    }
    while low < effects.count, effects[low] == row {
      body(causes[low])
      low += 1
    }
  }
}
