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
        let bench = Workbench(options)
        let rows = try benchmarks.flatMap { try $0.run(bench) }
        try FileHandle.standardOutput.write(contentsOf: json(rows))
      } else if let folder = options.export {
        let (graph, questions) = try Workbench(options).workload(.standard(options))
        try GraphDirectory(folder).write(graph, questions)
      } else if let file = options.gate {
        try Gate(file).run(update: options.update)
      } else if let file = options.plot {
        print(Machine.description)
        let plot = try ScalePlot(upTo: options.plotNodes).measured()
        try Data(plot.svg.utf8).write(to: URL(fileURLWithPath: file))
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
    let bench = Workbench(options)
    print(Machine.description)
    if options.graph != nil {
      note("checking every answer")
      for part in Verification.Part.allCases { try bench.verify(.standard(options), part) }
    }
    // What was measured before something went wrong is still worth reading.
    defer { print(Table(rows: rows).text) }
    for benchmark in benchmarks {
      note("running \(benchmark.name)")
      rows +=
        try benchmark.needsOwnProcess
        ? ChildProcess.run(benchmark, options) : benchmark.run(bench)
    }
    if let file = options.json { try json(rows).write(to: URL(fileURLWithPath: file)) }
  }

  private static func json(_ rows: [Row]) throws -> Data {
    let encoder = JSONEncoder()
    encoder.outputFormatting = [.prettyPrinted, .sortedKeys, .withoutEscapingSlashes]
    return try encoder.encode(rows)
  }
}

/// Tells whoever waits what is going on, beside the output.
func note(_ text: String) { FileHandle.standardError.write(Data("\(text)\n".utf8)) }
