import Synchronization

/// The neighbours of rows, one list after another.
///
/// The list of row `firstRow + r` is `entries[starts[r] ..< starts[r + 1]]`, ascending by row. Whoever
/// makes one keeps the memory alive and unchanged while it is used.
@safe
struct RowLists {
  let starts: UnsafePointer<UInt32>
  let entries: UnsafePointer<UInt32>
  /// The first row that has a list.
  let firstRow: UInt32
  /// How many rows have a list; `starts` has one more element.
  let rowCount: Int
  /// How many entries may be read.
  let entryCount: Int

  init(
    starts: UnsafePointer<UInt32>, entries: UnsafePointer<UInt32>, firstRow: UInt32 = 0,
    rowCount: Int, entryCount: Int
  ) {
    self.firstRow = firstRow
    unsafe self.starts = starts
    unsafe self.entries = entries
    self.rowCount = rowCount
    self.entryCount = entryCount
  }

  /// Where a row's list lies; empty for a row past the lists.
  @inline(__always)
  func slots(of row: UInt32) -> Range<Int> {
    let index = Int(row &- firstRow)
    guard index < rowCount else { return 0..<0 }
    return unsafe Range(uncheckedBounds: (Int(starts[index]), Int(starts[index &+ 1])))
  }

  /// The first slot of a part of a list whose row is not below a bound; O(log n).
  func firstSlot(in slots: Range<Int>, notBelow row: UInt32) -> Int {
    var low = slots.lowerBound
    var high = slots.upperBound
    while low < high {
      let middle = (low + high) / 2
      if unsafe PackedEntry.row(entries[middle]) < row { low = middle + 1 } else { high = middle }
    }
    return low
  }
}

/// Neighbours that came after the lists were packed: one chain a row, newest first.
///
/// `heads` has an element for every row that a walk can reach. A chain may begin with slots at
/// `slotCount` or past it, which a later state added: they are passed over, so `older` must be readable
/// there too.
@safe
struct TailChains {
  /// Read while the writer of a later state puts links in front.
  let heads: UnsafePointer<Atomic<UInt32>>
  let older: UnsafePointer<UInt32>
  let entries: UnsafePointer<UInt32>
  let slotCount: UInt32

  /// The end of a chain.
  static let none = UInt32.max

  init(
    heads: UnsafePointer<Atomic<UInt32>>, older: UnsafePointer<UInt32>,
    entries: UnsafePointer<UInt32>,
    slotCount: Int
  ) {
    unsafe self.heads = heads
    unsafe self.older = older
    unsafe self.entries = entries
    self.slotCount = UInt32(slotCount)
  }
}

/// Neighbours that neither lists nor tail have, in chains too; few rows have any.
@safe
struct LateChains {
  /// The rows that have some; what a later state marked may be among them.
  let marks: RowMarks
  let chains: TailChains
  /// Rows from here on have no chain.
  let headCount: UInt32

  init(marks: RowMarks, chains: TailChains, headCount: Int) {
    self.marks = marks
    self.chains = chains
    self.headCount = UInt32(headCount)
  }

  @inline(__always)
  func contains(_ row: UInt32) -> Bool { marks.contains(row) && row < headCount }
}

/// The neighbours of every row in one direction, as one state of the graph sees them.
struct AdjacencyView {
  /// The oldest part.
  let sealed: SealedLists?
  /// What is in no sealed list.
  let lists: RowLists
  let tail: TailChains?
  /// Every row in a readable entry is below this.
  let rowBound: Int
  /// Rows from here on do not exist yet in this state.
  let rowLimit: UInt32
  var late: LateChains?
  /// Rows whose neighbours ``AdjacencyExceptions`` knows, all of them: the lists are not to be read.
  var doubtful: RowMarks?

  /// - Parameters:
  ///   - sealed: The sealed lists.
  ///   - lists: The packed lists.
  ///   - tail: What came after them.
  ///   - rowBound: More than any row in the lists or the tail.
  ///   - rowLimit: How many rows this state has; `rowBound` if not given.
  init(
    sealed: SealedLists? = nil, lists: RowLists, tail: TailChains? = nil, rowBound: Int,
    rowLimit: Int? = nil
  ) {
    self.sealed = sealed
    self.lists = lists
    self.tail = tail
    self.rowBound = max(rowBound, rowLimit ?? 0)
    self.rowLimit = UInt32(rowLimit ?? rowBound)
  }

  /// Whether entries must be held against ``rowLimit``.
  var isLimited: Bool { rowLimit < rowBound }
}

/// Some rows, a bit for each; rows past the bits are not among them.
@safe
struct RowMarks {
  let words: UnsafePointer<Atomic<UInt32>>
  let wordCount: UInt32

  init(words: UnsafePointer<Atomic<UInt32>>, wordCount: Int) {
    unsafe self.words = words
    self.wordCount = UInt32(wordCount)
  }

  @inline(__always)
  func contains(_ row: UInt32) -> Bool {
    let word = row &>> 5
    guard word < wordCount else { return false }
    return unsafe words[Int(word)].load(ordering: .acquiring) &>> (row & 31) & 1 != 0
  }

  /// Whether any of some rows is among them.
  func containsAny(_ rows: UnsafePointer<UInt32>, _ count: Int) -> Bool {
    for index in 0..<count where contains(unsafe rows[index]) { return true }
    return false
  }
}

extension AdjacencyView {
  /// One row's entries: the sealed ones ascending, the packed ones ascending, then the tail and the late
  /// ones, newest first.
  @inline(__always)
  func forEachEntry(of row: UInt32, _ body: (UInt32) -> Void) {
    sealed?.forEachEntry(of: row) { entry in
      if PackedEntry.row(entry) < rowLimit { body(entry) }
    }
    for slot in lists.slots(of: row) {
      let entry = unsafe lists.entries[slot]
      if PackedEntry.row(entry) < rowLimit { body(entry) }
    }
    forEachTailEntry(of: row, body)
  }

  /// One row's entries that came after the lists were packed: the tail and the late ones, newest first.
  @inline(__always)
  func forEachTailEntry(of row: UInt32, _ body: (UInt32) -> Void) {
    if let tail { forEachEntry(of: row, in: tail, body) }
    if let late, late.contains(row) { forEachEntry(of: row, in: late.chains, body) }
  }

  @inline(__always)
  private func forEachEntry(of row: UInt32, in chains: TailChains, _ body: (UInt32) -> Void) {
    var slot = unsafe chains.heads[Int(row)].load(ordering: .acquiring)
    while slot != TailChains.none {
      if slot < chains.slotCount {
        let entry = unsafe chains.entries[Int(slot)]
        if PackedEntry.row(entry) < rowLimit { body(entry) }
      }
      slot = unsafe chains.older[Int(slot)]
    }
  }
}
