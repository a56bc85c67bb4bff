import Provenance

/// What an index brings, and what it takes.
struct IndexBenchmark {
  let name: String
  let source: GraphSource
  let bench: Workbench
}

extension IndexBenchmark {
  /// Ancestors and pairs with the index, its bytes, and how fast it is made.
  ///
  /// Every answer is compared before any is timed.
  func rows() throws -> [Row] {
    let (arrays, questions) = try bench.workload(source)
    let (plain, reference) = (try bench.subject(source), try bench.reference(source))
    let start = Clock.nanoseconds
    let ours = plain.indexed()
    let seconds = Double(Clock.nanoseconds - start) * 1e-9
    for question in questions.reach {
      try check(
        try ours.ancestors(of: question.node) == question.ancestors,
        "\(name) on \(source.name): wrong ancestors of node \(question.node)")
    }
    for pair in questions.pairs {
      try check(
        try ours.isAncestor(pair.ancestor, of: pair.node) == pair.holds,
        "\(name) on \(source.name): wrong about \(pair.ancestor) and \(pair.node)")
    }
    return try ancestors(ours, reference, questions) + pairs(ours, reference, questions)
      + counts(ours, arrays, seconds)
  }

  private func ancestors(
    _ ours: Subject, _ reference: Reference, _ questions: Questions
  ) throws -> [Row] {
    let nodes = questions.reach.map(\.node)
    return try Contest(
      name: "\(name).ancestors", graph: source.name, questions: nodes.count, block: 10,
      budget: bench.budget
    ).run(
      Contender(name: "ours") { keep(try ours.ancestors(of: nodes[$0])) },
      [Contender(name: "C, prefetch") { keep(reference.ancestors(of: nodes[$0])) }])
  }

  private func pairs(
    _ ours: Subject, _ reference: Reference, _ questions: Questions
  ) throws -> [Row] {
    let pairs = questions.pairs
    return try Contest(
      name: "\(name).isAncestor", graph: source.name, questions: pairs.count, headline: .mean,
      block: 50, budget: bench.budget
    ).run(
      Contender(name: "ours") {
        keep(try ours.isAncestor(pairs[$0].ancestor, of: pairs[$0].node))
      },
      [
        Contender(name: "C, two-way") {
          keep(reference.isAncestor(pairs[$0].ancestor, of: pairs[$0].node))
        }
      ])
  }

  private func counts(_ ours: Subject, _ arrays: GraphArrays, _ seconds: Double) -> [Row] {
    func row(_ part: String, _ unit: Unit, _ value: Double) -> Row {
      Row(
        name: "\(name).\(part)", graph: source.name, unit: unit, value: value, baseline: nil,
        baselineValue: nil, ratio: nil)
    }
    let edges = Double(arrays.edgeCount)
    return [
      row("labels", .bytesPerEdge, Double(ours.indexBytes.labels) / edges),
      row("sets", .bytesPerEdge, Double(ours.indexBytes.ancestors) / edges),
      row("making", .millionNodesPerSecond, Double(arrays.nodeCount) / seconds / 1e6),
    ]
  }
}
