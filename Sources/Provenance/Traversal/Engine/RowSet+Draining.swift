extension RowSet {
  /// Takes the rows of a walk out of its memory, and leaves that clear.
  ///
  /// O(rows), whatever the size of the graph.
  ///
  /// - Parameters:
  ///   - scratch: Holds the rows in `near`.
  ///   - count: How many are in the queue.
  ///   - dropped: How many of the first are no part of the set.
  ///   - filter: Which kinds are; all if `nil`.
  init(
    draining scratch: TraversalScratch, count: Int, dropping dropped: Int,
    filter: KindFilter? = nil
  ) {
    let memory = scratch.near
    for index in 0..<dropped {
      let row = unsafe memory.queue[index]
      unsafe memory.bits[Int(row &>> 6)] &= ~(1 &<< UInt64(row & 63))
    }
    let rows = unsafe UnsafeMutablePointer(memory.queue) + dropped
    let rowCount = count - dropped
    guard rowCount > 0 else {
      self.init()
      return
    }
    if rowCount <= 24 {
      unsafe self.init(insertionSorting: rows, rowCount, memory, filter)
      return
    }
    let window = unsafe Self.window(of: rows, rowCount, scratch)
    if Self.isDense(count: rowCount, words: window.count) {
      self.init(moving: memory, window, rowCount, filter)
    } else {
      unsafe self.init(summarising: rows, rowCount, scratch, filter)
    }
  }

  /// The words that the rows lie in, or more where that costs less than looking.
  private static func window(
    of rows: UnsafePointer<UInt32>, _ count: Int, _ scratch: TraversalScratch
  ) -> Range<Int> {
    let words = scratch.rowCapacity / 64
    if words <= 4 * count {
      var start = 0
      var end = words
      while unsafe scratch.near.bits[start] == 0 { start &+= 1 }
      while unsafe scratch.near.bits[end &- 1] == 0 { end &-= 1 }
      return start..<end
    }
    var low = UInt32.max
    var high: UInt32 = 0
    for index in 0..<count {
      low = unsafe Swift.min(low, rows[index])
      high = unsafe Swift.max(high, rows[index])
    }
    return Int(low &>> 6)..<Int(high &>> 6) + 1
  }

  /// A few rows: sorted as they are put in.
  private init(
    insertionSorting rows: UnsafePointer<UInt32>, _ count: Int, _ memory: WalkMemory,
    _ filter: KindFilter?
  ) {
    let sorted = unsafe [UInt32](unsafeUninitializedCapacity: count) { buffer, filled in
      for index in 0..<count {
        let row = unsafe rows[index]
        unsafe memory.bits[Int(row &>> 6)] = 0
        if let filter, !filter.wants(row) { continue }
        var hole = filled
        while hole > 0, unsafe buffer[hole &- 1] > row {
          unsafe buffer[hole] = buffer[hole &- 1]
          hole &-= 1
        }
        unsafe buffer[hole] = row
        filled &+= 1
      }
    }
    self.init(.sparse(sorted))
  }

  /// Many rows: the words are the set.
  private init(
    moving memory: WalkMemory, _ window: Range<Int>, _ count: Int, _ filter: KindFilter?
  ) {
    let source = unsafe memory.bits + window.lowerBound
    let words = unsafe [UInt64](unsafeUninitializedCapacity: window.count) { buffer, filled in
      if let filter {
        for index in 0..<window.count {
          unsafe buffer[index] = filter.filter(source[index], number: window.lowerBound &+ index)
        }
      } else {
        unsafe buffer.baseAddress?.update(from: source, count: window.count)
      }
      unsafe source.update(repeating: 0, count: window.count)
      filled = window.count
    }
    guard filter != nil else {
      self.init(.dense(DenseRows(firstWord: window.lowerBound, words: words, count: count)))
      return
    }
    self.init(words: words, firstWord: window.lowerBound)
  }

  /// Rows far apart: sorted by two summaries of the bits, which lead to the words that are not zero.
  private init(
    summarising rows: UnsafeMutablePointer<UInt32>, _ rowCount: Int,
    _ scratch: TraversalScratch, _ filter: KindFilter?
  ) {
    let bits = unsafe scratch.near.bits
    let summary = unsafe scratch.summary
    let top = unsafe scratch.summaryTop
    var lowTop = Int.max
    var highTop = 0
    var kept = 0
    for index in 0..<rowCount {
      let row = unsafe rows[index]
      let word = Int(row &>> 6)
      let group = word &>> 6
      if let filter, !filter.wants(row) {
        unsafe bits[word] &= ~(1 &<< UInt64(row & 63))
        continue
      }
      kept &+= 1
      unsafe summary[group] |= 1 &<< UInt64(word & 63)
      unsafe top[group &>> 6] |= 1 &<< UInt64(group & 63)
      lowTop = Swift.min(lowTop, group &>> 6)
      highTop = Swift.max(highTop, group &>> 6)
    }
    guard kept > 0 else {
      self.init()
      return
    }
    let sorted = unsafe [UInt32](unsafeUninitializedCapacity: kept) { buffer, filled in
      for topIndex in lowTop...highTop {
        var groups = unsafe top[topIndex]
        unsafe top[topIndex] = 0
        while groups != 0 {
          let group = topIndex &* 64 &+ groups.trailingZeroBitCount
          groups &= groups &- 1
          var words = unsafe summary[group]
          unsafe summary[group] = 0
          while words != 0 {
            let word = group &* 64 &+ words.trailingZeroBitCount
            words &= words &- 1
            unsafe Self.append(bits[word], number: word, to: buffer, &filled)
            unsafe bits[word] = 0
          }
        }
      }
    }
    self.init(ascending: sorted)
  }
}
