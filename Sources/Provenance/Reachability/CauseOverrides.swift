/// The causes of rows whose packed lists do not tell them: those with late edges, or with edges that do
/// not count.
///
/// What is kept for such a row stands in place of its list. A bit a row, and 4 bytes a cause and a
/// row that is kept.
@safe
package final class CauseOverrides: @unchecked Sendable {
  /// A bit for each row: whether its list is overridden.
  private let marks: UnsafeMutablePointer<UInt64>
  /// How many rows before each word of the marks have theirs set.
  private let ranks: UnsafeMutablePointer<UInt32>
  private let wordCount: Int
  /// Where the causes of each overridden row start, and one more.
  private let starts: [UInt32]
  private let causes: [UInt32]

  /// No overrides.
  package static let none = CauseOverrides()

  /// - Parameter rows: The rows, ascending, with the causes of each of them.
  package convenience init(_ rows: some Sequence<(row: UInt32, causes: [UInt32])>) {
    var draft = Draft()
    for (row, causes) in rows {
      draft.start(row)
      for cause in causes { draft.append(cause) }
    }
    self.init(draft)
  }

  /// The overrides in the making.
  struct Draft {
    fileprivate var rows: [UInt32] = []
    fileprivate var starts: [UInt32] = []
    fileprivate var causes: [UInt32] = []

    /// Begins the list of a row that is higher than all before it.
    mutating func start(_ row: UInt32) {
      rows.append(row)
      starts.append(UInt32(causes.count))
    }

    /// Adds a cause to the list begun last.
    mutating func append(_ cause: UInt32) { causes.append(cause) }
  }

  init(_ draft: Draft = Draft()) {
    wordCount = draft.rows.last.map { Int($0 >> 6) + 1 } ?? 0
    unsafe marks = .allocate(capacity: max(wordCount, 1))
    unsafe marks.initialize(repeating: 0, count: wordCount)
    unsafe ranks = .allocate(capacity: max(wordCount, 1))
    unsafe ranks.initialize(repeating: 0, count: wordCount)
    for row in draft.rows { unsafe marks[Int(row >> 6)] |= 1 << UInt64(row & 63) }
    var rank: UInt32 = 0
    for word in 0..<wordCount {
      unsafe ranks[word] = rank
      rank += unsafe UInt32(marks[word].nonzeroBitCount)
    }
    starts = draft.starts + [UInt32(draft.causes.count)]
    causes = draft.causes
  }

  deinit {
    unsafe marks.deallocate()
    unsafe ranks.deallocate()
  }

  var byteCount: Int { wordCount * 12 + (starts.count + causes.count) * 4 }

  /// Whether a row's list is overridden.
  @inline(__always)
  package func contains(_ row: UInt32) -> Bool {
    let word = Int(row &>> 6)
    return unsafe word < wordCount && marks[word] &>> UInt64(row & 63) & 1 != 0
  }

  /// Calls a closure with each cause of a row whose list is overridden.
  @inline(never)
  package func forEachCause(of row: UInt32, _ body: (UInt32) -> Void) {
    let word = Int(row &>> 6)
    let below = unsafe marks[word] & (1 &<< UInt64(row & 63) &- 1)
    let rank = unsafe Int(ranks[word]) + below.nonzeroBitCount
    for index in Int(starts[rank])..<Int(starts[rank + 1]) { body(causes[index]) }
  }
}

/// What lists do not say about rows that an index has not seen.
package protocol NewerCauses {
  /// Whether a row's causes are to be asked for; else its list tells them.
  func contains(_ row: UInt32) -> Bool
  /// Calls a closure with the causes of such a row.
  mutating func forEachCause(of row: UInt32, _ body: (UInt32) -> Void)
}

extension CauseOverrides: NewerCauses {}

extension UpstreamLists {
  /// Calls a closure with each cause of a row, indexed or newer.
  @inline(__always)
  func forEachCause(
    of row: UInt32, _ index: AncestorIndex, _ newer: inout some NewerCauses,
    _ body: (UInt32) -> Void
  ) {
    if Int(row) < index.rowCount {
      unsafe forEachCause(of: row, index.overrides, body)
    } else if newer.contains(row) {
      newer.forEachCause(of: row, body)
    } else {
      unsafe forEachListedCause(of: row, body)
    }
  }
}
