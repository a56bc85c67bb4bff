extension FieldLineage {
  /// A shortest way in which a field was made from another: why does this column depend on that one.
  ///
  /// A path that mappings state is preferred to any that needs an assumption. Bounds other than
  /// `nodes` hold.
  ///
  /// - Parameters:
  ///   - effect: The field that the path starts from.
  ///   - cause: The field that it ends at.
  ///   - query: What to follow.
  /// - Returns: `nil` if none was found: where there are gaps, that does not mean that there is none.
  /// - Throws: ``GraphError`` with ``GraphError/Kind/unknownNode(_:)``.
  public func shortestPath(
    from effect: Field, to cause: Field, _ query: FieldQuery = FieldQuery()
  ) throws(GraphError) -> FieldLineagePath? {
    let from = try start(effect)
    let goal = FieldGoal(try start(cause), fields)
    if effect.node == cause.node, effect.path.overlaps(cause.path) {
      return FieldLineagePath(start: effect, hops: [])
    }
    for isAssuming in query.assumesNodeLineage ? [false, true] : [false] {
      var walk = FieldWalk(fields, steps, isUpstream: true, query, isAssuming: isAssuming)
      walk.run(from: [from], until: { number, extras in goal.isMet(number, fields, extras) })
      let found = walk.reached.indices.dropFirst(walk.startCount).first {
        goal.isMet(walk.reached[$0].field, fields, walk.extras)
      }
      if let found { return path(walk, from, to: found, query) }
    }
    return nil
  }

  private func path(
    _ walk: FieldWalk, _ start: FieldWalk.Start, to end: Int, _ query: FieldQuery
  ) -> FieldLineagePath {
    var hops: [FieldHop] = []
    var position = end
    while walk.origins[position] >= 0 {
      let origin = Int(walk.origins[position])
      let from =
        walk.origins[origin] < 0
        ? start : FieldWalk.Start(walk.reached[origin].field, fields, walk.extras)
      hops.append(
        hop(from, to: walk.reached[position].field, walk.extras, query))
      position = origin
    }
    return FieldLineagePath(start: start.field, hops: hops.reversed())
  }

  private func hop(
    _ from: FieldWalk.Start, to input: UInt32, _ extras: [NodeID], _ query: FieldQuery
  ) -> FieldHop {
    let target = FieldWalk.Start(input, fields, extras).field
    if Int(input) < fields.count, from.container != FieldGraph.none {
      let ways = FieldWays.followed(query)
      let output = fields.overlapping(from.container, from.inside).first {
        fields.upstream.ways(from: $0, to: input) & ways != 0
      }
      if let output {
        let named = fields[output]
        return FieldHop(
          output: named, input: target, reasons: reasons(from: named, to: target),
          assumedEdges: [])
      }
    }
    let path = try? graph.shortestPath(
      from: from.field.node, to: target.node, edges: NodeSteps.edges)
    return FieldHop(
      output: from.field, input: target, reasons: [], assumedEdges: path?.edges ?? [])
  }
}

extension FieldWalk.Start {
  /// The place of a field that a walk reached.
  init(_ number: UInt32, _ fields: FieldGraph, _ extras: [NodeID]) {
    if Int(number) < fields.count {
      self.init(
        field: fields[number], container: number, inside: number..<fields.ends[Int(number)])
    } else {
      self.init(
        field: Field(extras[Int(number) - fields.count]), container: FieldGraph.none,
        inside: 0..<0)
    }
  }
}

extension FieldGraph {
  /// The numbered fields that overlap one: those that contain it, nearest first, then those inside.
  func overlapping(_ container: UInt32, _ inside: Range<UInt32>) -> [UInt32] {
    var found: [UInt32] = []
    let nearest = container
    var container = container
    while container != Self.none {
      found.append(container)
      container = parents[Int(container)]
    }
    return found + inside.filter { $0 != nearest }
  }
}

/// The fields at which a path may end.
struct FieldGoal {
  private let node: NodeID
  private let inside: Range<UInt32>
  private let containers: Set<UInt32>

  init(_ place: FieldWalk.Start, _ fields: FieldGraph) {
    node = place.field.node
    inside = place.inside
    var containers: Set<UInt32> = []
    var container = place.container
    while container != FieldGraph.none {
      containers.insert(container)
      container = fields.parents[Int(container)]
    }
    self.containers = containers
  }

  /// Whether a field overlaps the goal.
  func isMet(_ number: UInt32, _ fields: FieldGraph, _ extras: [NodeID]) -> Bool {
    if Int(number) >= fields.count { return extras[Int(number) - fields.count] == node }
    return inside.contains(number) || containers.contains(number)
  }

  /// The numbered fields that overlap the goal.
  var numbers: Set<UInt32> { containers.union(inside) }
}
