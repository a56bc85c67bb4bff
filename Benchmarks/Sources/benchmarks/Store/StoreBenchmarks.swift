import ProvenanceStorage
import Synchronization

extension Benchmark {
  /// The durable store beside a raw log and databases, all on one file system.
  static let stores: [Benchmark] = [
    Benchmark(name: "store.commit.single") { try single($0) },
    Benchmark(name: "store.commit.grouped") { try grouped("store.commit.grouped", $0) },
    Benchmark(name: "store.commit.grouped.pure", hasOwnProcess: true) { bench in
      // Before anything was hashed: what hashes is chosen once.
      SystemSHA256.prefersPureSwift.store(true, ordering: .sequentiallyConsistent)
      try check(
        SystemSHA256.implementation == .pureSwift, "this platform has no choice of SHA-256")
      return try grouped("store.commit.grouped.pure", bench)
    },
    Benchmark(name: "store.commit.concurrent") {
      try ConcurrentBenchmark("store.commit.concurrent", $0).rows()
    },
    Benchmark(name: "store.open", takesGraph: true) {
      try OpeningBenchmark("store.open", $0).rows()
    },
    Benchmark(name: "store.bytes") { try StoredBytes("store.bytes", $0).rows() },
  ]

  /// One run with 15 edges a commit.
  private static func single(_ bench: Workbench) throws -> [Row] {
    let place = try StoreBench(bench)
    let workload = try RunWorkload()
    return try CommitRace(
      name: "store.commit.single", fileSystem: place.fileSystem, runsPerCommit: 1,
      commitsPerBlock: 20, unit: .microseconds, budget: bench.budget * 1.6
    ).run(
      StoreContender(place.path("ours"), workload),
      [LogContender(place.path("raw"), name: "raw log, fdatasync")] + place.databases(), workload)
  }

  /// A thousand runs a commit.
  private static func grouped(_ name: String, _ bench: Workbench) throws -> [Row] {
    let place = try StoreBench(bench)
    let workload = try RunWorkload()
    return try CommitRace(
      name: name, fileSystem: place.fileSystem, runsPerCommit: 1000, commitsPerBlock: 1,
      unit: .operationsPerSecond, items: 1000, budget: bench.budget * 1.6
    ).run(
      StoreContender(place.path("ours"), workload),
      place.databases() + [
        StoreContender(
          place.path("made"), workload, name: "ours, records made before", takesRecords: true),
        LogContender(place.path("raw"), name: "raw log, rows alone"),
        LogContender(place.path("same"), name: "raw log, as many bytes", moreBytesPerRun: 700),
      ], workload)
  }
}
