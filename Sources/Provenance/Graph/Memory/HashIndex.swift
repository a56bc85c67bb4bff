import Synchronization

/// From hashes to rows of a table that only grows, in the manner of ``Column``.
///
/// Open addressing with linear probing; the home slot is the first bits of the hash, so that rows
/// whose hashes share a prefix stand in one contiguous stretch. 4 bytes a slot, at most 3/4 full.
/// Copies are read while the writer adds rows: rows that a copy does not have yet are passed over.
@safe
struct HashIndex: Sendable {
  fileprivate static let empty = UInt32.max
  private var slots = AtomicBuffer(repeating: empty, count: 16)
  private var bits = 4
  private(set) var count = 0

  /// Makes room for so many rows.
  init(capacity: Int = 0) {
    while (1 << bits) * 3 < capacity * 4 { bits += 1 }
    if bits > 4 { slots = AtomicBuffer(repeating: Self.empty, count: 1 << bits) }
  }

  /// An index over the first rows of a table, always the same for the same hashes.
  init(count: Int, hashes: (UInt32) -> UInt64) {
    self.init(capacity: count + 1)
    for row in 0..<UInt32(count) { place(row, hashes(row)) }
    self.count = count
  }

  /// The index in a part of a stored graph.
  ///
  /// `nil` where the part is none.
  init?(_ part: ImagePart, count: Int) {
    let size = part.byteCount / 4
    guard size >= 16, size.nonzeroBitCount == 1, count * 4 <= size * 3 else { return nil }
    slots = AtomicBuffer(part)
    bits = size.trailingZeroBitCount
    self.count = count
  }

  /// Calls `body` with the bytes of the slots.
  func withBytes(_ body: (UnsafeRawBufferPointer) -> Void) {
    withExtendedLifetime(slots) {
      unsafe body(UnsafeRawBufferPointer(start: slots.pointer, count: byteCount))
    }
  }

  /// The bytes of the slots.
  var byteCount: Int { 4 << bits }

  @inline(__always)
  private func home(_ hash: UInt64) -> Int { Int(hash >> UInt64(64 - bits)) }

  /// Where it lies, for as long as this index lives and does not grow.
  var reader: HashReader {
    unsafe HashReader(slots: slots.pointer, bits: bits, count: count, image: slots.image)
  }

  /// The row with a hash that satisfies a condition.
  ///
  /// Expected O(1).
  @inline(__always)
  func find(_ hash: UInt64, where matches: (UInt32) -> Bool) -> UInt32? {
    withExtendedLifetime(slots) { reader.find(hash, where: matches) }
  }

  /// Adds the next row.
  ///
  /// Amortised O(1).
  ///
  /// - Parameters:
  ///   - hash: Its hash.
  ///   - hashes: The hashes of the rows before it.
  @inline(__always)
  mutating func append(_ hash: UInt64, hashes: (UInt32) -> UInt64) {
    if (count + 1) * 4 > (1 << bits) * 3 { grow(hashes) }
    place(UInt32(count), hash)
    count += 1
  }

  @inline(__always)
  private func place(_ row: UInt32, _ hash: UInt64) {
    let mask = (1 << bits) - 1
    var slot = home(hash)
    while slots.load(slot) != Self.empty { slot = (slot + 1) & mask }
    slots.store(row, slot)
  }

  private mutating func grow(_ hashes: (UInt32) -> UInt64) {
    bits += 1
    slots = AtomicBuffer(repeating: Self.empty, count: 1 << bits)
    for row in 0..<UInt32(count) { place(row, hashes(row)) }
  }

  /// Calls `body` with every row whose home slot lies between those of two hashes, in no particular
  /// order, and maybe with some others.
  ///
  /// Expected O(number of matches) where the hashes share a prefix that few rows have.
  func forEach(from low: UInt64, through high: UInt64, _ body: (UInt32) -> Void) {
    let mask = (1 << bits) - 1
    let first = home(low)
    let last = home(high)
    var seen = 0
    // Entries are displaced only forwards, so past the last home slot the stretch ends at a gap.
    while seen <= mask {
      let row = slots.load((first + seen) & mask)
      if row == Self.empty {
        if first + seen > last { return }
      } else if row < count {
        body(row)
      }
      seen += 1
    }
  }
}

/// The slots of a ``HashIndex``, for questions that count no references.
@safe
struct HashReader {
  private let slots: UnsafePointer<Atomic<UInt32>>
  private let bits: Int
  private let count: Int
  private let image: ImageGuard

  fileprivate init(
    slots: UnsafePointer<Atomic<UInt32>>, bits: Int, count: Int, image: ImageGuard
  ) {
    unsafe self.slots = slots
    self.bits = bits
    self.count = count
    self.image = image
  }

  /// The row with a hash that satisfies a condition.
  ///
  /// Expected O(1).
  @inline(__always)
  func find(_ hash: UInt64, where matches: (UInt32) -> Bool) -> UInt32? {
    let mask = (1 << bits) - 1
    var slot = Int(hash >> UInt64(64 - bits))
    while true {
      unsafe image.touch(UnsafeRawPointer(slots + slot))
      let row = unsafe slots[slot].load(ordering: .acquiring)
      if row == HashIndex.empty { return nil }
      if row < count, matches(row) { return row }
      slot = (slot + 1) & mask
    }
  }
}
