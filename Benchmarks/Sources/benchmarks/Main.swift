import Foundation

@main
enum Main {
  static func main() {
    do {
      try refuseDebugBuild()
      let options = try Options(CommandLine.arguments.dropFirst())
      let benchmarks = try options.select(from: Benchmark.all)
      if options.list {
        for benchmark in benchmarks { print(benchmark.name) }
      } else if options.child != nil {
        let rows = try benchmarks.flatMap { try $0.run() }
        try FileHandle.standardOutput.write(contentsOf: json(rows))
      } else {
        try report(benchmarks, options)
      }
    } catch {
      FileHandle.standardError.write(Data("benchmarks: \(error)\n".utf8))
      exit(1)
    }
  }

  /// The figures of a debug build are of no use to anybody, and are quoted all the same.
  private static func refuseDebugBuild() throws {
    var isDebug = false
    assert(
      {
        isDebug = true
        return true
      }())
    if isDebug { throw BenchmarkFailure("this is a debug build; build with -c release") }
  }

  private static func report(_ benchmarks: [Benchmark], _ options: Options) throws {
    var rows: [Row] = []
    print(Machine.description)
    for benchmark in benchmarks {
      FileHandle.standardError.write(Data("running \(benchmark.name)\n".utf8))
      rows += try benchmark.environment.isEmpty ? benchmark.run() : ChildProcess.run(benchmark)
    }
    print(Table(rows: rows).text)
    if let file = options.json { try json(rows).write(to: URL(fileURLWithPath: file)) }
  }

  private static func json(_ rows: [Row]) throws -> Data {
    let encoder = JSONEncoder()
    encoder.outputFormatting = [.prettyPrinted, .sortedKeys, .withoutEscapingSlashes]
    return try encoder.encode(rows)
  }
}
