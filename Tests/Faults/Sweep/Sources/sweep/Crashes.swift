import ProvenanceStorage
import ProvenanceTestKit

/// The stores under test, on whatever file system they are given.
enum Stores {
  static let small = try! ObjectChunking(minimumSize: 64, averageSize: 256, maximumSize: 1024)

  static let log = RecordLogDurability {
    try Logs.create($0)
  } open: {
    try Logs.open($0)
  }

  static let objects = ObjectStoreDurability {
    try DirectoryObjectStore(directory: "/objects", fileSystem: $0)
  }

  static let chunks = ObjectStoreDurability(size: 3000) {
    try DirectoryObjectStore(directory: "/objects", chunking: small, fileSystem: $0)
  }
}

/// Power lost at every place, and any part of what was pending kept.
enum Crashes {
  static func run() throws {
    let tally = Tally("crash states")
    forEachConcurrently(8) { number in
      let sweep = CrashSweep(statesPerPlace: 64, seed: UInt64(number) << 32)
      let reports = [
        ("log", Stores.log.checkCrashes(CrashSweep(statesPerPlace: 96, seed: sweep.seed))),
        ("objects", Stores.objects.checkCrashes(sweep)),
        ("chunked objects", Stores.chunks.checkCrashes(sweep)),
        ("store", StoreScenario.checkCrashes(CrashSweep(statesPerPlace: 8, seed: sweep.seed))),
      ]
      for (name, report) in reports {
        if number == 0 { print("  \(name): \(report.stateCount) states a seed") }
        report.tally(tally)
      }
    }
    try tally.finish(atLeast: 100_000)
    // The controls: builds that forget to synchronise.
    for syncs in [CrashFileSystem.IgnoredSyncs.files, .directories] {
      let sweep = CrashSweep(statesPerPlace: 4, ignoredSyncs: syncs)
      for (name, report) in [
        ("log", Stores.log.checkCrashes(sweep)), ("objects", Stores.objects.checkCrashes(sweep)),
        ("chunked objects", Stores.chunks.checkCrashes(sweep)),
        ("store", StoreScenario.checkCrashes(sweep)),
      ] {
        let kind = syncs == .files ? "file" : "directory"
        print("  \(name) without \(kind) syncs: \(report.violations.count) losses found")
        guard !report.violations.isEmpty else {
          throw SweepFailure("a build without \(kind) syncs goes unnoticed")
        }
      }
    }
  }
}
