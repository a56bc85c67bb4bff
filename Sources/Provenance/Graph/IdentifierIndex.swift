/// From node ids to dense indices, exact and by prefix.
///
/// A hash table with linear probing whose home slot is the first bits of the id. Ids are themselves
/// hashes, so that spreads evenly, and ids that share a prefix stand in one contiguous stretch:
/// prefix lookup needs no second index. 4 bytes a slot, at most 3/4 full.
struct IdentifierIndex: Sendable {
  private static let empty = UInt32.max
  private var slots: [UInt32] = [UInt32](repeating: empty, count: 16)
  private var count = 0
  private var bits = 4

  private func home(_ id: SHA256Digest) -> Int { Int(id.w0 >> UInt64(64 - bits)) }

  /// The index of an id.
  ///
  /// Expected O(1).
  ///
  /// - Parameters:
  ///   - id: The id.
  ///   - ids: The ids by index.
  /// - Returns: The index, if the id has one.
  func find(_ id: NodeID, in ids: [NodeID]) -> UInt32? {
    let mask = slots.count - 1
    var slot = home(id.digest)
    while slots[slot] != Self.empty {
      if ids[Int(slots[slot])] == id { return slots[slot] }
      slot = (slot + 1) & mask
    }
    return nil
  }

  /// Adds an id that is not there yet: `ids[index]`.
  ///
  /// Amortised O(1).
  mutating func insert(_ index: UInt32, in ids: [NodeID]) {
    if (count + 1) * 4 > slots.count * 3 { grow(ids) }
    place(index, ids[Int(index)].digest)
    count += 1
  }

  private mutating func place(_ index: UInt32, _ id: SHA256Digest) {
    let mask = slots.count - 1
    var slot = home(id)
    while slots[slot] != Self.empty { slot = (slot + 1) & mask }
    slots[slot] = index
  }

  private mutating func grow(_ ids: [NodeID]) {
    let old = slots
    bits += 1
    slots = [UInt32](repeating: Self.empty, count: old.count * 2)
    for index in old where index != Self.empty { place(index, ids[Int(index)].digest) }
  }

  /// Removes an id: `ids[index]`.
  ///
  /// The entries behind it move up, so that no probe breaks off.
  mutating func remove(_ index: UInt32, in ids: [NodeID]) {
    let mask = slots.count - 1
    var hole = home(ids[Int(index)].digest)
    while slots[hole] != index {
      precondition(slots[hole] != Self.empty, "only what was inserted can be removed")
      hole = (hole + 1) & mask
    }
    var probe = hole
    while true {
      probe = (probe + 1) & mask
      let moved = slots[probe]
      if moved == Self.empty { break }
      let distance = (probe - home(ids[Int(moved)].digest)) & mask
      if distance >= (probe - hole) & mask {
        slots[hole] = moved
        hole = probe
      }
    }
    slots[hole] = Self.empty
    count -= 1
  }

  /// Calls `body` with every index whose id lies in a range, in no particular order.
  ///
  /// Expected O(number of matches) for a prefix of four digits or more.
  func forEach(
    in range: ClosedRange<SHA256Digest>, ids: [NodeID], _ body: (UInt32) -> Void
  ) {
    let mask = slots.count - 1
    let first = home(range.lowerBound)
    let last = home(range.upperBound)
    var slot = first
    var seen = 0
    // Entries are displaced only forwards, so past the last home slot the stretch ends at a gap.
    while seen < slots.count {
      let index = slots[slot]
      let position = first + seen
      if index == Self.empty {
        if position > last { return }
      } else if range.contains(ids[Int(index)].digest) {
        body(index)
      }
      slot = (slot + 1) & mask
      seen += 1
    }
  }
}
