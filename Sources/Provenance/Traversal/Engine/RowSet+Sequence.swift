extension RowSet: Sequence {
  /// Walks a set in ascending order.
  struct Iterator: IteratorProtocol {
    private let rows: [UInt32]
    private let words: [UInt64]
    private var index: Int
    private var word: UInt64
    private var base: UInt32

    fileprivate init(_ storage: Storage) {
      index = 0
      word = 0
      base = 0
      switch storage {
      case .sparse(let rows):
        self.rows = rows
        words = []
      case .dense(let dense):
        rows = []
        words = dense.words
        word = dense.words[0]
        base = UInt32(dense.firstWord * 64)
      }
    }

    @inline(__always)
    mutating func next() -> UInt32? {
      if word != 0 { return takeBit() }
      if index < rows.count {
        defer { index &+= 1 }
        return rows[index]
      }
      while index &+ 1 < words.count {
        index &+= 1
        base &+= 64
        word = words[index]
        if word != 0 { return takeBit() }
      }
      return nil
    }

    @inline(__always)
    private mutating func takeBit() -> UInt32 {
      let row = base &+ UInt32(truncatingIfNeeded: word.trailingZeroBitCount)
      word &= word &- 1
      return row
    }
  }

  func makeIterator() -> Iterator { Iterator(storage) }

  var underestimatedCount: Int { count }

  /// Hands out the rows in ascending order, many at a time.
  ///
  /// The fastest way to see all of them, from other modules too.
  ///
  /// - Parameter body: Is given up to 512 rows, or the whole list where the set is one.
  /// - Throws: What the body throws.
  func forEachChunk<Failure: Error>(
    _ body: (Span<UInt32>) throws(Failure) -> Void
  ) throws(Failure) {
    switch storage {
    case .sparse(let rows):
      if !rows.isEmpty { try body(rows.span) }
    case .dense(let dense):
      var chunk = [UInt32](repeating: 0, count: 512)
      var filled = 0
      var number = dense.firstWord
      for word in dense.words {
        if filled > 512 - 64 {
          try body(chunk.span.extracting(0..<filled))
          filled = 0
        }
        unsafe chunk.withUnsafeMutableBufferPointer { buffer in
          unsafe Self.append(word, number: number, to: buffer, &filled)
        }
        number += 1
      }
      if filled > 0 { try body(chunk.span.extracting(0..<filled)) }
    }
  }
}

extension Array<UInt32> {
  /// The rows of a set, ascending.
  init(_ set: RowSet) {
    switch set.storage {
    case .sparse(let rows): self = rows
    case .dense(let dense):
      self = unsafe [UInt32](unsafeUninitializedCapacity: dense.count) { buffer, filled in
        for (index, word) in dense.words.enumerated() {
          unsafe RowSet.append(word, number: dense.firstWord + index, to: buffer, &filled)
        }
      }
    }
  }
}
