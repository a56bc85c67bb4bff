import Baselines
import Foundation
import Provenance

/// From a closed store to an answer, beside C that maps the lists of the same graph and SQLite that asks
/// its tables; everything is in the cache of the system.
struct OpeningBenchmark {
  private let name: String
  private let source: GraphSource
  private let bench: Workbench
  private let place: StoreBench

  init(_ name: String, _ bench: Workbench) throws {
    self.name = name
    self.bench = bench
    source = .standard(bench.options)
    place = try StoreBench(bench)
  }
}

extension OpeningBenchmark {
  /// A node whose answer is the median one, and one whose answer is small; each opens anew.
  func rows() throws -> [Row] {
    let material = try bench.material(source)
    let (arrays, questions) = try bench.workload(source)
    let store = place.path("store")
    try Subject.store(material, at: store)
    let lists = place.path("lists")
    try bench.reference(source).write(to: lists)
    let sqlite = try SQLiteLineage(place.path("lineage.db"), arrays)
    if sqlite == nil { note("SQLite is not installed here: its rows are left out") }
    let sorted = questions.reach.sorted { $0.ancestors < $1.ancestors }
    let median = sorted[sorted.count / 2]
    let few = sorted.first { $0.ancestors > 0 } ?? median
    return try [("median", median), ("few", few)].flatMap { label, question in
      let id = material.ids[Int(question.node)]
      try check(
        try Subject.openedAncestors(store, of: id) == question.ancestors
          && Reference.openedAncestors(lists, of: question.node) == question.ancestors,
        "\(name): wrong answer about node \(question.node)")
      var peers = [
        Contender(name: "C, mapped lists") { _ in
          keep(Reference.openedAncestors(lists, of: question.node))
        }
      ]
      if let sqlite {
        try check(
          try sqlite.openedAncestors(of: question.node) == question.ancestors,
          "\(name): SQLite is wrong about node \(question.node)")
        peers.append(
          Contender(name: "SQLite") { _ in keep(try sqlite.openedAncestors(of: question.node)) })
      }
      return try Contest(
        name: "\(name).\(label)", graph: source.name, questions: 20, block: 1,
        budget: bench.budget
      ).run(
        Contender(name: "ours") { _ in keep(try Subject.openedAncestors(store, of: id)) }, peers)
    } + size(store, arrays)
  }

  private func size(_ store: String, _ arrays: GraphArrays) throws -> [Row] {
    let folder = store + "/checkpoints"
    let bytes = try FileManager.default.contentsOfDirectory(atPath: folder).reduce(0) { sum, name in
      let file = try FileManager.default.attributesOfItem(atPath: folder + "/" + name)
      return sum + (file[.size] as? Int ?? 0)
    }
    return [
      Row(
        name: "\(name).checkpoint", graph: source.name, unit: .bytesPerEdge,
        value: Double(bytes) / Double(arrays.edgeCount), baseline: nil, baselineValue: nil,
        ratio: nil)
    ]
  }
}

/// The edges of a graph in SQLite.
private final class SQLiteLineage {
  private let path: String

  /// Fills a database; `nil` where the system has no SQLite.
  init?(_ path: String, _ arrays: GraphArrays) throws {
    self.path = path
    guard let database = unsafe baseline_sqlite_open(path) else { return nil }
    defer { unsafe baseline_sqlite_close(database) }
    var isFilled = unsafe baseline_sqlite_run(database, "BEGIN")
    for start in stride(from: 0, to: arrays.edgeCount, by: 500) {
      let rows = (start..<min(start + 500, arrays.edgeCount)).map {
        "(\(arrays.effects[$0]),\(arrays.causes[$0]))"
      }
      let statement = "INSERT OR IGNORE INTO b (d, s) VALUES \(rows.joined(separator: ","))"
      isFilled = unsafe isFilled && baseline_sqlite_run(database, statement)
    }
    isFilled = unsafe isFilled && baseline_sqlite_run(database, "COMMIT; PRAGMA wal_checkpoint")
    try check(isFilled, "SQLite did not take the graph")
  }

  func openedAncestors(of row: UInt32) throws -> Int {
    guard let database = unsafe baseline_sqlite_open(path) else {
      throw BenchmarkFailure("SQLite does not open \(path)")
    }
    defer { unsafe baseline_sqlite_close(database) }
    return Int(
      unsafe baseline_sqlite_number(
        database,
        """
        WITH RECURSIVE up(id) AS (SELECT s FROM b WHERE d = \(row) \
        UNION SELECT s FROM b JOIN up ON b.d = up.id) SELECT COUNT(*) FROM up
        """))
  }
}
