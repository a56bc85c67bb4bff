/// A bit for each row, grown as needed.
@safe
struct RowBits: ~Copyable {
  private(set) var words: UnsafeMutablePointer<UInt64>
  private var wordCount = 0

  init() { unsafe words = .allocate(capacity: 1) }

  deinit { unsafe words.deallocate() }

  /// Makes room; all bits must be clear.
  mutating func reserve(_ rows: Int) {
    let needed = rows / 64 + 1
    if needed <= wordCount { return }
    unsafe words.deallocate()
    wordCount = max(needed, wordCount * 2)
    unsafe words = .allocate(capacity: wordCount)
    unsafe words.initialize(repeating: 0, count: wordCount)
  }

  /// Sets a row's bit, and says whether it was clear.
  @inline(__always)
  mutating func insert(_ row: UInt32) -> Bool {
    let bit: UInt64 = 1 &<< UInt64(row & 63)
    let word = unsafe words[Int(row &>> 6)]
    unsafe words[Int(row &>> 6)] = word | bit
    return word & bit == 0
  }

  @inline(__always)
  mutating func clear(_ row: UInt32) {
    unsafe words[Int(row &>> 6)] &= ~(1 &<< UInt64(row & 63))
  }
}
