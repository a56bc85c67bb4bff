import Foundation
import Provenance
import ProvenanceStorage
import ProvenanceTestKit
import Testing

/// Processes that cannot have the lock record into spools, and the writer loses nothing of it.
///
/// Locks belong to descriptors, so that one process can play all parts.
@Suite struct StoreSpoolTests {
  let directory: TemporaryDirectory
  var path: String { directory["store"] }

  init() throws { directory = try TemporaryDirectory() }

  func open(_ access: StoreAccess, _ fileSystem: any FileSystem = SystemFileSystem()) throws
    -> ProvenanceStore
  {
    var options = StoreOptions()
    options.fileSystem = fileSystem
    // Small files are made quickly.
    options.log.firstSegmentByteCount = 32768
    return try ProvenanceStore.open(at: path, access: access, options: options)
  }

  func spoolNames() throws -> [String] {
    try FileManager.default.contentsOfDirectory(atPath: path + "/spools").sorted()
  }

  func status(_ run: Run, _ store: ProvenanceStore) -> String? {
    store.graph.attribute(AttributeKey.status, of: run)?.stringValue
  }

  func start(_ run: Run, _ store: ProvenanceStore, at seconds: Int64 = 5) throws {
    try store.commit([
      Record(run), Record(Annotation(run, [AttributeKey.status: "running"], at: second(seconds))),
    ])
  }

  @Test func aSpoolIsMergedWhileItsProcessLives() throws {
    let writer = try open(.write)
    try writer.commit(Lineage.link(0))
    let spool = try open(.spool)
    // It sees what the writer had, and can build on it without recording it again.
    #expect(try Lineage.links(in: spool.graph) == [0])
    #expect(try spool.commit(Lineage.link(0)).newRecords == 0)
    let run = try Run("report", id: "1")
    let input = try Dataset("table", version: "0", namespace: "chain")
    try spool.commit([Record(run, edges: [run.used(input)])])
    let commit = try spool.commit(Lineage.link(1))
    #expect(commit.position.count == spool.head.nextSequence)
    #expect(try Lineage.links(in: spool.graph) == [0, 1])
    #expect(try Lineage.links(in: writer.graph) == [0])

    let report = try writer.mergeSpools()
    let name = try #require(try spoolNames().first)
    let id = try #require(UniqueID(hexadecimal: name))
    #expect(report.merged == [id: 4])
    #expect(report.removed.isEmpty && report.abandonedRuns.isEmpty)
    #expect(try Lineage.links(in: writer.graph) == [0, 1])
    #expect(writer.graph.contains(try run.used(input)))
    let head = writer.head
    #expect(try writer.mergeSpools().merged == [id: 0])
    #expect(writer.head == head)

    try spool.commit(Lineage.link(2))
    #expect(try writer.mergeSpools().merged == [id: 3])
    try spool.close()
    let last = try writer.mergeSpools()
    #expect(last.removed == [id])
    #expect(try spoolNames() == [])
    #expect(try writer.mergeSpools() == SpoolReport())
    let picture = try GraphPicture(writer.graph)
    try writer.close()
    #expect(try GraphPicture(open(.read).graph) == picture)
  }

  @Test func runsOfAProcessThatIsGoneAreAbandoned() throws {
    let writer = try open(.write)
    let runs = try ["alive", "dead", "done", "ahead"].map { try Run($0, id: "1") }
    let (alive, dead) = (try open(.spool), try open(.spool))
    try start(runs[0], alive)
    try start(runs[1], dead)
    try start(runs[2], dead)
    try dead.commit([
      Record(Annotation(runs[2], [AttributeKey.status: "succeeded"], at: second(6)))
    ])
    // A process whose clock was a century ahead.
    try start(runs[3], dead, at: SystemClock.now().seconds + 3_000_000_000)
    #expect(try writer.mergeSpools().abandonedRuns.isEmpty)
    #expect(runs.map { status($0, writer) } == ["running", "running", "succeeded", "running"])
    try dead.close()
    let report = try writer.mergeSpools()
    #expect(Set(report.abandonedRuns) == [runs[1], runs[3]])
    #expect(runs.map { status($0, writer) } == ["running", "abandoned", "succeeded", "abandoned"])
    #expect(try spoolNames().count == 1)
    try alive.close()
    try writer.close()
    // Opening for writing merges too.
    let again = try open(.write)
    #expect(status(runs[0], again) == "abandoned")
    #expect(try spoolNames() == [])
  }

  @Test func manyTransactionsShareASync() throws {
    let fileSystem = FaultFileSystem(SystemFileSystem())
    let writer = try open(.write, fileSystem)
    let spool = try open(.spool)
    for number in 0..<30 { try spool.commit(Lineage.link(number)) }
    fileSystem.reset()
    try writer.mergeSpools()
    #expect(try Lineage.links(in: writer.graph) == Set(0..<30))
    let log = path + "/log/"
    let syncs = fileSystem.operations.filter {
      $0.name == .synchronize && $0.path?.hasPrefix(log) == true
    }
    #expect(syncs.count == 1)
  }

  @Test func aDamagedSpoolStaysAndIsNamed() throws {
    let writer = try open(.write)
    let spools = try (0..<3).map { _ in try open(.spool) }
    for (number, spool) in spools.enumerated() {
      for part in 0..<20 { try spool.commit(Lineage.link(number * 100 + part)) }
      try spool.close()
    }
    let name = try spoolNames()[1]
    let segment = "\(path)/spools/\(name)/log/00000000000000000000.seg"
    var bytes = try Data(contentsOf: URL(fileURLWithPath: segment))
    bytes[4096 + 700] ^= 1
    try bytes.write(to: URL(fileURLWithPath: segment))
    let head = { (files: [String: Data]) in files.filter { !$0.key.hasSuffix("LOCK") } }
    let before = head(try contents(of: "\(path)/spools/\(name)"))
    for _ in 0..<2 {
      let report = try writer.mergeSpools()
      #expect(writer.spoolReport == report)
      let error = report.failures.first { $0.key.description == name }?.value
      #expect(report.failures.count == 1)
      #expect(error?.kind == .corrupt)
      #expect(error?.path?.contains(name) == true)
      #expect(error?.sequences != nil)
      #expect(try spoolNames() == [name], "the others are merged and removed")
      #expect(head(try contents(of: "\(path)/spools/\(name)")) == before)
    }
    #expect(try Lineage.links(in: writer.graph).count == 40)
    try writer.commit(Lineage.link(1000))
  }

  @Test func whatIsNoSpoolIsLeftAlone() throws {
    let writer = try open(.write)
    let spools = path + "/spools"
    let unfinished = UniqueID.random().description
    let manager = FileManager.default
    try manager.createDirectory(atPath: spools, withIntermediateDirectories: false)
    try manager.createDirectory(atPath: spools + "/notes", withIntermediateDirectories: false)
    try Data("x".utf8).write(to: URL(fileURLWithPath: spools + "/file.txt"))
    try manager.createDirectory(
      atPath: spools + "/" + unfinished, withIntermediateDirectories: false)
    let report = try writer.mergeSpools()
    #expect(report.removed.map(\.description) == [unfinished])
    #expect(try spoolNames() == ["file.txt", "notes"])
  }

  /// While a spool is made, a writer takes it for the remains of a dead process.
  @Test(arguments: [FileOperation.Name.open, .lock], [1, 3])
  func aSpoolThatIsTakenAwayIsMadeAgain(_ moment: FileOperation.Name, times: Int) throws {
    let writer = try open(.write)
    let fileSystem = FaultFileSystem(SystemFileSystem())
    let count = Counter()
    fileSystem.plan { _, operation in
      guard operation.name == moment, operation.path?.hasSuffix("/LOCK") == true,
        count.increment() <= times
      else { return nil }
      do {
        #expect(try writer.mergeSpools().removed.count == 1)
      } catch { Issue.record("\(error)") }
      return nil
    }
    let spool = try open(.spool, fileSystem)
    fileSystem.clearFaults()
    #expect(count.value == times + 1)
    try spool.commit(Lineage.link(1))
    try writer.mergeSpools()
    #expect(try Lineage.links(in: writer.graph) == [1])
  }

  @Test func mergingFromManyThreadsAtOnce() async throws {
    let writer = try open(.write)
    for number in 0..<6 {
      let spool = try open(.spool)
      try await spool.commit(Lineage.link(number))
      try spool.close()
    }
    let removed = try await withThrowingTaskGroup(of: [UniqueID].self) { group in
      for _ in 0..<8 {
        group.addTask { try await onThread { try writer.mergeSpools().removed } }
      }
      return try await group.reduce(into: []) { $0 += $1 }
    }
    #expect(removed.count == 6)
    #expect(Set(removed).count == 6)
    #expect(try Lineage.links(in: writer.graph) == Set(0..<6))
  }

  /// Whatever operation of merging fails, no record is lost and the next try completes it.
  @Test func everyOperationOfMergingFails() throws {
    let template = directory["template"]
    let run = try Run("left", id: "1")
    do {
      let options = StoreFailureTests.options()
      try ProvenanceStore.open(at: template, options: options).close()
      let spool = try ProvenanceStore.open(at: template, access: .spool, options: options)
      try spool.commit(Lineage.link(1))
      try start(run, spool)
      try spool.close()
    }
    func attempt(_ fileSystem: FaultFileSystem) throws -> Bool {
      guard let writer = try? open(.write, fileSystem) else { return false }
      try? writer.close()
      return true
    }
    try FileManager.default.copyItem(atPath: template, toPath: path)
    let rehearsal = FaultFileSystem(SystemFileSystem())
    #expect(try attempt(rehearsal))
    // Reading the main log is for other tests.
    for (number, operation) in rehearsal.operations.enumerated()
    where operation.changesFiles || operation.path?.contains("/spools") == true {
      try FileManager.default.removeItem(atPath: path)
      try FileManager.default.copyItem(atPath: template, toPath: path)
      let faulty = FaultFileSystem(SystemFileSystem())
      faulty.failOperation(number, errno: EIO)
      _ = try attempt(faulty)
      let about: Comment = "operation \(number): \(operation)"
      do {
        let writer = try open(.write)
        #expect(try Lineage.links(in: writer.graph) == [1], about)
        #expect(status(run, writer) == "abandoned", about)
        #expect(writer.graph.history(of: run).count == 2, about)
        #expect(try spoolNames() == [], about)
        try writer.close()
      } catch { Issue.record("\(about): \(error)") }
    }
  }
}
