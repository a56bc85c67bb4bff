/// An immutable set of dense rows, in ascending order.
///
/// Few rows are a sorted list, many a bitmap over the words between the first and the last. Which
/// one depends on the rows alone, so equal sets are stored alike. Copying is O(1).
struct RowSet: Sendable {
  enum Storage: Sendable {
    /// Ascending, each once.
    case sparse([UInt32])
    case dense(DenseRows)
  }

  let storage: Storage

  /// - Parameter storage: What ``isDense(count:words:)`` asks for.
  init(_ storage: Storage) { self.storage = storage }

  /// The set without rows.
  init() { storage = .sparse([]) }

  /// Whether a bitmap of so many words is the better way to store so many rows.
  ///
  /// A bitmap takes at most eight times the bytes of a list then; making it and combining it with
  /// others is much faster.
  @inline(__always)
  static func isDense(count: Int, words: Int) -> Bool { count >= 64 && words <= 4 * count }
}

/// Many rows: a bitmap.
struct DenseRows: Sendable {
  /// The number of the first word: row `64 * firstWord` is its lowest bit.
  let firstWord: Int
  /// Neither the first nor the last is zero.
  let words: [UInt64]
  let count: Int
  let directory = RankDirectory()

  /// The word with a number; zero outside.
  @inline(__always)
  func word(_ number: Int) -> UInt64 {
    let index = number &- firstWord
    return UInt(bitPattern: index) < UInt(bitPattern: words.count) ? words[index] : 0
  }

  /// The number after the last word's.
  @inline(__always)
  var endWord: Int { firstWord + words.count }
}

extension RowSet {
  /// How many rows; O(1).
  @inline(__always)
  var count: Int {
    switch storage {
    case .sparse(let rows): rows.count
    case .dense(let dense): dense.count
    }
  }

  /// Whether there are none; O(1).
  @inline(__always)
  var isEmpty: Bool { count == 0 }

  /// The least row; O(1).
  var first: UInt32? {
    switch storage {
    case .sparse(let rows): rows.first
    case .dense(let dense):
      UInt32(dense.firstWord * 64 + dense.words[0].trailingZeroBitCount)
    }
  }

  /// The greatest row; O(1).
  var last: UInt32? {
    switch storage {
    case .sparse(let rows): rows.last
    case .dense(let dense):
      UInt32(dense.endWord * 64 - 1 - dense.words[dense.words.count - 1].leadingZeroBitCount)
    }
  }

  /// Whether a row is in the set; O(1) in a bitmap, O(log n) in a list.
  func contains(_ row: UInt32) -> Bool {
    switch storage {
    case .sparse(let rows):
      let index = rows.lowerBound(of: row)
      return index < rows.count && rows[index] == row
    case .dense(let dense):
      return dense.word(Int(row >> 6)) &>> UInt64(row & 63) & 1 != 0
    }
  }
}

extension RowSet: Hashable {
  static func == (lhs: Self, rhs: Self) -> Bool {
    switch (lhs.storage, rhs.storage) {
    case (.sparse(let left), .sparse(let right)): left == right
    case (.dense(let left), .dense(let right)):
      left.count == right.count && left.firstWord == right.firstWord && left.words == right.words
    default: false
    }
  }

  func hash(into hasher: inout Hasher) {
    switch storage {
    case .sparse(let rows): hasher.combine(rows)
    case .dense(let dense):
      hasher.combine(dense.firstWord)
      hasher.combine(dense.words)
    }
  }
}

extension [UInt32] {
  /// The index of the first element that is not less than a row; the elements are ascending.
  func lowerBound(of row: UInt32, from start: Int = 0) -> Int {
    var low = start
    var high = count
    while low < high {
      let middle = (low + high) / 2
      if self[middle] < row { low = middle + 1 } else { high = middle }
    }
    return low
  }
}
