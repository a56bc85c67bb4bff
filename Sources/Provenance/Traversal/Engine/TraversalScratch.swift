/// The rows that a walk has met: a queue in order of arrival, and a bit for each.
///
/// Bits are clear between walks; whoever set them clears them, so that no walk pays for the graph's size.
@safe
struct WalkMemory {
  /// `rowCapacity` rows, and one element that a walk may write without meaning it.
  let queue: UnsafeMutablePointer<UInt32>
  /// `rowCapacity` bits.
  let bits: UnsafeMutablePointer<UInt64>

  fileprivate init(rowCapacity: Int) {
    unsafe queue = .allocate(capacity: rowCapacity + 1)
    unsafe bits = .allocate(capacity: rowCapacity / 64)
    unsafe bits.initialize(repeating: 0, count: rowCapacity / 64)
  }

  fileprivate func deallocate() {
    unsafe queue.deallocate()
    unsafe bits.deallocate()
  }

  /// Clears the bits of the rows in the queue.
  func clear(count: Int) {
    for index in 0..<count { unsafe bits[Int(queue[index] &>> 6)] = 0 }
  }
}

/// The other end of a two-way search, how each end came to its rows, and a third mark a row.
@safe
struct SearchMemory {
  let far: WalkMemory
  /// For each row in a queue, the place in it of the row that led there.
  let nearParents: UnsafeMutablePointer<UInt32>
  let farParents: UnsafeMutablePointer<UInt32>
  /// `rowCapacity` bits, clear between searches.
  let marks: UnsafeMutablePointer<UInt64>

  fileprivate init(rowCapacity: Int) {
    far = WalkMemory(rowCapacity: rowCapacity)
    unsafe nearParents = .allocate(capacity: rowCapacity + 1)
    unsafe farParents = .allocate(capacity: rowCapacity + 1)
    unsafe marks = .allocate(capacity: rowCapacity / 64)
    unsafe marks.initialize(repeating: 0, count: rowCapacity / 64)
  }

  fileprivate func deallocate() {
    far.deallocate()
    unsafe nearParents.deallocate()
    unsafe farParents.deallocate()
    unsafe marks.deallocate()
  }
}

/// The memory of walks, kept from one to the next.
///
/// One walk at a time: ``ScratchPool`` hands each to one thread only.
@safe
final class TraversalScratch: @unchecked Sendable {
  /// How many rows a walk may meet; a multiple of 64.
  let rowCapacity: Int
  /// What every walk needs.
  let near: WalkMemory
  /// What a search that keeps paths needs besides, made when first asked for.
  private var search: SearchMemory?
  /// A bit for each word of `near.bits`, and a bit for each word of those: for sorting.
  let summary: UnsafeMutablePointer<UInt64>
  let summaryTop: UnsafeMutablePointer<UInt64>
  /// Where the lists of a block lie: for each row two offsets.
  let spans: UnsafeMutablePointer<UInt32>
  /// The entries of a block, side by side.
  let gathered: UnsafeMutablePointer<UInt32>
  /// The groups of the sealed lists of a block, the rows of those that are not empty, and where they end.
  let records: UnsafeMutableRawPointer
  let listRows: UnsafeMutablePointer<UInt32>
  let listEnds: UnsafeMutablePointer<Int>
  /// The row, by place in the queue, that each gathered entry belongs to.
  let owners: UnsafeMutablePointer<UInt32>
  /// Where the chains of a block have been followed to.
  let cursors: UnsafeMutablePointer<UInt32>

  /// Rows that are expanded together.
  static let blockSize = 256
  /// Lists up to this length are copied side by side; longer ones are read where they are.
  static let longestGathered = 64

  init(rows: Int) {
    rowCapacity = max((rows + 63) & ~63, 64)
    near = WalkMemory(rowCapacity: rowCapacity)
    let words = (rowCapacity / 64 + 63) / 64
    unsafe summary = .allocate(capacity: words)
    unsafe summary.initialize(repeating: 0, count: words)
    unsafe summaryTop = .allocate(capacity: (words + 63) / 64)
    unsafe summaryTop.initialize(repeating: 0, count: (words + 63) / 64)
    unsafe spans = .allocate(capacity: 2 * Self.blockSize)
    unsafe gathered = .allocate(capacity: Self.blockSize * Self.longestGathered + 8)
    unsafe records = .allocate(
      byteCount: SealedLists.groupSize * Self.blockSize, alignment: 16)
    unsafe listRows = .allocate(capacity: Self.blockSize + 1)
    unsafe listEnds = .allocate(capacity: Self.blockSize + 1)
    unsafe owners = .allocate(capacity: Self.blockSize * Self.longestGathered + 8)
    unsafe cursors = .allocate(capacity: Self.blockSize)
  }

  /// The memory of a search from two ends.
  func forSearch() -> SearchMemory {
    if let search { return search }
    let made = SearchMemory(rowCapacity: rowCapacity)
    search = made
    return made
  }

  deinit {
    near.deallocate()
    search?.deallocate()
    unsafe summary.deallocate()
    unsafe summaryTop.deallocate()
    unsafe spans.deallocate()
    unsafe gathered.deallocate()
    unsafe records.deallocate()
    unsafe listRows.deallocate()
    unsafe listEnds.deallocate()
    unsafe owners.deallocate()
    unsafe cursors.deallocate()
  }
}
