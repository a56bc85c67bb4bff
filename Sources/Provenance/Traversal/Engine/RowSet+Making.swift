extension RowSet {
  /// The set of rows that ascend, each once.
  ///
  /// O(n).
  init(ascending rows: [UInt32]) {
    guard let first = rows.first, let last = rows.last else {
      self.init()
      return
    }
    let firstWord = Int(first >> 6)
    let wordCount = Int(last >> 6) - firstWord + 1
    guard Self.isDense(count: rows.count, words: wordCount) else {
      self.init(.sparse(rows))
      return
    }
    var words = [UInt64](repeating: 0, count: wordCount)
    for row in rows { words[Int(row >> 6) - firstWord] |= 1 &<< UInt64(row & 63) }
    self.init(.dense(DenseRows(firstWord: firstWord, words: words, count: rows.count)))
  }

  /// The set of rows in any order, any number of times.
  ///
  /// O(n log n).
  init(_ rows: some Sequence<UInt32>) {
    var sorted = Array(rows)
    sorted.sort()
    var kept = 0
    for index in sorted.indices where index == 0 || sorted[index] != sorted[kept - 1] {
      sorted[kept] = sorted[index]
      kept += 1
    }
    sorted.removeLast(sorted.count - kept)
    self.init(ascending: sorted)
  }

  /// The set of all rows in a range.
  ///
  /// O(n / 64).
  init(_ range: Range<UInt32>) {
    if range.count < 64 {
      self.init(ascending: Array(range))
      return
    }
    let firstWord = Int(range.lowerBound >> 6)
    let lastWord = Int((range.upperBound - 1) >> 6)
    var words = [UInt64](repeating: .max, count: lastWord - firstWord + 1)
    words[0] &= .max << UInt64(range.lowerBound & 63)
    words[lastWord - firstWord] &= .max >> UInt64(63 - (range.upperBound - 1) & 63)
    self.init(.dense(DenseRows(firstWord: firstWord, words: words, count: range.count)))
  }

  /// The set of the bits of some words.
  ///
  /// O(words).
  ///
  /// - Parameters:
  ///   - words: The words; zeros at either end are cut off.
  ///   - firstWord: The number of the first.
  ///   - count: How many bits are set; counted if not given.
  init(words: [UInt64], firstWord: Int, count: Int? = nil) {
    let lead = words.firstIndex { $0 != 0 } ?? words.count
    guard lead < words.count else {
      self.init()
      return
    }
    let end = (words.lastIndex { $0 != 0 } ?? 0) + 1
    let total = count ?? words[lead..<end].reduce(0) { $0 &+ $1.nonzeroBitCount }
    if Self.isDense(count: total, words: end - lead) {
      let kept = lead == 0 && end == words.count ? words : Array(words[lead..<end])
      self.init(.dense(DenseRows(firstWord: firstWord + lead, words: kept, count: total)))
      return
    }
    let rows = unsafe [UInt32](unsafeUninitializedCapacity: total) { buffer, filled in
      for index in lead..<end {
        unsafe Self.append(words[index], number: firstWord + index, to: buffer, &filled)
      }
    }
    self.init(.sparse(rows))
  }

  /// Writes the rows of one word.
  @inline(__always)
  static func append(
    _ word: UInt64, number: Int, to buffer: UnsafeMutableBufferPointer<UInt32>, _ filled: inout Int
  ) {
    var rest = word
    while rest != 0 {
      unsafe buffer[filled] =
        UInt32(truncatingIfNeeded: number &* 64 &+ rest.trailingZeroBitCount)
      filled &+= 1
      rest &= rest &- 1
    }
  }
}
