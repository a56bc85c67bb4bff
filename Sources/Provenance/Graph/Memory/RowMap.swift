/// A small map from numbers to numbers, in one array.
///
/// Open addressing with linear probing, at most half full; what is taken out leaves no mark. A copy
/// that is changed copies one array of plain numbers. A number of all ones is no key.
struct RowMap: Sendable {
  private static let empty = UInt64.max
  private var slots: [UInt64] = []
  private(set) var count = 0

  var isEmpty: Bool { count == 0 }

  @inline(__always)
  private func home(_ key: UInt32) -> Int {
    Int(truncatingIfNeeded: (UInt64(key) &* 0x9E37_79B9_7F4A_7C15) >> 32) & (slots.count - 1)
  }

  /// The slot of a key, or the empty one where it would be.
  @inline(__always)
  private func slot(of key: UInt32) -> Int {
    var slot = home(key)
    while slots[slot] != Self.empty, UInt32(slots[slot] >> 32) != key {
      slot = (slot + 1) & (slots.count - 1)
    }
    return slot
  }

  /// What a key leads to.
  ///
  /// Expected O(1).
  @inline(__always)
  func find(_ key: UInt32) -> UInt32? {
    guard count > 0 else { return nil }
    let found = slots[slot(of: key)]
    return found == Self.empty ? nil : UInt32(truncatingIfNeeded: found)
  }

  /// Lets a key lead to a number.
  ///
  /// Expected amortised O(1).
  mutating func set(_ key: UInt32, _ value: UInt32) {
    if (count + 1) * 2 > slots.count { grow() }
    let slot = slot(of: key)
    if slots[slot] == Self.empty { count += 1 }
    slots[slot] = UInt64(key) << 32 | UInt64(value)
  }

  /// Takes a key out.
  ///
  /// Expected O(1).
  mutating func remove(_ key: UInt32) {
    guard count > 0 else { return }
    var gap = slot(of: key)
    guard slots[gap] != Self.empty else { return }
    count -= 1
    // Whatever would be met no more because of the gap moves into it.
    let mask = slots.count - 1
    var next = (gap + 1) & mask
    while slots[next] != Self.empty {
      let home = home(UInt32(slots[next] >> 32))
      if (next - home) & mask >= (next - gap) & mask {
        slots[gap] = slots[next]
        gap = next
      }
      next = (next + 1) & mask
    }
    slots[gap] = Self.empty
  }

  private mutating func grow() {
    let old = slots
    slots = [UInt64](repeating: Self.empty, count: max(8, old.count * 2))
    for entry in old where entry != Self.empty {
      slots[slot(of: UInt32(entry >> 32))] = entry
    }
  }
}
