import Baselines
import Provenance

/// What the library does and takes, in numbers that a machine's speed does not touch.
enum Counts {
  /// Large enough that what is paid once for a graph does not show.
  private static let nodes = 50_000

  /// Counts on an orderly pipeline and on one with late edges, by name.
  static func measure() throws -> [String: Double] {
    var counts: [String: Double] = [:]
    for (prefix, arrival) in [("orderly", Arrival.Style.orderly), ("late", .late(0.3))] {
      let bench = Workbench(try Options([]))
      let source = GraphSource.pipeline(nodes, arrival: arrival)
      for (name, count) in try measure(source, bench) { counts["\(prefix).\(name)"] = count }
    }
    return counts
  }

  private static func measure(
    _ source: GraphSource, _ bench: Workbench
  ) throws -> [String: Double] {
    let (arrays, questions) = try bench.workload(source)
    let material = try bench.material(source)
    let edges = Double(arrays.edgeCount)
    var counts: [String: Double] = [:]

    var grown = Subject(material)
    if let allocations = try allocations({
      try grown.insert(material, steps: 0..<material.stepCount)
    }) {
      counts["allocations.insert.node"] = allocations / Double(arrays.nodeCount)
    }
    try grown.checkContents(material)

    let subject = try bench.subject(source)
    if bench.heapGrowth > 0 { counts["bytes.edge.heap"] = Double(bench.heapGrowth) / edges }
    for component in subject.components {
      counts["bytes.edge.\(component.name)"] = Double(component.bytes) / edges
    }
    try countAllocations(subject, questions, into: &counts)
    try countEffort(subject, questions, into: &counts)
    return counts
  }

  /// Allocations a question, once work space is there.
  private static func countAllocations(
    _ subject: Subject, _ questions: Questions, into counts: inout [String: Double]
  ) throws {
    func count<Question>(
      _ name: String, _ asked: [Question], _ ask: (Question) throws -> Void
    ) throws {
      for question in asked { try ask(question) }
      if let allocations = try allocations({ for question in asked { try ask(question) } }) {
        counts["allocations.\(name)"] = allocations / Double(asked.count)
      }
    }
    let nodes = Array(questions.reach.prefix(200))
    try count("ancestors", nodes) { keep(try subject.ancestors(of: $0.node)) }
    try count("descendants", nodes) { keep(try subject.descendants(of: $0.node)) }
    try count("isAncestor", Array(questions.pairs.prefix(500))) {
      keep(try subject.isAncestor($0.ancestor, of: $0.node))
    }
    try count("path", Array(questions.paths.prefix(200))) {
      keep(try subject.pathLength(from: $0.node, to: $0.ancestor))
    }
    try count("snapshot", nodes) { _ in
      let snapshot = subject
      keep(snapshot)
    }
  }

  /// Nodes and entries that questions touch, where the library counts them.
  private static func countEffort(
    _ subject: Subject, _ questions: Questions, into counts: inout [String: Double]
  ) throws {
    func count(_ name: String, _ efforts: [Subject.Effort]) {
      if efforts.isEmpty { return }
      let count = Double(efforts.count)
      counts["visited.\(name)"] = Double(efforts.reduce(0) { $0 + $1.nodesVisited }) / count
      counts["scanned.\(name)"] = Double(efforts.reduce(0) { $0 + $1.entriesScanned }) / count
    }
    try count(
      "ancestors",
      questions.reach.prefix(200).compactMap { try subject.effort(ofAncestors: $0.node) })
    try count(
      "isAncestor",
      questions.pairs.prefix(500).compactMap {
        try subject.effort(ofIsAncestor: $0.ancestor, of: $0.node)
      })
  }

  /// How many allocations work makes; `nil` where the system does not let them be counted.
  private static func allocations(_ work: () throws -> Void) rethrows -> Double? {
    let before = baseline_allocation_count()
    try work()
    let after = baseline_allocation_count()
    return baseline_counts_allocations() ? Double(after - before) : nil
  }
}
