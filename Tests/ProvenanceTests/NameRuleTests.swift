import Provenance
import Testing

@Suite struct NameRuleTests {
  private func refusal(_ name: String, allowsEmpty: Bool = false) -> NameError? {
    do {
      try NameRule.validate(name, field: "namespace", allowsEmpty: allowsEmpty)
      return nil
    } catch {
      return error
    }
  }

  @Test(arguments: [
    "a", "train/2024-01-02 (v1)", "s3://bucket/key?x=1#y", "\u{e9}t\u{e9}", "数据集", "資料.parquet",
    "데이터", "🧪", "👩‍🔬", "a\u{a0}b", "\u{202e}rtl", "\u{200b}", "\u{feff}", "\u{fffe}", "\u{10ffff}",
    "\u{e000}", "\u{378}", "q\u{323}\u{307}", "\u{2028}", " ", "..", "~", "\u{c3}\u{a0}",
  ])
  func accepted(name: String) { #expect(refusal(name) == nil) }

  @Test func empty() {
    #expect(refusal("")?.kind == .empty)
    #expect(refusal("", allowsEmpty: true) == nil)
    #expect(refusal("")?.description == #"namespace "" must not be empty"#)
  }

  @Test func length() {
    for unit in ["a", "é", "数", "🧪"] {
      let limit = NameRule.maximumByteCount
      let longest = String(repeating: unit, count: limit / unit.utf8.count)
      let padded = longest + String(repeating: "x", count: limit - longest.utf8.count)
      #expect(refusal(padded) == nil)
      #expect(refusal(padded + "x")?.kind == .tooLong(byteCount: 4097, limit: 4096))
    }
    #expect(
      refusal(String(repeating: "a", count: 4100))?.description.hasSuffix(
        "has 4100 bytes; at most 4096 are allowed") == true)
    let huge = "e" + String(repeating: "\u{301}", count: 1 << 20)
    #expect(refusal(huge)?.name.unicodeScalars.count == 65)
  }

  @Test func everyControlCharacter() {
    for value in Array(0x00...0x1f) + Array(0x7f...0x9f) as [UInt8] {
      let scalar = Unicode.Scalar(value)
      let control = String(Character(scalar))
      #expect(refusal(control)?.kind == .controlCharacter(scalar, offset: 0))
      #expect(refusal("é" + control + "b")?.kind == .controlCharacter(scalar, offset: 2))
    }
    for value in Array(0x20...0x7e) + Array(0xa0...0xff) as [UInt8] {
      #expect(refusal(String(Character(Unicode.Scalar(value)))) == nil)
    }
    #expect(
      refusal("a\u{1b}[0m")?.description
        == #"namespace "a\u{1B}[0m" has the control character U+001B at byte 1"#)
  }

  @Test func notNormalized() {
    #expect(refusal("caf\u{65}\u{301}")?.kind == .notNFC(offset: 3))
    #expect(refusal("\u{212b}")?.kind == .notNFC(offset: 0))
    #expect(refusal("é\u{212b}\u{301}")?.kind == .notNFC(offset: 2))
    #expect(refusal("x\u{1100}\u{1161}")?.kind == .notNFC(offset: 1))
    #expect(refusal("a\u{302}\u{323}")?.field == "namespace")
    #expect(refusal(UnicodeNFC.normalize("caf\u{65}\u{301}")) == nil)
    #expect(refusal("e\u{301}")?.description.hasSuffix("Form C at byte 0") == true)
  }

  /// What is accepted has one form: normalizing it changes nothing, and no two equal names differ.
  @Test(arguments: 0..<8 as Range<UInt64>) func acceptedNamesAreEqualByBytes(seed: UInt64) {
    var random = CBORTestRandom(seed: seed)
    let parts = ["e", "\u{e9}", "\u{301}", "\u{323}", "\u{1100}", "\u{1161}", "\u{ac00}", "\u{8}"]
    var accepted: [String: String] = [:]
    for _ in 0..<500 {
      let name = (0..<Int.random(in: 1..<6, using: &random))
        .map { _ in parts.randomElement(using: &random)! }.joined()
      guard refusal(name) == nil else { continue }
      #expect(UnicodeNFC.normalize(name).hasSameBytes(as: name), "seed \(seed)")
      #expect(accepted[name, default: name].hasSameBytes(as: name), "seed \(seed)")
      accepted[name] = name
    }
    #expect(!accepted.isEmpty, "seed \(seed)")
  }
}
