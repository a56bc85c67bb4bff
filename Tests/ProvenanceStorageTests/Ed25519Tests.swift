import Foundation
import Provenance
import Testing

@testable import ProvenanceStorage

@Suite struct Ed25519Tests {
  struct Vectors: Decodable {
    struct Group: Decodable {
      struct Key: Decodable { var pk: String }
      struct Test: Decodable {
        var tcId: Int
        var comment: String
        var msg: String
        var sig: String
        var result: String
      }
      var publicKey: Key
      var tests: [Test]
    }
    var numberOfTests: Int
    var testGroups: [Group]
  }

  @Test func wycheproof() throws {
    let vectors: Vectors = try ProofFixture.json("ed25519_test", in: "wycheproof-ed25519")
    var misjudged: [String] = []
    var count = 0
    for group in vectors.testGroups {
      let key = try Ed25519PublicKey(bytes: ProofFixture.bytes(group.publicKey.pk))
      for test in group.tests {
        count += 1
        let isValid = key.isValid(
          signature: ProofFixture.bytes(test.sig), for: ProofFixture.bytes(test.msg))
        if isValid != (test.result == "valid") { misjudged.append("\(test.tcId) \(test.comment)") }
      }
    }
    #expect(misjudged == [])
    #expect(count == vectors.numberOfTests)
  }

  struct Vector: Sendable {
    var seed: String
    var key: String
    var message: String
    var signature: String
  }

  /// RFC 8032, section 7.1: tests 1, 2, 3 and SHA(abc); test 1024 is among those of Wycheproof.
  static let vectors = [
    Vector(
      seed: "9d61b19deffd5a60ba844af492ec2cc44449c5697b326919703bac031cae7f60",
      key: "d75a980182b10ab7d54bfed3c964073a0ee172f3daa62325af021a68f707511a", message: "",
      signature: "e5564300c360ac729086e2cc806e828a84877f1eb8e5d974d873e065224901555fb8821590a33bac"
        + "c61e39701cf9b46bd25bf5f0595bbe24655141438e7a100b"),
    Vector(
      seed: "4ccd089b28ff96da9db6c346ec114e0f5b8a319f35aba624da8cf6ed4fb8a6fb",
      key: "3d4017c3e843895a92b70aa74d1b7ebc9c982ccf2ec4968cc0cd55f12af4660c", message: "72",
      signature: "92a009a9f0d4cab8720e820b5f642540a2b27b5416503f8fb3762223ebdb69da085ac1e43e15996e"
        + "458f3613d0f11d8c387b2eaeb4302aeeb00d291612bb0c00"),
    Vector(
      seed: "c5aa8df43f9f837bedb7442f31dcb7b166d38535076f094b85ce3a2e0b4458f7",
      key: "fc51cd8e6218a1a38da47ed00230f0580816ed13ba3303ac5deb911548908025", message: "af82",
      signature: "6291d657deec24024827e69c3abe01a30ce548a284743a445e3680d7db5ac3ac18ff9b538d16f290"
        + "ae67f760984dc6594a7c15e9716ed28dc027beceea1ec40a"),
    Vector(
      seed: "833fe62409237b9d62ec77587520911e9a759cec1d19755b7da901b96dca3d42",
      key: "ec172b93ad5e563bf4932c70e1245034c35467ef2efd4d64ebf819683467e2bf",
      message: "ddaf35a193617abacc417349ae20413112e6fa4e89a97ea20a9eeee64b55d39a2192992a274fc1a836"
        + "ba3c23a3feebbd454d4423643ce80e2a9ac94fa54ca49f",
      signature: "dc2a4459e7369633a52b1bf277839a00201009a3efbf3ecb69bea2186c26b58909351fc9ac90b3ec"
        + "fdfbc7c66431e0303dca179c138ac17ad9bef1177331a704"),
  ]

  @Test(arguments: vectors) func rfc8032(_ vector: Vector) throws {
    let key = try Ed25519PublicKey(bytes: ProofFixture.bytes(vector.key))
    let (signature, message) = (
      ProofFixture.bytes(vector.signature), ProofFixture.bytes(vector.message)
    )
    #expect(key.isValid(signature: signature, for: message))
    var accepted: [Int] = []
    for bit in stride(from: 0, to: 512, by: 5) {
      var other = signature
      other[bit / 8] ^= 1 << UInt8(bit % 8)
      if key.isValid(signature: other, for: message) { accepted.append(bit) }
    }
    #expect(accepted == [], "a signature with a changed bit")
    #expect(!key.isValid(signature: signature, for: message + [0]))
  }

  @Test(.enabled(if: canSign), arguments: vectors) func signing(_ vector: Vector) throws {
    let key = try Ed25519PrivateKey(seed: ProofFixture.bytes(vector.seed))
    #expect(key.publicKey.bytes == ProofFixture.bytes(vector.key))
    let message = ProofFixture.bytes(vector.message)
    let signature = try key.signature(for: message)
    #expect(key.publicKey.isValid(signature: signature, for: message))
    #if !canImport(CryptoKit)
    // CryptoKit adds randomness, so that each signature is another one.
    #expect(signature == ProofFixture.bytes(vector.signature))
    #endif
  }

  /// Whether this platform has something to sign with.
  static var canSign: Bool { (try? Ed25519PrivateKey(seed: ProofFixture.seed(1))) != nil }

  /// Another implementation signs, this one verifies: messages of every length around a block.
  @Test(.enabled(if: canSign)) func messagesOfEveryLength() throws {
    let key = try Ed25519PrivateKey(seed: ProofFixture.seed(2))
    let wrong = try (0...140).filter { length in
      let message = (0..<length).map { UInt8(truncatingIfNeeded: $0 * 31) }
      return !key.publicKey.isValid(signature: try key.signature(for: message), for: message)
    }
    #expect(wrong == [])
  }

  @Test(.enabled(if: canSign)) func randomKeys() throws {
    var generator = SystemRandomNumberGenerator()
    let key = try Ed25519PrivateKey(using: &generator)
    let other = try Ed25519PrivateKey(using: &generator)
    let signature = try key.signature(for: [1, 2, 3])
    #expect(key.publicKey.isValid(signature: signature, for: [1, 2, 3]))
    #expect(!other.publicKey.isValid(signature: signature, for: [1, 2, 3]))
    #expect(key.publicKey != other.publicKey)
  }

  /// Whatever prints a key, into a log or a crash report, prints no secret.
  @Test(.enabled(if: canSign)) func secretsAreNotPrinted() throws {
    let seed = [UInt8](repeating: 0xA7, count: 32)
    let key = try Ed25519PrivateKey(seed: seed)
    var dumped = ""
    dump(key, to: &dumped)
    dump(try Ed25519NoteSigner(name: "a", privateKey: key), to: &dumped)
    for text in [dumped, "\(key)", String(reflecting: key), "\([key])"] {
      #expect(!text.contains("167"), "\(text)")
      #expect(!text.lowercased().contains("a7a7"), "\(text)")
    }
    #expect("\(key)".contains("public"))
  }

  @Test func refusesWhatIsNoKey() throws {
    // p itself, p + 1, and 2^255 - 1: numbers that are not reduced.
    let ones = [UInt8](repeating: 0xFF, count: 30)
    for bytes in [
      [0xED] + ones + [0x7F], [0xEE] + ones + [0x7F], [0xFF] + ones + [0x7F],
      // y = 2 is on no point; y = 1 has x = 0, which is not odd.
      [2] + [UInt8](repeating: 0, count: 31), [1] + [UInt8](repeating: 0, count: 30) + [0x80],
      [], [UInt8](repeating: 1, count: 31), [UInt8](repeating: 1, count: 33),
    ] {
      let kind = thrown(ProofError.self) { _ = try Ed25519PublicKey(bytes: bytes) }?.kind
      #expect(kind == .malformed, "\(bytes)")
    }
    #expect(thrown(ProofError.self) { _ = try Ed25519PrivateKey(seed: [1]) }?.kind == .malformed)
  }

  /// Nothing that is thrown at the verifier traps, and none of it is a signature.
  @Test func randomBytesAreRefused() throws {
    let seed: UInt64 = 0xED25519
    var generator = SeededGenerator(seed: seed)
    func random(_ count: Int) -> [UInt8] {
      (0..<count).map { _ in
        // Ones and zeros are where carries run.
        Bool.random(using: &generator)
          ? .random(in: .min ... .max, using: &generator)
          : [0, 0xFF, 0x80, 0x7F][Int.random(in: 0..<4, using: &generator)]
      }
    }
    var (keys, accepted) = (0, 0)
    for round in 0..<240 {
      guard let key = try? Ed25519PublicKey(bytes: random(32)) else { continue }
      keys += 1
      var signature = random(round % 8 == 0 ? Int.random(in: 0...80, using: &generator) : 64)
      // Half of them with an S that is small enough to be looked at.
      if signature.count == 64, round % 2 == 0 { signature[63] &= 0x0F }
      if key.isValid(signature: signature, for: random(round % 300)) { accepted += 1 }
    }
    #expect(accepted == 0, "seed \(seed)")
    #expect(keys > 60, "seed \(seed)")
  }

  @Test func sha512() {
    let text = SHA512.hash(Array("abc".utf8)).map { String(format: "%02x", $0) }.joined()
    #expect(
      text == "ddaf35a193617abacc417349ae20413112e6fa4e89a97ea20a9eeee64b55d39a"
        + "2192992a274fc1a836ba3c23a3feebbd454d4423643ce80e2a9ac94fa54ca49f")
    let empty = SHA512.hash([]).map { String(format: "%02x", $0) }.joined()
    #expect(
      empty == "cf83e1357eefb8bdf1542850d66d8007d620e4050b5715dc83f4a921d36ce9ce"
        + "47d0d13c5d85f2b0ff8318d2877eec2f63b931bd47417a81a538327af927da3e")
  }
}
