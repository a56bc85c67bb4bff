/// The edges between the first vertices of a topology, both ways, in lists that never change.
struct SealedPart: Sendable {
  let upstream: SealedTable
  let downstream: SealedTable
  /// Whether the edges' places among all edges are known, because some have roles.
  let knowsSlots: Bool

  var vertexCount: Int { upstream.rowCount }
  var edgeCount: Int { upstream.entryCount }
  var byteCount: Int { upstream.byteCount + downstream.byteCount }
}

extension Topology {
  /// Re-packs the lists of all vertices as gap-coded bytes.
  ///
  /// Vertices that are added later have flat lists. Copies keep what they had. O(vertices + edges).
  ///
  /// - Returns: Whether that was possible: not where one direction would take 4 GiB.
  package mutating func seal() -> Bool {
    if sealed != nil, sealedVertices == vertexCount { return true }
    pack()
    let (count, edges) = (vertexCount, sealedEdges + causeEntries.count)
    let knowsSlots = !roles.isEmpty
    var up = SealedListBuilder(
      isDownstream: false, keepsSlots: knowsSlots, rows: count, entries: edges)
    var down = SealedListBuilder(isDownstream: true, rows: count, entries: edges)
    var list: [Entry] = []
    for vertex in 0..<Vertex(count) {
      list.removeAll(keepingCapacity: true)
      forEachListedCauseEntry(of: vertex) { list.append($0) }
      guard up.append(list.span) else { return false }
      list.removeAll(keepingCapacity: true)
      forEachListedEffect(of: vertex, below: .max) { list.append($0) }
      guard down.append(list.span) else { return false }
    }
    let part = SealedPart(
      upstream: SealedTable(up), downstream: SealedTable(down), knowsSlots: knowsSlots)
    adopt(part)
    return true
  }

  /// Makes a part the beginning of the topology, with nothing behind it.
  private mutating func adopt(_ part: SealedPart?) {
    sealed = part
    sealedVertices = part?.vertexCount ?? 0
    sealedEdges = part?.edgeCount ?? 0
    causeStart = Column(capacity: 8)
    causeStart.append(0)
    causeEntries = Column()
    packed = PackedEffects(behind: sealedVertices)
    tail = ChainTable()
    tailEntries = Column()
  }

  /// Gives all vertices flat lists again.
  ///
  /// O(vertices + edges).
  mutating func unseal() {
    guard sealed != nil else { return }
    let flat = flatCauses(below: vertexCount)
    adopt(nil)
    causeStart = flat.start
    causeEntries = flat.entries
    fillRoles()
    pack()
  }

  /// Gives edges before the first that may have a role a place among the roles.
  mutating func fillRoles() {
    guard firstRole > 0, !roles.isEmpty else { return }
    var filled = Column<UInt32>(capacity: firstRole + roles.count)
    for _ in 0..<firstRole { filled.append(EdgeRef.noRole) }
    for slot in 0..<roles.count { filled.append(roles[slot]) }
    roles = filled
    firstRole = 0
  }

  /// Forgets that the edges before the first with a role have none.
  mutating func trimRoles() {
    var first = 0
    while first < roles.count, roles[first] == EdgeRef.noRole { first += 1 }
    guard first > 0 else { return }
    var trimmed = Column<UInt32>(capacity: roles.count - first)
    for slot in first..<roles.count { trimmed.append(roles[slot]) }
    roles = trimmed
    firstRole += first
  }

  /// The causes of the first vertices in arrays of their own.
  func flatCauses(below vertexEnd: Int) -> (start: Column<UInt32>, entries: Column<Entry>) {
    var start = Column<UInt32>(capacity: vertexEnd + 1)
    var entries = Column<Entry>(capacity: sealedEdges + causeEntries.count)
    start.append(0)
    for vertex in 0..<Vertex(vertexEnd) {
      forEachListedCauseEntry(of: vertex) { entries.append($0) }
      start.append(UInt32(entries.count))
    }
    return (start, entries)
  }

  /// Calls `body` with the entries in a vertex's list of causes, ascending.
  @inline(__always)
  private func forEachListedCauseEntry(of vertex: Vertex, _ body: (Entry) -> Void) {
    if vertex < sealedVertices {
      sealed?.upstream.lists.forEachEntry(of: vertex, body)
      return
    }
    let index = Int(vertex) - sealedVertices
    var slot = Int(causeStart[index])
    let end = Int(causeStart[index + 1])
    while slot < end {
      body(causeEntries[slot])
      slot += 1
    }
  }

  /// Calls `body` with the edges in a sealed vertex's list of causes, ascending.
  func forEachSealedCause(of vertex: Vertex, _ body: (EdgeRef) -> Void) {
    guard let sealed else { return }
    let lists = sealed.upstream.lists
    var slot = sealed.knowsSlots ? lists.firstSlot(of: vertex) : nil
    withExtendedLifetime(sealed.upstream) {
      lists.forEachEntry(of: vertex) { entry in
        let role = slot.map { self.role(at: $0) } ?? EdgeRef.noRole
        body(EdgeRef(effect: vertex, cause: entry.vertex, kind: entry.kind, role: role))
        slot? += 1
      }
    }
  }
}

// MARK: - Stored

extension Topology {
  init(_ source: ImageSource, _ scalars: ImageScalars) throws(ImageError) {
    self.init()
    let (vertices, edges) = (Int(scalars.vertices), Int(scalars.edges))
    kinds = try source.column(.kinds, count: vertices)
    let knowsSlots = scalars.knowsSlots != 0
    let slots = knowsSlots ? try source.part(.causeSlots, element: 4) : nil
    guard
      let upstream = SealedTable(
        groups: try source.part(.causeGroups, element: 1),
        bytes: try source.part(.causeBytes, element: 1), slots: slots, isDownstream: false,
        rowCount: vertices, entryCount: edges),
      let downstream = SealedTable(
        groups: try source.part(.effectGroups, element: 1),
        bytes: try source.part(.effectBytes, element: 1), slots: nil, isDownstream: true,
        rowCount: vertices, entryCount: edges)
    else { throw ImageError(.causeGroups, "does not fit the others") }
    adopt(SealedPart(upstream: upstream, downstream: downstream, knowsSlots: knowsSlots))
    roles = try source.column(.roles)
    firstRole = Int(clamping: scalars.firstRole)
    guard roles.isEmpty || knowsSlots && firstRole + roles.count == edges else {
      throw ImageError(.roles, "does not fit the others")
    }
    late = try LateEdges(source, scalars)
    irregular = try IrregularVertices(source)
  }

  /// Stores a topology all of whose lists are sealed.
  func write(_ sink: ImageSink) {
    sink.add(.kinds, kinds)
    guard let sealed else { preconditionFailure("only sealed lists are stored") }
    unsafe sealed.upstream.withBytes { groups, bytes, slots in
      unsafe sink.add(.causeGroups, groups)
      unsafe sink.add(.causeBytes, bytes)
      unsafe sink.add(
        .causeSlots, slots ?? UnsafeRawBufferPointer(start: nil, count: 0))
    }
    unsafe sealed.downstream.withBytes { groups, bytes, _ in
      unsafe sink.add(.effectGroups, groups)
      unsafe sink.add(.effectBytes, bytes)
    }
    sink.add(.roles, roles)
    late.write(sink)
    irregular.write(below: vertexCount, sink)
  }
}
