import Foundation
import Provenance
import ProvenanceCapture
import ProvenanceStorage
import Testing

/// A directory with a store in it, that goes away with the test.
final class Workshop: Sendable {
  let directory: String
  let store: ProvenanceStore

  init() throws {
    directory = NSTemporaryDirectory() + "/provenance-capture-" + UUID().uuidString
    try FileManager.default.createDirectory(atPath: directory, withIntermediateDirectories: true)
    store = try ProvenanceStore.open(at: directory + "/store")
  }

  deinit {
    try? store.close()
    try? FileManager.default.removeItem(atPath: directory)
  }

  /// The path of a file with some bytes.
  func file(_ name: String, _ text: String) throws -> String {
    let path = directory + "/" + name
    try Data(text.utf8).write(to: URL(fileURLWithPath: path))
    return path
  }

  func recorder(
    launch: LaunchCapture = .none, clock: @escaping @Sendable () -> Timestamp = SystemClock.now
  ) -> Recorder {
    Recorder(store: store, namespace: "tests", source: "suite", launch: launch, clock: clock)
  }

  func attributes(_ node: some NodeReference) -> AttributeMap { store.graph.attributes(of: node) }

  func status(_ run: Run?) -> String? {
    run.flatMap { attributes($0)[AttributeKey.status]?.stringValue }
  }

  /// The only run of a job.
  func run(of job: String) throws -> Run {
    let runs = store.graph.nodes(kind: .run, name: job)
    #expect(runs.count == 1)
    return try #require(runs.first.flatMap(Run.init))
  }

  /// The digests of all objects.
  func objects() throws -> Set<SHA256Digest> {
    var digests: Set<SHA256Digest> = []
    try store.objects.list { object in
      digests.insert(object.digest)
      return true
    }
    return digests
  }

  /// Whether a text is anywhere in the store: in what its records and objects say, decoded, or in
  /// the bytes or the name of any file.
  func holds(_ text: String) throws -> Bool {
    let needle = Data(text.utf8)
    var found = false
    try store.log.read(from: 0) { transaction in
      for entry in transaction.entries {
        found = found || Data(entry.header).range(of: needle) != nil
        found = found || Data(entry.payload).range(of: needle) != nil
      }
      return true
    }
    for digest in try objects() {
      found = try found || Data(store.objects.bytes(of: digest)).range(of: needle) != nil
    }
    let root = directory + "/store"
    for name in try FileManager.default.subpathsOfDirectory(atPath: root) {
      found = found || name.contains(text)
      if let data = FileManager.default.contents(atPath: root + "/" + name) {
        found = found || data.range(of: needle) != nil
      }
    }
    return found
  }

  /// Runs a body that must leave the store as it was.
  func expectUnchanged(
    sourceLocation: SourceLocation = #_sourceLocation, _ body: () async throws -> Void
  ) async throws {
    let head = store.head
    let objects = try objects()
    try await body()
    #expect(store.head == head, sourceLocation: sourceLocation)
    #expect(try self.objects() == objects, sourceLocation: sourceLocation)
  }
}

/// The error of a body that must throw one of a type.
func thrown<Failure: Error>(
  _ type: Failure.Type, sourceLocation: SourceLocation = #_sourceLocation,
  _ body: () async throws -> Void
) async -> Failure? {
  do {
    try await body()
    Issue.record("nothing was thrown", sourceLocation: sourceLocation)
  } catch let error as Failure {
    return error
  } catch {
    Issue.record("thrown was \(error)", sourceLocation: sourceLocation)
  }
  return nil
}

/// Readings of a clock that a test scripts; the last one stays.
final class ScriptedClock: Sendable {
  private let readings: Lock<[Int64]>

  init(_ readings: [Int64]) { self.readings = Lock(readings) }

  @Sendable func now() -> Timestamp {
    let second = readings.withLock { readings in
      readings.count > 1 ? readings.removeFirst() : readings.first ?? 0
    }
    return Timestamp(seconds: second) ?? SystemClock.now()
  }
}

extension Workshop {
  /// A run that stays under way for the rest of the test.
  func openRun() async throws -> ActiveRun {
    let recorder = recorder()
    return await withCheckedContinuation { continuation in
      Task {
        try await recorder.run("open") { run in
          continuation.resume(returning: run)
          await withCheckedContinuation { OpenRuns.keep($0) }
        }
      }
    }
  }
}

/// Keeps the bodies of open runs from ending.
private enum OpenRuns {
  private static let bodies = Lock<[CheckedContinuation<Void, Never>]>([])

  static func keep(_ body: CheckedContinuation<Void, Never>) {
    bodies.withLock { $0.append(body) }
  }
}
