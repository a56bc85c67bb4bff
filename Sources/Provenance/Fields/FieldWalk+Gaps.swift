// Where mappings say nothing.

extension FieldWalk {
  @inline(__always)
  mutating func look(at field: UInt32) {
    let flags = fields.flags[Int(field)]
    if flags.isEmpty { return }
    note(flags)
    if isUpstream {
      guard flags.contains(.gap) else { return }
      gaps.append(field)
      if isAssuming { stepUpstream(from: fields.nodeIndex(of: field)) }
    } else if flags.contains(.gapBelow) {
      stepDownstream(from: fields.nodeIndex(of: field))
    }
  }

  mutating func look(atUnnumbered field: Field, inside container: UInt32) {
    let flags = fields.flags[Int(container)]
    note(flags)
    if isUpstream {
      guard flags.contains(.gap) else { return }
      otherGaps.append(field)
      if isAssuming { stepUpstream(from: fields.nodeIndex(of: container)) }
    } else if flags.contains(.gapBelow) {
      stepDownstream(from: fields.nodeIndex(of: container))
    }
  }

  private mutating func note(_ flags: FieldFlags) {
    let pending: FieldFlags = isUpstream ? .pendingAbove : .pendingBelow
    let disputed: FieldFlags = isUpstream ? .disputedAbove : .disputedBelow
    if flags.contains(pending) { incompleteness.insert(.pendingEdges) }
    if flags.contains(disputed) { incompleteness.insert(.disputedEdges) }
  }

  /// Goes on from a node of which no mapping names a field.
  mutating func look(atOther field: Field) {
    let node = field.node
    if isUpstream {
      let (causes, missing) = steps.causes(of: node)
      incompleteness.formUnion(missing)
      if !causes.isEmpty { otherGaps.append(field) }
      if isAssuming { for cause in causes { reach(wholeOf: cause) } }
    } else {
      stepDownstream(to: steps.effects(of: node))
    }
  }

  private mutating func stepUpstream(from index: Int) {
    let node = fields.nodes[index]
    guard steppedFrom.insert(node).inserted else { return }
    let (causes, missing) = steps.causes(of: node)
    incompleteness.formUnion(missing)
    for cause in Set(causes).union(fields.neighbours(ofNode: index, fields.upstream)).sorted() {
      reach(wholeOf: cause)
    }
  }

  private mutating func stepDownstream(from index: Int) {
    let node = fields.nodes[index]
    guard steppedFrom.insert(node).inserted else { return }
    let (effects, missing) = steps.effects(of: node)
    let all = Set(effects).union(fields.neighbours(ofNode: index, fields.downstream)).sorted()
    stepDownstream(to: (all, missing))
  }

  private mutating func stepDownstream(to step: NodeSteps.Step) {
    incompleteness.formUnion(step.missing)
    for effect in step.nodes {
      guard let whole = fields.whole(of: effect) else {
        if gapNodes.insert(effect).inserted { otherGaps.append(Field(effect)) }
        if isAssuming { reach(unnumbered: effect) }
        continue
      }
      guard fields.flags[Int(whole)].contains(.gap) else { continue }
      if gapNodes.insert(effect).inserted { gaps.append(whole) }
      guard isAssuming else { continue }
      for field in whole..<fields.ends[Int(whole)]
      where fields.flags[Int(field)].contains(.gap) {
        reachExactly(field)
      }
    }
  }

  private mutating func reach(wholeOf node: NodeID) {
    if let whole = fields.whole(of: node) {
      reach(whole)
    } else {
      reach(unnumbered: node)
    }
  }
}

extension FieldGraph {
  /// The nodes that have a field in the list of some field of a node.
  func neighbours(ofNode index: Int, _ adjacency: FieldAdjacency) -> [NodeID] {
    var found: Set<Int> = []
    let range =
      Int(
        adjacency.starts[Int(nodeStarts[index])])..<Int(
        adjacency.starts[Int(nodeStarts[index + 1])])
    for place in range {
      found.insert(nodeIndex(of: FieldAdjacency.field(adjacency.entries[place])))
    }
    return found.map { nodes[$0] }
  }
}
