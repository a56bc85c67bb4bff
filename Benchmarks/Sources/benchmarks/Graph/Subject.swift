import Provenance
import ProvenanceStorage

/// Everything that the graph benchmarks ask of the library, in one place.
///
/// Rows are those of the workload's arrays, whatever the library makes of them.
struct Subject: Sendable {
  /// The sizes at which the default set and a plot take minutes and no longer.
  static let standardNodes = 20_000
  static let plottedNodes = 100_000

  private var graph: ProvenanceGraph
  /// What questions are asked with.
  private let ids: [NodeID]
}

// MARK: - Building

extension Subject {
  /// What is ready before the clock runs: ids, and records where the library takes records.
  struct Material: Sendable {
    fileprivate var nodes: [Node]
    fileprivate(set) var ids: [NodeID]
    /// In order of arrival; none until ``addRecords(_:)``.
    fileprivate var records: [Record] = []
    fileprivate var arrays: GraphArrays
    /// The arrays' causes with those of one effect in ascending order, and their kinds.
    fileprivate var causes: [UInt32]
    fileprivate var edgeKinds: [UInt8]

    /// Works out the topology alone.
    func topology() -> Topology {
      Topology(
        nodeKinds: nodeKinds.span, effects: arrays.effects.span, causes: causes.span,
        edgeKinds: edgeKinds.span)
    }

    /// Works out the topology alone, a node with its causes at a time.
    func topologyOneByOne() -> Topology {
      var topology = Topology()
      var start = 0
      for vertex in 0..<nodeKinds.count {
        var end = start
        while end < entries.count, arrays.effects[end] == vertex { end += 1 }
        topology.append(nodes[vertex].kind, causes: entries.span.extracting(start..<end))
        start = end
      }
      return topology
    }

    fileprivate var nodeKinds: [UInt8]
    fileprivate var entries: [UInt32]

    var edgeCount: Int { arrays.edgeCount }
    /// How many steps a graph arrives in.
    var stepCount: Int { records.count }

    /// Works out records, which take several times the memory of all else.
    mutating func addRecords(_ arrival: Arrival) throws {
      func edge(_ place: UInt32) throws -> Edge {
        try Edge(
          effect: nodes[Int(arrays.effects[Int(place)])].id, kind: arrays.edgeKinds[Int(place)],
          cause: nodes[Int(arrays.causes[Int(place)])].id)
      }
      records = try arrival.steps.map { step in
        switch step {
        case .node(let row, let edges):
          try Record(
            nodes[Int(row)], edges: edges.map { try edge(arrival.edgesOfNodes[Int($0)]) })
        case .edge(let place): try Record(edge(place))
        }
      }
    }
  }

  /// Works out ids.
  static func prepare(_ arrays: GraphArrays) throws -> Material {
    let nodes = try arrays.nodeKinds.enumerated().map { row, kind in
      // Many versions of a name, as in a pipeline that runs every day.
      try Node(kind: kind, name: "\(kind) \(row % 1000)", version: "\(row)")
    }
    var entries = zip(arrays.causes, arrays.edgeKinds).map { $0 | UInt32($1.rawValue) << 28 }
    // Effects ascend already; the causes of each are few.
    let first = arrays.firstEdges()
    for row in 0..<arrays.nodeCount {
      entries[Int(first[row])..<Int(first[row + 1])].sort { $0 << 4 < $1 << 4 }
    }
    return Material(
      nodes: nodes, ids: nodes.map(\.id), arrays: arrays, causes: entries.map { $0 & 0x0FFF_FFFF },
      edgeKinds: entries.map { UInt8($0 >> 28) }, nodeKinds: arrays.nodeKinds.map(\.rawValue),
      entries: entries)
  }

  /// Keeps the records of a graph in a store, a thousand a commit, and a checkpoint of it.
  static func store(_ material: Material, at path: String) throws {
    var options = StoreOptions()
    options.checkpointInterval = 1
    let store = try ProvenanceStore.open(at: path, options: options)
    for start in stride(from: 0, to: material.records.count, by: 1000) {
      try store.commit(
        Array(material.records[start..<min(start + 1000, material.records.count)]))
    }
    try store.writeCheckpoint()
    try store.close()
  }

  /// Opens a store, asks for the ancestors of a node and closes it.
  static func openedAncestors(_ path: String, of id: NodeID) throws -> Int {
    let store = try ProvenanceStore.open(at: path, access: .read)
    defer { try? store.close() }
    return try store.graph.ancestors(of: id).count
  }

  /// An empty graph.
  init(_ material: Material) {
    graph = ProvenanceGraph()
    ids = material.ids
  }

  /// Adds what arrives in some steps, each a batch of its own.
  mutating func insert(_ material: Material, steps: Range<Int>) throws {
    for step in steps { try graph.insert(material.records[step]) }
  }

  /// Adds everything at once, by the fastest way that the library has.
  static func bulkBuild(_ material: Material) throws -> Subject {
    var made = Subject(material)
    made.graph = ProvenanceGraph(material.nodes, material.topology())
    return made
  }

  /// Adds everything, step by step.
  static func insertOneByOne(_ material: Material) throws -> Subject {
    var made = Subject(material)
    try made.insert(material, steps: 0..<material.stepCount)
    return made
  }

  /// The same graph with its lists sealed.
  func sealed() -> Subject {
    var made = self
    made.graph.seal()
    return made
  }

  /// The same graph with an index.
  func indexed() -> Subject {
    var made = self
    made.graph.makeIndex()
    return made
  }

  /// The bytes of the index.
  var indexBytes: (labels: Int, ancestors: Int) { graph.indexByteCounts }

  /// Throws unless everything has arrived.
  func checkContents(_ material: Material) throws {
    try check(graph.nodeCount == material.nodes.count, "the graph lost nodes")
    try check(graph.edgeCount == material.arrays.edgeCount, "the graph lost edges")
  }
}

// MARK: - Questions

extension Subject {
  @inline(__always)
  func ancestors(
    of row: UInt32, edges: EdgeKindSet = .causal, kinds: NodeKindSet = .all
  ) throws -> Int {
    try graph.ancestors(of: ids[Int(row)], edges: edges, kinds: kinds).count
  }

  @inline(__always)
  func descendants(
    of row: UInt32, edges: EdgeKindSet = .causal, kinds: NodeKindSet = .all
  ) throws -> Int {
    try graph.descendants(of: ids[Int(row)], edges: edges, kinds: kinds).count
  }

  func ancestorSet(of row: UInt32) throws -> NodeSet { try graph.ancestors(of: ids[Int(row)]) }

  /// How many models a set holds, counted by the library.
  static func models(_ set: NodeSet) -> Int { set.kindCounts[.model] ?? 0 }

  /// How many models a set holds, counted node by node in a loop of this module.
  static func modelsByCaller(_ set: NodeSet) -> Int {
    var counts = [Int](repeating: 0, count: NodeKind.allCases.count)
    set.forEachChunk { _, kinds in
      for index in kinds.indices { counts[Int(kinds[index].rawValue)] += 1 }
    }
    return counts[Int(NodeKind.model.rawValue)]
  }

  /// The ancestors or descendants themselves, by id, in the library's order.
  func answer(_ row: UInt32, _ direction: SimpleSearch.Direction) throws -> [NodeID] {
    switch direction {
    case .upstream: try graph.ancestors(of: ids[Int(row)]).ids
    case .downstream: try graph.descendants(of: ids[Int(row)]).ids
    }
  }

  func id(of row: UInt32) -> NodeID { ids[Int(row)] }

  @inline(__always)
  func isAncestor(_ ancestor: UInt32, of row: UInt32) throws -> Bool {
    try graph.isAncestor(ids[Int(ancestor)], of: ids[Int(row)])
  }

  /// The number of edges of a shortest path, or -1.
  @inline(__always)
  func pathLength(from row: UInt32, to ancestor: UInt32) throws -> Int {
    try graph.shortestPath(from: ids[Int(row)], to: ids[Int(ancestor)])?.edges.count ?? -1
  }

  /// The number of nodes in topological order.
  func topologicalOrder() -> Int { graph.topologicalOrder().count }
}

// MARK: - Counts

extension Subject {
  /// The bytes of the graph by component, where the library says; without what the heap adds.
  var components: [(name: String, bytes: Int)] { graph.byteCounts }

  /// What a question made the library do, where it counts that.
  struct Effort {
    var nodesVisited: Int
    var entriesScanned: Int
  }

  /// Answers a question and says what it took; `nil` where the library does not count.
  func effort(ofAncestors row: UInt32) throws -> Effort? { nil }
  /// Answers a question and says what it took; `nil` where the library does not count.
  func effort(ofIsAncestor ancestor: UInt32, of row: UInt32) throws -> Effort? { nil }
}
