public import ProvenanceStorage

/// Checks that a `RecordLog` on files keeps what it acknowledged, whatever fails.
///
/// Beside `RecordLogConformance`, which sees nothing of files:
///
/// ```swift
/// let durability = RecordLogDurability(
///   create: { try MyLog.create(at: "/log", fileSystem: $0) },
///   open: { try MyLog.open(at: "/log", fileSystem: $0) })
/// #expect(durability.checkCrashes(CrashSweep()).violations == [])
/// #expect(durability.checkErrors(ErrorSweep(errnos: [EIO, ENOSPC])).violations == [])
/// ```
///
/// For the checks to see a change of files as well, let a file hold no more than about 4 KiB.
public struct RecordLogDurability: Sendable {
  let create: @Sendable (any FileSystem) throws -> any RecordLog
  let open: @Sendable (any FileSystem) throws -> any RecordLog

  /// Sets up the checks.
  ///
  /// - Parameters:
  ///   - create: Makes a log in an empty file system, or in what a `create` that failed left.
  ///   - open: Opens the log for writing; throws `notFound` or `notAStore` where there is none.
  public init(
    create: @escaping @Sendable (any FileSystem) throws -> any RecordLog,
    open: @escaping @Sendable (any FileSystem) throws -> any RecordLog
  ) {
    self.create = create
    self.open = open
  }

  /// Loses power at every place.
  ///
  /// - Parameter sweep: Which places, and what is kept.
  /// - Returns: What was tried and found.
  public func checkCrashes(_ sweep: CrashSweep = CrashSweep()) -> FaultReport {
    sweep.run {
      run($0)
    } check: {
      check($0, $1)
    }
  }

  /// Fails every operation.
  ///
  /// - Parameter sweep: Which errors.
  /// - Returns: What was tried and found.
  public func checkErrors(_ sweep: ErrorSweep) -> FaultReport {
    sweep.run {
      run($0)
    } check: {
      check($0, $1)
    }
  }
}

extension RecordLogDurability {
  /// What a run tried, and how much of it was acknowledged.
  struct Outcome {
    var tried: [[LogEntry]] = []
    var acknowledged = 0
    /// What was wrong already while it ran.
    var violations: [String] = []

    mutating func append(_ log: any RecordLog, _ batches: [LogBatch]) throws {
      let before = tried.count
      tried += batches.map(\.entries)
      let head = log.head
      do {
        _ = try log.append(batches)
      } catch let error as StorageError where error.kind != .outcomeUnknown {
        // Nothing was written, by promise.
        tried.removeLast(tried.count - before)
        if log.head != head { violations.append("the head moved although nothing was written") }
        throw error
      }
      acknowledged = tried.count
    }
  }

  static func batch(_ number: Int, entries count: Int = 2, size: Int = 90) -> LogBatch {
    var random = SeededGenerator(seed: UInt64(number))
    func bytes(_ count: Int) -> [UInt8] {
      (0..<count).map { _ in UInt8(truncatingIfNeeded: random.next()) }
    }
    let entries = (0..<count).map { _ in
      LogEntry(
        kind: UInt8(1 + random.below(5)), header: bytes(1 + random.below(size)),
        payload: bytes(random.below(size)))
    }
    return LogBatch(entries: entries, time: CommitTime(seconds: 1_700_000_000 + Int64(number)))
  }

  private func run(_ fileSystem: any FileSystem) -> Outcome {
    var outcome = Outcome()
    do {
      let log = try create(fileSystem)
      try outcome.append(log, [Self.batch(1)])
      try outcome.append(log, [Self.batch(2), Self.batch(3)])
      // Fills the first file.
      try outcome.append(log, [Self.batch(4, entries: 20, size: 200), Self.batch(5)])
      try outcome.append(log, [Self.batch(6)])
      try log.close()
      let again = try open(fileSystem)
      try outcome.append(again, [Self.batch(7)])
      try outcome.append(again, [Self.batch(8, entries: 20, size: 200)])
      try again.close()
    } catch is StorageError {
      return outcome
    } catch {
      outcome.violations.append("not a StorageError: \(error)")
    }
    return outcome
  }

  private func check(_ outcome: Outcome, _ fileSystem: CrashFileSystem) -> [String] {
    var violations = outcome.violations
    do {
      let log: any RecordLog
      do {
        log = try open(fileSystem)
      } catch let error as StorageError where [.notAStore, .notFound].contains(error.kind) {
        guard outcome.acknowledged == 0 else { return violations + ["the log is gone"] }
        log = try create(fileSystem)
      }
      let found = try Self.contents(log)
      if found.count < outcome.acknowledged {
        violations.append("\(found.count) of \(outcome.acknowledged) acknowledged batches")
      }
      if found != Array(outcome.tried.prefix(found.count)) {
        violations.append("what is there is not what was written first")
      }
      _ = try log.append([Self.batch(99)])
      try log.close()
      let again = try open(fileSystem)
      if try Self.contents(again) != found + [Self.batch(99).entries] {
        violations.append("it does not go on")
      }
      try again.close()
    } catch { violations.append("\(error)") }
    return violations
  }

  private static func contents(_ log: any RecordLog) throws -> [[LogEntry]] {
    var all: [[LogEntry]] = []
    try log.read(from: 0) {
      all.append($0.entries)
      return true
    }
    return all
  }
}
