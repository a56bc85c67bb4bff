import Synchronization

/// How many rows precede each eighth word of a bitmap, counted when first asked for.
final class RankDirectory: Sendable {
  private final class Counts: Sendable {
    let before: [UInt32]
    init(_ before: [UInt32]) { self.before = before }
  }

  private let counts = AtomicLazyReference<Counts>()

  /// Words that share one count.
  static let stride = 8

  /// The counts; O(words) once, then O(1).
  func before(_ words: [UInt64]) -> [UInt32] {
    if let known = counts.load() { return known.before }
    var total: UInt32 = 0
    var before: [UInt32] = []
    before.reserveCapacity(words.count / Self.stride + 1)
    for (index, word) in words.enumerated() {
      if index % Self.stride == 0 { before.append(total) }
      total += UInt32(word.nonzeroBitCount)
    }
    return counts.storeIfNil(Counts(before)).before
  }
}

extension DenseRows {
  /// How many rows are less than a row.
  func rank(of row: UInt32) -> Int {
    let index = Int(row >> 6) - firstWord
    if index < 0 { return 0 }
    if index >= words.count { return count }
    let group = index / RankDirectory.stride
    var rank = Int(directory.before(words)[group])
    for earlier in group * RankDirectory.stride..<index { rank += words[earlier].nonzeroBitCount }
    return rank + (words[index] & ((1 &<< UInt64(row & 63)) &- 1)).nonzeroBitCount
  }

  /// The row that so many rows precede.
  func select(_ position: Int) -> UInt32 {
    let before = directory.before(words)
    var low = 0
    var high = before.count
    while high - low > 1 {
      let middle = (low + high) / 2
      if Int(before[middle]) <= position { low = middle } else { high = middle }
    }
    var rest = position - Int(before[low])
    var index = low * RankDirectory.stride
    while rest >= words[index].nonzeroBitCount {
      rest -= words[index].nonzeroBitCount
      index += 1
    }
    var word = words[index]
    for _ in 0..<rest { word &= word &- 1 }
    return UInt32((firstWord + index) * 64 + word.trailingZeroBitCount)
  }
}

extension RowSet {
  /// How many rows of the set are less than a row.
  ///
  /// O(log n); the first call on a bitmap counts its words.
  func rank(of row: UInt32) -> Int {
    switch storage {
    case .sparse(let rows): rows.lowerBound(of: row)
    case .dense(let dense): dense.rank(of: row)
    }
  }

  /// The row that so many rows of the set precede.
  ///
  /// O(1) in a list, O(log n) in a bitmap; the first call on a bitmap counts its words.
  ///
  /// - Parameter position: At least 0 and less than ``count``.
  /// - Returns: The row.
  /// - Returns: The row.
  func select(_ position: Int) -> UInt32 {
    switch storage {
    case .sparse(let rows): return rows[position]
    case .dense(let dense):
      precondition(position >= 0 && position < dense.count, "a row set has no such position")
      return dense.select(position)
    }
  }
}
