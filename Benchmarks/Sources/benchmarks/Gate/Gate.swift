import Foundation

/// Limits on counts, kept in a file: what a change may not make worse.
///
/// Counts and never times: they are the same on every machine, however busy.
struct Gate {
  private let file: URL

  init(_ path: String) { file = URL(fileURLWithPath: path) }
}

extension Gate {
  /// Compares the counts with the limits, or writes them as the limits.
  ///
  /// - Throws: ``BenchmarkFailure`` where a limit is passed, or where the file and the counts do not name
  ///   the same things: what is not limited is not held.
  func run(update: Bool) throws {
    let counts = try Counts.measure()
    if update {
      try write(counts)
      return
    }
    let limits = try read()
    var failures: [String] = []
    let lines = Set(counts.keys).union(limits.keys).sorted().map { name in
      let verdict =
        switch (counts[name], limits[name]) {
        case (let count?, let limit?) where count <= limit: "held"
        case (_?, _?): "passed"
        case (_, nil): "has no limit"
        case (nil, _): "is not counted"
        }
      if verdict != "held" { failures.append("\(name) \(verdict)") }
      return [
        name, counts[name].map(Table.number) ?? "-", limits[name].map(Table.number) ?? "-", verdict,
      ]
    }
    print(Table.text(["count", "now", "limit", ""], lines, numeric: [1, 2]))
    try check(
      failures.isEmpty, "\(file.lastPathComponent): \(failures.joined(separator: ", "))")
  }

  private func read() throws -> [String: Double] {
    do {
      return try JSONDecoder().decode([String: Double].self, from: Data(contentsOf: file))
    } catch {
      throw BenchmarkFailure("\(file.path): no limits can be read: \(error)")
    }
  }

  private func write(_ counts: [String: Double]) throws {
    let encoder = JSONEncoder()
    encoder.outputFormatting = [.prettyPrinted, .sortedKeys]
    // A decimal place is precise enough, and readable.
    let rounded = counts.mapValues { ($0 * 10).rounded(.up) / 10 }
    try (encoder.encode(rounded) + Data("\n".utf8)).write(to: file)
  }
}
