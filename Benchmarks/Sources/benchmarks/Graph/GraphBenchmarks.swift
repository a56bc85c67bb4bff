import Provenance

extension Benchmark {
  /// The graph in memory beside C: first on an orderly graph, then on difficult and large ones.
  static let graphs: [Benchmark] =
    GraphMeasure.allCases.map { $0.on("graph", takesGraph: true) { .standard($0) } }
    + [("late1", Arrival.Style.late(0.01)), ("late30", .late(0.3)), ("open", .openRuns)]
    .flatMap { name, arrival in
      GraphMeasure.whereOrderMatters.map {
        $0.on("graph.\(name)", takesGraph: true) { .standard($0, arrival) }
      }
    }
    + GraphMeasure.whereSizeMatters.map {
      $0.on("graph.percolated") { .percolated($0.nodes / 4) }
    }
    + GraphMeasure.whereSizeMatters.map { $0.on("graph.large") { .pipeline($0.nodes * 10) } }
}

extension GraphSource {
  /// What was asked for on the command line, or a pipeline.
  static func standard(_ options: Options, _ arrival: Arrival.Style = .orderly) -> GraphSource {
    var source =
      options.graph.map { GraphSource(shape: .directory($0)) } ?? .pipeline(options.nodes)
    source.arrival = arrival
    return source
  }
}

/// What is measured on a graph.
enum GraphMeasure: String, CaseIterable, Sendable {
  case bulk, insert, memory, ancestors, descendants, filtered, small, hub, isAncestor, path, order
  case rows, readers, sealed, indexed

  static let whereOrderMatters: [GraphMeasure] = [
    .insert, .memory, .ancestors, .descendants, .small, .isAncestor, .path,
  ]
  static let whereSizeMatters: [GraphMeasure] = [
    .bulk, .memory, .ancestors, .descendants, .small, .hub, .isAncestor, .path, .sealed,
    .indexed,
  ]

  func on(
    _ prefix: String, takesGraph: Bool = false,
    _ source: @escaping @Sendable (Options) -> GraphSource
  ) -> Benchmark {
    let name = "\(prefix).\(rawValue)"
    return Benchmark(name: name, takesGraph: takesGraph) { bench in
      let source = source(bench.options)
      return switch self {
      case .bulk: try BuildBenchmark(name, source, bench).bulk()
      case .insert: try BuildBenchmark(name, source, bench).insert()
      case .memory: try MemoryBenchmark(name: name, source: source, bench: bench).rows()
      case .ancestors:
        try ReachBenchmark(name, source, bench).all(
          .upstream, besideTextbook: source.arrival == .orderly)
      case .descendants:
        try ReachBenchmark(name, source, bench).all(
          .downstream, besideTextbook: source.arrival == .orderly)
      case .filtered: try ReachBenchmark(name, source, bench).filtered()
      case .small: try ReachBenchmark(name, source, bench).small()
      case .hub: try ReachBenchmark(name, source, bench).hub()
      case .isAncestor: try PairBenchmark(name, source, bench).isAncestor()
      case .path: try PairBenchmark(name, source, bench).path()
      case .rows: try ReachBenchmark(name, source, bench).rows()
      case .order: try BuildBenchmark(name, source, bench).order()
      case .sealed:
        try SealedBenchmark(name: name, source: source, bench: bench).rows()
      case .indexed:
        try IndexBenchmark(name: name, source: source, bench: bench).rows()
      case .readers: try ReadersBenchmark(name, source, bench).rows()
      }
    }
  }
}
