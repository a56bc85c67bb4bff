/// What a sweep of faults tried, and what it found.
public struct FaultReport: Sendable {
  /// How many states were checked.
  public var stateCount = 0
  /// How many faults were injected.
  public var faultCount = 0
  /// What was wrong, each with the place that repeats it; empty for a store that keeps its duties.
  public var violations: [String] = []

  /// Nothing tried.
  public init() {}

  /// Adds what another sweep tried and found.
  ///
  /// - Parameter other: The other sweep's report.
  public mutating func add(_ other: FaultReport) {
    stateCount += other.stateCount
    faultCount += other.faultCount
    violations += other.violations
  }
}
