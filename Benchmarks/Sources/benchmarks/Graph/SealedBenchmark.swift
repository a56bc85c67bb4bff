import Provenance

/// What sealing takes and what it spares.
struct SealedBenchmark {
  let name: String
  let source: GraphSource
  let bench: Workbench
}

extension SealedBenchmark {
  /// Walks over sealed lists beside live ones and C, the bytes of the topology, and how fast it is
  /// sealed.
  ///
  /// Every answer is compared before any is timed.
  func rows() throws -> [Row] {
    let (arrays, questions) = try bench.workload(source)
    let (live, reference) = (try bench.subject(source), try bench.reference(source))
    let start = Clock.nanoseconds
    let ours = live.sealed()
    let seconds = Double(Clock.nanoseconds - start) * 1e-9
    for question in questions.reach {
      try check(
        try ours.ancestors(of: question.node) == question.ancestors
          && ours.descendants(of: question.node) == question.descendants,
        "\(name) on \(source.name): wrong answer about node \(question.node)")
    }
    let nodes = questions.reach.map(\.node)
    return try compete(
      "\(name).ancestors", nodes,
      [
        ("ours", { try ours.ancestors(of: $0) }),
        ("ours, not sealed", { try live.ancestors(of: $0) }),
        ("C, prefetch", { reference.ancestors(of: $0) }),
      ])
      + compete(
        "\(name).descendants", nodes,
        [
          ("ours", { try ours.descendants(of: $0) }),
          ("ours, not sealed", { try live.descendants(of: $0) }),
          ("C, prefetch", { reference.descendants(of: $0) }),
        ])
      + counts(ours, reference, arrays, seconds)
  }

  private func compete(
    _ name: String, _ nodes: [UInt32],
    _ contenders: [(name: String, count: (UInt32) throws -> Int)]
  ) throws -> [Row] {
    let asking = contenders.map { contender in
      Contender(name: contender.name) { keep(try contender.count(nodes[$0])) }
    }
    return try Contest(
      name: name, graph: source.name, questions: nodes.count, block: 10, budget: bench.budget
    )
    .run(asking[0], Array(asking.dropFirst()))
  }

  private func counts(
    _ ours: Subject, _ reference: Reference, _ arrays: GraphArrays, _ seconds: Double
  ) -> [Row] {
    let edges = Double(arrays.edgeCount)
    let bytes = ours.components.first { $0.name == "topology" }?.bytes ?? 0
    let lists = Double(reference.bytes) / edges
    let value = Double(bytes) / edges
    return [
      Row(
        name: "\(name).topology", graph: source.name, unit: .bytesPerEdge, value: value,
        baseline: "C, lists both ways", baselineValue: lists,
        ratio: Unit.bytesPerEdge.speedup(value, over: lists)),
      Row(
        name: "\(name).making", graph: source.name, unit: .millionItemsPerSecond,
        value: (Double(arrays.nodeCount) + edges) / seconds / 1e6, baseline: nil,
        baselineValue: nil, ratio: nil),
    ]
  }
}
