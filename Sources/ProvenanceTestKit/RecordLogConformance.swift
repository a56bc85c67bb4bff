public import ProvenanceStorage

/// The duties of a `RecordLog`, checked against any implementation of it.
///
/// It is independent of every test framework: a check that fails throws a ``Failure`` that says
/// what was expected.
///
/// ```swift
/// @Test func keepsTheDutiesOfALog() async throws {
///   try await RecordLogConformance(
///     make: { try MyLog(path: newPath()) },
///     reopen: { log in
///       try log.close()
///       return try MyLog(path: (log as! MyLog).path)
///     }
///   ).run()
/// }
/// ```
public struct RecordLogConformance: Sendable {
  /// A duty that was not kept.
  public struct Failure: Error, Sendable, CustomStringConvertible {
    /// The check that failed.
    public var check: String
    /// What was expected, and what was there.
    public var detail: String

    /// The check and the detail in one line.
    public var description: String { "\(check): \(detail)" }
  }

  let make: @Sendable () throws -> any RecordLog
  let reopen: (@Sendable (any RecordLog) throws -> any RecordLog)?

  /// Sets up the checks.
  ///
  /// - Parameters:
  ///   - make: Makes a new, empty log.
  ///   - reopen: Closes a log and opens the same one anew; `nil` where a log does not outlive its
  ///     value, and then nothing is checked about reopening.
  public init(
    make: @escaping @Sendable () throws -> any RecordLog,
    reopen: (@Sendable (any RecordLog) throws -> any RecordLog)? = nil
  ) {
    self.make = make
    self.reopen = reopen
  }

  /// Runs every check; throws the first ``Failure``.
  public func run() async throws {
    for (name, check) in Self.checks {
      let log = try make()
      do {
        try check(self, log)
      } catch let failure as Failure {
        throw failure
      } catch {
        throw Failure(check: name, detail: "threw \(error)")
      }
      try? log.close()
    }
    try await checkConcurrentAppends()
  }

  static let checks: [(String, @Sendable (RecordLogConformance, any RecordLog) throws -> Void)] = [
    ("starts empty", { try $0.checkStartsEmpty($1) }),
    ("reads back", { try $0.checkReadsBack($1) }),
    ("tree", { try $0.checkTree($1) }),
    ("commit times", { try $0.checkTimes($1) }),
    ("empty batches", { try $0.checkEmptyBatches($1) }),
    ("limits", { try $0.checkLimits($1) }),
    ("reading positions", { try $0.checkReadingPositions($1) }),
    ("appending while reading", { try $0.checkAppendingWhileReading($1) }),
    ("unusual entries", { try $0.checkUnusualEntries($1) }),
    ("reopening", { try $0.checkReopening($1) }),
    ("closing", { try $0.checkClosing($1) }),
  ]
}

extension RecordLogConformance {
  func expect(_ check: String, _ condition: Bool, _ detail: @autoclosure () -> String) throws {
    guard condition else { throw Failure(check: check, detail: detail()) }
  }

  func expectEqual<T: Equatable>(
    _ check: String, _ actual: T, _ expected: T, _ what: String
  ) throws {
    try expect(check, actual == expected, "\(what) is \(actual), expected \(expected)")
  }

  func expectError(
    _ check: String, _ kind: StorageError.Kind, _ what: String, _ body: () throws -> Void
  ) throws {
    do {
      try body()
    } catch let error as StorageError {
      try expect(check, error.kind == kind, "\(what) threw \(error), expected \(kind)")
      return
    }
    throw Failure(check: check, detail: "\(what) threw nothing, expected \(kind)")
  }

  /// Everything in a log, in order.
  func contents(of log: any RecordLog, from sequence: UInt64 = 0) throws -> [LogTransaction] {
    var transactions: [LogTransaction] = []
    try log.read(from: sequence) {
      transactions.append($0)
      return true
    }
    return transactions
  }

  /// A batch whose content depends on a number.
  func batch(_ number: Int, entries count: Int = 3) -> LogBatch {
    let entries = (0..<count).map { position in
      let seed = number &* 31 &+ position
      return LogEntry(
        kind: UInt8(seed & 7),
        header: (0..<(seed % 70)).map { UInt8(truncatingIfNeeded: $0 &* seed) },
        payload: (0..<(seed % 45)).map { UInt8(truncatingIfNeeded: $0 ^ seed) })
    }
    return LogBatch(entries: entries, time: CommitTime(seconds: Int64(1000 + number)))
  }
}
