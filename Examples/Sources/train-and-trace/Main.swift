import Foundation
import Provenance
import ProvenanceCapture
import ProvenanceStorage

/// Trains a classifier twice while recording where everything comes from; then another process, which
/// knows nothing but the store, answers questions about it.
@main
struct TrainAndTrace {
  static let usage = """
    usage: train-and-trace [--store DIR]        record, then trace; DIR keeps the store
           train-and-trace trace --store DIR    trace what a kept store holds
    """

  static func main() async {
    do {
      let arguments = Array(CommandLine.arguments.dropFirst())
      if arguments.isEmpty {
        try await recordAndTrace(in: nil)
      } else if arguments.count == 2, arguments[0] == "--store" {
        try await recordAndTrace(in: arguments[1])
      } else if arguments.count == 3, arguments[0] == "trace", arguments[1] == "--store" {
        try trace(arguments[2])
      } else {
        complain(usage)
        exit(2)
      }
    } catch {
      complain("train-and-trace: \(error)")
      exit(1)
    }
  }

  private static func recordAndTrace(in kept: String?) async throws {
    let files = FileManager.default
    let temporary = files.temporaryDirectory.appending(path: "train-and-trace-\(UUID())")
    let store = kept ?? temporary.path
    defer { if kept == nil { try? files.removeItem(at: temporary) } }

    try await record(in: store)
    print("\nNow another process opens the store, read-only, and asks.")
    try traceInAnotherProcess(store)
    if let kept {
      print("\nThe store is kept. Ask again with: train-and-trace trace --store \(kept)")
    }
  }

  private static func record(in directory: String) async throws {
    guard let raw = Bundle.module.path(forResource: "breast_cancer", ofType: "csv") else {
      throw CocoaError(.fileNoSuchFile)
    }
    let store = try ProvenanceStore.open(at: directory)
    // By default the git commit of the current directory and the machine are captured with each run.
    let pipeline = Pipeline(recorder: Recorder(store: store, namespace: "breast-cancer"))

    print("Recorded")
    let first = try await pipeline.importRaw(raw)
    try await trainAndEvaluate(pipeline, on: first, as: "v1")
    let second = try await pipeline.correct(first)
    try await trainAndEvaluate(pipeline, on: second, as: "v2, after a correction of the data")
    try store.close()
  }

  private static func trainAndEvaluate(
    _ pipeline: Pipeline, on raw: Dataset, as name: String
  ) async throws {
    let clean = try await pipeline.clean(raw)
    let (train, test) = try await pipeline.split(clean)
    let model = try await pipeline.train(train)
    let scores = try await pipeline.evaluate(model, on: test)
    print("  a classifier, \(name): accuracy \(scores.accuracy), recall \(scores.recall)")
  }

  private static func trace(_ directory: String) throws {
    // Opening for reading takes no lock: it works beside a service that is recording.
    let store = try ProvenanceStore.open(at: directory, access: .read)
    try Trace(graph: store.graph).print()
    try store.close()
  }

  private static func traceInAnotherProcess(_ store: String) throws {
    let process = Process()
    process.executableURL = Bundle.main.executableURL
    process.arguments = ["trace", "--store", store]
    // What this process printed comes first, also into a file.
    fflush(nil)
    try process.run()
    process.waitUntilExit()
    guard process.terminationStatus == 0 else { throw TracingFailed() }
  }

  private static func complain(_ text: String) {
    FileHandle.standardError.write(Data((text + "\n").utf8))
  }
}

/// The other process failed; it has said why.
struct TracingFailed: Error, CustomStringConvertible {
  var description: String { "the store could not be traced" }
}
