/// Loses power at every place of a scenario, and checks everything that a device may have kept.
///
/// ```swift
/// let report = try CrashSweep().run { fileSystem in
///   let store = try? MyStore.open(at: "/store", fileSystem: fileSystem)
///   // work until an error, and return what was acknowledged
/// } check: { acknowledged, fileSystem in
///   // open again, and return what is missing or wrong
/// }
/// #expect(report.violations == [])
/// ```
///
/// The scenario runs once for each operation that changes something, on a ``CrashFileSystem`` that
/// fails after it. Of what was pending then, a crash keeps any part: all of `2^n` parts where they
/// are few; otherwise nothing, everything, every prefix, everything but one, one alone, and random
/// parts, up to ``statesPerPlace``.
///
/// A sweep that finds nothing proves little before one with ``ignoredSyncs`` finds something.
public struct CrashSweep: Sendable {
  /// The most states that are checked for one place of the scenario.
  public var statesPerPlace: Int
  /// The synchronisations that do nothing: the control.
  public var ignoredSyncs: CrashFileSystem.IgnoredSyncs
  /// What the random parts come from.
  public var seed: UInt64

  /// Sets up a sweep.
  ///
  /// - Parameters:
  ///   - statesPerPlace: The most states that are checked for one place of the scenario.
  ///   - ignoredSyncs: The synchronisations that do nothing.
  ///   - seed: What the random parts come from; named in every violation.
  public init(
    statesPerPlace: Int = 16, ignoredSyncs: CrashFileSystem.IgnoredSyncs = [], seed: UInt64 = 1
  ) {
    self.statesPerPlace = statesPerPlace
    self.ignoredSyncs = ignoredSyncs
    self.seed = seed
  }

  /// Runs a scenario as often as there are places in it.
  ///
  /// Complexity: O(operations × ``statesPerPlace``) runs and checks.
  ///
  /// - Parameters:
  ///   - scenario: Works on an empty file system until an error, and returns what was acknowledged.
  ///     It must do the same each time.
  ///   - check: Says what is wrong with what a crash left; it may change the file system.
  /// - Returns: What was tried and found.
  /// - Throws: What the bodies throw.
  public func run<Outcome>(
    _ scenario: (CrashFileSystem) throws -> Outcome,
    check: (Outcome, CrashFileSystem) throws -> [String]
  ) rethrows -> FaultReport {
    let rehearsal = makeFileSystem()
    _ = try scenario(rehearsal)
    var report = FaultReport()
    for place in rehearsal.crashPoints {
      let fileSystem = makeFileSystem()
      fileSystem.losePower(atOperation: place)
      let outcome = try scenario(fileSystem)
      report.faultCount += 1
      var parts = PendingParts(
        count: fileSystem.pendingCount, limit: statesPerPlace, seed: seed &+ UInt64(place))
      while let part = parts.next() {
        report.stateCount += 1
        var number = -1
        let left = fileSystem.afterCrash {
          number += 1
          return part[number]
        }
        for violation in try check(outcome, left) {
          report.violations.append(
            "power lost at operation \(place), part \(parts.taken - 1), seed \(seed): \(violation)")
        }
      }
    }
    return report
  }

  private func makeFileSystem() -> CrashFileSystem {
    let fileSystem = CrashFileSystem()
    fileSystem.ignoreSyncs(ignoredSyncs)
    return fileSystem
  }
}

/// The parts of a number of things: all where they are few, else the telling ones and random ones.
struct PendingParts {
  let count: Int
  let limit: Int
  private(set) var taken = 0
  private var random: SeededGenerator

  init(count: Int, limit: Int, seed: UInt64) {
    self.count = count
    self.limit = limit
    random = SeededGenerator(seed: seed)
  }

  /// Which things the next part holds.
  mutating func next() -> [Bool]? {
    let all = count < 20 ? 1 << count : Int.max
    guard taken < min(limit, all) else { return nil }
    defer { taken += 1 }
    if all <= limit { return (0..<count).map { taken >> $0 & 1 == 1 } }
    switch taken {
    case 0: return Array(repeating: false, count: count)
    case 1: return Array(repeating: true, count: count)
    case let number where number % 4 == 0 && number / 4 < count:
      return (0..<count).map { $0 < number / 4 }
    case let number where number % 4 == 1 && number / 4 <= count:
      return (0..<count).map { $0 != number / 4 - 1 }
    case let number where number % 4 == 2 && number / 4 < count:
      return (0..<count).map { $0 == number / 4 }
    default:
      return (0..<count).map { _ in random.chance(50) }
    }
  }
}
