import Provenance

/// How cost grows with the size of a graph, ours and the baselines'.
struct ScalePlot {
  /// What is measured at each size, and how it is told.
  private static let measures: [(measure: GraphMeasure, title: String, unit: Chart.Unit)] = [
    (.ancestors, "all ancestors of a node, median", .seconds),
    (.descendants, "all descendants of a node, median", .seconds),
    (.insert, "insert, a node with its edges", .seconds),
    (.bulk, "bulk build, a node or edge", .seconds),
  ]
  private static let sizes = [
    10_000, 30_000, 100_000, 300_000, 1_000_000, 3_000_000, 10_000_000, 30_000_000, 100_000_000,
  ]
  private static let amount = Questions.Amount(nodes: 200, pairNodes: 0, paths: 0)
  /// Seconds a measure.
  private static let budget = 1.5

  private let sizes: [Int]

  init(upTo nodes: Int) { sizes = Self.sizes.filter { $0 <= nodes } }
}

extension ScalePlot {
  /// Measures everything at every size, the answers checked as ever.
  func measured() throws -> Figure {
    try check(!sizes.isEmpty, "a plot starts at \(Self.sizes[0]) nodes")
    var charts = Self.measures.map { Chart(title: $0.title, unit: $0.unit) }
    let bench = Workbench(try Options([]), amount: Self.amount, budget: Self.budget)
    for size in sizes {
      note("measuring \(shortCount(size)) nodes")
      for (place, (measure, _, _)) in Self.measures.enumerated() {
        let benchmark = measure.on("plot") { _ in .pipeline(size) }
        for (index, row) in try benchmark.run(bench).enumerated() {
          let (ours, other) = Self.cost(row)
          if index == 0 { charts[place].add(.init(size, ours), to: "swift-provenance") }
          if let baseline = row.baseline, let other, !baseline.contains("huge pages") {
            charts[place].add(.init(size, other), to: baseline)
          }
        }
      }
    }
    return Figure(
      title: "How cost grows with the graph",
      subtitle:
        "Seeded pipelines, about 3.9 edges a node. Lower is better; both axes are logarithmic.",
      note: Machine.description, charts: charts)
  }

  /// Seconds an operation.
  private static func cost(_ row: Row) -> (ours: Double, baseline: Double?) {
    switch row.unit {
    case .microseconds: (row.value * 1e-6, row.baselineValue.map { $0 * 1e-6 })
    default: (1e-6 / row.value, row.baselineValue.map { 1e-6 / $0 })
    }
  }
}
