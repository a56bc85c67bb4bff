import Baselines

/// A preallocated log with one write and one sync a commit: what a device gives at most.
@safe
final class LogContender: CommitContender {
  let name: String
  private var log = unsafe baseline_log()
  private let moreBytesPerRun: Int
  private var material = CommitMaterial()

  /// Makes the file; besides the row and the causes of a run, more bytes can be written for it.
  init(_ path: String, name: String, moreBytesPerRun: Int = 0) throws {
    self.name = name
    self.moreBytesPerRun = moreBytesPerRun
    let isOpen = unsafe baseline_log_open(&log, path, 128 << 20)
    try check(isOpen, "\(path) cannot be made")
  }

  deinit { unsafe baseline_log_close(&log) }

  func prepare(_ runs: Range<Int>, _ causes: [UInt32]) {
    material = CommitMaterial(runs: runs, causes: causes)
  }

  func commit() throws {
    let (more, succeeded) = (moreBytesPerRun, material)
    let done = unsafe succeeded.withRuns { unsafe baseline_log_commit(&log, $0, more) }
    try check(done, "\(name): a write failed")
  }

  /// There is nothing to open: it keeps bytes, and no count of them.
  func verify(runs: Int) {}
}

@safe
final class SQLiteContender: CommitContender {
  let name: String
  private var database: OpaquePointer
  private let path: String
  private var material = CommitMaterial()

  /// `nil` where the system has no SQLite.
  init?(_ path: String) {
    guard let database = unsafe baseline_sqlite_open(path) else { return nil }
    unsafe self.database = database
    self.path = path
    name = unsafe "SQLite \(String(cString: baseline_sqlite_version(database))), WAL, FULL"
  }

  deinit { unsafe baseline_sqlite_close(database) }

  func prepare(_ runs: Range<Int>, _ causes: [UInt32]) {
    material = CommitMaterial(runs: runs, causes: causes)
  }

  func commit() throws {
    let done = unsafe material.withRuns { unsafe baseline_sqlite_commit(database, $0) }
    try check(done, "\(name): a commit failed")
  }

  func verify(runs: Int) throws {
    unsafe baseline_sqlite_close(database)
    guard let again = unsafe baseline_sqlite_open(path) else {
      throw BenchmarkFailure("\(path) cannot be opened again")
    }
    unsafe database = again
    func count(_ table: String) -> Int {
      Int(unsafe baseline_sqlite_number(database, "SELECT count(*) FROM \(table)"))
    }
    let edges = runs * RunWorkload.causesPerRun
    try check(
      count("n") == runs && count("f") == edges && count("b") == edges,
      "\(name): not all of \(runs) runs came back")
  }
}

@safe
final class LMDBContender: CommitContender {
  let name: String
  private var database: OpaquePointer
  private let directory: String
  private var material = CommitMaterial()

  /// `nil` where the system has no LMDB.
  init?(_ directory: String) {
    guard let database = unsafe baseline_lmdb_open(directory) else { return nil }
    unsafe self.database = database
    self.directory = directory
    let version = unsafe String(cString: baseline_lmdb_version(database))
    name = "LMDB \(version.split(separator: " ").dropFirst().first?.prefix { $0 != ":" } ?? "")"
  }

  deinit { unsafe baseline_lmdb_close(database) }

  func prepare(_ runs: Range<Int>, _ causes: [UInt32]) {
    material = CommitMaterial(runs: runs, causes: causes)
  }

  func commit() throws {
    let done = unsafe material.withRuns { unsafe baseline_lmdb_commit(database, $0) }
    try check(done, "\(name): a commit failed")
  }

  func verify(runs: Int) throws {
    unsafe baseline_lmdb_close(database)
    guard let again = unsafe baseline_lmdb_open(directory) else {
      throw BenchmarkFailure("\(directory) cannot be opened again")
    }
    unsafe database = again
    try check(
      Int(unsafe baseline_lmdb_runs(database)) == runs
        && Int(unsafe baseline_lmdb_edges(database)) == runs * RunWorkload.causesPerRun,
      "\(name): not all of \(runs) runs came back")
  }
}

/// Runs as C takes them: rows and the rows of their causes.
struct CommitMaterial {
  var runs = 0..<0
  var causes: [UInt32] = []

  @unsafe
  func withRuns(_ body: (baseline_runs) -> Bool) -> Bool {
    unsafe causes.withUnsafeBufferPointer { causes in
      unsafe body(
        baseline_runs(
          first: UInt32(RunWorkload.datasetCount + runs.lowerBound), count: UInt32(runs.count),
          causes: causes.baseAddress, causes_per_run: UInt32(RunWorkload.causesPerRun)))
    }
  }
}
