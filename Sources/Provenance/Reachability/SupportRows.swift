/// Rows that others are held against: one in each slice of the order, well connected.
///
/// A slice each keeps them spread in time. Among some rows of the slice the one with the most ways
/// through it is chosen; not among all, or every hub would be one, which few rows distinguish and
/// which make many different sets.
struct SupportRows {
  private let slices: [UInt32]
  private let sliceShift: UInt32

  /// Rows that are looked at in a slice.
  private static let sampleCount: UInt32 = 16

  init(_ upstream: RowLists, _ downstream: RowLists, rowCount: Int, sliceShift: UInt32) {
    self.sliceShift = sliceShift
    slices = (0..<UInt32(rowCount >> Int(sliceShift))).map { slice in
      let first = slice << sliceShift
      let size: UInt32 = 1 << sliceShift
      var best = first
      var bestWays = -1
      for sample in 0..<min(Self.sampleCount, size) {
        // Odd steps meet each row of a power of two once; where they start differs by slice.
        let row = first + (slice &* 0x9E37_79B1 &+ sample &* 0x85EB_CA6B) % size
        let ways =
          (2 * upstream.slots(of: row).count + 1) * (2 * downstream.slots(of: row).count + 1)
        if ways > bestWays { (best, bestWays) = (row, ways) }
      }
      return best
    }
  }

  /// Whether there is no slice that is complete.
  var isEmpty: Bool { slices.isEmpty }

  /// Whether a row is the support of its slice.
  @inline(__always)
  func contains(_ row: UInt32) -> Bool {
    let slice = Int(row >> sliceShift)
    return slice < slices.count && slices[slice] == row
  }
}
