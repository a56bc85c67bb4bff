import Foundation
import Provenance
import Testing

@testable import ProvenanceStorage

@Suite struct CheckpointTests {
  static func text(_ name: String) throws -> String {
    let url = try #require(
      Bundle.module.url(forResource: name, withExtension: "txt", subdirectory: "Fixtures/c2sp"))
    return try String(contentsOf: url, encoding: .utf8)
  }

  @Test(arguments: [
    "signed-note-poem", "signed-note-example", "checkpoint", "cosigned-checkpoint",
  ])
  func specifiedNotesRoundTrip(_ name: String) throws {
    let text = try Self.text(name)
    let note = try SignedNote(parsing: text)
    #expect(note.description == text)
    #expect(note.signatures.count == (name == "cosigned-checkpoint" ? 2 : 1))
    #expect(note.text + "\n" == text.prefix(note.text.count + 1))
  }

  @Test func specifiedKeyVerifiesTheSpecifiedNote() throws {
    let vkey = "example.com/foo+530d903a+AekyeRrm56hApGFkyQR4ZCbV54Id2LKaANYcrnKv3U2k"
    let key = try Ed25519NoteKey(parsing: vkey)
    #expect(key.description == vkey)
    #expect(key.keyID == 0x530d_903a)
    #expect(key.purpose == .note)
    let note = try SignedNote(parsing: try Self.text("signed-note-example"))
    #expect(try note.verify([key]) == note.signatures)
    let changed = try SignedNote(
      text: note.text.replacingOccurrences(of: "an", with: "no"), signatures: note.signatures)
    #expect(thrown(ProofError.self) { try changed.verify([key]) }?.kind == .wrongSignature)
    let poem = try SignedNote(parsing: try Self.text("signed-note-poem"))
    #expect(thrown(ProofError.self) { try poem.verify([key]) }?.kind == .untrusted)
    #expect(thrown(ProofError.self) { try poem.verify([]) }?.kind == .untrusted)
  }

  @Test func specifiedCheckpoint() throws {
    let note = try SignedNote(parsing: try Self.text("cosigned-checkpoint"))
    let checkpoint = try note.checkpoint()
    #expect(checkpoint.origin == "example.com/behind-the-sofa")
    #expect(checkpoint.head.size == 20_852_163)
    #expect(checkpoint.extensions == [])
    #expect(checkpoint.text == note.text)
    #expect(note.signatures[1].name == "witness.example.com/w1")
    #expect(note.signatures[1].cosignatureTime == 1_679_315_147)
    #expect(note.signatures[0].cosignatureTime == nil)
    let message = Cosignature.message(Array(checkpoint.text.utf8), time: 1_679_315_147)
    #expect(
      String(decoding: message, as: UTF8.self)
        == "cosignature/v1\ntime 1679315147\n" + checkpoint.text)
  }

  /// The specification abridges the signatures; the rest of its example is complete but for a hash
  /// that it garbled.
  @Test func specifiedProof() throws {
    let abridged = try Self.text("log-proof-abridged")
    #expect(thrown(ProofError.self) { _ = try LogProof(parsing: abridged) } != nil)
    let signature = try NoteSignature(name: "example.com/fancylog", keyID: 5, bytes: [1, 2, 3])
    let end = try #require(abridged.range(of: "— "))
    let text = abridged[..<end.lowerBound] + signature.description
    let repaired = text.replacingOccurrences(
      of: "YWdlLXYxLjIuMS1kYXJ3aW4tYXJtNjQudGFyLmd6kYXJ3aW4tYXJ", with: "YWdl")
    let proof = try LogProof(parsing: repaired)
    #expect(proof.description == repaired)
    #expect(proof.index == 73_894)
    #expect(proof.hashes.count == 5)
    #expect(proof.extra == Array("age".utf8))
    #expect(try proof.checkpoint.checkpoint().head.size == 109_482)
  }

  /// One form for one note: whatever is not written is not read.
  @Test func malformedNotes() throws {
    let good = try Self.text("signed-note-example")
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

  /// Every byte of a signed checkpoint and of a proof changed, dropped, doubled: nothing traps, and
  /// nothing is believed that was not signed.
  @Test(.enabled(if: Ed25519Tests.canSign)) func changedTextsAreRefused() throws {
    let log = try Ed25519NoteSigner(
      name: "example.com/log", privateKey: Ed25519PrivateKey(seed: ProofFixture.seed(1)))
    let (tiles, roots) = ProofFixture.tree(7)
    let note = try Checkpoint(origin: "example.com/log", head: TreeHead(size: 7, root: roots[7]))
      .signed(by: [log])
    let proof = try LogProof(
      index: 3, hashes: try tiles.inclusionProof(of: 3, in: 7).hashes, checkpoint: note,
      extra: [1, 2, 3])
    let policy = CheckpointPolicy(origin: "example.com/log", logKeys: [log.key])
    let record = RecordID(digest: ProofFixture.leaf(3))
    #expect(try proof.verify(record, policy).head.size == 7)
    #expect(try LogProof(parsing: proof.description) == proof)
    let text = Array(proof.description.utf8)
    let extra = try #require(proof.description.range(of: "index"))
    let unsigned = proof.description[..<extra.lowerBound].utf8.count
    var accepted: [String] = []
    for place in text.indices {
      var variants = [text, text, text, text]
      variants[0][place] ^= 1
      variants[1][place] ^= 0x20
      variants[2].remove(at: place)
      variants[3].insert(text[place], at: place)
      for (kind, variant) in variants.enumerated() {
        guard let other = try? LogProof(parsing: variant), other != proof else { continue }
        if (try? other.verify(record, policy)) != nil, place >= unsigned {
          accepted.append("\(kind) at \(place)")
        }
      }
    }
    #expect(accepted == [])
  }

  @Test(.enabled(if: Ed25519Tests.canSign)) func witnessesAndPolicies() throws {
    let log = try Ed25519NoteSigner(
      name: "example.com/log", privateKey: Ed25519PrivateKey(seed: ProofFixture.seed(1)))
    let witnesses = try (2...4).map { number in
      try Ed25519NoteSigner(
        witness: "witness.example/\(number)",
        privateKey: Ed25519PrivateKey(seed: ProofFixture.seed(number)),
        time: { 1_700_000_000 + UInt64(number) })
    }
    let checkpoint = try Checkpoint(
      origin: "example.com/log", head: TreeHead(size: 1, root: ProofFixture.leaf(0)))
    let signed = try checkpoint.signed(by: [log])
    let cosigned = try signed.signed(by: Array(witnesses.prefix(2)) + [witnesses[0]])
    let keys = witnesses.map { $0.key as any NoteVerifier }
    var policy = CheckpointPolicy(
      origin: "example.com/log", logKeys: [log.key], witnesses: keys, quorum: 2)
    #expect(try policy.checkpoint(in: cosigned) == checkpoint)
    #expect(try cosigned.verify(keys).map(\.cosignatureTime) == [1_700_000_002, 1_700_000_003])
    #expect(try SignedNote(parsing: cosigned.description) == cosigned)
    // The same witness twice is one witness.
    policy.quorum = 3
    #expect(thrown(ProofError.self) { _ = try policy.checkpoint(in: cosigned) }?.kind == .untrusted)
    #expect(thrown(ProofError.self) { _ = try policy.checkpoint(in: signed) }?.kind == .untrusted)
    policy.quorum = 0
    #expect(try policy.checkpoint(in: signed) == checkpoint)
    policy.origin = "example.com/other"
    #expect(thrown(ProofError.self) { _ = try policy.checkpoint(in: signed) }?.kind == .wrongOrigin)
    policy.origin = "example.com/log"
    policy.logKeys = [witnesses[2].key]
    #expect(thrown(ProofError.self) { _ = try policy.checkpoint(in: signed) }?.kind == .untrusted)
    // A witness signs with the time, and a log without: neither passes for the other.
    let key = try Ed25519NoteKey(name: "w", publicKey: log.key.publicKey, purpose: .cosignature)
    let plain = try Ed25519PrivateKey(seed: ProofFixture.seed(1)).signature(
      for: Array(checkpoint.text.utf8))
    #expect(!key.isValid(signature: plain, for: Array(checkpoint.text.utf8)))
    #expect(
      !key.isValid(
        signature: [0x80, 0, 0, 0, 0, 0, 0, 0] + plain, for: Array(checkpoint.text.utf8)))
    // A key service that returns another key's signature is found out.
    let swapped = Ed25519NoteSigner(key: log.key, time: { 0 }, sign: { _ in plain })
    #expect(thrown(ProofError.self) { _ = try swapped.sign([1]) }?.kind == .wrongSignature)
  }

  /// Composed and decomposed letters look alike and are two names.
  @Test func namesAreBytes() throws {
    let composed = try NoteSignature(name: "caf\u{E9}", keyID: 1, bytes: [1])
    let decomposed = try NoteSignature(name: "cafe\u{301}", keyID: 1, bytes: [1])
    #expect(composed != decomposed)
    let head = TreeHead(size: 1, root: MerkleTree.emptyRoot)
    #expect(
      try Checkpoint(origin: "caf\u{E9}", head: head)
        != Checkpoint(origin: "cafe\u{301}", head: head))
  }
}
