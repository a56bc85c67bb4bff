import Foundation
import Provenance
import Testing

@testable import ProvenanceStorage

/// What the text formats refuse.
@Suite struct CheckpointParsingTests {
  /// One form for one note: whatever is not written is not read.
  @Test func malformedNotes() throws {
    let good = try CheckpointTests.text("signed-note-example")
    _ = try SignedNote(parsing: good)
    let line = "— example.com/foo Uw2QOkn8srU="
    let bad = [
      "", "\n", "\n\n", "text\n", "text\n\n", "text\n\n\(line)", "text\n\(line)\n", "\n\(line)\n",
      "text\n\n\(line)\n\n", "text\n\n\(line)\nmore\n", "text\n\n \(line)\n", "text\n\n\(line) \n",
      "text\n\n- example.com/foo Uw2QOkn8srU=\n", "text\n\n— a+b Uw2QOkn8srU=\n",
      "text\n\n—  Uw2QOkn8srU=\n", "text\n\n— a b Uw2QOkn8srU=\n", "text\n\n— a Uw2QOg==\n",
      "text\n\n— a Uw2QOkn8srV=\n", "text\n\n— a Uw2QOkn8srU\n", "text\n\n— a Uw2Q Okn8srU=\n",
      "text\n\n— a\u{A0}b Uw2QOkn8srU=\n", "text\n\n— a \n", "te\txt\n\n\(line)\n",
      "text\r\n\r\n\(line)\n", "te\u{0}xt\n\n\(line)\n", "text\n\n\(line)\n\n— a !\n",
    ]
    for text in bad {
      #expect(thrown(ProofError.self) { _ = try SignedNote(parsing: text) } != nil, "\(text)")
    }
    let invalid = Array("te".utf8) + [0xC3] + Array("xt\n\n\(line)\n".utf8)
    #expect(thrown(ProofError.self) { _ = try SignedNote(parsing: invalid) }?.kind == .malformed)
    _ = try SignedNote(parsing: "a\n\n\nb\n\n\(line)\n")
    _ = try SignedNote(parsing: "\n\n\(line)\n")
  }

  @Test func limits() throws {
    let line = "— example.com/foo Uw2QOkn8srU=\n"
    _ = try SignedNote(parsing: "text\n\n" + String(repeating: line, count: 100))
    let many = "text\n\n" + String(repeating: line, count: 101)
    #expect(thrown(ProofError.self) { _ = try SignedNote(parsing: many) }?.kind == .limitExceeded)
    let long = String(repeating: "x", count: 1 << 20) + "\n\n" + line
    #expect(thrown(ProofError.self) { _ = try SignedNote(parsing: long) }?.kind == .limitExceeded)
    let note = try SignedNote(
      text: try Checkpoint(origin: "a", head: TreeHead(MemoryRecordLog().head)).text,
      signatures: [NoteSignature(name: "a", keyID: 1, bytes: [1])])
    let hashes = [SHA256Digest](repeating: MerkleTree.emptyRoot, count: 65)
    let error = thrown(ProofError.self) {
      _ = try LogProof(index: 0, hashes: hashes, checkpoint: note)
    }
    #expect(error?.kind == .limitExceeded)
    let written = try LogProof(index: 0, hashes: Array(hashes.dropLast()), checkpoint: note)
    #expect(try LogProof(parsing: written.description) == written)
    let more = written.description.replacingOccurrences(
      of: "index 0\n", with: "index 0\n47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU=\n")
    #expect(thrown(ProofError.self) { _ = try LogProof(parsing: more) }?.kind == .limitExceeded)
  }

  @Test func malformedCheckpoints() throws {
    let root = "CsUYapGGPo4dkMgIAUqom/Xajj7h2fB2MPA3j2jxq2I="
    _ = try Checkpoint(parsing: "a\n0\n\(root)\n")
    _ = try Checkpoint(parsing: "a\n18446744073709551615\n\(root)\nmore\n")
    for text in [
      "", "a\n", "a\n1\n", "a\n1\n\(root)", "\n1\n\(root)\n", "a\n01\n\(root)\n", "a\n\n\(root)\n",
      "a\n+1\n\(root)\n", "a\n-1\n\(root)\n", "a\n1 \n\(root)\n",
      "a\n18446744073709551616\n\(root)\n", "a\n1\n\(root)\n\n", "a\n1\n\(root)\nx\n\ny\n",
      "a\n1\nCsUYapGGPo4dkMgIAUqom/Xajj7h2fB2MPA3j2jxqw==\n", "a\n1\n \(root)\n",
      "a\n1\nCsUYapGGPo4dkMgIAUqom/Xajj7h2fB2MPA3j2jxq2J=\n",
    ] {
      #expect(thrown(ProofError.self) { _ = try Checkpoint(parsing: text) } != nil, "\(text)")
    }
    let head = TreeHead(size: 1, root: MerkleTree.emptyRoot)
    for (origin, extensions) in [("", []), ("a\nb", []), ("a", [""]), ("a", ["b\nc"])] {
      #expect(
        thrown(ProofError.self) {
          _ = try Checkpoint(origin: origin, head: head, extensions: extensions)
        }?.kind == .malformed)
    }
    let full = try Checkpoint(origin: "höhe", head: head, extensions: ["one", "two words"])
    #expect(try Checkpoint(parsing: full.text) == full)
  }

  @Test func malformedKeys() throws {
    for text in [
      "", "a", "a+b", "a+530d903a+",
      "example.com/foo+530d903b+AekyeRrm56hApGFkyQR4ZCbV54Id2LKaANYcrnKv3U2k",
      "example.com/foo+530D903A+AekyeRrm56hApGFkyQR4ZCbV54Id2LKaANYcrnKv3U2k",
      "example.com/foo+530d903a+BekyeRrm56hApGFkyQR4ZCbV54Id2LKaANYcrnKv3U2k",
      "example.com/foo+530d903a+AukyeRrm56hApGFkyQR4ZCbV54Id2LKaANYcrnKv3U2k",
      "example.com/foo+530d903a+AekyeRrm56hApGFkyQR4ZCbV54Id2LKaANYcrnKv3U2k=",
      "+530d903a+AekyeRrm56hApGFkyQR4ZCbV54Id2LKaANYcrnKv3U2k",
      "example.com/foo+530d903a+AekyeRrm56hApGFkyQR4ZCbV54Id2LKaANYcrnKv3Q==",
    ] {
      #expect(thrown(ProofError.self) { _ = try Ed25519NoteKey(parsing: text) } != nil, "\(text)")
    }
  }

  @Test func base64IsCanonical() throws {
    for count in 0..<70 {
      let bytes = (0..<count).map { UInt8(truncatingIfNeeded: $0 * 37 + count) }
      let text = Base64.encode(bytes)
      #expect(text == Data(bytes).base64EncodedString())
      #expect(Base64.decode(Array(text.utf8)[...]) == bytes)
    }
    for text in [
      "=", "====", "A===", "AA=A", "AB==", "AAB=", "A", "AA", "AAA", "A A=", "AAAA=", "AAAA====",
    ] {
      #expect(Base64.decode(Array(text.utf8)[...]) == nil, "\(text)")
    }
  }

  /// Texts put together from the formats' own parts, in any order: whatever is read is written
  /// again byte for byte, and nothing traps.
  @Test func parsersOfPartsInAnyOrder() throws {
    let seed: UInt64 = 0xC25B
    var generator = SeededGenerator(seed: seed)
    let parts: [[UInt8]] =
      [
        "c2sp.org/tlog-proof@v1\n", "extra ", "extra YWdl\n", "index 7\n", "index ", "index 00\n",
        "CsUYapGGPo4dkMgIAUqom/Xajj7h2fB2MPA3j2jxq2I=\n", "\n", "\n\n", "example.com/a\n", "12\n",
        "99999999999999999999\n", "— example.com/a Uw2QOkn8srU=\n", "— ", "=", " ", "+", "\u{301}",
        "\u{2028}", "\r", "example.com/foo+530d903a+AekyeRrm56hApGFkyQR4ZCbV54Id2LKaANYcrnKv3U2k",
      ].map { Array($0.utf8) } + [[0xFF], [0], [0xE2, 0x80]]
    var wrong: [[UInt8]] = []
    var counts = [0, 0, 0]
    for round in 0..<20_000 {
      var text: [UInt8] = []
      // Every other one starts as a whole note or proof does.
      if round % 2 == 0 { text += parts[9] + parts[10] + parts[6] }
      if round % 4 == 1 { text += parts[0] + parts[3] }
      for _ in 0..<Int.random(in: 0..<6, using: &generator) {
        text += parts.randomElement(using: &generator)!
      }
      if round % 3 == 0 { text += parts[7] + parts[12] }
      if let note = try? SignedNote(parsing: text) {
        counts[0] += 1
        if Array(note.description.utf8) != text { wrong.append(text) }
        if let checkpoint = try? note.checkpoint() {
          counts[1] += 1
          if !checkpoint.text.utf8.elementsEqual(note.text.utf8) { wrong.append(text) }
        }
      }
      if let proof = try? LogProof(parsing: text) {
        counts[2] += 1
        if Array(proof.description.utf8) != text { wrong.append(text) }
      }
      let string = String(decoding: text, as: UTF8.self)
      if let key = try? Ed25519NoteKey(parsing: string), key.description != string {
        wrong.append(text)
      }
    }
    #expect(wrong == [], "seed \(seed)")
    #expect(counts[0] > 100 && counts[1] > 10, "\(counts), seed \(seed)")
  }

  @Test func notesAreNeverMadeWrong() throws {
    let signature = try NoteSignature(name: "a", keyID: 1, bytes: [1])
    func kind(_ text: String, _ signatures: [NoteSignature]) -> ProofError.Kind? {
      thrown(ProofError.self) { _ = try SignedNote(text: text, signatures: signatures) }?.kind
    }
    #expect(kind("no newline", [signature]) == .malformed)
    #expect(kind("", [signature]) == .malformed)
    #expect(kind("a\n", []) == .malformed)
    #expect(kind("a\tb\n", [signature]) == .malformed)
    #expect(kind("a\n", Array(repeating: signature, count: 101)) == .limitExceeded)
    #expect(
      thrown(ProofError.self) { _ = try NoteSignature(name: "a", keyID: 1, bytes: []) }?.kind
        == .malformed)
    #expect(
      thrown(ProofError.self) { _ = try NoteSignature(name: "a b", keyID: 1, bytes: [1]) }?.kind
        == .malformed)
  }
}
