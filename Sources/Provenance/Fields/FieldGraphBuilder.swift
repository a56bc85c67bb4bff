/// Gathers all mappings of a graph view and packs them.
struct FieldGraphBuilder {
  private let graph: ProvenanceGraph
  private var numbering = FieldNumbering()
  /// For each dependency, in numbers of appearance: output above 32 bits, then input, then ways.
  private var rows: [UInt64] = []
  private var edges: [MappedEdge] = []
  /// What mappings of an edge cover: the edge above 32 bits, the field below.
  private var covers: [UInt64] = []
  /// Fields of which a mapping names a node that the graph does not have.
  private var unknownInputs: Set<UInt32> = []
  private var isKnown: [NodeID: Bool] = [:]
  private(set) var faults: [FieldFault] = []

  /// An edge that carries mappings.
  private struct MappedEdge {
    var effect: UInt32
    var isDerived: Bool
    var isExhaustive: Bool
    /// Whether a statement could not be read in full, so that nothing is known for certain.
    var isFaulty: Bool
  }

  init(_ graph: ProvenanceGraph) throws(FieldError) {
    self.graph = graph
    graph.forEachEdgeAnnotated(AttributeKey.fieldMappings) { edge, said in
      add(CurrentMappings(said, on: edge), on: edge)
    }
    guard numbering.fieldCount <= Limits.fields else {
      throw FieldError(.tooManyFields(limit: Limits.fields))
    }
    faults.sort { $0.edge != $1.edge ? $0.edge < $1.edge : $0.record < $1.record }
  }

  private mutating func add(_ mappings: CurrentMappings, on edge: Edge) {
    faults += mappings.faults
    guard edge.kind == .derivedFrom || edge.kind == .generatedBy else { return }
    // What was withdrawn says nothing.
    guard !mappings.statements.isEmpty || !mappings.faults.isEmpty else { return }
    // Past the limit, building fails; numbers must not overflow before that.
    guard numbering.fieldCount <= Limits.fields else { return }
    let number = UInt64(edges.count)
    let effect = numbering.node(edge.effect)
    var mapped = MappedEdge(
      effect: effect, isDerived: edge.kind == .derivedFrom, isExhaustive: false,
      isFaulty: !mappings.faults.isEmpty)
    for statement in mappings.statements {
      for part in statement.parts {
        if part.isExhaustive { mapped.isExhaustive = true }
        add(part, of: effect, edge: number)
      }
    }
    edges.append(mapped)
  }

  private mutating func add(_ part: FieldStatement, of effect: UInt32, edge: UInt64) {
    var paths: [UInt32] = [0]
    paths.reserveCapacity(part.paths.count + 1)
    for path in part.paths { paths.append(numbering.path(path)) }
    // A node that is not there is named, but has no fields.
    let nodes = part.nodes.map { isThere($0) ? numbering.node($0) : FieldGraph.none }
    let ways = [1] + part.transformations.map(FieldWays.bits)
    var position = 0
    while position < part.rows.count {
      let output = numbering.field(effect, paths[Int(part.rows[position])])
      let end = position + 2 + 3 * Int(part.rows[position + 1])
      var coversWhole = position + 2 == end
      position += 2
      while position < end {
        let node = nodes[Int(part.rows[position])]
        let way = ways[Int(part.rows[position + 2])]
        if way & FieldWays.bits([.direct, .unspecified]) != 0 { coversWhole = true }
        if node == FieldGraph.none {
          unknownInputs.insert(output)
        } else {
          let input = numbering.field(node, paths[Int(part.rows[position + 1])])
          rows.append(UInt64(output) << 32 | UInt64(input << FieldAdjacency.wayBits | way))
        }
        position += 3
      }
      // What decides on all rows says nothing of where the values come from.
      if numbering.fieldPaths[Int(output)] != 0 || coversWhole {
        covers.append(edge << 32 | UInt64(output))
      }
    }
  }

  private mutating func isThere(_ node: NodeID) -> Bool {
    if let known = isKnown[node] { return known }
    let found = graph.contains(node)
    isKnown[node] = found
    return found
  }
}

// MARK: - Packing

extension FieldGraphBuilder {
  /// Numbers everything in order and packs the lists.
  func build(_ steps: inout NodeSteps) -> FieldGraph {
    let order = numbering.ordered()
    let (upstream, downstream) = adjacency(order.fieldRanks)
    return FieldGraph(
      nodes: order.nodes, nodeStarts: order.nodeStarts, names: order.names, paths: order.paths,
      parents: order.parents, ends: order.ends,
      flags: flags(order, downstream, &steps),
      upstream: upstream,
      downstream: downstream)
  }

  private func adjacency(_ ranks: [UInt32]) -> (FieldAdjacency, FieldAdjacency) {
    let mask = UInt32(1) << FieldAdjacency.wayBits - 1
    var outputs: [UInt32] = []
    var inputs: [UInt32] = []
    outputs.reserveCapacity(rows.count)
    inputs.reserveCapacity(rows.count)
    for row in rows {
      outputs.append(ranks[Int(row >> 32)])
      inputs.append(ranks[Int(UInt32(truncatingIfNeeded: row) >> FieldAdjacency.wayBits)])
    }
    let byInput = CountingSort.order(inputs, bound: ranks.count)
    let order = CountingSort.order(outputs, bound: ranks.count, from: byInput)
    // Equal dependencies are neighbours now: their ways are joined.
    var joinedOutputs: [UInt32] = []
    var joinedInputs: [UInt32] = []
    var entries: [UInt32] = []
    for position in order {
      let row = Int(position)
      let ways = UInt32(truncatingIfNeeded: rows[row]) & mask
      if let last = joinedOutputs.last, last == outputs[row],
        joinedInputs[joinedInputs.count - 1] == inputs[row]
      {
        entries[entries.count - 1] |= ways
      } else {
        joinedOutputs.append(outputs[row])
        joinedInputs.append(inputs[row])
        entries.append(inputs[row] << FieldAdjacency.wayBits | ways)
      }
    }
    let upstream = FieldAdjacency(
      starts: CountingSort.starts(joinedOutputs, bound: ranks.count), entries: entries)
    let downstreamOrder = CountingSort.order(joinedInputs, bound: ranks.count)
    let downstream = FieldAdjacency(
      starts: CountingSort.starts(joinedInputs, bound: ranks.count),
      entries: downstreamOrder.map { position in
        joinedOutputs[Int(position)] << FieldAdjacency.wayBits | entries[Int(position)] & mask
      })
    return (upstream, downstream)
  }

  private func flags(
    _ order: FieldNumbering.Order, _ downstream: FieldAdjacency, _ steps: inout NodeSteps
  ) -> [FieldFlags] {
    var flags = [FieldFlags](repeating: [], count: order.paths.count)
    let coverage = coverage(order)
    for (node, id) in order.nodes.enumerated() {
      let causes = steps.summary(above: id)
      let isExplained = coverage.isExplained(
        node, order, derived: causes.derived, generated: causes.generated)
      var missing = causes.own
      if !isExplained[0] { missing.formUnion(causes.missing) }
      let start = Int(order.nodeStarts[node])
      for (offset, isExplained) in isExplained.enumerated() {
        if causes.leadsOn || coverage.hasMappings(node), !isExplained {
          flags[start + offset].insert(.gap)
        }
        flags[start + offset].formUnion(.above(missing))
      }
    }
    // Every field of a node is explained exactly if its whole is.
    let hasGap = order.nodes.indices.map { flags[Int(order.nodeStarts[$0])].contains(.gap) }
    var below: [FieldFlags] = []
    for id in order.nodes {
      let effects = steps.summary(below: id) { effect in
        order.index(of: effect).map { hasGap[$0] } ?? true
      }
      below.append(.below(effects.missing).union(effects.leadsOn ? .gapBelow : []))
    }
    if hasGap.contains(true) {
      let nodeOfField = order.nodeOfField
      for (field, node) in nodeOfField.enumerated() where !below[Int(node)].contains(.gapBelow) {
        let leadsToGap = downstream.range(UInt32(field)).contains { place in
          hasGap[Int(nodeOfField[Int(FieldAdjacency.field(downstream.entries[place]))])]
        }
        if leadsToGap { below[Int(node)].insert(.gapBelow) }
      }
    }
    for node in order.nodes.indices where below[node] != [] {
      for field in order.nodeStarts[node]..<order.nodeStarts[node + 1] {
        flags[Int(field)].formUnion(below[node])
      }
    }
    for field in unknownInputs {
      flags[Int(order.fieldRanks[Int(field)])].insert(.unknownInput)
    }
    return flags
  }

  private func coverage(_ order: FieldNumbering.Order) -> FieldCoverage {
    let isFaulty = edges.map(\.isFaulty)
    return FieldCoverage(
      edges: edges.map { edge in
        FieldCoverage.Edge(
          node: order.nodeRanks[Int(edge.effect)], isDerived: edge.isDerived,
          isExhaustive: edge.isExhaustive && !edge.isFaulty)
      },
      covers: covers.lazy.filter { !isFaulty[Int($0 >> 32)] }.map { cover in
        (UInt32(cover >> 32), order.fieldRanks[Int(UInt32(truncatingIfNeeded: cover))])
      },
      nodeCount: order.nodes.count)
  }
}
