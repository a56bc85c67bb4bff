import Provenance

/// Everything upstream or downstream of a node.
struct ReachBenchmark {
  private let name: String
  private let graph: String
  private let arrays: GraphArrays
  private let questions: Questions
  private let ours: Subject
  private let reference: Reference
  private let budget: Double

  init(_ name: String, _ source: GraphSource, _ bench: Workbench) throws {
    self.name = name
    graph = source.name
    (arrays, questions) = try bench.workload(source)
    ours = try bench.subject(source)
    reference = try bench.reference(source)
    budget = bench.budget
    try bench.verify(source, .reach)
  }
}

extension ReachBenchmark {
  private static let prefetching = "C, prefetch"
  private static let textbook = "C, textbook"
  /// Every question of the workload, beside the best C or also beside the textbook's.
  func all(_ direction: SimpleSearch.Direction, besideTextbook: Bool) throws -> [Row] {
    let (ours, reference, nodes) = (ours, reference, questions.reach.map(\.node))
    let contenders: [(String, (UInt32) throws -> Int)] =
      switch direction {
      case .upstream:
        [
          ("ours", { try ours.ancestors(of: $0) }),
          (Self.prefetching, { reference.ancestors(of: $0) }),
          (Self.textbook, { reference.textbookAncestors(of: $0) }),
        ]
      case .downstream:
        [
          ("ours", { try ours.descendants(of: $0) }),
          (Self.prefetching, { reference.descendants(of: $0) }),
          (Self.textbook, { reference.textbookDescendants(of: $0) }),
        ]
      }
    return try compete(
      name, nodes, besideTextbook ? contenders : contenders.dropLast())
  }

  /// Only what runs read and wrote, and of that only the datasets; truth by the simple search.
  func filtered() throws -> [Row] {
    let (ours, reference) = (ours, reference)
    let edges: EdgeKindSet = [.used, .generatedBy]
    let kinds: NodeKindSet = .dataset
    let nodes = questions.reach.prefix(300).map(\.node)
    var search = SimpleSearch(arrays)
    for node in nodes {
      let up = search.reach(from: node, .upstream, edges: edges, kinds: kinds).count
      let down = search.reach(from: node, .downstream, edges: edges, kinds: kinds).count
      try check(
        try ours.ancestors(of: node, edges: edges, kinds: kinds) == up
          && reference.ancestors(of: node, edges: edges, kinds: kinds) == up
          && ours.descendants(of: node, edges: edges, kinds: kinds) == down
          && reference.descendants(of: node, edges: edges, kinds: kinds) == down,
        "\(name) on \(graph): wrong filtered answer for node \(node)")
    }
    return try compete(
      "\(name).ancestors", nodes,
      [
        ("ours", { try ours.ancestors(of: $0, edges: edges, kinds: kinds) }),
        (Self.prefetching, { reference.ancestors(of: $0, edges: edges, kinds: kinds) }),
      ])
      + compete(
        "\(name).descendants", nodes,
        [
          ("ours", { try ours.descendants(of: $0, edges: edges, kinds: kinds) }),
          (Self.prefetching, { reference.descendants(of: $0, edges: edges, kinds: kinds) }),
        ])
  }

  /// Those answers that hold fewer than a hundred nodes: what a question costs before it costs anything.
  func small() throws -> [Row] {
    let (ours, reference) = (ours, reference)
    let few = 1..<100
    let up = questions.reach.filter { few.contains($0.ancestors) }
    let down = questions.reach.filter { few.contains($0.descendants) }
    var rows: [Row] = []
    if !up.isEmpty {
      rows += try compete(
        "\(name).ancestors", up.map(\.node),
        [
          ("ours", { try ours.ancestors(of: $0) }),
          (Self.prefetching, { reference.ancestors(of: $0) }),
        ])
    }
    if !down.isEmpty {
      rows += try compete(
        "\(name).descendants", down.map(\.node),
        [
          ("ours", { try ours.descendants(of: $0) }),
          (Self.prefetching, { reference.descendants(of: $0) }),
        ])
    }
    return rows
  }

  /// A loop over the nodes of an answer that looks at their kinds: a caller's beside the library's own.
  func rows() throws -> [Row] {
    let ours = ours
    let nodes = Array(
      questions.reach.sorted { $0.ancestors > $1.ancestors }.map(\.node).prefix(40))
    let answers = try nodes.map { try ours.ancestorSet(of: $0) }
    for answer in answers {
      try check(
        Subject.modelsByCaller(answer) == Subject.models(answer),
        "\(name) on \(graph): the loops differ")
    }
    return try Contest(name: name, graph: graph, questions: nodes.count, budget: budget).run(
      Contender(name: "ours") { keep(Subject.modelsByCaller(answers[$0])) },
      [Contender(name: "the library's own loop") { keep(Subject.models(answers[$0])) }])
  }

  /// Everything downstream of the node with the most direct effects.
  func hub() throws -> [Row] {
    let (ours, reference, hub) = (ours, reference, questions.hub)
    return try compete(
      name, Array(repeating: hub.node, count: 20),
      [
        ("ours", { try ours.descendants(of: $0) }),
        (Self.prefetching, { reference.descendants(of: $0) }),
      ], block: 1)
  }
}

extension ReachBenchmark {
  private func compete(
    _ name: String, _ nodes: [UInt32],
    _ contenders: [(name: String, count: (UInt32) throws -> Int)], block: Int = 10
  ) throws -> [Row] {
    let asking = contenders.map { contender in
      Contender(name: contender.name) { keep(try contender.count(nodes[$0])) }
    }
    return try Contest(
      name: name, graph: graph, questions: nodes.count, block: block, budget: budget
    )
    .run(asking[0], Array(asking.dropFirst()))
  }
}
