public import ProvenanceStorage

/// Fails every file operation of a scenario, one at a time, and checks what that leaves.
///
/// Each operation fails once, from then on for good, and, where it writes, after a part was written;
/// each with every error number. What is left is checked as the process left it, and after a loss
/// of power that kept nothing or some of what was pending.
///
/// Works like ``CrashSweep``, but the scenario gets the errors.
public struct ErrorSweep: Sendable {
  /// How an operation fails.
  @nonexhaustive
  public enum Mode: Sendable, Hashable, CaseIterable {
    /// Once; the next operation goes through.
    case once
    /// From then on, as with a device that has gone.
    case forGood
    /// From then on, writes after some of their bytes.
    case torn
  }

  /// The error numbers.
  public var errnos: [Int32]
  /// How operations fail.
  public var modes: [Mode]
  /// Try one operation in so many, from a place that differs by error number and mode.
  public var stride: Int

  /// Sets up a sweep.
  ///
  /// - Parameters:
  ///   - errnos: The error numbers.
  ///   - modes: How operations fail.
  ///   - stride: Try one operation in so many; 1 for all.
  public init(errnos: [Int32], modes: [Mode] = Mode.allCases, stride: Int = 1) {
    self.errnos = errnos
    self.modes = modes
    self.stride = max(stride, 1)
  }

  /// Runs a scenario once for each operation, error number and mode.
  ///
  /// Complexity: O(operations × error numbers × modes) runs, and three times as many checks.
  ///
  /// - Parameters:
  ///   - scenario: Works on an empty file system, until an error or in spite of it, and returns
  ///     what was acknowledged. It must do the same each time.
  ///   - check: Says what is wrong with what is left; it may change the file system.
  /// - Returns: What was tried and found.
  /// - Throws: What the bodies throw.
  public func run<Outcome>(
    _ scenario: (any FileSystem) throws -> Outcome,
    check: (Outcome, CrashFileSystem) throws -> [String]
  ) rethrows -> FaultReport {
    let rehearsal = FaultFileSystem(CrashFileSystem())
    _ = try scenario(rehearsal)
    let count = rehearsal.operationCount
    var report = FaultReport()
    var start = 0
    for errno in errnos {
      for mode in modes {
        for number in Swift.stride(from: start % stride, to: count, by: stride) {
          report.add(try fail(number, errno, mode, scenario, check))
        }
        start += 1
      }
    }
    return report
  }

  private func fail<Outcome>(
    _ number: Int, _ errno: Int32, _ mode: Mode, _ scenario: (any FileSystem) throws -> Outcome,
    _ check: (Outcome, CrashFileSystem) throws -> [String]
  ) rethrows -> FaultReport {
    let base = CrashFileSystem()
    let faulty = FaultFileSystem(base)
    switch mode {
    case .once: faulty.failOperation(number, errno: errno)
    case .forGood: faulty.failOperations(from: number, errno: errno)
    case .torn:
      faulty.plan { place, _ in
        place >= number ? .tornWrite(7 + number % 700, errno: errno) : nil
      }
    }
    let outcome = try scenario(faulty)
    var report = FaultReport()
    report.faultCount = faulty.faultCount > 0 ? 1 : 0
    var random = SeededGenerator(seed: UInt64(number))
    for fate in ["process died", "power lost", "power lost, some kept"] {
      let left = base.afterCrash {
        fate == "process died" || fate != "power lost" && random.chance(50)
      }
      report.stateCount += 1
      for violation in try check(outcome, left) {
        report.violations.append(
          "operation \(number), error \(errno) \(mode), \(fate): \(violation)")
      }
    }
    return report
  }
}
