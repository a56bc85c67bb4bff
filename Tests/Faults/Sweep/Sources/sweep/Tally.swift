import Foundation
import ProvenanceTestKit
import Synchronization

/// A failure of a sweep, in words.
struct SweepFailure: Error, CustomStringConvertible {
  var description: String

  init(_ description: String) { self.description = description }
}

/// Counts cases and gathers what is wrong, from any thread.
final class Tally: Sendable {
  private struct State {
    var count = 0
    var failures: [String] = []
  }

  private let state = Mutex(State())
  private let name: String

  init(_ name: String) { self.name = name }

  func add(_ count: Int = 1, _ failures: [String] = []) {
    state.withLock {
      $0.count += count
      $0.failures += failures
    }
  }

  var count: Int { state.withLock { $0.count } }

  /// Prints the count; throws when something is wrong, or when there were too few cases.
  func finish(atLeast goal: Int) throws {
    let (count, failures) = state.withLock { ($0.count, $0.failures) }
    print("\(name): \(count) cases, goal \(goal), \(failures.count) wrong")
    for failure in failures.prefix(10) { print("  \(failure)") }
    guard failures.isEmpty else { throw SweepFailure("\(name): \(failures.count) wrong") }
    guard count >= goal else { throw SweepFailure("\(name): \(count) cases of \(goal)") }
  }
}

/// Runs a body for each number, on all processors.
func forEachConcurrently(_ count: Int, _ body: @Sendable (Int) -> Void) {
  DispatchQueue.concurrentPerform(iterations: count, execute: body)
}

extension FaultReport {
  /// Counts the states that were checked.
  func tally(_ tally: Tally) { tally.add(stateCount, violations) }
}
