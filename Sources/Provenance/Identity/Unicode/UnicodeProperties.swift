/// What normalization needs to know of a scalar, laid out for one lookup each.
///
/// Built once, at first use, from ``UnicodeTables``; about 45 KB.
struct UnicodeProperties: Sendable {
  /// The properties of one scalar.
  struct Entry: Sendable {
    var bits: UInt16

    /// The canonical combining class; 0 for a starter.
    var combiningClass: UInt8 { UInt8(truncatingIfNeeded: bits) }
    /// Whether the scalar has a canonical decomposition (Hangul apart).
    var decomposes: Bool { bits & 0x100 != 0 }
    /// Whether the scalar is in no NFC text.
    var isExcluded: Bool { bits & 0x200 != 0 }
    /// Whether the scalar may compose with one before it.
    var mayCompose: Bool { bits & 0x400 != 0 }
  }

  /// Every scalar from here on is a starter that neither decomposes nor composes.
  private static let limit: UInt32 = 0x3_0000

  /// The position of each block of 128 scalars in ``entries``; equal blocks are held once.
  private let blocks: [UInt16]
  private let entries: [UInt16]
  /// `first << 42 | second << 21 | composed`, ascending.
  private let compositions: [UInt64]

  static let shared = UnicodeProperties()

  private init() {
    var bits = [UInt16](repeating: 0, count: Int(Self.limit))
    for range in UnicodeTables.classRanges {
      let first = Int(range >> 20)
      for scalar in first..<first + Int(range >> 8 & 0xfff) { bits[scalar] |= UInt16(range & 0xff) }
    }
    for single in UnicodeTables.singles { bits[Int(single >> 21)] |= 0x300 }
    var compositions: [UInt64] = []
    for pair in UnicodeTables.pairs {
      let scalar = pair >> 42 & 0x1f_ffff
      if pair >> 63 == 0 {
        bits[Int(scalar)] |= 0x300
      } else {
        bits[Int(scalar)] |= 0x100
        bits[Int(pair & 0x1f_ffff)] |= 0x400
        compositions.append((pair & 0x3ff_ffff_ffff) << 21 | scalar)
      }
    }
    for scalar in Hangul.vowels { bits[Int(scalar)] |= 0x400 }
    for scalar in Hangul.trails { bits[Int(scalar)] |= 0x400 }
    compositions.sort()
    self.compositions = compositions
    (blocks, entries) = Self.compress(bits)
  }

  private static func compress(_ bits: [UInt16]) -> (blocks: [UInt16], entries: [UInt16]) {
    var blocks: [UInt16] = []
    var entries: [UInt16] = []
    var known: [[UInt16]: UInt16] = [:]
    for start in stride(from: 0, to: bits.count, by: 128) {
      let block = Array(bits[start..<start + 128])
      if known[block] == nil {
        known[block] = UInt16(entries.count / 128)
        entries += block
      }
      blocks.append(known[block] ?? 0)
    }
    return (blocks, entries)
  }

  /// The properties of a scalar.
  ///
  /// - Complexity: O(1).
  subscript(scalar: UInt32) -> Entry {
    guard scalar < Self.limit else { return Entry(bits: 0) }
    let block = Int(blocks[Int(scalar >> 7)])
    return Entry(bits: entries[block << 7 | Int(scalar & 127)])
  }

  /// The canonical mapping of a scalar that decomposes, one step deep; `second` is 0 for none.
  ///
  /// - Complexity: O(log of the table).
  func decomposition(of scalar: UInt32) -> (first: UInt32, second: UInt32) {
    let wanted = UInt64(scalar)
    let single = UnicodeTables.singles.partition { $0 >> 21 < wanted }
    if single < UnicodeTables.singles.count, UnicodeTables.singles[single] >> 21 == wanted {
      return (UInt32(UnicodeTables.singles[single] & 0x1f_ffff), 0)
    }
    let pair = UnicodeTables.pairs[
      UnicodeTables.pairs.partition { $0 >> 42 & 0x1f_ffff < wanted }]
    return (UInt32(pair >> 21 & 0x1f_ffff), UInt32(pair & 0x1f_ffff))
  }

  /// The scalar that two others compose to (Hangul apart).
  ///
  /// - Complexity: O(log of the table).
  func composition(_ first: UInt32, _ second: UInt32) -> UInt32? {
    let wanted = UInt64(first) << 21 | UInt64(second)
    let position = compositions.partition { $0 >> 21 < wanted }
    guard position < compositions.count, compositions[position] >> 21 == wanted else { return nil }
    return UInt32(compositions[position] & 0x1f_ffff)
  }
}

extension [UInt64] {
  /// The first position at which an ascending property no longer holds.
  fileprivate func partition(_ isBefore: (UInt64) -> Bool) -> Int {
    var low = 0
    var high = count
    while low < high {
      let middle = (low + high) / 2
      if isBefore(self[middle]) {
        low = middle + 1
      } else {
        high = middle
      }
    }
    return low
  }
}

/// The arithmetic of Hangul syllables (The Unicode Standard, section 3.12).
enum Hangul {
  static let syllables: Range<UInt32> = 0xac00..<0xac00 + 11_172
  static let leads: Range<UInt32> = 0x1100..<0x1113
  static let vowels: Range<UInt32> = 0x1161..<0x1176
  /// The trailing consonants; the number of none, 0x11a7, is not among them.
  static let trails: Range<UInt32> = 0x11a8..<0x11c3

  /// The syllable that two scalars compose to.
  static func composition(_ first: UInt32, _ second: UInt32) -> UInt32? {
    if leads.contains(first), vowels.contains(second) {
      return 0xac00 + ((first - 0x1100) * 21 + (second - 0x1161)) * 28
    }
    if syllables.contains(first), (first - 0xac00).isMultiple(of: 28), trails.contains(second) {
      return first + (second - 0x11a7)
    }
    return nil
  }

  /// The letters of a syllable; `trail` is 0 for none.
  static func decomposition(of syllable: UInt32) -> (lead: UInt32, vowel: UInt32, trail: UInt32) {
    let index = syllable - 0xac00
    let trail = index % 28
    return (0x1100 + index / 588, 0x1161 + index % 588 / 28, trail == 0 ? 0 : 0x11a7 + trail)
  }
}
