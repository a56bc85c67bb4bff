/// A set of numbers that costs what it holds while it is small, and one bit a number below its bound
/// when it is not.
///
/// So that a question with a small answer does not pay for clearing a bitmap of all fields.
struct FieldMarks {
  private static let empty = UInt32.max
  private var slots: [UInt32]
  private(set) var words: [UInt64] = []
  private var shift: UInt32
  private let bound: Int
  private(set) var count = 0

  /// - Parameter bound: What all numbers are below.
  init(bound: Int) {
    self.bound = bound
    slots = [UInt32](repeating: Self.empty, count: 64)
    shift = 32 - 6
  }

  /// Whether it has become a bitmap.
  var isBitmap: Bool { !words.isEmpty }

  /// Calls `body` with the words of the bitmap, which it becomes now if it is none.
  mutating func withBitmap<Result>(
    _ body: (inout [UInt64]) -> Result
  ) -> Result {
    if words.isEmpty { makeBitmap() }
    return body(&words)
  }

  @inline(__always)
  func contains(_ number: UInt32) -> Bool {
    if !words.isEmpty { return words[Int(number >> 6)] & 1 << UInt64(number & 63) != 0 }
    return slots[slot(number)] == number
  }

  /// Adds a number.
  ///
  /// - Returns: Whether it was new.
  @inline(__always)
  mutating func insert(_ number: UInt32) -> Bool {
    if !words.isEmpty {
      let bit: UInt64 = 1 << UInt64(number & 63)
      let word = words[Int(number >> 6)]
      words[Int(number >> 6)] = word | bit
      return word & bit == 0
    }
    return insertSmall(number)
  }

  private func slot(_ number: UInt32) -> Int {
    let mask = slots.count - 1
    var slot = Int((number &* 0x9E37_79B1) >> shift)
    while slots[slot] != number, slots[slot] != Self.empty { slot = (slot + 1) & mask }
    return slot
  }

  private mutating func insertSmall(_ number: UInt32) -> Bool {
    let place = slot(number)
    guard slots[place] == Self.empty else { return false }
    slots[place] = number
    count += 1
    if count * 2 > slots.count { grow() }
    return true
  }

  private mutating func makeBitmap() {
    words = [UInt64](repeating: 0, count: bound / 64 + 1)
    for number in slots where number != Self.empty {
      words[Int(number >> 6)] |= 1 << UInt64(number & 63)
    }
    slots = []
  }

  private mutating func grow() {
    let old = slots
    // Clearing the bitmap takes about as long as filling a table of this size.
    if slots.count >= max(256, bound >> 13) {
      makeBitmap()
      return
    }
    slots = [UInt32](repeating: Self.empty, count: old.count * 4)
    shift -= 2
    for number in old where number != Self.empty { slots[slot(number)] = number }
  }
}
