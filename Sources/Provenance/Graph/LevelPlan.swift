/// The levels that the nodes of a batch are to have, in one class of edges.
///
/// Edges from nodes that were there to nodes of the batch are late ones: the history arrives newest
/// first. Where nothing that was there lies upstream of such a node, it goes below its effects, so
/// that none of them has to be lifted; else it goes above its causes.
struct LevelPlan: Sendable {
  /// What is below all effects of a node that were there, and of those of the batch.
  private var ceilings: [NodeIndex: Int32] = [:]
  /// Nodes with something upstream that was there.
  private var floored: Set<Vertex> = []

  var isEmpty: Bool { ceilings.isEmpty }

  mutating func setCeiling(_ row: NodeIndex, _ level: Int32) {
    ceilings[row] = min(ceilings[row] ?? level, level)
  }

  func ceiling(_ row: NodeIndex) -> Int32? { ceilings[row] }

  /// The level of a node whose causes have theirs.
  ///
  /// - Parameters:
  ///   - row: The node.
  ///   - vertex: Its vertex.
  ///   - causes: Its edges that count.
  ///   - levels: The order.
  ///   - first: The first vertex of the batch.
  /// - Returns: The level.
  mutating func level(
    _ row: NodeIndex, _ vertex: Vertex, above causes: [EdgeRef], _ levels: AcyclicOrder,
    known first: Vertex
  ) -> Int32 {
    let above = causes.map { levels.level($0.cause) + 1 }.max()
    // Its own number where that will do, as for vertices before.
    let natural = max(above ?? .min, Int32(vertex))
    if ceilings.isEmpty { return natural }
    let isFloored = causes.contains { $0.cause < first || floored.contains($0.cause) }
    if isFloored { floored.insert(vertex) }
    if !isFloored, let ceiling = ceilings[row] { return ceiling }
    return natural
  }
}

extension GraphStorage {
  static var orderedClasses: [(OrderIndex, EdgeKindSet)] {
    [(causalOrder, .causal), (partOrder, .partOf)]
  }

  /// Works out below which levels the nodes of a batch would have to be.
  ///
  /// - Parameters:
  ///   - rows: The nodes that are to get their vertices, causes first.
  ///   - batch: The batch.
  ///   - order: The class of edges.
  ///   - kinds: The kinds of edge in it.
  /// - Returns: The levels.
  func ceilings(_ rows: [NodeIndex], _ batch: Batch, _ order: OrderIndex, _ kinds: EdgeKindSet)
    -> LevelPlan
  {
    var plan = LevelPlan()
    for (key, _) in batch.late where kinds.contains(key.kind) && isLive(key) {
      let effect = vertices.vertex(of: key.effect)
      guard effect != VertexMap.none, vertices.vertex(of: key.cause) == VertexMap.none else {
        continue
      }
      plan.setCeiling(key.cause, orders[order].level(effect) - 1)
    }
    guard !plan.isEmpty else { return plan }
    var isEarlier = Set(rows)
    for row in rows.reversed() {
      // An edge to a node that comes later is a late one, and settled by itself.
      isEarlier.remove(row)
      guard let ceiling = plan.ceiling(row) else { continue }
      for cause in batch.lists[row]?.causes ?? []
      where kinds.contains(cause.kind) && isEarlier.contains(cause.cause) {
        plan.setCeiling(cause.cause, ceiling - 1)
      }
    }
    return plan
  }

  /// Plans the levels of a batch's nodes where edges lead to them from nodes that were there.
  mutating func planLevels(_ rows: [NodeIndex], _ batch: inout Batch) {
    guard !batch.late.isEmpty else { return }
    for (order, kinds) in Self.orderedClasses {
      let isInverted = batch.late.contains { key, _ in
        kinds.contains(key.kind) && vertices.vertex(of: key.effect) != VertexMap.none
          && vertices.vertex(of: key.cause) == VertexMap.none && isLive(key)
      }
      guard isInverted else { continue }
      if orders[order].isNatural { materializeLevels(order) }
      batch.plans[order] = ceilings(rows, batch, order, kinds)
    }
  }
}
