import Foundation
import Provenance
import Testing

@Suite struct NormalizationTests {
  /// A text before and behind every scalar below a limit, and what another implementation
  /// (`generate.py digests`) says of the results: their SHA-256, and how many differ.
  @Test(
    arguments: [
      (
        "", "", 0x11_0000, "c89f4bb92915b36da922353ba38ccee98cdaa7615feb90b7939fe7ebe1ca48d4", 1120
      ),
      (
        "e", "\u{301}", 0x3_0000,
        "d5971ff6d3a1ea3fa07472220b97206f4d937ebe99fd166b4a59be37efa56bc1", 1689
      ),
      (
        "\u{1ea1}\u{301}", "", 0x3_0000,
        "7500d6ff0e48ab335f73f67e31cee4ed8e20dd370af6f6249d4bb8e45271e2a5", 1524
      ),
      (
        "", "\u{327}\u{301}", 0x3_0000,
        "3ce1e167bee91ed304f5c1b9e314cdda6a55522f6975aafc252806db08b2e3dd", 2197
      ),
      (
        "\u{ac00}", "", 0x3_0000,
        "3e4ec51c33072583ffa7c5bd382979ae31d558007920349c906eb743964374c4", 1147
      ),
      (
        "", "\u{1161}\u{11a8}", 0x3_0000,
        "ac4fd50322e5c0180764a9e19aa3dbf7e8de94199058df455ba9a640a828bb11", 1139
      ),
    ] as [(String, String, UInt32, String, Int)])
  func everyScalar(
    prefix: String, suffix: String, limit: UInt32, digest: String, count: Int
  ) {
    var changed: [UInt8] = []
    var changedCount = 0
    var failures = 0
    for value in 0..<limit {
      guard let scalar = Unicode.Scalar(value) else { continue }
      let text = prefix + String(Character(scalar)) + suffix
      let result = UnicodeNFC.normalize(text)
      let isChanged = !result.hasSameBytes(as: text)
      if UnicodeNFC.isNormalized(text) == isChanged { failures += 1 }
      guard isChanged else { continue }
      if !UnicodeNFC.isNormalized(result) { failures += 1 }
      changed += Array(result.utf8) + [0x0a]
      changedCount += 1
    }
    #expect(failures == 0)
    #expect(changedCount == count)
    #expect(SHA256.hash(changed).bytes == bytes(digest))
  }

  @Test(arguments: [
    ("\u{65}\u{301}", "\u{e9}"), ("\u{212b}", "\u{c5}"), ("\u{1e9b}\u{323}", "\u{1e9b}\u{323}"),
    // Marks are reordered, and only then composed.
    ("a\u{302}\u{323}", "\u{1ead}"), ("a\u{323}\u{302}", "\u{1ead}"),
    ("q\u{307}\u{323}", "q\u{323}\u{307}"), ("\u{1e0b}\u{323}", "\u{1e0d}\u{307}"),
    // Marks of one class keep their order, and the first blocks the second.
    ("o\u{304}\u{301}", "\u{1e53}"), ("o\u{301}\u{304}", "\u{f3}\u{304}"),
    ("a\u{334}\u{301}", "\u{e1}\u{334}"), ("a\u{305}\u{301}", "a\u{305}\u{301}"),
    // A starter in between blocks.
    ("a\u{34f}\u{301}", "a\u{34f}\u{301}"), ("ab\u{301}", "ab\u{301}"),
    ("\u{1100}\u{300}\u{1161}", "\u{1100}\u{300}\u{1161}"),
    // Composition exclusions stay apart.
    ("\u{958}", "\u{915}\u{93c}"), ("\u{2adc}", "\u{2add}\u{338}"), ("\u{fb1d}", "\u{5d9}\u{5b4}"),
    ("\u{344}", "\u{308}\u{301}"), ("\u{1d15e}", "\u{1d157}\u{1d165}"),
    // Two starters that compose.
    ("\u{9c7}\u{9be}", "\u{9cb}"), ("\u{11131}\u{11127}", "\u{1112e}"),
    // Hangul: lead and vowel, with and without a trail.
    ("\u{1100}\u{1161}", "\u{ac00}"), ("\u{1100}\u{1161}\u{11a8}", "\u{ac01}"),
    ("\u{ac00}\u{11a8}", "\u{ac01}"), ("\u{ac01}\u{11a8}", "\u{ac01}\u{11a8}"),
    ("\u{ac00}\u{11a7}", "\u{ac00}\u{11a7}"), ("\u{1112}\u{1175}\u{11c2}", "\u{d7a3}"),
    ("\u{1100}\u{11a8}", "\u{1100}\u{11a8}"), ("\u{1113}\u{1161}", "\u{1113}\u{1161}"),
    // What Unicode has not assigned, or never will, stays.
    ("\u{378}\u{301}", "\u{378}\u{301}"), ("\u{ffff}", "\u{ffff}"),
    ("\u{10ffff}\u{301}", "\u{10ffff}\u{301}"), ("", ""),
  ])
  func published(text: String, normalized: String) {
    let result = UnicodeNFC.normalize(text)
    #expect(result.hasSameBytes(as: normalized))
    #expect(UnicodeNFC.isNormalized(text) == text.hasSameBytes(as: normalized))
    #expect(UnicodeNFC.isNormalized(normalized))
  }

  @Test func everyHangulSyllable() {
    var failures = 0
    for lead in 0..<19 as Range<UInt32> {
      for vowel in 0..<21 as Range<UInt32> {
        for trail in 0..<28 as Range<UInt32> {
          let letters = [0x1100 + lead, 0x1161 + vowel] + (trail == 0 ? [] : [0x11a7 + trail])
          let syllable = text([0xac00 + (lead * 21 + vowel) * 28 + trail])
          if !UnicodeNFC.normalize(text(letters)).hasSameBytes(as: syllable) { failures += 1 }
          if !UnicodeNFC.isNormalized(syllable) { failures += 1 }
        }
      }
    }
    #expect(failures == 0)
  }

  /// Every canonical pair by another implementation, and every order of some marks behind it.
  @Test func everyCompositionPair() {
    var failures: [UInt32] = []
    var count = 0
    for value in 0..<0x3_0000 as Range<UInt32> {
      guard let scalar = Unicode.Scalar(value) else { continue }
      let composed = String(Character(scalar))
      let parts = composed.decomposedStringWithCanonicalMapping
      guard parts.unicodeScalars.count > 1 else { continue }
      count += 1
      for suffix in ["", "\u{334}", "\u{345}", "\u{334}\u{345}"] {
        let expected = (parts + suffix).precomposedStringWithCanonicalMapping
        for input in [parts + suffix, composed + suffix]
        where !UnicodeNFC.normalize(input).hasSameBytes(as: expected) {
          failures.append(value)
        }
      }
    }
    #expect(failures.isEmpty)
    #expect(count > 12_000)
  }

  /// Marks of many classes, scalars that decompose to marks, exclusions, letters, Hangul, and marks
  /// that are new in the pinned version; `ALPHABET` of `generate.py`.
  private static let alphabet: [UInt32] = [
    0x61, 0x65, 0x6f, 0x71, 0xe9, 0xc5, 0x212b, 0x1e0b, 0x1ead, 0x1e69, 0x300, 0x301, 0x304, 0x307,
    0x308, 0x31b, 0x323, 0x327, 0x331, 0x334, 0x338, 0x340, 0x343, 0x344, 0x345, 0x34f, 0x35c,
    0x35d, 0x5b4, 0x5b7, 0x5d9, 0xfb1d, 0x627, 0x653, 0x654, 0x655, 0x7f0, 0x915, 0x93c, 0x94d,
    0x958, 0x9c7, 0x9be, 0x9cb, 0xdd9, 0xdcf, 0xdca, 0xf71, 0xf72, 0xf73, 0xf74, 0xf75, 0xf80,
    0xf81, 0x1025, 0x102e, 0x1100, 0x1112, 0x1161, 0x1175, 0x11a7, 0x11a8, 0x11c2, 0xac00, 0xac01,
    0xd7a3, 0x1add, 0x1f71, 0x1f00, 0x2adc, 0x3046, 0x3099, 0xfa0e, 0x1_1131, 0x1_1127, 0x1_d157,
    0x1_d15e, 0x1_d165, 0x1_e6e3, 0x2_f800,
  ]

  /// Random texts whose results another implementation gave (`generate.py digests`).
  @Test func randomTextsByDigest() {
    var random = CBORTestRandom(seed: 17)
    var results: [UInt8] = []
    for _ in 0..<5000 {
      let count = 1 + random.next() % 24
      let input = text(
        (0..<count).map { _ in Self.alphabet[Int(random.next() % UInt64(Self.alphabet.count))] })
      results += Array(UnicodeNFC.normalize(input).utf8) + [0x0a]
    }
    #expect(
      SHA256.hash(results).bytes
        == bytes("bfbc580aa3f4d7a53c3ff1bc3660404df5d98e9cca23ef39e1a14b9f8e569cdf"))
  }

  /// Random texts of all scalars that normalization cares about, compared with Foundation.
  ///
  /// Left out is what Foundation gets wrong: three Tibetan vowel signs, which it does not reorder
  /// (they decompose to marks but are no marks), and marks newer than the oldest data it may have.
  @Test(arguments: 0..<12 as Range<UInt64>) func randomTextsByFoundation(seed: UInt64) {
    let problems = Self.problems
    var random = CBORTestRandom(seed: seed)
    for _ in 0..<400 {
      let scalars = (0..<Int.random(in: 1..<24, using: &random)).map { _ in
        Int.random(in: 0..<5, using: &random) == 0
          ? UInt32.random(in: 0x61...0x7a, using: &random)
          : problems.randomElement(using: &random)!
      }
      let input = text(scalars)
      let result = UnicodeNFC.normalize(input)
      #expect(
        result.hasSameBytes(as: input.precomposedStringWithCanonicalMapping), "seed \(seed)")
      #expect(UnicodeNFC.isNormalized(result), "seed \(seed)")
      #expect(UnicodeNFC.isNormalized(input) == result.hasSameBytes(as: input), "seed \(seed)")
      #expect(result == input, "seed \(seed)")
    }
  }

  private static let problems: [UInt32] = (0..<0x3_0000).filter { value in
    guard let scalar = Unicode.Scalar(value), let age = scalar.properties.age else { return false }
    guard age.major <= 15, ![0xf73, 0xf75, 0xf81].contains(value) else { return false }
    let isMark = scalar.properties.canonicalCombiningClass != .notReordered
    let decomposes =
      !(0xac00..<0xd7a4).contains(value)
      && String(Character(scalar)).decomposedStringWithCanonicalMapping.unicodeScalars.count > 1
    return isMark || decomposes || (0x1100..<0x1200).contains(value)
  }

  /// The number of steps stays in proportion, whatever the marks and their order.
  @Test func workIsLinear() {
    let marks: [[UInt32]] = [
      [0x301], [0x301, 0x323], [0x345, 0x334], [0x323, 0x301, 0x334, 0x345, 0x327],
      [0x61, 0x345, 0x301, 0x334], [0x344], [0x1e0b, 0x323], [0x1100, 0x1161, 0x11a8], [0x1d15e],
    ]
    for pattern in marks {
      let unit = text(pattern)
      let input = "a" + String(repeating: unit, count: (1 << 18) / unit.utf8.count)
      let count = input.unicodeScalars.count
      #expect(UnicodeNFC.stepCount(normalizing: input) <= 24 * count, "\(pattern)")
    }
    // Descending classes, the worst order for a sort by insertion.
    let descending = text([0x345, 0x35d, 0x35c, 0x301, 0x323, 0x327, 0x334])
    let input = "a" + String(repeating: descending, count: 80_000)
    #expect(UnicodeNFC.stepCount(normalizing: input) <= 24 * input.unicodeScalars.count)
    #expect(UnicodeNFC.isNormalized(UnicodeNFC.normalize(input)))
  }

  @Test func versionIsPinned() { #expect(UnicodeNFC.version == "17.0.0") }

  private func text(_ scalars: [UInt32]) -> String {
    var view = String.UnicodeScalarView()
    for scalar in scalars { view.append(Unicode.Scalar(scalar)!) }
    return String(view)
  }
}
