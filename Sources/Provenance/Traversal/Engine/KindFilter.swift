/// The kind of each row, and which kinds are wanted.
@safe
struct KindFilter {
  /// One byte a row, below 8.
  let column: UnsafePointer<UInt8>
  let rowCount: Int
  /// Bit `kind` for a kind that is wanted.
  let mask: UInt8

  init(column: UnsafePointer<UInt8>, rowCount: Int, mask: UInt8) {
    unsafe self.column = column
    self.rowCount = rowCount
    self.mask = mask
  }

  @inline(__always)
  func wants(_ row: UInt32) -> Bool { unsafe mask &>> column[Int(row)] & 1 != 0 }

  /// The bits of a word whose rows are wanted.
  @inline(__always)
  func filter(_ word: UInt64, number: Int) -> UInt64 {
    if word == 0 { return 0 }
    let base = number &* 64
    // Below a dozen rows, one by one is faster.
    if word.nonzeroBitCount > 12 && base &+ 64 <= rowCount { return word & wanted(from: base) }
    var rest = word
    var kept = word
    while rest != 0 {
      let bit = rest.trailingZeroBitCount
      let isUnwanted = unsafe ~(mask &>> column[base &+ bit]) & 1
      kept ^= UInt64(isUnwanted) &<< UInt64(bit)
      rest &= rest &- 1
    }
    return kept
  }

  /// A bit for each of 64 rows: eight rows at a time, compared with each wanted kind.
  @inline(__always)
  private func wanted(from base: Int) -> UInt64 {
    let high: UInt64 = 0x8080_8080_8080_8080
    let low: UInt64 = 0x0101_0101_0101_0101
    var bits: UInt64 = 0
    for group in 0..<8 {
      // The first row's kind lowest, whatever the byte order.
      let kinds = unsafe UInt64(
        littleEndian: UnsafeRawPointer(column + base + group &* 8).loadUnaligned(as: UInt64.self))
      var equal: UInt64 = 0
      var rest = mask
      while rest != 0 {
        let kind = UInt64(rest.trailingZeroBitCount)
        // Kinds are small, so only a byte that is zero leaves its high bit.
        equal |= (high &- (kinds ^ (kind &* low))) & high
        rest &= rest &- 1
      }
      bits |= (((equal &>> 7) &* 0x0102_0408_1020_4080) &>> 56) &<< UInt64(group &* 8)
    }
    return bits
  }
}

extension RowSet {
  /// The rows whose kind is wanted.
  ///
  /// O(rows) for a list, O(words) for a bitmap.
  func filtered(by filter: KindFilter) -> Self {
    switch storage {
    case .sparse(let rows): return Self(ascending: rows.filter(filter.wants))
    case .dense(let dense):
      let words = dense.words.enumerated().map { index, word in
        filter.filter(word, number: dense.firstWord + index)
      }
      return Self(words: words, firstWord: dense.firstWord)
    }
  }
}
