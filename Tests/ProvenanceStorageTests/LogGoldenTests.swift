import Foundation
import Provenance
import ProvenanceStorage
import ProvenanceTestKit
import Testing

/// The bytes of format version 1: what was released must always open, and be written the same.
@Suite struct LogGoldenTests {
  static let names = [
    "FORMAT", "HEAD", "log/00000000000000000000.seg", "log/00000000000000000014.seg",
    "log/00000000000000000029.seg", "log/00000000000000000045.seg",
  ]

  static var fixture: URL {
    URL(filePath: #filePath).deletingLastPathComponent().appending(path: "Fixtures/log-v1")
  }

  static func bundled(_ name: String) throws -> [UInt8] {
    let root = try #require(Bundle.module.resourceURL)
    return [UInt8](try Data(contentsOf: root.appending(path: "Fixtures/log-v1/" + name)))
  }

  @Test func bytesArePinned() throws {
    let system = MemoryFileSystem()
    try LogFixture.makeGolden(system)
    let files = system.filePaths.filter { !$0.hasSuffix("LOCK") }
    if ProcessInfo.processInfo.environment["PROVENANCE_WRITE_FIXTURES"] != nil {
      for path in files {
        let url = Self.fixture.appending(path: String(path.dropFirst("/store/".count)))
        try FileManager.default.createDirectory(
          at: url.deletingLastPathComponent(), withIntermediateDirectories: true)
        try Data(try #require(system.content(of: path))).write(to: url)
      }
    }
    #expect(files == Self.names.map { "/store/" + $0 })
    for name in Self.names {
      #expect(try system.content(of: "/store/" + name) == Self.bundled(name), "\(name)")
    }
  }

  @Test(arguments: [DirectoryRecordLog.Mode.read, .write])
  func opens(mode: DirectoryRecordLog.Mode) throws {
    let directory = try TemporaryDirectory()
    try FileManager.default.createDirectory(
      atPath: directory["log"], withIntermediateDirectories: true)
    for name in Self.names {
      try Data(try Self.bundled(name)).write(to: URL(filePath: directory[name]))
    }
    let log = try DirectoryRecordLog.open(at: directory.path, mode: mode)
    #expect(log.recovery == nil)
    #expect(log.id == LogFixture.options().storeID)
    let system = MemoryFileSystem()
    try LogFixture.makeGolden(system)
    let made = try LogFixture.open(system, .read)
    #expect(try LogFixture.contents(log) == LogFixture.contents(made))
    #expect(log.head == made.head)
    // The root that an independent decoder of the same bytes computed.
    #expect(
      "\(log.head.root.bytes.map { String(0x100 + UInt16($0), radix: 16).suffix(2) }.joined())"
        == "c8bce303faf3a69cc00b91a1a8e0a283666ac4baab15186f4c3e29c8dfe39b1f")
    if mode == .write {
      _ = try log.append([LogFixture.batch(500)])
      #expect(try LogFixture.contents(log).count == 17)
    }
    try log.close()
  }
}
