/// The edges of a graph between dense vertices, both ways, with the kinds of the vertices.
///
/// Causes stand in one array, list behind list, in the order of the vertices. Effects are packed in
/// the same way up to some vertex; those of later vertices are chained, until they are packed too.
/// About 11 bytes an edge at four edges a vertex. The lists of the first vertices may be sealed:
/// five bytes an edge then, in both directions. Copies share everything (``Column``).
package struct Topology: Sendable {
  /// By vertex, the raw value of its ``NodeKind``.
  var kinds = Column<UInt8>()
  /// The lists of the first vertices, without edges from later ones.
  var sealed: SealedPart?
  /// How many vertices and edges those are.
  var sealedVertices = 0
  var sealedEdges = 0
  /// Where the causes of each vertex behind the sealed ones start; one more than there are of those.
  var causeStart: Column<UInt32>
  /// Each list in ascending order.
  var causeEntries = Column<Entry>()
  /// The numbers of edges' roles, in the order of the lists of causes; empty while no edge has one.
  var roles = Column<UInt32>()
  /// The place of the first edge in ``roles``; those before it have no role.
  var firstRole = 0
  var packed = PackedEffects()
  /// The effects behind ``packed``: a list a vertex, once there is a link, and a link an edge.
  var tail = ChainTable()
  var tailEntries = Column<Entry>()
  var late = LateEdges()
  var irregular = IrregularVertices()

  package init() {
    causeStart = Column(capacity: 8)
    causeStart.append(0)
  }

  package var vertexCount: Int { sealedVertices + causeStart.count - 1 }
  package var edgeCount: Int { sealedEdges + causeEntries.count + late.count }
}

// MARK: - Growth

extension Topology {
  /// The effects that may be chained before they are packed: few enough for lists to be mostly packed,
  /// enough for packing to cost a constant for each edge.
  private var tailLimit: Int { max(4096, packed.entryCount / 4, sealedVertices / 4) }

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
    if tail.headCount > 0 {
      tail.addHead()
    } else if causes.count > 0 {
      startTail(heads: Int(vertex) + 1)
    }
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
      firstRole = sealedEdges
      for _ in 0..<causeEntries.count - added.count { roles.append(EdgeRef.noRole) }
    }
    for role in added { roles.append(role) }
  }

  /// Packs all effects.
  ///
  /// O(vertices + edges).
  package mutating func pack() {
    packed = packed.extended(
      causeStart: causeStart, causeEntries: causeEntries, first: sealedVertices)
    // Nothing hangs on the vertices: they get heads when something will.
    tail = ChainTable()
    tailEntries = Column()
  }

  /// Gives all vertices empty chains, with room for what comes until they are packed.
  private mutating func startTail(heads: Int) {
    if packed.vertexCount + sealedVertices > 0 {
      tail = ChainTable(heads: heads + heads / 2 + 1024, links: tailLimit)
      tailEntries = Column(capacity: tailLimit)
    }
    tail.addHeads(upTo: heads)
  }

  func fork(vertices: Int, late lateCount: Int) -> Topology {
    var copy = Topology()
    copy.kinds = kinds.fork(count: vertices)
    if vertices < sealedVertices {
      (copy.causeStart, copy.causeEntries) = flatCauses(below: vertices)
    } else {
      copy.sealed = sealed
      copy.sealedVertices = sealedVertices
      copy.sealedEdges = sealedEdges
      copy.causeStart = causeStart.fork(count: vertices - sealedVertices + 1)
      copy.causeEntries = causeEntries.fork(
        count: Int(causeStart[vertices - sealedVertices]))
      copy.packed = PackedEffects(behind: sealedVertices)
    }
    let edges = copy.sealedEdges + copy.causeEntries.count
    if edges > firstRole, !roles.isEmpty {
      copy.roles = roles.fork(count: edges - firstRole)
      copy.firstRole = firstRole
      if copy.sealed == nil { copy.fillRoles() }
    }
    copy.pack()
    copy.late = late.fork(count: lateCount, vertexCount: vertices)
    copy.irregular = irregular.fork()
    return copy
  }
}

// MARK: - Lists

extension Topology {
  @inline(__always)
  func role(at slot: Int) -> UInt32 {
    roles.isEmpty || slot < firstRole ? EdgeRef.noRole : roles[slot - firstRole]
  }

  /// Calls `body` with the edges in a vertex's list of causes.
  @inline(__always)
  func forEachListedCause(of vertex: Vertex, _ body: (EdgeRef) -> Void) {
    if vertex < sealedVertices {
      forEachSealedCause(of: vertex, body)
      return
    }
    let index = Int(vertex) - sealedVertices
    var slot = Int(causeStart[index])
    let end = Int(causeStart[index + 1])
    while slot < end {
      let entry = causeEntries[slot]
      body(
        EdgeRef(
          effect: vertex, cause: entry.vertex, kind: entry.kind,
          role: role(at: sealedEdges + slot)))
      slot += 1
    }
  }

  /// Calls `body` with each edge from an effect to a cause that is in the effect's list.
  ///
  /// O(log of the effect's causes), O(causes) where they are sealed.
  func forEachListedEdge(
    from effect: Vertex, to cause: Vertex, kind: EdgeKind, _ body: (EdgeRef) -> Void
  ) {
    if effect < sealedVertices {
      forEachSealedCause(of: effect) { if $0.cause == cause, $0.kind == kind { body($0) } }
      return
    }
    let index = Int(effect) - sealedVertices
    let end = Int(causeStart[index + 1])
    var low = Int(causeStart[index])
    var high = end
    let wanted = cause
    while low < high {
      let middle = (low + high) / 2
      if causeEntries[middle].vertex < wanted { low = middle + 1 } else { high = middle }
    }
    while low < end, causeEntries[low].vertex == wanted {
      if causeEntries[low].kind == kind {
        body(EdgeRef(effect: effect, cause: cause, kind: kind, role: role(at: sealedEdges + low)))
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
    if vertex < packed.vertexCount, packed.contains(of: vertex, where: matches) { return true }
    return sealed?.downstream.lists.contains(of: vertex, where: matches) ?? false
  }

  /// Calls `body` with the entries of a vertex's effects below a vertex that are listed or chained.
  ///
  /// An edge with several roles comes as often as it has roles.
  @inline(__always)
  func forEachListedEffect(of vertex: Vertex, below limit: Vertex, _ body: (Entry) -> Void) {
    if vertex < sealedVertices {
      sealed?.downstream.lists.forEachEntry(of: vertex) { entry in
        if entry.vertex < limit { body(entry) }
      }
    }
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

  /// About how many causes a vertex has; O(1).
  @inline(__always)
  func causeEstimate(_ vertex: Vertex) -> Int {
    guard vertex >= sealedVertices else { return sealed?.upstream.lists.cost(of: vertex) ?? 0 }
    let index = Int(vertex) - sealedVertices
    return Int(causeStart[index + 1] - causeStart[index])
  }

  /// About how many effects a vertex has; O(1).
  @inline(__always)
  func effectEstimate(_ vertex: Vertex) -> Int {
    guard vertex >= sealedVertices else { return sealed?.downstream.lists.cost(of: vertex) ?? 0 }
    return vertex < packed.vertexCount ? packed.count(of: vertex) : 1
  }
}
