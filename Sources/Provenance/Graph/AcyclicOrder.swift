/// Levels and cycles of one class of edges that must be acyclic: the causal ones, or `partOf`.
///
/// As long as every edge leads to a lower vertex, vertices are their own levels and nothing is kept.
/// From the first edge that does not, each vertex has a level: along every edge between two components
/// it strictly falls from effect to cause; beyond that a level means nothing, and it may be negative.
/// A component is a set of vertices that lie on a common cycle; its edges are disputed, its vertices
/// share a level, and levels are an order of the condensation. So an edge whose cause has the lower
/// level closes no cycle, and only the rest is searched.
struct AcyclicOrder: Sendable {
  private var levels: LevelColumn?
  /// The component of each vertex that lies on a cycle.
  private var components: [Vertex: UInt32] = [:]
  private var members: [UInt32: [Vertex]] = [:]
  private var nextComponent: UInt32 = 0

  /// Whether vertices are their own levels.
  var isNatural: Bool { levels == nil }
  var byteCount: Int { levels.map { $0.count * 4 } ?? 0 }

  /// Gives a level to the next vertex.
  mutating func append(_ level: Int32) { levels?.append(level) }

  @inline(__always)
  func level(_ vertex: Vertex) -> Int32 {
    if let levels { levels[vertex] } else { Int32(vertex) }
  }

  /// The component of a vertex; `nil` for one on no cycle.
  func component(of vertex: Vertex) -> UInt32? {
    components.isEmpty ? nil : components[vertex]
  }

  /// Whether two vertices are one or lie on a common cycle.
  func areJoined(_ first: Vertex, _ second: Vertex) -> Bool {
    if first == second { return true }
    guard let component = component(of: first) else { return false }
    return components[second] == component
  }

  /// The vertices that share a vertex's component; it alone where it lies on no cycle.
  func companions(of vertex: Vertex) -> [Vertex] {
    component(of: vertex).flatMap { members[$0] } ?? [vertex]
  }

  mutating func setLevel(_ vertex: Vertex, _ level: Int32) {
    if components.isEmpty {
      levels?[vertex] = level
    } else {
      for companion in companions(of: vertex) { levels?[companion] = level }
    }
  }

  /// Makes one component of these vertices, whatever components they were in.
  mutating func join(_ vertices: [Vertex]) {
    let component = nextComponent
    nextComponent += 1
    var level = Int32.min
    for vertex in vertices {
      if let old = components[vertex] { members[old] = nil }
      components[vertex] = component
      level = max(level, self.level(vertex))
    }
    members[component] = vertices
    for vertex in vertices { levels?[vertex] = level }
  }

  /// Takes a component apart.
  mutating func dissolve(_ vertices: [Vertex]) {
    for vertex in vertices {
      if let component = components.removeValue(forKey: vertex) { members[component] = nil }
    }
  }

  /// Forgets everything, and starts with these levels; `nil` for the vertices' own.
  mutating func reset(_ levels: LevelColumn?) {
    self.levels = levels
    components = [:]
    members = [:]
  }
}

/// A level for each vertex, in pages, so that a change copies a page and not the column when the
/// column is shared.
struct LevelColumn: Sendable {
  private static let pageBits: UInt32 = 10
  private var pages: [[Int32]] = []
  private(set) var count = 0

  mutating func append(_ level: Int32) {
    if count & ((1 << Int(Self.pageBits)) - 1) == 0 {
      var page: [Int32] = []
      page.reserveCapacity(1 << Int(Self.pageBits))
      pages.append(page)
    }
    pages[pages.count - 1].append(level)
    count += 1
  }

  @inline(__always)
  subscript(vertex: Vertex) -> Int32 {
    get { pages[Int(vertex >> Self.pageBits)][Int(vertex & ((1 << Self.pageBits) - 1))] }
    set { pages[Int(vertex >> Self.pageBits)][Int(vertex & ((1 << Self.pageBits) - 1))] = newValue }
  }
}
