import Baselines
import Foundation
import Provenance
import ProvenanceStorage

/// What a run, an edge and a metric point take on disk.
///
/// Each is the difference between two stores that differ in nothing else. Ours commits as capture
/// does: a run with its edges, then every call that logs metrics, each by itself and with its own
/// commit entry.
struct StoredBytes {
  static let runs = 500
  static let edgesPerRun = RunWorkload.causesPerRun
  static let pointsPerRun = 10

  private let name: String
  private let place: StoreBench
  private let workload: RunWorkload

  init(_ name: String, _ bench: Workbench) throws {
    self.name = name
    place = try StoreBench(bench)
    workload = try RunWorkload()
  }

  /// What is stored, besides the datasets.
  enum Content: String, CaseIterable {
    case nothing, run, edge, point, pointOfTen

    /// What is stored as well, and is not counted.
    var basis: Content { self == .run ? .nothing : .run }

    var items: Int {
      switch self {
      case .nothing, .run: StoredBytes.runs
      case .edge: StoredBytes.runs * StoredBytes.edgesPerRun
      case .point, .pointOfTen: StoredBytes.runs * StoredBytes.pointsPerRun
      }
    }

    var hasRuns: Bool { self != .nothing }
    var hasPoints: Bool { self == .point || self == .pointOfTen }
  }
}

extension StoredBytes {
  /// A row for each kind of thing and each baseline.
  func rows() throws -> [Row] {
    let ours = try measure { try ourBytes($0) }
    var baselines: [(name: String, bytes: [Content: Int])] = []
    for schema in [StoredTables.plain, .mlflow] {
      guard let first = try schema.bytes(.nothing, workload, place) else {
        note("SQLite is not installed here: its rows are left out")
        break
      }
      baselines.append(
        (
          schema.name,
          try measure { $0 == .nothing ? first : try schema.bytes($0, workload, place) ?? 0 }
        ))
    }
    return Content.allCases.dropFirst().flatMap { content -> [Row] in
      let value = Self.bytesPerItem(content, ours)
      let row = Row(
        name: "\(name).\(content)", graph: place.fileSystem, unit: .bytesPerItem, value: value)
      if baselines.isEmpty { return [row] }
      return baselines.map { baseline in
        let other = Self.bytesPerItem(content, baseline.bytes)
        var row = row
        row.baseline = baseline.name
        row.baselineValue = other
        row.ratio = Unit.bytesPerItem.speedup(value, over: other)
        return row
      }
    }
  }

  private func measure(_ bytes: (Content) throws -> Int) throws -> [Content: Int] {
    try Dictionary(uniqueKeysWithValues: Content.allCases.map { ($0, try bytes($0)) })
  }

  private static func bytesPerItem(_ content: Content, _ bytes: [Content: Int]) -> Double {
    Double(bytes[content, default: 0] - bytes[content.basis, default: 0]) / Double(content.items)
  }

  private func ourBytes(_ content: Content) throws -> Int {
    let directory = place.path("ours-\(content)")
    let store = try ProvenanceStore.open(at: directory)
    try store.commit(workload.start())
    for number in 0..<(content.hasRuns ? Self.runs : 0) {
      let run = try Run("train", id: "run-\(number)", namespace: "s3://lake")
      let causes = content == .edge ? workload.causes(of: number..<number + 1) : []
      try store.commit([
        Record(run, edges: causes.map { try run.used(workload.datasets[Int($0)]) })
      ])
      for record in try Self.points(content, of: run) { try store.commit([record]) }
    }
    try store.close()
    return try Self.writtenBytes(directory + "/log")
  }

  private static func points(_ content: Content, of run: Run) throws -> [Record] {
    func value(_ point: Int) -> AttributeValue { .double(1 / Double(point + 3)) }
    func record(_ attributes: AttributeMap, _ point: Int) throws -> Record {
      let time = Timestamp(seconds: 1_750_000_000 + Int64(point), nanoseconds: 123_000_000)
      guard let time else { throw BenchmarkFailure("there is no such time") }
      return try Record(Annotation(run, attributes, at: time, source: "trainer"))
    }
    switch content {
    case .point:
      return try (0..<pointsPerRun).map {
        try record([AttributeKey.metric("loss"): value($0)], $0)
      }
    case .pointOfTen:
      var attributes = AttributeMap()
      for point in 0..<pointsPerRun {
        attributes[AttributeKey.metric("loss-\(point)")] = value(point)
      }
      return [try record(attributes, 0)]
    default: return []
    }
  }

  /// The bytes of segments up to the last that is not zero: what follows is reserved, and no frame
  /// ends in zeros.
  private static func writtenBytes(_ folder: String) throws -> Int {
    try FileManager.default.contentsOfDirectory(atPath: folder).reduce(0) { sum, name in
      let bytes = try Data(contentsOf: URL(fileURLWithPath: "\(folder)/\(name)"))
      return sum + ((bytes.lastIndex { $0 != 0 }).map { $0 + 1 } ?? 0)
    }
  }
}
