/// What each 32 positions are as bits of rows, where that is shorter than one by one.
///
/// Sets of ancestors are full in most places; a full half block is then written with a few words.
@safe
final class RowMasks: @unchecked Sendable {
  /// Where each half block's words start, and one more; equal where there are none.
  let starts: UnsafeMutablePointer<UInt32>
  /// Which word of a bitmap of rows.
  let words: UnsafeMutablePointer<UInt32>
  /// Which of its bits.
  let bits: UnsafeMutablePointer<UInt64>
  private let halfCount: Int
  private let wordCount: Int
  /// With more words than this, one by one is as fast.
  private static let wordLimit = 20

  init(_ rows: [UInt32]) {
    halfCount = rows.count / 32
    var wordCount = 0
    for half in 0..<halfCount { Self.forEachWord(rows, half) { _, _ in wordCount += 1 } }
    self.wordCount = wordCount
    unsafe starts = .allocate(capacity: halfCount + 1)
    unsafe words = .allocate(capacity: max(wordCount, 1))
    unsafe bits = .allocate(capacity: max(wordCount, 1))
    var next = 0
    for half in 0..<halfCount {
      unsafe (starts + half).initialize(to: UInt32(next))
      Self.forEachWord(rows, half) { word, bits in
        unsafe (words + next).initialize(to: word)
        unsafe (self.bits + next).initialize(to: bits)
        next += 1
      }
    }
    unsafe (starts + halfCount).initialize(to: UInt32(next))
  }

  deinit {
    unsafe starts.deallocate()
    unsafe words.deallocate()
    unsafe bits.deallocate()
  }

  var byteCount: Int { (halfCount + 1) * 4 + wordCount * 12 }

  /// Calls a closure with the words of a half block that is taken, if they are few.
  private static func forEachWord(
    _ rows: [UInt32], _ half: Int, _ body: (UInt32, UInt64) -> Void
  ) {
    if rows[half * 32 + 31] == PositionMap.none { return }
    let members = rows[half * 32..<half * 32 + 32].sorted()
    var changes = 1
    for index in 1..<32 where members[index] >> 6 != members[index - 1] >> 6 { changes += 1 }
    if changes > wordLimit { return }
    var word = members[0] >> 6
    var bits: UInt64 = 0
    for row in members {
      if row >> 6 != word {
        body(word, bits)
        word = row >> 6
        bits = 0
      }
      bits |= 1 << UInt64(row & 63)
    }
    body(word, bits)
  }
}
