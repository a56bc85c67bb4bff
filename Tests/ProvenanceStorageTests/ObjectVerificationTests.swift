import Foundation
import Provenance
import ProvenanceStorage
import Testing

@Suite struct ObjectVerificationTests {
  let directory: TemporaryDirectory
  let store: DirectoryObjectStore
  let system = SystemFileSystem()

  init() throws {
    directory = try TemporaryDirectory()
    store = try DirectoryObjectStore(directory: directory["objects"])
  }

  private func write(_ name: String) throws {
    let path = directory["objects/" + name]
    let parent = URL(fileURLWithPath: path).deletingLastPathComponent()
    try FileManager.default.createDirectory(at: parent, withIntermediateDirectories: true)
    try Data("x".utf8).write(to: URL(fileURLWithPath: path))
  }

  @Test func everyKindOfFindingIsReported() throws {
    let good = try store.put([1]).digest
    let damaged = try store.put([2, 2]).digest
    let loose = try store.put([3, 3, 3]).digest
    let missing = SystemSHA256.hash([4])
    try overwrite(store.path(of: damaged)) { $0[0] = 9 }
    let name = String(repeating: "0a", count: 31)
    let foreign = [
      "README", "sha256/README", "sha256/AB/\(name)", "sha256/abc/x", "sha256/ab/short",
      "sha256/ab/\(name.dropLast())G", "sha256/ab/\(name).bak", "tmp/notes.txt", "chunks/z",
      "tmp/12-0123456789abcdeX",
    ]
    for name in foreign { try write(name) }
    try write("tmp/4711-0123456789abcdef")
    for reserved in ["trash/x", "leases/y"] { try write(reserved) }

    let report = try store.verify(references: [good, damaged, missing])
    func paths(_ kind: ObjectVerification.Kind) -> Set<String> {
      Set(report.findings.filter { $0.kind == kind }.compactMap(\.path))
    }
    // A directory that is foreign as a whole is reported as one.
    var expected: Set<String> = []
    for name in foreign {
      let isForeign = name.hasPrefix("sha256/AB") || name.hasPrefix("sha256/abc")
      let reported = isForeign ? name.split(separator: "/").prefix(2).joined(separator: "/") : name
      expected.insert(directory["objects/" + reported])
    }
    #expect(paths(.misnamed) == expected)
    #expect(paths(.abandoned) == [directory["objects/tmp/4711-0123456789abcdef"]])
    #expect(report.findings.filter { $0.kind == .corrupt }.map(\.digest) == [damaged])
    #expect(paths(.corrupt) == [store.path(of: damaged)])
    #expect(report.findings.filter { $0.kind == .missing }.map(\.digest) == [missing])
    #expect(report.findings.filter { $0.kind == .unreferenced }.map(\.digest) == [loose])
    #expect(report.objectCount == 3)
    #expect(report.byteCount == 4)
    #expect(!report.isSound)

    for line in report.jsonLines.split(separator: "\n") {
      let object = try JSONSerialization.jsonObject(with: Data(line.utf8))
      #expect(object is [String: Any])
    }
    #expect(report.jsonLines.split(separator: "\n").count == report.findings.count + 1)
    #expect(report.jsonLines.hasSuffix(#"{"objects":3,"bytes":4,"sound":false}"# + "\n"))
  }

  @Test func aSoundStoreHasNoFindings() throws {
    let digests = try (0..<20).map { try store.put([UInt8($0)]).digest }
    let report = try store.verify(references: Set(digests))
    #expect(report.findings.isEmpty)
    #expect(report.isSound)
    #expect(report.objectCount == 20)
  }

  @Test func wasteIsSound() throws {
    try store.put([1])
    try write("tmp/1-0123456789abcdef")
    let report = try store.verify(references: [])
    #expect(Set(report.findings.map(\.kind)) == [.unreferenced, .abandoned])
    #expect(report.isSound)
  }

  @Test func jsonEscapesWhatItMust() throws {
    var report = ObjectVerification()
    report.findings.append(.init(kind: .misnamed, path: "a\"b\\c\n\u{1}\u{7F}é", detail: "\t"))
    let line = try #require(report.jsonLines.split(separator: "\n").first)
    let object = try JSONSerialization.jsonObject(with: Data(line.utf8)) as? [String: String]
    #expect(object == ["finding": "misnamed", "path": "a\"b\\c\n\u{1}\u{7F}é", "detail": "\t"])
  }

  @Test func onlyTheTemporariesOfDeadWritersAreRemoved() throws {
    try write("tmp/4711-0123456789abcdef")
    try write("tmp/foreign")
    var removed: [String] = []
    // A writer of this store is alive: its temporary is locked while it is being filled.
    try store.put(ObjectExpectation()) { buffer in
      removed += try store.removeAbandonedTemporaries()
      #expect(tree(directory["objects/tmp"]).count == 2)
      return 0
    }
    #expect(removed == [directory["objects/tmp/4711-0123456789abcdef"]])
    #expect(tree(directory["objects/tmp"]) == ["foreign"])
    #expect(try store.contains(SystemSHA256.hash([] as [UInt8])))
  }

  /// What a crash between linking and unlinking leaves: two names of one object.
  @Test func removingAnAbandonedNameKeepsTheObject() throws {
    let digest = try store.put([5, 5]).digest
    try system.link(store.path(of: digest), to: directory["objects/tmp/1-00000000000000ff"])
    #expect(try store.removeAbandonedTemporaries().count == 1)
    #expect(try store.bytes(of: digest) == [5, 5])
  }
}
