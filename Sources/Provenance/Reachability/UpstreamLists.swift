/// The causes of every row of a graph, as the index reads them.
///
/// Borrowed for a call: nothing here is kept, and the buffers must outlive the value.
@unsafe
package struct UpstreamLists {
  /// Where each row's list starts, and one more.
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
  func start(_ row: Int) -> Int { unsafe Int(starts[row]) }

  /// Where a row's list ends.
  @inline(__always)
  func end(_ row: Int) -> Int { unsafe Int(starts[row &+ 1]) }

  /// Whether an entry is followed.
  @inline(__always)
  func follows(_ entry: UInt32) -> Bool { unsafe codes &>> (entry &>> 28) & 1 != 0 }
}

extension UpstreamLists {
  /// Calls a closure with each cause in a row's list.
  @inline(__always)
  func forEachListedCause(of row: UInt32, _ body: (UInt32) -> Void) {
    var index = unsafe start(Int(row))
    let end = unsafe end(Int(row))
    while index < end {
      let entry = unsafe entries[index]
      if unsafe follows(entry) { body(entry & 0xfff_ffff) }
      index &+= 1
    }
  }

  /// Calls a closure with each cause of a row: those in its list, or what stands in place of that.
  @inline(__always)
  func forEachCause(of row: UInt32, _ overrides: CauseOverrides, _ body: (UInt32) -> Void) {
    if overrides.contains(row) {
      overrides.forEachCause(of: row, body)
    } else {
      unsafe forEachListedCause(of: row, body)
    }
  }
}
