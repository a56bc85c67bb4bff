/// Levels and cycles of one class of edges that must be acyclic: the causal ones, or `partOf`.
///
/// Along every edge between two components, `level` strictly falls from effect to cause; beyond that a
/// level means nothing, and it may be negative. A component is a set of nodes that lie on a common cycle;
/// its edges are disputed, its nodes share a level, and levels are an order of the condensation. So
/// an edge whose cause has the lower level closes no cycle, and only the rest is searched.
struct AcyclicOrder: Sendable {
  private(set) var levels: [Int32] = []
  /// The component of each node that lies on a cycle.
  private var components: [NodeIndex: UInt32] = [:]
  private var members: [UInt32: [NodeIndex]] = [:]
  private var nextComponent: UInt32 = 0

  mutating func addNode() { levels.append(0) }

  @inline(__always)
  func level(_ node: NodeIndex) -> Int32 { levels[Int(node)] }

  /// The component of a node; `nil` for a node on no cycle.
  func component(of node: NodeIndex) -> UInt32? {
    components.isEmpty ? nil : components[node]
  }

  /// Whether two nodes are one node or lie on a common cycle.
  func areJoined(_ first: NodeIndex, _ second: NodeIndex) -> Bool {
    if first == second { return true }
    guard let component = component(of: first) else { return false }
    return components[second] == component
  }

  /// The nodes that share a node's component; the node alone where it lies on no cycle.
  func companions(of node: NodeIndex) -> [NodeIndex] {
    component(of: node).flatMap { members[$0] } ?? [node]
  }

  mutating func setLevel(_ node: NodeIndex, _ level: Int32) {
    for companion in companions(of: node) { levels[Int(companion)] = level }
  }

  /// Makes one component of these nodes, whatever components they were in.
  mutating func join(_ nodes: [NodeIndex]) {
    let component = nextComponent
    nextComponent += 1
    var level = Int32.min
    for node in nodes {
      if let old = components[node] { members[old] = nil }
      components[node] = component
      level = max(level, levels[Int(node)])
    }
    members[component] = nodes
    for node in nodes { levels[Int(node)] = level }
  }

  /// Takes a component apart.
  mutating func dissolve(_ nodes: [NodeIndex]) {
    for node in nodes {
      if let component = components.removeValue(forKey: node) { members[component] = nil }
    }
  }

  /// Forgets the nodes past a count, and everything known of the rest.
  mutating func reset(nodes: Int) {
    levels = [Int32](repeating: 0, count: nodes)
    components = [:]
    members = [:]
  }

  /// Forgets the nodes past a count.
  mutating func removeNodes(past count: Int) { levels.removeLast(levels.count - count) }
}
