import Provenance
import Testing

@testable import ProvenanceStorage

@Suite struct HashingSystemSHA256Tests {
  @Test func everyLengthAgreesWithThePureImplementation() {
    var content = SeededContent(seed: 0xC0DE)
    var wrong: [Int] = []
    for length in 0...300 {
      let message = content.bytes(length)
      let expected = SHA256.hash(message)
      var hasher = SystemSHA256()
      hasher.update(message)
      if SystemSHA256.hash(message) != expected || hasher.finalize() != expected {
        wrong.append(length)
      }
    }
    #expect(wrong.isEmpty, "seed \(content.seed)")
  }

  @Test func everySplitIntoTwoUpdates() {
    var content = SeededContent(seed: 0x5A17)
    let message = content.bytes(200)
    var wrong: [String] = []
    for length in 0...message.count {
      let whole = SHA256.hash(Array(message[..<length]))
      for split in 0...length {
        var hasher = SystemSHA256()
        hasher.update(Array(message[..<split]))
        hasher.update(Array(message[split..<length]))
        if hasher.finalize() != whole { wrong.append("\(split) of \(length)") }
      }
    }
    #expect(wrong.isEmpty, "seed \(content.seed)")
  }

  @Test func aLargeMessageAgreesWithThePureImplementation() {
    var content = SeededContent(seed: 0xB16)
    let message = content.bytes(1_000_003)
    #expect(SystemSHA256.hash(message) == SHA256.hash(message), "seed \(content.seed)")
  }

  @Test func copiesAreIndependent() {
    let start = [UInt8](repeating: 1, count: 70)
    var original = SystemSHA256()
    original.update(start)
    var copy = original
    original.update([2])
    copy.update([3])
    #expect(original.finalize() == SHA256.hash(start + [2]))
    #expect(copy.finalize() == SHA256.hash(start + [3]))
  }

  @Test func finalizingLeavesTheMessageOpen() {
    var hasher = SystemSHA256()
    hasher.update([1, 2])
    #expect(hasher.finalize() == hasher.finalize())
    hasher.update([3])
    #expect(hasher.finalize() == SHA256.hash([1, 2, 3]))
  }

  @Test func concurrentFirstUsesAgree() async {
    let message = [UInt8](repeating: 0x77, count: 1000)
    let digests = await withTaskGroup(of: SHA256Digest.self) { group in
      for _ in 0..<16 { group.addTask { SystemSHA256.hash(message) } }
      return await group.reduce(into: Set()) { $0.insert($1) }
    }
    #expect(digests == [SHA256.hash(message)])
  }

  @Test func theImplementationIsNamed() {
    #if canImport(CryptoKit)
    #expect(SystemSHA256.implementation == .cryptoKit)
    #else
    #expect(SystemSHA256.implementation != .cryptoKit)
    #endif
    #expect(!SystemSHA256.implementation.description.isEmpty)
  }

  #if !canImport(CryptoKit)
  @Test func theLibraryOfThisSystemPassesTheSelfTest() {
    guard let library = Libcrypto.load() else { return }
    #expect(library.functions.passSelfTest())
    #expect(SystemSHA256.implementation == .libcrypto(version: library.version))
  }

  @Test func withoutALibraryTheDigestsAreTheSame() {
    var content = SeededContent(seed: 0xFA11)
    let message = content.bytes(300)
    var engine = SystemSHA256.Engine(nil)
    for start in stride(from: 0, to: message.count, by: 70) {
      unsafe engine.update(
        message.span.bytes.extracting(start..<min(start + 70, message.count)))
    }
    #expect(engine.finalize() == SHA256.hash(message), "seed \(content.seed)")
  }

  @Test func aLibraryThatComputesSomethingElseIsRefused() {
    let constant = unsafe Libcrypto.Functions(
      initialize: { _ in 1 }, update: { _, _, _ in 1 }, finalize: { _, _ in 1 })
    #expect(!constant.passSelfTest())
  }

  @Test func aLibraryThatFailsIsRefused() {
    let failing = unsafe Libcrypto.Functions(
      initialize: { _ in 0 }, update: { _, _, _ in 0 }, finalize: { _, _ in 0 })
    #expect(!failing.passSelfTest())
  }

  @Test func aLibraryWithALargerStructureIsRefused() throws {
    guard var functions = Libcrypto.load()?.functions else { return }
    unsafe functions.initialize = { context in
      unsafe context.storeBytes(of: 0, toByteOffset: Libcrypto.Context.byteCount, as: UInt8.self)
      return unsafe Libcrypto.load()?.functions.initialize(context) ?? 0
    }
    #expect(!functions.passSelfTest())
  }
  #endif
}
