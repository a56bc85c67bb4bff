/// The rows that a walk has met, while its kernel runs.
@safe
struct Frontier: NeighbourSink {
  let queue: UnsafeMutablePointer<UInt32>
  let bits: UnsafeMutablePointer<UInt64>
  /// How many rows are in the queue.
  var count = 0

  init(_ memory: WalkMemory) {
    unsafe queue = memory.queue
    unsafe bits = memory.bits
  }

  /// A row in order of arrival.
  @inline(__always)
  subscript(position: Int) -> UInt32 { unsafe queue[position] }

  @inline(__always)
  mutating func add(_ row: UInt32) {
    let word = Int(row &>> 6)
    let shift = UInt64(row & 63)
    let old = unsafe bits[word]
    unsafe queue[count] = row
    count &+= Int(truncatingIfNeeded: ~(old &>> shift) & 1)
    unsafe bits[word] = old | 1 &<< shift
  }

  /// Meets entries that lie side by side, without a branch on what they are.
  @inline(never)
  mutating func absorb(
    _ entries: UnsafePointer<UInt32>, _ entryCount: Int, mask: UInt32, limit: UInt32,
    isLimited: Bool
  ) {
    if isLimited {
      unsafe absorbing(entries, entryCount, mask) { ($0 &- limit) &>> 31 }
    } else {
      unsafe absorbing(entries, entryCount, mask) { _ in 1 }
    }
  }

  // `isVisible` gives 1 for a row that exists and 0 for another; its higher bits do not count.
  @inline(__always)
  private mutating func absorbing(
    _ entries: UnsafePointer<UInt32>, _ entryCount: Int, _ mask: UInt32,
    _ isVisible: (UInt32) -> UInt32
  ) {
    let queue = unsafe self.queue
    let bits = unsafe self.bits
    var count = self.count
    var index = 0
    while index < entryCount {
      let entry = unsafe entries[index]
      let shifted = mask &>> PackedEntry.code(entry)
      let row = PackedEntry.row(entry)
      let passes = UInt64(shifted & isVisible(row) & 1)
      let word = Int(row &>> 6)
      let shift = UInt64(row & 63)
      let old = unsafe bits[word]
      // Stored always, counted only if new: a mispredicted branch costs more than both.
      unsafe queue[count] = row
      count &+= Int(truncatingIfNeeded: passes & ~(old &>> shift))
      unsafe bits[word] = old | passes &<< shift
      index &+= 1
    }
    self.count = count
  }
}
