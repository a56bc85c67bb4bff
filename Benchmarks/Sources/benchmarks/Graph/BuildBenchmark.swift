import Provenance

/// How a graph comes into being, and all of it in order.
struct BuildBenchmark {
  private let name: String
  private let source: GraphSource
  private let arrays: GraphArrays
  private let bench: Workbench

  init(_ name: String, _ source: GraphSource, _ bench: Workbench) throws {
    self.name = name
    self.source = source
    self.bench = bench
    arrays = try bench.workload(source).arrays
  }
}

extension BuildBenchmark {
  /// All nodes and edges at once.
  func bulk() throws -> [Row] {
    let material = try bench.material(source, withRecords: false)
    let columns = ReferenceColumns(arrays)
    return try Rounds(
      name: name, graph: source.name, unit: .millionItemsPerSecond,
      items: Double(arrays.nodeCount + arrays.edgeCount), budget: bench.budget
    ).run(
      .init(name: "ours") { try Self.time { material.topology() } },
      [
        .init(name: "C, counting") { try columns.timeBulkBuild(hugePages: false) },
        .init(name: "C, counting, huge pages") { try columns.timeBulkBuild(hugePages: true) },
      ])
      + Rounds(
        name: "\(name).withNames", graph: source.name, unit: .millionItemsPerSecond,
        items: Double(arrays.nodeCount + arrays.edgeCount), budget: bench.budget / 2
      ).run(
        .init(name: "ours") { try Self.time { try Subject.bulkBuild(material) } },
        [.init(name: "C, counting") { try columns.timeBulkBuild(hugePages: false) }])
  }

  /// A node at a time, with ids known.
  ///
  /// C is given every node with all its causes, in order, whatever the
  /// order in which ours learns of them.
  func insert() throws -> [Row] {
    let material = try bench.material(source)
    let columns = ReferenceColumns(arrays)
    try Subject.insertOneByOne(material).checkContents(material)
    return try Rounds(
      name: name, graph: source.name, unit: .millionNodesPerSecond,
      items: Double(arrays.nodeCount), budget: bench.budget
    ).run(
      .init(name: "ours") { try Self.time { try Subject.insertOneByOne(material) } },
      [.init(name: "C, growing lists") { try columns.timeInsertion() }])
      + (source.arrival == .orderly ? topologyInsert(material, columns) : [])
  }

  /// A vertex at a time, without records, ids and names: what C does.
  private func topologyInsert(
    _ material: Subject.Material, _ columns: ReferenceColumns
  ) throws -> [Row] {
    try check(
      material.topologyOneByOne().edgeCount == arrays.edgeCount, "\(name): edges are missing")
    return try Rounds(
      name: "\(name).topology", graph: source.name, unit: .millionNodesPerSecond,
      items: Double(arrays.nodeCount), budget: bench.budget
    ).run(
      .init(name: "ours") { try Self.time { material.topologyOneByOne() } },
      [.init(name: "C, growing lists") { try columns.timeInsertion() }])
  }

  /// All nodes, causes first.
  func order() throws -> [Row] {
    let (ours, reference) = (try bench.subject(source), try bench.reference(source))
    let count = arrays.nodeCount
    try check(
      ours.topologicalOrder() == count && reference.topologicalOrder() == count,
      "\(name) on \(source.name): not every node is in order")
    return try Rounds(
      name: name, graph: source.name, unit: .milliseconds, items: 1, budget: bench.budget / 2
    ).run(
      .init(name: "ours") { Clock.seconds { keep(ours.topologicalOrder()) } },
      [.init(name: "C, Kahn") { Clock.seconds { keep(reference.topologicalOrder()) } }])
  }

  /// The seconds that making something takes; letting go of it again is not among them.
  private static func time<Made>(_ make: () throws -> Made) throws -> Double {
    let start = Clock.nanoseconds
    let made = try make()
    let end = Clock.nanoseconds
    keep(made)
    return Double(end - start) * 1e-9
  }
}
