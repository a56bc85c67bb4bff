import Provenance
import Testing

/// Ids and digests as text, and their order.
@Suite struct IdentifierTests {
  private let digits = String(repeating: "0123456789abcdef", count: 4)

  private func refusal(_ parse: () throws(IdentifierError) -> Void) -> IdentifierError? {
    do throws(IdentifierError) {
      try parse()
      return nil
    } catch {
      return error
    }
  }

  private func idRefusal(_ text: String) -> IdentifierError.Kind? {
    refusal { () throws(IdentifierError) in _ = try NodeID(parsing: text) }?.kind
  }

  private func digestRefusal(_ text: String) -> IdentifierError.Kind? {
    refusal { () throws(IdentifierError) in _ = try SHA256Digest(parsing: text) }?.kind
  }

  private func prefixRefusal(_ text: String) -> IdentifierError.Kind? {
    refusal { () throws(IdentifierError) in _ = try IdentifierPrefix(text) }?.kind
  }

  @Test func textFormsComeBack() throws {
    var random = RecordTestRandom(seed: 0x1d)
    for _ in 0..<200 {
      let digest = random.digest()
      let text = hexadecimal(digest.bytes)
      #expect(NodeID(digest: digest).description == text, "seed \(random.seed)")
      #expect(digest.description == "sha256:" + text, "seed \(random.seed)")
      #expect(try NodeID(parsing: text).digest == digest, "seed \(random.seed)")
      #expect(try EdgeID(parsing: text).digest == digest, "seed \(random.seed)")
      #expect(try RecordID(parsing: text).digest == digest, "seed \(random.seed)")
      #expect(try SHA256Digest(parsing: "sha256:" + text) == digest, "seed \(random.seed)")
      #expect(SHA256Digest(bytes: digest.bytes) == digest, "seed \(random.seed)")
    }
  }

  @Test func everyOtherLength() {
    for count in 0...130 where count != 64 {
      let text = String(repeating: "a", count: count)
      #expect(idRefusal(text) == .wrongLength(found: count, wanted: 64...64))
      #expect(digestRefusal("sha256:" + text) == .wrongLength(found: count, wanted: 64...64))
    }
    for count in [0, 1, 16, 31, 33, 64] {
      #expect(SHA256Digest(bytes: Array(repeating: 1, count: count)) == nil)
    }
    // Bytes count, not characters.
    #expect(
      idRefusal(String(repeating: "é", count: 32) + "é") == .wrongLength(found: 66, wanted: 64...64)
    )
  }

  @Test func everyByteThatIsNoDigit() {
    let hexadecimal = Set("0123456789abcdef".utf8)
    for byte: UInt8 in 0..<128 where !hexadecimal.contains(byte) {
      let wrong = String(Unicode.Scalar(byte))
      for offset in [0, 1, 31, 63] {
        let text = digits.prefix(offset) + wrong + digits.dropFirst(offset + 1)
        #expect(idRefusal(String(text)) == .notHexadecimal(offset: offset))
        #expect(digestRefusal("sha256:" + text) == .notHexadecimal(offset: offset))
        #expect(prefixRefusal(String(text)) == .notHexadecimal(offset: offset))
      }
    }
    #expect(idRefusal(digits.uppercased()) == .notHexadecimal(offset: 10))
    #expect(idRefusal(String(repeating: "é", count: 32)) == .notHexadecimal(offset: 0))
    #expect(idRefusal("０" + digits.dropFirst(3)) == .notHexadecimal(offset: 0))
  }

  @Test(arguments: ["", "sha256", "SHA256:", "sha512:", "sha1:", " sha256:", "s\u{301}ha256:"])
  func algorithms(prefix: String) {
    #expect(digestRefusal(prefix + digits) == .unknownAlgorithm)
  }

  /// A combining mark behind the colon is one character with it.
  @Test func aMarkBehindTheColon() {
    let text = "sha256:\u{301}" + digits.dropFirst(2)
    #expect(digestRefusal(text) == .notHexadecimal(offset: 0))
  }

  @Test func errorsQuoteTheText() throws {
    let long = String(repeating: "x", count: 1000)
    let error = try #require(
      refusal { () throws(IdentifierError) in _ = try NodeID(parsing: long) })
    #expect(error.text == String(repeating: "x", count: 64) + "…")
    #expect(error.description.contains("has 1000 digits where 64 are wanted"))
    let short = try #require(
      refusal { () throws(IdentifierError) in _ = try IdentifierPrefix("abc") })
    #expect(short.description == "\"abc\" has 3 digits where 4 to 64 are wanted")
    let marks = "e" + String(repeating: "\u{301}", count: 100_000)
    let marked = try #require(
      refusal { () throws(IdentifierError) in _ = try NodeID(parsing: marks) })
    #expect(marked.text.utf8.count < 1000)
  }

  @Test func prefixes() throws {
    let id = try NodeID(parsing: digits)
    for count in 0...70 {
      let text = String((digits + digits).prefix(count))
      if (4...64).contains(count) {
        let prefix = try IdentifierPrefix(text)
        #expect(prefix.description == text)
        #expect(prefix.matches(id))
        #expect(!prefix.matches(try NodeID(parsing: "1" + digits.dropFirst())))
      } else {
        #expect(prefixRefusal(text) == .wrongLength(found: count, wanted: 4...64))
      }
    }
  }

  @Test func prefixesMatchAsTextDoes() throws {
    var random = RecordTestRandom(seed: 0x9f)
    var ids = (0..<8).map { _ in EdgeID(digest: random.digest()) }
    for word in [0x1234_5678_9abc_def0, 0x1234_5678_9abc_def1, UInt64.max, 0] {
      for last in [0, UInt64.max] {
        ids.append(EdgeID(digest: SHA256Digest(w0: word, w1: last, w2: 0, w3: last)))
      }
    }
    var wrong: [String] = []
    for id in ids {
      for count in [4, 5, 15, 16, 17, 31, 32, 63, 64] {
        let prefix = try IdentifierPrefix(id.abbreviated(to: count))
        for other in ids
        where prefix.matches(other) != other.description.hasPrefix(prefix.description) {
          wrong.append("\(prefix) \(other)")
        }
      }
    }
    #expect(wrong.isEmpty, "seed \(random.seed)")
  }

  @Test func abbreviations() throws {
    let id = try RecordID(parsing: digits)
    #expect(id.abbreviated() == "0123456789ab")
    for count in 1...64 { #expect(id.abbreviated(to: count) == digits.prefix(count)) }
  }

  @Test func orderIsThatOfTheBytes() {
    var random = RecordTestRandom(seed: 0x0d)
    var digests = (0..<60).map { _ in random.digest() }
    for position in 0..<4 {
      for word in [1, 1 << 63, UInt64.max] {
        let words = (0..<4).map { $0 == position ? word : 0 as UInt64 }
        digests.append(SHA256Digest(w0: words[0], w1: words[1], w2: words[2], w3: words[3]))
      }
    }
    var wrong = 0
    for left in digests {
      for right in digests {
        let precedes = left.bytes.lexicographicallyPrecedes(right.bytes)
        let (first, second) = (NodeID(digest: left), NodeID(digest: right))
        if (left < right) != precedes || (first < second) != precedes { wrong += 1 }
        if (left == right) != (left.bytes == right.bytes) { wrong += 1 }
        if left == right && left.hashValue != right.hashValue { wrong += 1 }
        if (first.description < second.description) != precedes { wrong += 1 }
      }
    }
    #expect(wrong == 0, "seed \(random.seed)")
    #expect(Set(digests).count == digests.count, "seed \(random.seed)")
  }
}
