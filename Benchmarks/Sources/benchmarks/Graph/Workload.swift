import Provenance

/// A seeded graph of a pipeline's shape: runs that use a few earlier datasets and write some new ones.
struct Workload: Sendable {
  /// One record a node, causes first.
  var records: [Record] = []
  /// The same nodes, in the same order.
  var nodes: [Node] = []
  /// The causes of each node, by position in `nodes`.
  var causes: [[Int32]] = []

  /// Makes a graph.
  ///
  /// - Parameter count: The number of nodes, at least.
  /// - Throws: Nothing, as long as the names in it are names.
  init(nodes count: Int) throws {
    var state: UInt64 = 0x9E37_79B9_7F4A_7C15
    func random(below bound: Int) -> Int {
      state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
      return Int((state >> 33) % UInt64(bound))
    }
    var datasets: [Int] = []
    func addDataset(_ run: Int?) throws {
      let node = try Dataset("table \(datasets.count % 500)", version: "\(datasets.count)")
      datasets.append(nodes.count)
      causes.append(run.map { [Int32($0)] } ?? [])
      nodes.append(node.node)
      let edges =
        try run.map {
          [
            try Edge(
              effect: node.id, kind: .generatedBy, cause: nodes[$0].id)
          ]
        } ?? []
      records.append(try Record(node, edges: edges))
    }
    for _ in 0..<20 { try addDataset(nil) }
    while nodes.count < count {
      let run = try Run("job \(nodes.count % 100)", id: "\(nodes.count)")
      let position = nodes.count
      var inputs: Set<Int> = []
      // Mostly recent tables, now and then an old one: so lineage grows long and wide.
      for _ in 0..<1 + random(below: 4) {
        let reach = random(below: 10) == 0 ? datasets.count : min(datasets.count, 200)
        inputs.insert(datasets[datasets.count - 1 - random(below: reach)])
      }
      let edges = try inputs.sorted().map {
        try Edge(effect: run.id, kind: .used, cause: nodes[$0].id)
      }
      nodes.append(run.node)
      causes.append(inputs.sorted().map { Int32($0) })
      records.append(try Record(run, edges: edges))
      for _ in 0..<1 + random(below: 2) { try addDataset(position) }
    }
  }
}

/// What anyone would write first: adjacency in arrays and a breadth-first search with a bitmap.
struct PlainGraph: Sendable {
  var offsets: [Int32] = [0]
  var targets: [Int32] = []

  init(_ lists: [[Int32]]) {
    for list in lists {
      targets += list
      offsets.append(Int32(targets.count))
    }
  }

  /// The number of nodes that can be reached from a node.
  func reach(from start: Int) -> Int {
    var seen = [Bool](repeating: false, count: offsets.count - 1)
    var queue = [Int32(start)]
    seen[start] = true
    var next = 0
    while next < queue.count {
      let node = Int(queue[next])
      next += 1
      for position in Int(offsets[node])..<Int(offsets[node + 1]) {
        let target = targets[position]
        if !seen[Int(target)] {
          seen[Int(target)] = true
          queue.append(target)
        }
      }
    }
    return queue.count - 1
  }
}
