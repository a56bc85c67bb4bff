/// Levels and cycles of one class of edges that must be acyclic: the causal ones, or `partOf`.
///
/// As long as every edge leads to a lower vertex, vertices are their own levels and nothing is kept.
/// From the first edge that does not, each vertex has a level: along every edge between two components
/// it strictly falls from effect to cause; beyond that a level means nothing, and it may be negative.
/// A component is a set of vertices that lie on a common cycle; its edges are disputed, its vertices
/// share a level, and levels are an order of the condensation. So an edge whose cause has the lower
/// level closes no cycle, and only the rest is searched.
///
/// Levels stand ``gap`` apart at first, so that most of what has to go between two of them finds room
/// there, and nothing else has to move.
struct AcyclicOrder: Sendable {
  private var levels: LevelColumn?
  /// The component of each vertex that lies on a cycle.
  private var components: [Vertex: UInt32] = [:]
  private var members: [UInt32: [Vertex]] = [:]
  private var nextComponent: UInt32 = 0
  /// The distance of levels that are given one after another.
  private(set) var gap: Int32 = 1
  /// Whether a level has come so far from zero that the next ones might not fit.
  private var isWide = false

  /// Whether vertices are their own levels.
  var isNatural: Bool { levels == nil }
  var byteCount: Int { levels.map { $0.count * 4 } ?? 0 }
  var hasComponents: Bool { !components.isEmpty }

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

  /// One of a vertex's companions, the same for all of them.
  @inline(__always)
  func representative(of vertex: Vertex) -> Vertex {
    components.isEmpty ? vertex : companions(of: vertex)[0]
  }

  @inline(__always)
  mutating func setLevel(_ vertex: Vertex, _ level: Int32) {
    if level.magnitude > Self.farthest.magnitude { isWide = true }
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
}

// MARK: - Room

extension AcyclicOrder {
  /// The distance from zero beyond which levels are given anew before more are given.
  ///
  /// What one edge moves stays well within twice this.
  private static var farthest: Int32 { 1 << 30 }
  /// The product of vertices and gap, at most; reached, the gap is made smaller.
  private static var span: Int64 { 1 << 29 }

  private static func gap(for count: Int) -> Int32 {
    Int32(max(1, min(1 << 10, span / 2 / Int64(max(count, 1)))))
  }

  /// Forgets everything, and lets vertices be their own levels.
  mutating func reset() { self = AcyclicOrder() }

  /// Forgets everything, and gives levels to vertices in their own order.
  ///
  /// O(vertices).
  mutating func materialize(_ count: Int) {
    self = AcyclicOrder()
    gap = Self.gap(for: count)
    var column = LevelColumn()
    for vertex in 0..<count { column.append(Int32(vertex) * gap) }
    levels = column
  }

  /// Gives the next vertex a level above those of its causes.
  ///
  /// Amortised O(1).
  ///
  /// - Parameter highest: The highest of these; `nil` where it has none.
  mutating func append(above highest: Int32?) {
    guard let count = levels?.count else { return }
    // Its own number where that will do, so that levels do not drift away.
    let natural = Int32(count) * gap
    let level = highest.map { max(natural, $0 + gap) } ?? natural
    if level.magnitude > Self.farthest.magnitude { isWide = true }
    levels?.append(level)
  }

  /// Sees to it that levels can be given without running out of numbers.
  ///
  /// O(1) but where there is no room, and then O(n log n): after the graph has doubled, or after very
  /// many edges came against the order at one place. Levels that were read before hold no more.
  mutating func makeRoom() {
    guard let levels else { return }
    guard isWide || Int64(levels.count + 1) * Int64(gap) > Self.span else { return }
    var keys = (0..<Vertex(levels.count)).map { Int64(levels[$0]) << 32 | Int64($0) }
    keys.sort()
    isWide = false
    gap = Self.gap(for: levels.count)
    var column = levels
    var rank: Int32 = 0
    var last: Int64?
    for key in keys {
      if let last, last != key >> 32 { rank += 1 }
      last = key >> 32
      column[Vertex(truncatingIfNeeded: key)] = rank * gap
    }
    self.levels = column
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

// MARK: - Stored

extension AcyclicOrder {
  /// The order in a stored graph, without components.
  init(
    _ section: ImageSection, _ source: ImageSource, gap: UInt64, next: UInt64, vertices: Int
  ) throws(ImageError) {
    self.init()
    guard gap > 0 else { return }
    let stored: Column<Int32> = try source.column(section, count: vertices, copied: true)
    var column = LevelColumn()
    for vertex in 0..<stored.count {
      let level = stored[vertex]
      if level.magnitude > Self.farthest.magnitude { isWide = true }
      column.append(level)
    }
    levels = column
    self.gap = Int32(gap)
    nextComponent = UInt32(next)
  }

  /// What ``init(_:_:gap:next:vertices:)`` wants to know; no gap where vertices are their own levels.
  var storedNumbers: (gap: UInt64, next: UInt64) {
    (isNatural ? 0 : UInt64(gap), UInt64(nextComponent))
  }

  func write(_ section: ImageSection, _ sink: ImageSink) {
    var numbers: [Int32] = []
    if let levels { numbers = (0..<Vertex(levels.count)).map { levels[$0] } }
    sink.add(section, numbers)
  }

  /// The components, in the order in which they were made.
  var storedComponents: [(number: UInt32, vertices: [Vertex])] {
    members.sorted { $0.key < $1.key }.map { ($0.key, $0.value) }
  }

  /// Takes a component of a stored graph.
  mutating func restore(_ component: UInt32, _ vertices: [Vertex]) {
    members[component] = vertices
    for vertex in vertices { components[vertex] = component }
  }
}
