import Provenance

/// Whether and how one node leads to another.
struct PairBenchmark {
  private let name: String
  private let graph: String
  private let questions: Questions
  private let ours: Subject
  private let reference: Reference
  private let budget: Double
  private let verify: (Verification.Part) throws -> Void

  init(_ name: String, _ source: GraphSource, _ bench: Workbench) throws {
    self.name = name
    graph = source.name
    questions = try bench.workload(source).questions
    ours = try bench.subject(source)
    reference = try bench.reference(source)
    budget = bench.budget
    self.verify = { try bench.verify(source, $0) }
  }
}

extension PairBenchmark {
  /// Pairs of which half hold; the row's figure is the mean, since most of the cost is in few of them.
  func isAncestor() throws -> [Row] {
    try verify(.pairs)
    let (ours, reference, pairs) = (ours, reference, questions.pairs)
    return try Contest(
      name: name, graph: graph, questions: pairs.count, headline: .mean, block: 50, budget: budget
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

  /// A shortest path, with its nodes.
  func path() throws -> [Row] {
    try verify(.paths)
    let (ours, reference, paths) = (ours, reference, questions.paths)
    return try Contest(
      name: name, graph: graph, questions: paths.count, headline: .mean, budget: budget
    ).run(
      Contender(name: "ours") {
        keep(try ours.pathLength(from: paths[$0].node, to: paths[$0].ancestor))
      },
      [
        Contender(name: "C, two-way") {
          keep(reference.pathLength(from: paths[$0].node, to: paths[$0].ancestor))
        }
      ])
  }
}
