import Provenance

extension Benchmark {
  private static let size = 50_000

  /// The graph in memory, beside plain arrays that know nothing but positions.
  static let graph: [Benchmark] = [
    Benchmark(name: "graph.insert") { try [insert("graph.insert")] },
    Benchmark(name: "graph.ancestors") { try [ancestors("graph.ancestors")] },
  ]

  /// Records of one node each with its edges, ids known, one batch each; the baseline gives each node
  /// a position in a dictionary by id and appends its edges to an array.
  private static func insert(_ name: String) throws -> Row {
    let workload = try Workload(nodes: size)
    func build() -> ProvenanceGraph {
      var graph = ProvenanceGraph()
      for record in workload.records {
        do {
          try graph.insert(record)
        } catch { preconditionFailure("\(error)") }
      }
      return graph
    }
    func buildPlain() -> Int {
      var positions: [NodeID: Int32] = [:]
      var edges: [(Int32, Int32)] = []
      for (position, record) in workload.records.enumerated() {
        guard case .node(let node) = record.content else { continue }
        positions[node.node.id] = Int32(position)
        for edge in node.edges {
          if let cause = positions[edge.cause] { edges.append((Int32(position), cause)) }
        }
      }
      return edges.count
    }
    let graph = build()
    try check(graph.nodeCount == workload.nodes.count, "\(name): nodes are missing")
    try check(
      graph.edgeCount == workload.causes.reduce(0) { $0 + $1.count }, "\(name): edges are missing")
    try check(buildPlain() == graph.edgeCount, "\(name): wrong baseline")
    var row = Measurement(
      name: name, graph: "pipeline50k", unit: .operationsPerSecond, rounds: 9
    ).compare(
      { for _ in 0..<$0 { keep(build()) } },
      with: Baseline(name: "dictionary and array") { for _ in 0..<$0 { keep(buildPlain()) } })
    // One operation builds the whole graph; the figure is nodes.
    row.value *= Double(workload.nodes.count)
    row.baselineValue = row.baselineValue.map { $0 * Double(workload.nodes.count) }
    return row
  }

  private static func ancestors(_ name: String) throws -> Row {
    let workload = try Workload(nodes: size)
    var graph = ProvenanceGraph()
    try graph.insert(workload.records)
    let plain = PlainGraph(workload.causes)
    let starts = stride(from: 100, to: workload.nodes.count, by: workload.nodes.count / 97)
      .map { $0 }
    for start in starts {
      let found = try graph.ancestors(of: workload.nodes[start])
      try check(
        found.isComplete && found.count == plain.reach(from: start),
        "\(name): wrong ancestors of node \(start)")
    }
    func queryAll() {
      for start in starts {
        do {
          keep(try graph.ancestors(of: workload.nodes[start]).count)
        } catch { preconditionFailure("\(error)") }
      }
    }
    var row = Measurement(
      name: name, graph: "pipeline50k", unit: .operationsPerSecond, rounds: 9
    ).compare(
      { for _ in 0..<$0 { queryAll() } },
      with: Baseline(name: "plain arrays, no ids, no order") {
        for _ in 0..<$0 { for start in starts { keep(plain.reach(from: start)) } }
      })
    row.value *= Double(starts.count)
    row.baselineValue = row.baselineValue.map { $0 * Double(starts.count) }
    return row
  }
}
