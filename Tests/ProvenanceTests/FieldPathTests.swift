import Provenance
import Testing

/// Paths between fields: why does this column depend on that one.
struct FieldPathTests {
  @Test("shortest paths and all paths, on random mappings")
  func agreesWithReference() throws {
    var faults: [String] = []
    var pathCount = 0
    for seed in UInt64(0)..<250 {
      var world = try FieldRandomWorld(seed: seed, .init(statements: 6))
      guard world.hasEntities else { continue }
      let lineage = try FieldLineage(world.graph)
      let reference = FieldReference(world.graph, world.said)
      for _ in 0..<6 {
        let (effect, cause) = (try world.field(), try world.field())
        var query = world.query()
        query.assumesNodeLineage = false
        query.nodes = nil
        query.limits.depth = 6
        let wanted = Self.paths(from: effect, to: cause, reference, query)
        let found = try lineage.paths(from: effect, to: cause, query)
        pathCount += found.paths.count
        let steps = found.paths.map { $0.hops.map(\.input) }
        if steps.count != wanted.count || Set(steps) != wanted {
          faults.append("seed \(seed): \(steps.count) paths of \(wanted.count)")
        }
        for path in found.paths {
          faults += Self.faults(of: path, to: cause, reference, query).map { "seed \(seed): \($0)" }
        }
        let shortest = try lineage.shortestPath(from: effect, to: cause, query)
        if shortest?.hops.count != wanted.map(\.count).min() {
          faults.append("seed \(seed): shortest path of \(effect) to \(cause)")
        }
        if let shortest {
          faults += Self.faults(of: shortest, to: cause, reference, query)
        }
      }
    }
    #expect(faults.count == 0, "\(faults.prefix(3).joined(separator: "\n"))")
    #expect(pathCount > 100)
  }

  /// All simple paths of at most six steps, by trying everything.
  private static func paths(
    from effect: Field, to cause: Field, _ reference: FieldReference, _ query: FieldQuery
  ) -> Set<[Field]> {
    func overlap(_ one: Field, _ other: Field) -> Bool {
      one.node == other.node && one.path.overlaps(other.path)
    }
    guard !overlap(effect, cause) else { return [[]] }
    var found: Set<[Field]> = []
    var open: [[Field]] = [[effect]]
    while let path = open.popLast() {
      guard let last = path.last, path.count <= query.limits.depth else { continue }
      for dependency in reference.dependencies
      where overlap(dependency.output, last) && reference.isFollowed(dependency, query) {
        let next = dependency.input
        if path.contains(next) { continue }
        if overlap(next, cause) {
          found.insert(Array(path.dropFirst()) + [next])
        } else {
          open.append(path + [next])
        }
      }
    }
    return found
  }

  private static func faults(
    of path: FieldLineagePath, to cause: Field, _ reference: FieldReference, _ query: FieldQuery
  ) -> [String] {
    var faults: [String] = []
    var last = path.start
    for hop in path.hops {
      if hop.output.node != last.node || !hop.output.path.overlaps(last.path) {
        faults.append("\(hop.output) does not overlap \(last)")
      }
      let isStated = reference.dependencies.contains {
        $0.output == hop.output && $0.input == hop.input && reference.isFollowed($0, query)
      }
      if !isStated { faults.append("nobody says \(hop.output) from \(hop.input)") }
      if hop.reasons.isEmpty || hop.isAssumed { faults.append("no reason") }
      last = hop.input
    }
    if last.node != cause.node || !last.path.overlaps(cause.path) { faults.append("wrong end") }
    if path.end != last { faults.append("end") }
    return faults
  }

  /// A ladder: from each rung to the next through either of two columns.
  private static func ladder(_ rungs: Int) throws -> (FieldStory, [Dataset]) {
    var story = FieldStory()
    let tables = try (0...rungs).map { try Dataset("t\($0)") }
    try story.add(tables[0])
    for (cause, effect) in zip(tables, tables.dropFirst()) {
      let edge = try effect.derivedFrom(cause)
      try story.add(effect, [edge])
      try story.map(
        edge,
        try ["a", "b"].map { output in
          try FieldMapping(
            FieldPath(output), from: [direct(column(cause, "a")), direct(column(cause, "b"))])
        })
    }
    return (story, tables)
  }

  @Test func bounds() throws {
    let (story, tables) = try Self.ladder(30)
    let lineage = try FieldLineage(story.graph)
    let effect = try column(tables[30], "a")
    let cause = try column(tables[0], "a")
    let few = try lineage.paths(from: effect, to: cause, atMost: 10)
    #expect(few.paths.count == 10 && few.incompleteness == .nodeLimit && !few.isComplete)
    #expect(few.paths.allSatisfy { $0.hops.count == 30 })
    #expect(Set(few.paths).count == 10)
    let tooShort = try lineage.paths(from: effect, to: cause, length: 29)
    #expect(tooShort.paths.isEmpty && tooShort.incompleteness == .depthLimit)
    let fewSteps = FieldQuery(limits: TraversalLimits(edges: 200))
    #expect(
      try lineage.paths(from: effect, to: cause, fewSteps).incompleteness.contains(.edgeLimit))
    #expect(try lineage.paths(from: effect, to: cause, atMost: 0).incompleteness == .nodeLimit)
    let near = try lineage.paths(from: column(tables[3], "a"), to: column(tables[0], "b"))
    #expect(near.paths.count == 4 && near.isComplete)
    #expect(try lineage.shortestPath(from: effect, to: cause)?.hops.count == 30)
    #expect(try lineage.shortestPath(from: cause, to: effect) == nil)
    let same = try lineage.shortestPath(from: effect, to: Field(tables[30]))
    #expect(same?.hops.isEmpty == true && same?.end == effect)
  }

  @Test("an assumed step names the edges that it stands on")
  func assumedSteps() throws {
    var story = FieldStory()
    let a = try Dataset("a")
    let b = try Dataset("b")
    let c = try Dataset("c")
    let run = try Run("opaque", id: "1")
    try story.add(a)
    try story.add(run, [run.used(a)])
    try story.add(b, [b.generatedBy(run)])
    try story.add(c, [c.derivedFrom(b)])
    try story.map(
      c.derivedFrom(b), [FieldMapping(FieldPath("x"), from: [direct(column(b, "y"))])])
    let lineage = try FieldLineage(story.graph)
    let (x, goal) = (try column(c, "x"), try column(a, "z"))
    #expect(try lineage.shortestPath(from: x, to: goal) == nil)
    let path = try #require(
      try lineage.shortestPath(from: x, to: goal, FieldQuery(assumesNodeLineage: true)))
    #expect(path.hops.map(\.isAssumed) == [false, true])
    #expect(try path.hops[1].assumedEdges == [b.generatedBy(run), run.used(a)])
    #expect(path.end == Field(a))
    #expect(path.description.split(separator: "\n").count == 3)
  }

  @Test func unknownFields() throws {
    let (story, tables) = try Self.ladder(1)
    let lineage = try FieldLineage(story.graph)
    let stranger = Field(try Dataset("stranger"))
    #expect(throws: GraphError.self) {
      try lineage.shortestPath(from: stranger, to: Field(tables[0]))
    }
    #expect(throws: GraphError.self) {
      try lineage.paths(from: Field(tables[0]), to: stranger)
    }
  }
}
