extension FieldLineage {
  /// The ways in which a field was made from another, as mappings state them, up to a bound.
  ///
  /// There can be exponentially many; only fields that lie on some way are visited. No path passes a
  /// field twice. Of the query, the kinds, masking and bounds count; without a bound on edges, the
  /// search ends after ten million steps.
  ///
  /// - Parameters:
  ///   - effect: The field that the paths start from.
  ///   - cause: The field that they end at.
  ///   - count: The most paths to return.
  ///   - length: The most steps of a path.
  ///   - query: What to follow.
  /// - Returns: The paths, and whether they are all.
  /// - Throws: ``GraphError`` with ``GraphError/Kind/unknownNode(_:)``.
  public func paths(
    from effect: Field, to cause: Field, atMost count: Int = 1000, length: Int = .max,
    _ query: FieldQuery = FieldQuery()
  ) throws(GraphError) -> FieldLineagePaths {
    let from = try start(effect)
    let place = try start(cause)
    if effect.node == cause.node, effect.path.overlaps(cause.path) {
      let path = FieldLineagePath(start: effect, hops: [])
      return FieldLineagePaths(paths: [path], incompleteness: [])
    }
    var walk = FieldWalk(fields, steps, isUpstream: true, query, isAssuming: false)
    walk.run(from: [from])
    var search = FieldPathSearch(
      fields, FieldWays.followed(query), goal: FieldGoal(place, fields).numbers,
      reachable: Set(walk.reached.dropFirst().map(\.field)))
    search.run(
      from: from, atMost: count, length: min(length, query.limits.depth), query.limits)
    let paths = search.found.map { numbers in
      var hops: [FieldHop] = []
      for (output, input) in numbers {
        let (output, input) = (fields[output], fields[input])
        hops.append(
          FieldHop(
            output: output, input: input, reasons: reasons(from: output, to: input),
            assumedEdges: []))
      }
      return FieldLineagePath(start: effect, hops: hops)
    }
    return FieldLineagePaths(
      paths: paths, incompleteness: walk.incompleteness.union(search.incompleteness))
  }
}

/// A search for all simple paths between two fields.
struct FieldPathSearch {
  private let fields: FieldGraph
  private let ways: UInt32
  private let goal: Set<UInt32>
  /// The least number of steps from a field to the goal.
  private var distances: [UInt32: Int] = [:]
  private(set) var found: [[(output: UInt32, input: UInt32)]] = []
  private(set) var incompleteness: Incompleteness = []

  init(_ fields: FieldGraph, _ ways: UInt32, goal: Set<UInt32>, reachable: Set<UInt32>) {
    self.fields = fields
    self.ways = ways
    self.goal = goal
    var frontier = goal.intersection(reachable).sorted()
    for number in frontier { distances[number] = 0 }
    var scanned: Set<UInt32> = []
    var distance = 0
    while !frontier.isEmpty {
      distance += 1
      var next: [UInt32] = []
      for input in frontier {
        for place in fields.downstream.range(input) {
          let entry = fields.downstream.entries[place]
          let output = FieldAdjacency.field(entry)
          guard entry & ways != 0, scanned.insert(output).inserted else { continue }
          for field in fields.overlapping(output, output..<fields.ends[Int(output)])
          where reachable.contains(field) && distances[field] == nil {
            distances[field] = distance
            next.append(field)
          }
        }
      }
      frontier = next
    }
  }

  private typealias Choice = (output: UInt32, input: UInt32)

  mutating func run(
    from start: FieldWalk.Start, atMost count: Int, length: Int, _ limits: TraversalLimits
  ) {
    var steps = min(limits.edges, 10_000_000)
    var path: [Choice] = []
    var isOnPath: Set<UInt32> = []
    if start.hasNumber { isOnPath.insert(start.container) }
    var frames = [choices(from: start.container, start.inside, isOnPath, room: length)]
    while let choice = frames.last?.last {
      guard found.count < count else {
        incompleteness.insert(.nodeLimit)
        return
      }
      guard steps > 0 else {
        incompleteness.insert(.edgeLimit)
        return
      }
      if steps & 1023 == 0, let deadline = limits.deadline, ContinuousClock.now >= deadline {
        incompleteness.insert(.deadline)
        return
      }
      steps -= 1
      frames[frames.count - 1].removeLast()
      path.append(choice)
      isOnPath.insert(choice.input)
      if goal.contains(choice.input) {
        found.append(path)
        frames.append([])
      } else {
        let inside = choice.input..<fields.ends[Int(choice.input)]
        frames.append(
          choices(from: choice.input, inside, isOnPath, room: length - path.count))
      }
      // Back to the last field that has another choice.
      while let last = frames.last, last.isEmpty {
        frames.removeLast()
        if let done = path.popLast() { isOnPath.remove(done.input) }
      }
    }
  }

  /// The inputs that lead on to the goal, last first, each by one of the mappings that name it.
  private mutating func choices(
    from container: UInt32, _ inside: Range<UInt32>, _ isOnPath: Set<UInt32>, room: Int
  ) -> [Choice] {
    guard container != FieldGraph.none else { return [] }
    var taken: Set<UInt32> = []
    var choices: [Choice] = []
    for output in fields.overlapping(container, inside) {
      for position in fields.upstream.range(output) {
        let entry = fields.upstream.entries[position]
        let input = FieldAdjacency.field(entry)
        guard entry & ways != 0, let rest = distances[input], !isOnPath.contains(input),
          taken.insert(input).inserted
        else { continue }
        if rest < room {
          choices.append((output, input))
        } else {
          incompleteness.insert(.depthLimit)
        }
      }
    }
    return choices.sorted { $0.input > $1.input }
  }
}
