/// A named measurement.
struct Benchmark: Sendable {
  /// Dotted, from the part to the case: `hash.sha256.large`.
  var name: String
  /// Variables that must be set before the process starts; such a benchmark runs in a child process.
  var environment: [String: String] = [:]
  /// Whether it runs in a child process, since it changes what holds for a whole process.
  var hasOwnProcess = false
  /// Whether it runs on the graph that is named on the command line.
  var takesGraph = false
  /// Checks the answer first, then measures.
  var run: @Sendable (Workbench) throws -> [Row]
}

extension Benchmark {
  var needsOwnProcess: Bool { hasOwnProcess || !environment.isEmpty }

  /// All of them, in the order in which they run.
  static let all: [Benchmark] = hashing + stores + graphs

  /// One that needs nothing of the command line.
  init(
    name: String, environment: [String: String] = [:], run: @escaping @Sendable () throws -> [Row]
  ) {
    self.init(name: name, environment: environment) { _ in try run() }
  }
}

/// Why a benchmark has no figure: its answer was wrong, or it could not be run.
struct BenchmarkFailure: Error, CustomStringConvertible {
  var description: String

  init(_ description: String) { self.description = description }
}

/// Throws unless an answer is right; called before anything is timed.
func check(_ holds: Bool, _ failure: @autoclosure () -> String) throws {
  if !holds { throw BenchmarkFailure(failure()) }
}

/// Throws a failure unless something holds.
func check(_ holds: Bool, _ failure: @autoclosure () -> BenchmarkFailure) throws {
  if !holds { throw failure() }
}

/// Keeps a result alive, so that the work behind it is not optimised away.
@inline(never)
func keep<Value: ~Copyable>(_ value: borrowing Value) {}
