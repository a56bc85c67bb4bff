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

  @Test func valuesInSets() throws {
    let note = try SignedNote(parsing: try Self.text("cosigned-checkpoint"))
    let checkpoint = try note.checkpoint()
    #expect(checkpoint.description == note.text)
    #expect(Set([note, try SignedNote(parsing: note.description)]).count == 1)
    #expect(Set([checkpoint, try Checkpoint(parsing: note.text)]).count == 1)
    #expect(Set(note.signatures + note.signatures).count == 2)
    let vkey = "example.com/foo+530d903a+AekyeRrm56hApGFkyQR4ZCbV54Id2LKaANYcrnKv3U2k"
    let key = try Ed25519NoteKey(parsing: vkey)
    #expect(Set([key, try Ed25519NoteKey(parsing: vkey)]).count == 1)
    #expect(Set([key.publicKey, try Ed25519PublicKey(bytes: key.publicKey.bytes)]).count == 1)
    #expect(
      try Ed25519NoteKey(name: key.name, publicKey: key.publicKey, purpose: .cosignature) != key)
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
