/// A set of rows below a fixed count, one bit each.
struct Bitmap {
  private var words: [UInt64]

  init(count: Int) { words = [UInt64](repeating: 0, count: (count + 63) / 64) }

  @inline(__always)
  func contains(_ row: UInt32) -> Bool { words[Int(row >> 6)] & 1 << UInt64(row & 63) != 0 }

  /// Adds a row.
  ///
  /// - Returns: Whether it was new.
  @inline(__always)
  mutating func insert(_ row: UInt32) -> Bool {
    let bit: UInt64 = 1 << UInt64(row & 63)
    let word = words[Int(row >> 6)]
    words[Int(row >> 6)] = word | bit
    return word & bit == 0
  }
}
