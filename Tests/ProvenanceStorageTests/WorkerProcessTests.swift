import Foundation
import Provenance
import ProvenanceStorage
import ProvenanceTestKit
import Testing

/// Many processes record one run at once, and some of them are killed while they do.
#if os(Linux)
@Suite(.serialized) struct WorkerProcessTests {
  static let workerCount = 8
  static let readerCount = 2
  static let run = try! Run("train", id: "distributed", namespace: "workers")

  /// What a worker is to do.
  struct Orders: Codable, Sendable {
    /// The worker's number; negative for a reader.
    var worker: Int
    var store: String
    /// The file that ends a reader.
    var stop: String
    /// Gets a byte for each acknowledged commit.
    var acknowledgements: String
    var commits: Int
    /// After how many acknowledgements the process is killed, and how many looks later; `nil` when
    /// it lives.
    var killedAfter: Int?
    var delay: Int
  }

  static func options() -> StoreOptions {
    var options = StoreOptions()
    options.log.firstSegmentByteCount = 32768
    return options
  }

  /// What worker and writer know of a commit by its number alone.
  static func records(_ worker: Int, _ number: Int) throws -> [Record] {
    let link = worker * 10_000 + number
    let metric = try Annotation(
      run, [AttributeKey.metric("loss.\(worker)"): .int(Int64(number))],
      at: second(Int64(number)), source: "worker \(worker)", salt: Lineage.salt(link))
    return try [Record(run), Record(metric)] + Lineage.link(link)
  }

  static func work(_ orders: Orders) throws {
    let file = try #require(FileHandle(forWritingAtPath: orders.acknowledgements))
    let store = try ProvenanceStore.open(at: orders.store, access: .spool, options: options())
    let acknowledged = Counter()
    if let killedAfter = orders.killedAfter {
      // From another thread, so that the signal hits wherever the worker happens to be.
      Thread.detachNewThread {
        var looks = 0
        while looks < orders.delay {
          if acknowledged.value >= killedAfter { looks += 1 }
        }
        kill(getpid(), SIGKILL)
      }
    }
    var number = 0
    while orders.killedAfter != nil || number < orders.commits {
      try store.commit(records(orders.worker, number))
      try file.write(contentsOf: Data([1]))
      acknowledged.increment()
      number += 1
    }
    try store.close()
  }

  /// Follows the store until there is a file that says to stop; exits with 0 when all was well.
  static func watch(_ store: String, until stop: String) throws -> Int32 {
    let reader = try ProvenanceStore.open(at: store, access: .read, options: options())
    var last = Position.start
    let parent = getppid()
    // Not without the test that started it.
    while getppid() == parent {
      // Asked before looking, so that the last look sees everything.
      let isLast = FileManager.default.fileExists(atPath: stop)
      let position = try reader.refresh()
      guard position >= last, reader.position >= position else { return 10 }
      if position > last || isLast {
        let graph = reader.graph
        var counts: [String: Int] = [:]
        for entry in graph.history(of: run) {
          counts[entry.annotation.body?.source ?? "", default: 0] += 1
        }
        // A link is a commit: its run and output come with the metric, or not at all.
        let links = graph.nodes(kind: .dataset, namespace: "chain", name: "table")
        guard links.count == graph.nodes(kind: .run, namespace: "chain", name: "step").count,
          links.count == counts.values.reduce(0, +)
        else { return 11 }
        var found: [String: Int] = [:]
        for link in links {
          guard let number = Int(link.version),
            graph.attribute("number", of: link)?.intValue == Int64(number)
          else { return 12 }
          found["worker \(number / 10_000)", default: 0] += 1
        }
        guard found == counts else { return 13 }
      }
      last = position
      if isLast { return 0 }
    }
    return 14
  }

  /// What a child process runs: this test binary again, with orders in its environment.
  static let variable = "PROVENANCE_TEST_WORKER"

  @Test(.enabled(if: ProcessInfo.processInfo.environment[variable] != nil, "runs in a child"))
  func child() throws {
    let text = try #require(ProcessInfo.processInfo.environment[Self.variable])
    let orders = try JSONDecoder().decode(Orders.self, from: Data(text.utf8))
    guard orders.worker >= 0 else { exit(try Self.watch(orders.store, until: orders.stop)) }
    try Self.work(orders)
    exit(0)
  }

  /// Starts a child; children of exit tests would each hold a thread of the cooperative pool.
  static func start(_ orders: Orders) throws -> Process {
    let process = Process()
    process.executableURL = URL(fileURLWithPath: CommandLine.arguments[0])
    process.arguments = [
      "--testing-library", "swift-testing", "--filter", "WorkerProcessTests/child",
    ]
    var environment = ProcessInfo.processInfo.environment
    environment[variable] = String(decoding: try JSONEncoder().encode(orders), as: UTF8.self)
    environment["SWIFT_BACKTRACE"] = "enable=no"
    process.environment = environment
    process.standardOutput = FileHandle.nullDevice
    process.standardError = FileHandle.nullDevice
    try process.run()
    return process
  }

  @Test(arguments: [1, 2, 3] as [UInt64])
  func nothingAcknowledgedIsLost(seed: UInt64) async throws {
    try await onThread { try Self.race(seed) }
  }

  static func race(_ seed: UInt64) throws {
    let directory = try TemporaryDirectory()
    let path = directory["store"]
    let stop = directory["stop"]
    var random = ProvenanceTestKit.SeededGenerator(seed: seed)
    let all = (0..<Self.workerCount).map { worker in
      Orders(
        worker: worker, store: path, stop: stop,
        acknowledgements: directory["acknowledged-\(worker)"],
        commits: Int.random(in: 5...25, using: &random),
        killedAfter: worker % 2 == 0 ? Int.random(in: 1...25, using: &random) : nil,
        delay: Int.random(in: 1...20_000, using: &random))
    }
    for orders in all {
      try Data().write(to: URL(fileURLWithPath: orders.acknowledgements))
    }
    let writer = try ProvenanceStore.open(at: path, options: Self.options())
    let watching = Orders(
      worker: -1, store: path, stop: stop, acknowledgements: "", commits: 0, killedAfter: nil,
      delay: 0)
    var readers: [Process] = []
    // Whatever fails, the readers must come to an end.
    defer { _ = FileManager.default.createFile(atPath: stop, contents: nil) }
    for _ in 0..<Self.readerCount { readers.append(try start(watching)) }
    let workers = try all.map(start)
    while workers.contains(where: \.isRunning) {
      #expect(try writer.mergeSpools().failures.isEmpty, "seed \(seed)")
    }
    // Also the last of what the dead left.
    #expect(try writer.mergeSpools().failures.isEmpty, "seed \(seed)")
    for (process, orders) in zip(workers, all) {
      let isKilled = process.terminationReason == .uncaughtSignal
      #expect(isKilled == (orders.killedAfter != nil), "seed \(seed), \(orders)")
      #expect(process.terminationStatus == (isKilled ? SIGKILL : 0), "seed \(seed), \(orders)")
    }
    _ = FileManager.default.createFile(atPath: stop, contents: nil)
    for reader in readers {
      reader.waitUntilExit()
      #expect(reader.terminationStatus == 0, "seed \(seed)")
    }
    let links = try Lineage.links(in: writer.graph)
    for orders in all {
      let count = try Data(contentsOf: URL(fileURLWithPath: orders.acknowledgements)).count
      #expect(count >= (orders.killedAfter ?? orders.commits), "seed \(seed), \(orders)")
      let numbers = links.filter { $0 / 10_000 == orders.worker }
      // Whole, without a gap; the one under way when the worker was killed may be there.
      #expect(numbers == Set((0..<numbers.count).map { orders.worker * 10_000 + $0 }))
      let surplus = numbers.count - count
      #expect(surplus == 0 || surplus == 1 && orders.killedAfter != nil, "seed \(seed), \(orders)")
    }
    #expect(writer.graph.history(of: Self.run).count == links.count, "seed \(seed)")
    #expect(try FileManager.default.contentsOfDirectory(atPath: path + "/spools") == [])
    let head = writer.head
    try writer.close()
    #expect(try ProvenanceStore.open(at: path, access: .read).head == head)
  }
}
#endif
