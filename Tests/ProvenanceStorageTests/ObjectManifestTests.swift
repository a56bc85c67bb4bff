import Foundation
import Provenance
import ProvenanceStorage
import Testing

@Suite struct ObjectManifestTests {
  let one = StoredObject(of: [1])

  func file(_ name: String, _ object: StoredObject? = nil) -> DirectoryManifest.Entry {
    .init(name: name, content: .file(object ?? one, isExecutable: false))
  }

  /// Golden bytes, checked against the CBOR by hand.
  @Test func canonicalBytesArePinned() throws {
    let empty = try DirectoryManifest([])
    #expect(hex(empty.encoded()) == "83" + "74" + hex(Array("provenance.directory".utf8)) + "0180")
    let manifest = try DirectoryManifest([
      .init(name: "run", content: .file(one, isExecutable: true)),
      .init(name: "l", content: .symbolicLink(target: Array("../x".utf8))),
      .init(name: "d", content: .directory(empty.object)), file("a"),
    ])
    let digest = hex(one.digest.bytes)
    let expected =
      "83" + "74" + hex(Array("provenance.directory".utf8)) + "01" + "84"
      + "84" + "4161" + "00" + "01" + "5820" + digest
      + "84" + "4164" + "02" + "1818" + "5820" + hex(empty.object.digest.bytes)
      + "83" + "416c" + "03" + "442e2e2f78"
      + "84" + "4372756e" + "01" + "01" + "5820" + digest
    #expect(hex(manifest.encoded()) == expected)
    #expect(
      hex(empty.object.digest.bytes)
        == "f279f95c481f8d64857bcbb15737e3767eca10c505ba4196e31ab71275b136fe")
    #expect(
      hex(manifest.object.digest.bytes)
        == "5daea8f9657c4d09d01df2d89f8fbd0ee1737360e79e64a2c960ebf48eab097d")
  }

  private func hex(_ bytes: [UInt8]) -> String {
    bytes.map { (($0 < 16 ? "0" : "") + String($0, radix: 16)) }.joined()
  }

  @Test func orderOfEntriesDoesNotMatter() throws {
    let entries = ["b", "a", "B", "ä", "a.b", "a\u{1}", "ab", "Z", "é", "e\u{301}"].map { file($0) }
    let manifest = try DirectoryManifest(entries)
    #expect(manifest.entries.count == entries.count)
    for count in 0..<20 {
      var generator = Seeded(seed: UInt64(count))
      let shuffled = try DirectoryManifest(entries.shuffled(using: &generator))
      #expect(shuffled.object == manifest.object, "seed \(count)")
    }
    #expect(try DirectoryManifest(canonical: manifest.encoded()) == manifest)
    for entry in entries { #expect(manifest[entry.name] == entry.content) }
    #expect(manifest["e\u{301}"] != nil)
    #expect(manifest["none"] == nil)
    #expect(manifest[""] == nil)
  }

  @Test func impossibleNamesAreRefused() throws {
    for name in ["", ".", "..", "/", "a/b", "/a", "a/", "a\0", "\0"] {
      #expect(
        storageErrorKind { _ = try DirectoryManifest([file(name)]) } == .invalidArgument, "\(name)")
    }
    for name in ["...", ".a", "a.", " ", "\n", "-", String(repeating: "x", count: 1024)] {
      #expect(try DirectoryManifest([file(name)]).entries.count == 1)
    }
    #expect(
      storageErrorKind { _ = try DirectoryManifest([file("a"), file("b"), file("a")]) }
        == .invalidArgument)
    #expect(
      storageErrorKind {
        _ = try DirectoryManifest([file(String(repeating: "x", count: 1025))])
      } == .limitExceeded)
    for (target, kind) in [
      ([], StorageError.Kind.invalidArgument), ([0], .invalidArgument),
      ([UInt8](repeating: 1, count: 4097), .limitExceeded),
    ] {
      let entry = DirectoryManifest.Entry(name: "l", content: .symbolicLink(target: target))
      #expect(storageErrorKind { _ = try DirectoryManifest([entry]) } == kind)
    }
  }

  @Test func tooManyEntriesAreRefused() throws {
    let many = (0...DirectoryManifest.entryLimit).map { file(String($0)) }
    #expect(storageErrorKind { _ = try DirectoryManifest(many) } == .limitExceeded)
    let most = try DirectoryManifest(many.dropLast())
    let bytes = most.encoded()
    #expect(bytes.count <= DirectoryManifest.sizeLimit)
    #expect(try DirectoryManifest(canonical: bytes) == most)
    let long = (0..<60_000).map { file(String(repeating: "n", count: 300) + String($0)) }
    #expect(storageErrorKind { _ = try DirectoryManifest(long) } == .limitExceeded)
  }

  /// Whatever single byte changes or is cut off: refused, or a manifest with just these bytes.
  @Test func onlyCanonicalBytesAreRead() throws {
    let bytes = try DirectoryManifest([
      file("a"), file("b", StoredObject(of: Array(repeating: 1, count: 300))),
      .init(name: "c", content: .directory(one)),
      .init(name: "l", content: .symbolicLink(target: [65])),
    ]).encoded()
    var accepted = 0
    func check(_ changed: [UInt8]) {
      do {
        let manifest = try DirectoryManifest(canonical: changed)
        #expect(manifest.encoded() == changed)
        accepted += 1
      } catch let error as StorageError {
        let kinds: [StorageError.Kind] = [.corrupt, .limitExceeded, .unsupportedFormat]
        #expect(kinds.contains(error.kind))
      } catch {
        Issue.record("\(error)")
      }
    }
    for length in 0..<bytes.count { check(Array(bytes.prefix(length))) }
    #expect(accepted == 0)
    check(bytes + [0])
    #expect(accepted == 0)
    for position in bytes.indices {
      for value in UInt8.min...UInt8.max where value != bytes[position] {
        var changed = bytes
        changed[position] = value
        check(changed)
      }
    }
    // Digests and names can take other values.
    #expect(accepted > 3 * 32 * 255)
  }

  @Test func foreignManifestsAreRefused() throws {
    let good = try DirectoryManifest([file("a")]).encoded()
    var later = good
    later[22] = 2
    #expect(storageErrorKind { _ = try DirectoryManifest(canonical: later) } == .unsupportedFormat)
    let big = [UInt8](repeating: 0, count: DirectoryManifest.sizeLimit + 1)
    #expect(storageErrorKind { _ = try DirectoryManifest(canonical: big) } == .limitExceeded)
  }
}

/// A generator with a seed (SplitMix64), so that a failure can be repeated.
struct Seeded: RandomNumberGenerator {
  var state: UInt64

  init(seed: UInt64) { state = seed }

  mutating func next() -> UInt64 {
    state &+= 0x9E37_79B9_7F4A_7C15
    var word = state
    word = (word ^ word >> 30) &* 0xBF58_476D_1CE4_E5B9
    word = (word ^ word >> 27) &* 0x94D0_49BB_1331_11EB
    return word ^ word >> 31
  }
}
