import Foundation

/// Runs one benchmark in a process of its own, whose environment is set before anything is loaded.
enum ChildProcess {
  static func run(_ benchmark: Benchmark, _ options: Options) throws -> [Row] {
    let output = Pipe()
    let process = Process()
    process.executableURL = Bundle.main.executableURL
    process.arguments =
      ["--child", benchmark.name] + (options.directory.map { ["--directory", $0] } ?? [])
    process.environment = ProcessInfo.processInfo.environment.merging(benchmark.environment) {
      $1
    }
    process.standardOutput = output
    try process.run()
    let data = output.fileHandleForReading.readDataToEndOfFile()
    process.waitUntilExit()
    guard process.terminationReason == .exit, process.terminationStatus == 0 else {
      throw BenchmarkFailure("\(benchmark.name): its process failed")
    }
    return try JSONDecoder().decode([Row].self, from: data)
  }
}
