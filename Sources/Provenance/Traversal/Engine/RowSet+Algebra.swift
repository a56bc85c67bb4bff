extension RowSet {
  /// The rows in either set; O(rows) for lists, O(words) for bitmaps.
  func union(_ other: Self) -> Self {
    if isEmpty { return other }
    if other.isEmpty { return self }
    return combined(other, |) { ascending in
      merge(other) { row, _, _ in ascending.append(row) }
    }
  }

  /// The rows in exactly one of the sets; O(rows) for lists, O(words) for bitmaps.
  func symmetricDifference(_ other: Self) -> Self {
    if isEmpty { return other }
    if other.isEmpty { return self }
    return combined(other, ^) { ascending in
      merge(other) { row, inFirst, inSecond in
        if inFirst != inSecond { ascending.append(row) }
      }
    }
  }

  /// The rows in both sets; O(the smaller one's rows) if either is a list, times a logarithm if both are.
  func intersection(_ other: Self) -> Self {
    switch (storage, other.storage) {
    case (.dense(let left), .dense(let right)):
      let start = Swift.max(left.firstWord, right.firstWord)
      let end = Swift.min(left.endWord, right.endWord)
      guard start < end else { return Self() }
      return Self(
        words: Self.zip(left, right, start..<end, &), firstWord: start)
    case (.sparse(let rows), _) where rows.count <= other.count:
      return Self(ascending: rows.filter(other.contains))
    case (_, .sparse(let rows)):
      return Self(ascending: rows.filter(contains))
    case (.sparse(let rows), _):
      return Self(ascending: rows.filter(other.contains))
    }
  }

  /// The rows that the other set lacks; O(rows) for lists, O(words) for bitmaps.
  func subtracting(_ other: Self) -> Self {
    switch (storage, other.storage) {
    case (.sparse(let rows), _):
      return Self(ascending: rows.filter { !other.contains($0) })
    case (.dense(let left), .dense(let right)):
      return Self(
        words: Self.zip(left, right, left.firstWord..<left.endWord) { $0 & ~$1 },
        firstWord: left.firstWord)
    case (.dense(let left), .sparse(let rows)):
      var words = left.words
      for row in rows {
        let index = Int(row >> 6) - left.firstWord
        if index >= 0 && index < words.count { words[index] &= ~(1 &<< UInt64(row & 63)) }
      }
      return Self(words: words, firstWord: left.firstWord)
    }
  }

  /// Whether no row is in both.
  func isDisjoint(with other: Self) -> Bool {
    switch (storage, other.storage) {
    case (.dense(let left), .dense(let right)):
      let start = Swift.max(left.firstWord, right.firstWord)
      let end = Swift.min(left.endWord, right.endWord)
      return start >= end || (start..<end).allSatisfy { left.word($0) & right.word($0) == 0 }
    case (.sparse(let rows), _) where rows.count <= other.count:
      return !rows.contains(where: other.contains)
    case (_, .sparse(let rows)): return !rows.contains(where: contains)
    case (.sparse(let rows), _): return !rows.contains(where: other.contains)
    }
  }

  /// Whether every row is in the other set too.
  func isSubset(of other: Self) -> Bool {
    guard count <= other.count else { return false }
    switch (storage, other.storage) {
    case (.sparse(let rows), _): return rows.allSatisfy(other.contains)
    case (.dense(let left), .dense(let right)):
      return (left.firstWord..<left.endWord).allSatisfy { left.word($0) & ~right.word($0) == 0 }
    case (.dense, .sparse): return allSatisfy(other.contains)
    }
  }

  /// Combines word by word where the window is worth it, and else row by row.
  private func combined(
    _ other: Self, _ operation: (UInt64, UInt64) -> UInt64,
    rowByRow: (inout [UInt32]) -> Void
  ) -> Self {
    guard let low = first, let otherLow = other.first, let high = last, let otherHigh = other.last
    else { return Self() }
    let start = Int(Swift.min(low, otherLow) >> 6)
    let end = Int(Swift.max(high, otherHigh) >> 6) + 1
    guard Self.isDense(count: count + other.count, words: end - start) else {
      var ascending: [UInt32] = []
      ascending.reserveCapacity(count + other.count)
      rowByRow(&ascending)
      return Self(ascending: ascending)
    }
    if case .dense(let left) = storage, case .dense(let right) = other.storage {
      return Self(words: Self.zip(left, right, start..<end, operation), firstWord: start)
    }
    var words = [UInt64](repeating: 0, count: end - start)
    for set in [self, other] {
      switch set.storage {
      case .sparse(let rows):
        for row in rows {
          let index = Int(row >> 6) - start
          words[index] = operation(words[index], 1 &<< UInt64(row & 63))
        }
      case .dense(let dense):
        for (index, word) in dense.words.enumerated() {
          words[index + dense.firstWord - start] =
            operation(words[index + dense.firstWord - start], word)
        }
      }
    }
    return Self(words: words, firstWord: start)
  }

  /// Combines the words of a range.
  @inline(__always)
  private static func zip(
    _ left: DenseRows, _ right: DenseRows, _ numbers: Range<Int>,
    _ operation: (UInt64, UInt64) -> UInt64
  ) -> [UInt64] {
    var words = [UInt64](repeating: 0, count: numbers.count)
    // Where both have words, nothing need be asked for each.
    let start = Swift.min(
      Swift.max(numbers.lowerBound, left.firstWord, right.firstWord), numbers.upperBound)
    let end = Swift.max(Swift.min(numbers.upperBound, left.endWord, right.endWord), start)
    for number in numbers.lowerBound..<start {
      words[number - numbers.lowerBound] = operation(left.word(number), right.word(number))
    }
    for number in start..<end {
      words[number - numbers.lowerBound] = operation(
        left.words[number - left.firstWord], right.words[number - right.firstWord])
    }
    for number in end..<numbers.upperBound {
      words[number - numbers.lowerBound] = operation(left.word(number), right.word(number))
    }
    return words
  }

  /// Meets the rows of both sets in ascending order, each once.
  private func merge(_ other: Self, _ body: (_ row: UInt32, Bool, Bool) -> Void) {
    var mine = makeIterator()
    var theirs = other.makeIterator()
    var left = mine.next()
    var right = theirs.next()
    while true {
      switch (left, right) {
      case (nil, nil): return
      case (let row?, nil):
        body(row, true, false)
        left = mine.next()
      case (nil, let row?):
        body(row, false, true)
        right = theirs.next()
      case (let one?, let two?):
        body(Swift.min(one, two), one <= two, two <= one)
        if one <= two { left = mine.next() }
        if two <= one { right = theirs.next() }
      }
    }
  }
}
