/// Numbers modulo L = 2^252 + 27742317777372353535851937790883648493, the order of the base point.
enum EdwardsScalar {
  /// L, the least significant word first.
  private static let order: [UInt64] = [
    0x5812_631A_5CF5_D3ED, 0x14DE_F9DE_A2F7_9CD6, 0, 0x1000_0000_0000_0000,
  ]

  /// Whether 32 little-endian bytes are a number below L.
  static func isReduced(_ bytes: ArraySlice<UInt8>) -> Bool {
    let words = (0..<4).map { word in
      let start = bytes.startIndex + 8 * word
      return bytes[start..<start + 8].reversed().reduce(0) { $0 << 8 | UInt64($1) }
    }
    return isLess(words)
  }

  /// The rest of a number of little-endian bytes, divided by L, as 32 little-endian bytes.
  ///
  /// Complexity: O(bits), one after the other: not to be noticed beside the curve's arithmetic.
  static func reduce(_ bytes: [UInt8]) -> [UInt8] {
    var rest: [UInt64] = [0, 0, 0, 0]
    for byte in bytes.reversed() {
      for bit in (0..<8).reversed() {
        var carry = UInt64(byte >> UInt8(bit) & 1)
        for word in 0..<4 { (rest[word], carry) = (rest[word] << 1 | carry, rest[word] >> 63) }
        guard !isLess(rest) else { continue }
        var borrow: UInt64 = 0
        for word in 0..<4 {
          let (first, underflow) = rest[word].subtractingReportingOverflow(order[word])
          let (second, again) = first.subtractingReportingOverflow(borrow)
          rest[word] = second
          borrow = underflow || again ? 1 : 0
        }
      }
    }
    return rest.flatMap { word in
      stride(from: 0, through: 56, by: 8).map { UInt8(truncatingIfNeeded: word >> UInt64($0)) }
    }
  }

  private static func isLess(_ words: [UInt64]) -> Bool {
    for word in (0..<4).reversed() where words[word] != order[word] {
      return words[word] < order[word]
    }
    return false
  }
}
