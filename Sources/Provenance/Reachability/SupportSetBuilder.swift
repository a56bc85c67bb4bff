/// Makes ``SupportSets``, and finds a set again by what is in it.
///
/// Contents are compared: equal hashes alone prove nothing.
struct SupportSetBuilder {
  private(set) var sets: SupportSets
  /// More bytes than this are too many.
  private let byteLimit: Int
  private var setTable = NumberTable()
  private var chunkTable = NumberTable()
  /// The set in the making.
  private var draft: [UInt32]
  private var setCount = 1

  init(sliceShift: UInt32, rowCount: Int, byteLimit: Int) {
    let chunksPerSet = (rowCount >> Int(min(sliceShift + 8, 31))) + 1
    sets = SupportSets(
      sliceShift: sliceShift, chunksPerSet: chunksPerSet,
      members: [UInt32](repeating: 0, count: chunksPerSet), chunks: [SupportChunk()])
    self.byteLimit = byteLimit
    draft = sets.members
  }

  /// Whether the sets have become larger than they may be.
  var isOverLimit: Bool { sets.byteCount > byteLimit }

  /// The set of what is in any of some sets; O(sets × chunks).
  mutating func union(of numbers: [UInt32]) -> UInt32 {
    let width = sets.chunksPerSet
    for column in 0..<width {
      var kept: UInt32 = 0
      var bits = SupportChunk()
      var isMixed = false
      for number in numbers {
        let other = sets.members[Int(number) * width + column]
        if other == kept || other == 0 { continue }
        if kept == 0 {
          kept = other
          bits = sets.chunks[Int(other)]
          continue
        }
        let joined = bits | sets.chunks[Int(other)]
        if joined != bits {
          isMixed = joined != sets.chunks[Int(other)]
          kept = other
          bits = joined
        }
      }
      draft[column] = isMixed ? number(of: bits) : kept
    }
    return numberOfDraft(startingWith: numbers)
  }

  /// A set with one support more.
  mutating func inserting(_ row: UInt32, into set: UInt32) -> UInt32 {
    let width = sets.chunksPerSet
    for column in 0..<width { draft[column] = sets.members[Int(set) * width + column] }
    let column = sets.chunk(of: row)
    let bit = (row >> sets.sliceShift) & 255
    var bits = sets.chunks[Int(draft[column])]
    bits[Int(bit >> 6)] |= 1 << UInt64(bit & 63)
    draft[column] = number(of: bits)
    return numberOfDraft(startingWith: [])
  }

  private mutating func number(of bits: SupportChunk) -> UInt32 {
    var hash: UInt64 = 0
    for lane in 0..<4 { hash = Self.mix(hash ^ bits[lane]) }
    return chunkTable.number(hash) { chunk in
      sets.chunks[Int(chunk)] == bits
    } orNew: {
      sets.chunks.append(bits)
      return UInt32(sets.chunks.count - 1)
    }
  }

  private mutating func numberOfDraft(startingWith likely: [UInt32]) -> UInt32 {
    let width = sets.chunksPerSet
    func holdsDraft(_ number: UInt32) -> Bool {
      let first = Int(number) * width
      for column in 0..<width where sets.members[first + column] != draft[column] { return false }
      return true
    }
    for number in likely where holdsDraft(number) { return number }
    var hash: UInt64 = 0
    for number in draft { hash = Self.mix(hash ^ UInt64(number)) }
    return setTable.number(hash, isEqual: holdsDraft) {
      sets.members += draft
      setCount += 1
      return UInt32(setCount - 1)
    }
  }

  private static func mix(_ value: UInt64) -> UInt64 {
    let (high, low) = (value ^ 0x9E37_79B9_7F4A_7C15).multipliedFullWidth(by: 0xD6E8_FEB8_6659_FD93)
    return high ^ low
  }
}

/// Numbers found by a hash of what they stand for.
private struct NumberTable {
  /// The number and the high half of its hash; a number of 0 is a free place.
  private var slots = [(number: UInt32, hash: UInt32)](repeating: (0, 0), count: 1024)
  private var count = 0

  /// The number of something, a new one if it has none.
  mutating func number(
    _ hash: UInt64, isEqual: (UInt32) -> Bool, orNew make: () -> UInt32
  ) -> UInt32 {
    let tag = UInt32(truncatingIfNeeded: hash)
    var slot = Int(tag) & (slots.count - 1)
    while slots[slot].number != 0 {
      if slots[slot].hash == tag && isEqual(slots[slot].number) { return slots[slot].number }
      slot = (slot + 1) & (slots.count - 1)
    }
    let made = make()
    slots[slot] = (made, tag)
    count += 1
    if count * 2 > slots.count { grow() }
    return made
  }

  private mutating func grow() {
    let old = slots
    slots = [(number: UInt32, hash: UInt32)](repeating: (0, 0), count: old.count * 4)
    for entry in old where entry.number != 0 {
      var slot = Int(entry.hash) & (slots.count - 1)
      while slots[slot].number != 0 { slot = (slot + 1) & (slots.count - 1) }
      slots[slot] = entry
    }
  }
}
