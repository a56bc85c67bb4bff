import Provenance
import ProvenanceTestKit
import Testing

/// Field lineage against a reference that anyone can believe.
struct FieldRandomTests {
  @Test("what is reached, what is open and where it stopped, on random mappings")
  func reachAgreesWithReference() throws {
    var faults: [String] = []
    var reachedCount = 0
    for seed in UInt64(0)..<600 {
      var world = try FieldRandomWorld(
        seed: seed, .init(isNested: !seed.isMultiple(of: 3)))
      guard world.hasEntities else { continue }
      let lineage = try FieldLineage(world.graph)
      let reference = FieldReference(world.graph, world.said)
      for number in 0..<8 {
        let field = try world.field()
        let query = world.query()
        let isUpstream = number.isMultiple(of: 2)
        let found =
          try isUpstream
          ? lineage.upstream(of: field, query) : lineage.downstream(of: field, query)
        let wanted = reference.reach(from: field, isUpstream: isUpstream, query)
        reachedCount += found.count
        if let fault = Self.difference(found, wanted, query) {
          faults.append("seed \(seed), \(isUpstream ? "up" : "down") from \(field): \(fault)")
        }
      }
    }
    #expect(faults.count == 0, "\(faults.prefix(3).joined(separator: "\n"))")
    #expect(reachedCount > 2000)
  }

  private static func difference(
    _ found: FieldSet, _ wanted: FieldReference.Answer, _ query: FieldQuery
  ) -> String? {
    if Set(found) != wanted.fields || found.count != wanted.fields.count {
      return "\(Array(found).sorted()) instead of \(wanted.fields.sorted()), \(query)"
    }
    if Set(found.gaps) != wanted.gaps || found.gaps.count != wanted.gaps.count {
      return "gaps \(found.gaps) instead of \(wanted.gaps.sorted()), \(query)"
    }
    if found.masked != wanted.masked.sorted() {
      return "masked \(found.masked) instead of \(wanted.masked.sorted()), \(query)"
    }
    if found.incompleteness != wanted.incompleteness {
      return "\(found.incompleteness) instead of \(wanted.incompleteness), \(query)"
    }
    let distances = found.map { wanted.distances[$0] ?? 0 }
    if distances != distances.sorted() { return "not nearest first: \(distances)" }
    if !found.allSatisfy({ found.contains($0) }) { return "does not contain its own" }
    if found.nodes != Set(found.map(\.node)).sorted() { return "nodes" }
    return nil
  }

  @Test("what is assumed is what mappings alone do not reach")
  func assumedFields() throws {
    var faults: [UInt64] = []
    var assumedCount = 0
    for seed in UInt64(10_000)..<10_200 {
      var world = try FieldRandomWorld(seed: seed)
      guard world.hasEntities else { continue }
      let lineage = try FieldLineage(world.graph)
      for isUpstream in [true, false] {
        let field = try world.field()
        let cautious = FieldQuery(assumesNodeLineage: true)
        let stated =
          try isUpstream ? lineage.upstream(of: field) : lineage.downstream(of: field)
        let found =
          try isUpstream
          ? lineage.upstream(of: field, cautious) : lineage.downstream(of: field, cautious)
        let assumed = found.indices.filter { found.isAssumed(at: $0) }.map { found[$0] }
        assumedCount += assumed.count
        if Set(found).subtracting(assumed) != Set(stated) { faults.append(seed) }
        if found.isComplete != found.incompleteness.isEmpty { faults.append(seed) }
      }
    }
    #expect(faults.isEmpty)
    #expect(assumedCount > 50)
  }

  @Test("large answers are the same whether or not bounds are watched")
  func largeAnswers() throws {
    // A bound that is never met keeps the walk that watches bounds, which small cases hold
    // against the reference, from handing over to the one for large answers.
    var faults: [String] = []
    var largeCount = 0
    for seed in UInt64(40_000)..<40_008 {
      var world = try FieldRandomWorld(
        seed: seed,
        .init(entities: 30, runs: 8, edges: 110, statements: 120, width: 50, columns: 50))
      let lineage = try FieldLineage(world.graph)
      let starts = lineage.nodes.flatMap { [Field($0)] + lineage.fields(of: $0).prefix(4) }
      for start in starts {
        for isUpstream in [true, false] {
          var query = world.query()
          query.limits = .none
          query.assumesNodeLineage = false
          var watched = query
          watched.limits.edges = .max - 1
          let one =
            try isUpstream
            ? lineage.upstream(of: start, query) : lineage.downstream(of: start, query)
          let other =
            try isUpstream
            ? lineage.upstream(of: start, watched) : lineage.downstream(of: start, watched)
          if one.count > 300 { largeCount += 1 }
          if Array(one) != Array(other) || one.gaps != other.gaps || one.masked != other.masked
            || one.incompleteness != other.incompleteness
          {
            faults.append("seed \(seed), \(isUpstream) from \(start)")
          }
        }
      }
      let reference = FieldReference(world.graph, world.said)
      let start = try world.field()
      let wanted = reference.reach(from: start, isUpstream: true, FieldQuery())
      if Set(try lineage.upstream(of: start)) != wanted.fields {
        faults.append("seed \(seed), reference from \(start)")
      }
    }
    #expect(faults.count == 0, "\(faults.prefix(3).joined(separator: "\n"))")
    #expect(largeCount > 100)
  }

  @Test("a field is downstream of what is upstream of it")
  func directionsAgree() throws {
    var faults: [String] = []
    for seed in UInt64(20_000)..<20_300 {
      let world = try FieldRandomWorld(seed: seed, .init(isNested: false))
      let lineage = try FieldLineage(world.graph)
      let columns = lineage.nodes.flatMap { lineage.fields(of: $0) }
      for query in [FieldQuery(), FieldQuery(stopsAtMasking: true)] {
        var up: [Field: Set<Field>] = [:]
        var down: [Field: Set<Field>] = [:]
        for column in columns {
          up[column] = Set(try lineage.upstream(of: column, query))
          down[column] = Set(try lineage.downstream(of: column, query))
        }
        // Through a whole node, one may be named and the other meant.
        for effect in columns {
          for cause in up[effect, default: []] where !cause.path.isWhole {
            let below = down[cause, default: []]
            if !below.contains(where: { $0.node == effect.node && $0.path.overlaps(effect.path) }) {
              faults.append("seed \(seed): \(effect) <- \(cause)")
            }
          }
        }
      }
    }
    #expect(faults.isEmpty, "\(faults.prefix(3))")
  }

  @Test("whatever the order of arrival, the answers are the same")
  func orderOfArrivalDoesNotMatter() throws {
    for seed in UInt64(30_000)..<30_060 {
      let world = try FieldRandomWorld(seed: seed)
      let lineage = try FieldLineage(world.graph)
      var random = SeededGenerator(seed: seed)
      var records: [Record] = []
      for node in world.graph.topologicalOrder() {
        records.append(try Record(node))
        for edge in try world.graph.causes(of: node) {
          records.append(try Record(edge))
          for entry in world.graph.history(of: edge) where !entry.isRetracted {
            records.append(try Record(entry.annotation))
          }
        }
      }
      var shuffled = ProvenanceGraph()
      for record in records.shuffled(using: &random) { try shuffled.merge([record]) }
      let again = try FieldLineage(shuffled)
      #expect(again.nodes == lineage.nodes, "seed \(seed)")
      for node in lineage.nodes {
        #expect(again.fields(of: node) == lineage.fields(of: node), "seed \(seed)")
        for field in lineage.fields(of: node) {
          #expect(
            try Array(again.upstream(of: field)) == Array(lineage.upstream(of: field)),
            "seed \(seed)")
        }
      }
    }
  }
}
