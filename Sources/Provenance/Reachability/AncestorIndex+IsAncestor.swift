extension AncestorIndex {
  /// Whether one indexed row is an ancestor of another.
  ///
  /// Visits at most `spacing` rows and as many anchors as they have causes; allocates nothing.
  ///
  /// - Parameters:
  ///   - ancestor: The row that may lie upstream.
  ///   - row: The row whose ancestors are asked; no row is its own.
  ///   - lists: The causes of each row, at least of the indexed ones.
  /// - Returns: Whether it does; no for a row that is not indexed.
  package func isAncestor(_ ancestor: UInt32, of row: UInt32, _ lists: UpstreamLists) -> Bool {
    if ancestor == row || max(ancestor, row) >= UInt32(rowCount) { return false }
    if isRowOrdered, ancestor > row { return false }
    let position = positionOf[ancestor]
    let state = RowState(bits: states[row])
    let reader = unsafe store.reader
    if !state.isPlain { return unsafe reader.contains(state.tree, position) }
    return unsafe withUnsafeTemporaryAllocation(of: UInt32.self, capacity: 256) { region in
      unsafe isInRegion(ancestor, position, of: row, lists, region.baseAddress.unsafelyUnwrapped)
    }
  }

  /// Walks a plain row's region and asks its anchors; `region` has room for all its rows.
  private func isInRegion(
    _ ancestor: UInt32, _ position: UInt32, of row: UInt32, _ lists: UpstreamLists,
    _ region: UnsafeMutablePointer<UInt32>
  ) -> Bool {
    let reader = unsafe store.reader
    let states = unsafe states.start
    let lowest = isRowOrdered ? ancestor : 0
    var count = 0
    var filter: UInt64 = 0
    var head = 0
    var current = row
    var isFound = false

    @inline(__always)
    func meet(_ cause: UInt32) {
      if cause == ancestor {
        isFound = true
        return
      }
      let state = unsafe RowState(bits: states[Int(cause)])
      if !state.isPlain {
        if unsafe reader.contains(state.tree, position) { isFound = true }
        return
      }
      if state.bound == 0 { return }
      let bit: UInt64 = 1 &<< UInt64(cause &* 0x9e37_79b1 &>> 26)
      if filter & bit != 0 {
        for index in 0..<count where unsafe region[index] == cause { return }
      }
      filter |= bit
      unsafe region[count] = cause
      count &+= 1
    }

    while true {
      if overrides.contains(current) {
        overrides.forEachCause(of: current) { if !isFound { meet($0) } }
        if isFound { return true }
      } else {
        var index = unsafe lists.end(Int(current))
        let start = unsafe lists.start(Int(current))
        while index > start {
          index &-= 1
          let entry = unsafe lists.entries[index]
          let cause = entry & 0xfff_ffff
          if cause < lowest { break }
          if unsafe lists.follows(entry) {
            meet(cause)
            if isFound { return true }
          }
        }
      }
      if head == count { return false }
      unsafe current = region[head]
      head &+= 1
    }
  }
}
