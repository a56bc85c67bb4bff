import Foundation
import Provenance
import ProvenanceStorage
import Testing

/// Everything that a graph answers, as a value: two graphs with equal pictures are the same graph.
struct GraphPicture: Hashable {
  var position: Position
  var time: Timestamp?
  var nodes: [NodeID: AttributeMap] = [:]
  var history: [NodeID: [AnnotationEntry]] = [:]
  var edges: [Edge: AttributeMap] = [:]
  var digests: [NodeID: UpstreamDigest] = [:]
  var conflicts: [Conflict]
  var pending: [PendingFact]

  init(_ graph: ProvenanceGraph) throws {
    position = graph.position
    time = graph.time
    conflicts = graph.conflicts
    pending = graph.pending
    for node in graph.nodes() {
      nodes[node.id] = graph.attributes(of: node)
      history[node.id] = graph.history(of: node)
      digests[node.id] = try graph.lineageDigest(of: node)
      for edge in try graph.causes(of: node, edges: .all) {
        edges[edge] = graph.attributes(of: edge)
      }
    }
  }

  /// Without what depends on the order of arrival: what two stores that merged must share.
  var timeless: GraphPicture {
    var picture = self
    picture.position = .start
    picture.time = nil
    picture.history = [:]
    return picture
  }
}

/// A clock that shows a later second each time that it is read.
final class TickingClock: Sendable {
  private let seconds: Lock<Int64>

  init(_ start: Int64 = 1_000_000) { seconds = Lock(start) }

  @Sendable func now() -> Timestamp {
    let second = seconds.withLock { seconds in
      seconds += 1
      return seconds
    }
    return Timestamp(seconds: second) ?? SystemClock.now()
  }
}

func second(_ seconds: Int64) throws -> Timestamp {
  try #require(Timestamp(seconds: seconds))
}

/// The error of a body that must throw one of a type.
func thrown<Failure: Error>(
  _ type: Failure.Type, sourceLocation: SourceLocation = #_sourceLocation,
  _ body: () throws -> Void
) -> Failure? {
  do {
    try body()
    Issue.record("nothing was thrown", sourceLocation: sourceLocation)
  } catch let error as Failure {
    return error
  } catch {
    Issue.record("thrown was \(error)", sourceLocation: sourceLocation)
  }
  return nil
}

/// Small lineages to commit.
enum Lineage {
  static let raw = try! Dataset("raw.csv", version: "1", namespace: "tests")
  static let clean = try! Dataset("clean.csv", version: "1", namespace: "tests")
  static let cleaning = try! Run("clean", id: "run-1", namespace: "tests")
  static let training = try! Run("train", id: "run-2", namespace: "tests")
  static let model = try! Model("classifier", version: "1", namespace: "tests")

  /// Two runs from raw data to a model, with annotations on nodes and on an edge, one commit each.
  static func batches() throws -> [[Record]] {
    let used = try training.used(clean, role: "train")
    return [
      [
        try Record(raw), try Record(Annotation(raw, ["owner": "a", "rows": 3], at: second(1))),
      ],
      [
        try Record(cleaning, edges: [cleaning.used(raw)]),
        try Record(clean, edges: [clean.generatedBy(cleaning)]),
      ],
      [
        try Record(training, edges: [used]),
        try Record(Annotation(used, ["fields": ["a", "b"]], at: second(2))),
        try Record(Annotation(raw, ["owner": "b"], at: second(3), source: "catalog")),
      ],
      [
        try Record(model, edges: [model.generatedBy(training)]),
        try Record(Retraction(.edge(used), Statement("a mistake", at: second(4)))),
      ],
    ]
  }

  /// A chain of runs and datasets that hang together: the batch with a number.
  static func link(_ number: Int) throws -> [Record] {
    let run = try Run("step", id: "run-\(number)", namespace: "chain")
    let output = try Dataset("table", version: "\(number)", namespace: "chain")
    return [
      try Record(run), try Record(output, edges: [output.generatedBy(run)]),
      try Record(
        Annotation(
          output, ["number": .int(Int64(number))], at: second(Int64(number)), salt: salt(number))),
    ]
  }

  /// The same salt each time, so that a link that is made again is the same records.
  static func salt(_ number: Int) -> Salt {
    var generator = Sequence(state: UInt64(bitPattern: Int64(number)))
    return Salt(using: &generator)
  }

  private struct Sequence: RandomNumberGenerator {
    var state: UInt64

    mutating func next() -> UInt64 {
      state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
      return state
    }
  }

  /// The numbers of the links that a graph shows, and whether it shows each of them whole.
  static func links(in graph: ProvenanceGraph) throws -> Set<Int> {
    var numbers: Set<Int> = []
    for node in graph.nodes(kind: .dataset, namespace: "chain", name: "table") {
      let number = try #require(Int(node.version))
      numbers.insert(number)
      let run = try Run("step", id: "run-\(number)", namespace: "chain")
      let output = try Dataset("table", version: "\(number)", namespace: "chain")
      guard graph.contains(run), graph.contains(try output.generatedBy(run)),
        graph.attribute("number", of: output)?.intValue == Int64(number)
      else {
        Issue.record("link \(number) is there in part")
        continue
      }
    }
    let runs = graph.nodes(kind: .run, namespace: "chain", name: "step").count
    #expect(runs == numbers.count, "a run without its output")
    return numbers
  }
}

extension TemporaryDirectory {
  /// The last part of the path, which no other directory has.
  var name: String { (path as NSString).lastPathComponent }
}

/// The content of every file under a directory, by path.
func contents(of directory: String) throws -> [String: Data] {
  var files: [String: Data] = [:]
  for name in try FileManager.default.subpathsOfDirectory(atPath: directory) {
    let path = directory + "/" + name
    var isDirectory: ObjCBool = false
    guard unsafe FileManager.default.fileExists(atPath: path, isDirectory: &isDirectory),
      !isDirectory.boolValue
    else { continue }
    files[name] = try Data(contentsOf: URL(fileURLWithPath: path))
  }
  return files
}

/// Counts, from any thread.
final class Counter: Sendable {
  private let count = Lock(0)

  /// Counts one more, and returns how many that makes.
  @discardableResult
  func increment() -> Int {
    count.withLock { count in
      count += 1
      return count
    }
  }

  var value: Int { count.withLock { $0 } }
}
