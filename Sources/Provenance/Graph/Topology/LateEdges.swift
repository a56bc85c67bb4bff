/// Edges that came after the list of their effect was closed, or that lead from a vertex to one that
/// is no lower: beside the lists, in order of arrival, chained by effect and by cause.
///
/// 20 bytes an edge, and 8 bytes a vertex once there is one.
struct LateEdges: Sendable {
  /// The effects, packed with the kinds as entries are.
  private(set) var effects = Column<Entry>()
  /// The causes.
  private(set) var entries = Column<Entry>()
  private(set) var roles = Column<UInt32>()
  private(set) var byEffect = ChainTable()
  private(set) var byCause = ChainTable()

  var count: Int { effects.count }
  var isEmpty: Bool { effects.isEmpty }

  var byteCount: Int {
    effects.byteCount + entries.byteCount + roles.byteCount + byEffect.byteCount
      + byCause.byteCount
  }

  subscript(index: UInt32) -> EdgeRef {
    EdgeRef(
      effect: effects[index].vertex, cause: entries[index].vertex, kind: entries[index].kind,
      role: roles[index])
  }

  mutating func append(_ edge: EdgeRef, vertexCount: Int) {
    byEffect.addHeads(upTo: vertexCount)
    byCause.addHeads(upTo: vertexCount)
    effects.append(Entry(edge.effect, edge.kind))
    entries.append(Entry(edge.cause, edge.kind))
    roles.append(edge.role)
    byEffect.prepend(to: edge.effect)
    byCause.prepend(to: edge.cause)
  }

  /// Whether an edge is among the first `limit` ones.
  ///
  /// O(the fewer of the late edges of its effect and of its cause).
  func contains(_ edge: EdgeRef, limit: UInt32) -> Bool {
    var ofEffect = byEffect.newest(of: edge.effect)
    var ofCause = byCause.newest(of: edge.cause)
    while ofEffect != ChainTable.none, ofCause != ChainTable.none {
      if ofEffect < limit, self[ofEffect] == edge { return true }
      if ofCause < limit, self[ofCause] == edge { return true }
      ofEffect = byEffect.older(than: ofEffect)
      ofCause = byCause.older(than: ofCause)
    }
    return false
  }

  /// Calls `body` with the late edges of an effect among the first `limit` ones, newest first.
  @inline(__always)
  func forEachCause(of effect: Vertex, limit: UInt32, _ body: (EdgeRef) -> Void) {
    var link = byEffect.newest(of: effect)
    while link != ChainTable.none {
      if link < limit { body(self[link]) }
      link = byEffect.older(than: link)
    }
  }

  /// Calls `body` with the late edges of a cause among the first `limit` ones, newest first.
  @inline(__always)
  func forEachEffect(of cause: Vertex, limit: UInt32, _ body: (EdgeRef) -> Void) {
    var link = byCause.newest(of: cause)
    while link != ChainTable.none {
      if link < limit { body(self[link]) }
      link = byCause.older(than: link)
    }
  }

  func fork(count: Int, vertexCount: Int) -> LateEdges {
    var copy = LateEdges()
    for index in 0..<UInt32(count) { copy.append(self[index], vertexCount: vertexCount) }
    return copy
  }
}

extension LateEdges {
  /// The vertices that may have late edges are below this.
  var headCount: Int { byEffect.headCount }

  /// The causes along the first `limit` late edges, by effect, for as long as they live and do not grow.
  func causeChains(limit: UInt32) -> TailChains {
    unsafe TailChains(
      heads: byEffect.headBuffer.pointer, older: byEffect.olderPointer, entries: entries.pointer,
      slotCount: Int(limit))
  }

  /// The effects along the first `limit` late edges, by cause, for as long as they live and do not grow.
  func effectChains(limit: UInt32) -> TailChains {
    unsafe TailChains(
      heads: byCause.headBuffer.pointer, older: byCause.olderPointer, entries: effects.pointer,
      slotCount: Int(limit))
  }
}

extension Topology {
  /// Appends the causes of a vertex along edges of some kinds.
  func gatherCauses(
    of vertex: Vertex, _ kinds: EdgeKindSet, andLate: Bool, _ found: inout [Vertex]
  ) {
    forEachListedCause(of: vertex) { edge in
      if kinds.contains(edge.kind) { found.append(edge.cause) }
    }
    guard andLate else { return }
    var link = late.byEffect.newest(of: vertex)
    while link != ChainTable.none {
      let entry = late.entries[link]
      if kinds.contains(entry.kind) { found.append(entry.vertex) }
      link = late.byEffect.older(than: link)
    }
  }

  /// Appends the effects of a vertex along edges of some kinds.
  func gatherEffects(
    of vertex: Vertex, _ kinds: EdgeKindSet, andLate: Bool, _ found: inout [Vertex]
  ) {
    forEachListedEffect(of: vertex, below: .max) { entry in
      if kinds.contains(entry.kind) { found.append(entry.vertex) }
    }
    guard andLate else { return }
    var link = late.byCause.newest(of: vertex)
    while link != ChainTable.none {
      if kinds.contains(late.entries[link].kind) { found.append(late.effects[link].vertex) }
      link = late.byCause.older(than: link)
    }
  }
}

extension LateEdges {
  /// The late edges of a stored graph, which are copied: walks read them without asking.
  init(_ source: ImageSource, _ scalars: ImageScalars) throws(ImageError) {
    let count = Int(scalars.lateEdges)
    effects = try source.column(.lateEffects, count: count, copied: true)
    entries = try source.column(.lateCauses, count: count, copied: true)
    roles = try source.column(.lateRoles, count: count, copied: true)
    byEffect = try source.chains(
      heads: .lateByEffectHeads, links: .lateByEffectLinks, count: count, copied: true)
    byCause = try source.chains(
      heads: .lateByCauseHeads, links: .lateByCauseLinks, count: count, copied: true)
    guard byEffect.headCount == byCause.headCount else {
      throw ImageError(.lateByCauseHeads, "does not fit the others")
    }
  }

  func write(_ sink: ImageSink) {
    sink.add(.lateEffects, effects)
    sink.add(.lateCauses, entries)
    sink.add(.lateRoles, roles)
    sink.add(heads: .lateByEffectHeads, links: .lateByEffectLinks, byEffect)
    sink.add(heads: .lateByCauseHeads, links: .lateByCauseLinks, byCause)
  }
}
