import Foundation
import Provenance
import ProvenanceStorage
import ProvenanceTestKit
import Testing

#if os(Linux) || os(macOS)
/// Processes that are killed in the middle of their work: nothing that was acknowledged is lost.
@Suite struct StoreCrashTests {
  let directory: TemporaryDirectory

  init() throws { directory = try TemporaryDirectory() }

  /// Commits links and notes each acknowledged one in a side file, until an operation on a file of
  /// the store kills the process.
  static func work(_ path: String, _ access: StoreAccess, first: Int, killAt: Int) throws {
    let fileSystem = FaultFileSystem(SystemFileSystem())
    var options = StoreOptions()
    options.fileSystem = fileSystem
    options.log.firstSegmentByteCount = 16384
    options.log.largestSegmentByteCount = 16384
    let store = try ProvenanceStore.open(at: path, access: access, options: options)
    let side = path + ".acknowledged"
    try Data().write(to: URL(fileURLWithPath: side))
    let file = try #require(FileHandle(forWritingAtPath: side))
    let run = try Run("left", id: "\(first)")
    try store.commit([
      Record(run), Record(Annotation(run, [AttributeKey.status: "running"], at: second(5))),
    ])
    fileSystem.reset()
    // Frames reach the file a few bytes at a time, so that the kill leaves parts of them.
    fileSystem.plan { number, operation in
      if number == killAt { kill(getpid(), SIGKILL) }
      return operation.name == .write ? .shortWrite(120) : nil
    }
    for number in first... {
      let commit = try store.commit(Lineage.link(number))
      try file.write(contentsOf: Data("\(number) \(commit.position)\n".utf8))
    }
  }

  func acknowledged(_ path: String) throws -> [(number: Int, position: Position)] {
    let text = try String(contentsOfFile: path + ".acknowledged", encoding: .utf8)
    return text.split(separator: "\n").compactMap { line in
      let parts = line.split(separator: " ").compactMap { UInt64($0) }
      return parts.count == 2 ? (Int(parts[0]), Position(parts[1])) : nil
    }
  }

  @Test(arguments: [3, 60, 131, 300])
  func aWriterIsKilled(killAt: Int) async throws {
    let path = directory["store"]
    await #expect(processExitsWith: .signal(SIGKILL)) {
      [path = path as String, killAt = killAt as Int] in
      try StoreCrashTests.work(path, .write, first: 0, killAt: killAt)
    }
    let notes = try acknowledged(path)
    #expect(killAt < 100 || notes.count > 2)
    let reader = try ProvenanceStore.open(at: path, access: .read)
    let store = try ProvenanceStore.open(at: path)
    for graph in [reader.graph, store.graph] {
      let links = try Lineage.links(in: graph)
      #expect(links == Set(0..<links.count))
      // The one that was under way may have got through.
      #expect(links.count == notes.count || links.count == notes.count + 1)
      for (number, position) in notes {
        #expect(try Lineage.links(in: graph.asOf(position)) == Set(0...number))
      }
    }
    try await store.commit(Lineage.link(notes.count))
    #expect(try Lineage.links(in: store.graph) == Set(0...notes.count))
  }

  @Test(arguments: [2, 177])
  func aProcessWithASpoolIsKilled(killAt: Int) async throws {
    let path = directory["store"]
    let writer = try ProvenanceStore.open(at: path)
    try await writer.commit(Lineage.link(0))
    await #expect(processExitsWith: .signal(SIGKILL)) {
      [path = path as String, killAt = killAt as Int] in
      try StoreCrashTests.work(path, .spool, first: 1, killAt: killAt)
    }
    let notes = try acknowledged(path)
    try await writer.commit(Lineage.link(1000))
    let report = try writer.mergeSpools()
    #expect(report.removed.count == 1)
    #expect(report.abandonedRuns == [try Run("left", id: "1")])
    let links = try Lineage.links(in: writer.graph)
    #expect(links.isSuperset(of: [0, 1000] + notes.map(\.number)))
    #expect(links.count <= 2 + notes.count + 1)
    #expect(try writer.mergeSpools() == SpoolReport())
  }
}
#endif
