/// The edges of a graph between dense vertices, both ways, with the kinds of the vertices.
///
/// Causes stand in one array, list behind list, in the order of the vertices. Effects are packed in
/// the same way up to some vertex; those of later vertices are chained, until they are packed too.
/// About 11 bytes an edge at four edges a vertex. Copies share everything (``Column``).
package struct Topology: Sendable {
  /// By vertex, the raw value of its ``NodeKind``.
  var kinds = Column<UInt8>()
  /// Where the causes of each vertex start; one more than there are vertices.
  var causeStart: Column<UInt32>
  /// Each list in ascending order.
  var causeEntries = Column<Entry>()
  /// By position in ``causeEntries``, the number of the edge's role; empty while no edge has one.
  var roles = Column<UInt32>()
  var packed = PackedEffects()
  /// The effects behind ``packed``: a list a vertex, a link an edge.
  var tail = ChainTable()
  var tailEntries = Column<Entry>()
  var late = LateEdges()
  var irregular = IrregularVertices()

  package init() {
    causeStart = Column(capacity: 8)
    causeStart.append(0)
  }

  package var vertexCount: Int { causeStart.count - 1 }
  package var edgeCount: Int { causeEntries.count + late.count }
}

// MARK: - Growth

extension Topology {
  /// The effects that may be chained before they are packed: few enough for lists to be mostly packed,
  /// enough for packing to cost a constant for each edge.
  private var tailLimit: Int { max(4096, packed.entryCount / 4) }

  /// Adds a vertex with its causes.
  ///
  /// Amortised O(number of causes).
  ///
  /// - Parameters:
  ///   - kind: The node's kind.
  ///   - causes: Its causes, all of them lower, in ascending order.
  /// - Returns: The vertex.
  @discardableResult
  package mutating func append(_ kind: NodeKind, causes: Span<UInt32>) -> UInt32 {
    if tailEntries.count + causes.count > tailLimit { pack() }
    let vertex = UInt32(vertexCount)
    kinds.append(kind.rawValue)
    tail.addHead()
    var index = 0
    while index < causes.count {
      let entry = causes[index]
      causeEntries.append(entry)
      tailEntries.append(vertex | (entry & ~Entry.vertexMask))
      tail.prepend(to: entry & Entry.vertexMask)
      index += 1
    }
    causeStart.append(UInt32(causeEntries.count))
    return vertex
  }

  /// Notes the roles of the edges that were added last.
  mutating func appendRoles(_ added: [UInt32]) {
    if roles.isEmpty {
      guard added.contains(where: { $0 != EdgeRef.noRole }) else { return }
      for _ in 0..<causeEntries.count - added.count { roles.append(EdgeRef.noRole) }
    }
    for role in added { roles.append(role) }
  }

  /// Packs all effects.
  ///
  /// O(vertices + edges).
  package mutating func pack() {
    let count = vertexCount
    packed = packed.extended(causeStart: causeStart, causeEntries: causeEntries)
    tail = ChainTable(heads: count + count / 2 + 1024, links: tailLimit)
    tail.addHeads(upTo: count)
    tailEntries = Column(capacity: tailLimit)
  }

  func fork(vertices: Int, late lateCount: Int) -> Topology {
    var copy = Topology()
    copy.kinds = kinds.fork(count: vertices)
    copy.causeStart = causeStart.fork(count: vertices + 1)
    let edges = Int(causeStart[vertices])
    copy.causeEntries = causeEntries.fork(count: edges)
    if !roles.isEmpty { copy.roles = roles.fork(count: edges) }
    copy.pack()
    copy.late = late.fork(count: lateCount, vertexCount: vertices)
    copy.irregular = irregular.fork()
    return copy
  }
}

// MARK: - Lists

extension Topology {
  @inline(__always)
  func role(at slot: Int) -> UInt32 { roles.isEmpty ? EdgeRef.noRole : roles[slot] }

  /// Calls `body` with the edges in a vertex's list of causes.
  @inline(__always)
  func forEachListedCause(of vertex: Vertex, _ body: (EdgeRef) -> Void) {
    var slot = Int(causeStart[vertex])
    let end = Int(causeStart[Int(vertex) + 1])
    while slot < end {
      let entry = causeEntries[slot]
      body(EdgeRef(effect: vertex, cause: entry.vertex, kind: entry.kind, role: role(at: slot)))
      slot += 1
    }
  }

  /// Calls `body` with each edge from an effect to a cause that is in the effect's list.
  func forEachListedEdge(
    from effect: Vertex, to cause: Vertex, kind: EdgeKind, _ body: (EdgeRef) -> Void
  ) {
    let end = Int(causeStart[Int(effect) + 1])
    var low = Int(causeStart[effect])
    var high = end
    let wanted = cause
    while low < high {
      let middle = (low + high) / 2
      if causeEntries[middle].vertex < wanted { low = middle + 1 } else { high = middle }
    }
    while low < end, causeEntries[low].vertex == wanted {
      if causeEntries[low].kind == kind {
        body(EdgeRef(effect: effect, cause: cause, kind: kind, role: role(at: low)))
      }
      low += 1
    }
  }

  /// Whether a listed or chained effect satisfies a condition.
  func hasListedEffect(_ vertex: Vertex, where matches: (Entry) -> Bool) -> Bool {
    var link = tail.newest(of: vertex)
    while link != ChainTable.none {
      if matches(tailEntries[link]) { return true }
      link = tail.older(than: link)
    }
    return vertex < packed.vertexCount && packed.contains(of: vertex, where: matches)
  }

  /// Calls `body` with the entries of a vertex's effects below a vertex that are listed or chained.
  ///
  /// An edge with several roles comes as often as it has roles.
  @inline(__always)
  func forEachListedEffect(of vertex: Vertex, below limit: Vertex, _ body: (Entry) -> Void) {
    if vertex < packed.vertexCount {
      packed.forEach(of: vertex) { entry in if entry.vertex < limit { body(entry) } }
    }
    var link = tail.newest(of: vertex)
    while link != ChainTable.none {
      let entry = tailEntries[link]
      if entry.vertex < limit { body(entry) }
      link = tail.older(than: link)
    }
  }
}
