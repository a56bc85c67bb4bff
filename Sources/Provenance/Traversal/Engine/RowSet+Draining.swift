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
    var rowCount = count - dropped
    if rowCount > Self.insertionLimit {
      let window = unsafe Self.window(of: rows, rowCount, scratch)
      if Self.isDense(count: rowCount, words: window.count) {
        self.init(moving: memory, window, rowCount, filter)
        return
      }
    }
    if let filter {
      rowCount = unsafe Self.removeUnwanted(rows, rowCount, scratch, filter)
    }
    if rowCount == 0 {
      self.init()
    } else if rowCount <= Self.insertionLimit {
      unsafe self.init(insertionSorting: rows, rowCount, memory)
    } else {
      unsafe self.init(summarising: rows, rowCount, scratch)
    }
  }

  /// The most rows that are sorted as they are put in.
  private static let insertionLimit = 24

  /// Moves the rows whose kind is wanted to the front, and clears the bits of the others.
  ///
  /// Kinds are copied before they are looked at, so that cache misses overlap.
  ///
  /// - Returns: How many are wanted.
  private static func removeUnwanted(
    _ rows: UnsafeMutablePointer<UInt32>, _ count: Int, _ scratch: TraversalScratch,
    _ filter: KindFilter
  ) -> Int {
    let kinds = unsafe scratch.records
    let column = unsafe filter.column
    let bits = unsafe scratch.near.bits
    var kept = 0
    var start = 0
    while start < count {
      let block = Swift.min(TraversalScratch.blockSize, count &- start)
      for index in 0..<block {
        unsafe kinds.storeBytes(
          of: column[Int(rows[start &+ index])], toByteOffset: index, as: UInt8.self)
      }
      for index in 0..<block {
        let row = unsafe rows[start &+ index]
        let kind = unsafe kinds.load(fromByteOffset: index, as: UInt8.self)
        let isWanted = UInt64(filter.mask &>> kind & 1)
        unsafe bits[Int(row &>> 6)] &= ~((1 &- isWanted) &<< UInt64(row & 63))
        unsafe rows[kept] = row
        kept &+= Int(truncatingIfNeeded: isWanted)
      }
      start &+= block
    }
    return kept
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
    insertionSorting rows: UnsafePointer<UInt32>, _ count: Int, _ memory: WalkMemory
  ) {
    // Zeros cost less here than the unspecialised code behind an uninitialised array.
    var sorted = [UInt32](repeating: 0, count: count)
    unsafe sorted.withUnsafeMutableBufferPointer { buffer in
      for index in 0..<count {
        let row = unsafe rows[index]
        unsafe memory.bits[Int(row &>> 6)] = 0
        var hole = index
        while hole > 0, unsafe buffer[hole &- 1] > row {
          unsafe buffer[hole] = buffer[hole &- 1]
          hole &-= 1
        }
        unsafe buffer[hole] = row
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
    summarising rows: UnsafePointer<UInt32>, _ rowCount: Int, _ scratch: TraversalScratch
  ) {
    let bits = unsafe scratch.near.bits
    let summary = unsafe scratch.summary
    let top = unsafe scratch.summaryTop
    var lowTop = Int.max
    var highTop = 0
    for index in 0..<rowCount {
      let row = unsafe rows[index]
      let word = Int(row &>> 6)
      let group = word &>> 6
      unsafe summary[group] |= 1 &<< UInt64(word & 63)
      unsafe top[group &>> 6] |= 1 &<< UInt64(group & 63)
      lowTop = Swift.min(lowTop, group &>> 6)
      highTop = Swift.max(highTop, group &>> 6)
    }
    var sorted = [UInt32](repeating: 0, count: rowCount)
    unsafe sorted.withUnsafeMutableBufferPointer { buffer in
      var filled = 0
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
