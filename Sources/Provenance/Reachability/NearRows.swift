/// The row at each position once more, in 2 bytes: how far it is from the first of its block.
///
/// Rows of a block of 64 positions are mostly near one another. What takes half as many cache lines is
/// written in little more than half the time.
@safe
final class NearRows: @unchecked Sendable {
  /// For each block, a multiple of 64 that no row of it is below; `far` where some row is too far from it.
  let bases: UnsafeMutablePointer<UInt32>
  /// For each position, how far its row is from the base.
  let offsets: UnsafeMutablePointer<UInt16>
  private let count: Int

  static let far = UInt32.max

  init(_ rows: [UInt32]) {
    count = rows.count
    unsafe bases = .allocate(capacity: max(count / 64, 1))
    unsafe offsets = .allocate(capacity: max(count, 1))
    for block in 0..<count / 64 {
      var lowest = UInt32.max
      var highest: UInt32 = 0
      for row in rows[block * 64..<block * 64 + 64] where row != PositionMap.none {
        lowest = min(lowest, row)
        highest = max(highest, row)
      }
      let base = lowest & ~63
      let isNear = lowest <= highest && highest - base <= UInt32(UInt16.max)
      unsafe (bases + block).initialize(to: isNear ? base : Self.far)
      for position in block * 64..<block * 64 + 64 {
        unsafe (offsets + position).initialize(
          to: isNear ? UInt16(truncatingIfNeeded: rows[position] &- base) : 0)
      }
    }
  }

  deinit {
    unsafe bases.deallocate()
    unsafe offsets.deallocate()
  }

  var byteCount: Int { count / 64 * 4 + count * 2 }
}
