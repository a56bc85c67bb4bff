import Testing

@testable import Provenance

@Suite struct ReachabilityIndexTests {
  /// Every DAG of four nodes with its rows in every order.
  @Test func everyGraphOfFourNodes() throws {
    var wrong: [String] = []
    for order in permutations(4) {
      for mask in 0..<64 {
        let sample = sample(mask, order)
        for spacing in [0, 1, 2] {
          if let text = try difference(sample, options(spacing)) {
            wrong.append("\(mask) \(order) \(spacing): \(text)")
          }
        }
      }
    }
    #expect(wrong.isEmpty, "\(wrong.prefix(3))")
  }

  /// Every DAG of five nodes, its rows in order, reversed and rotated.
  @Test func everyGraphOfFiveNodes() throws {
    var wrong: [String] = []
    for order: [UInt32] in [[0, 1, 2, 3, 4], [4, 3, 2, 1, 0], [2, 3, 4, 0, 1]] {
      for mask in 0..<1024 {
        if let text = try difference(sample(mask, order), options(1)) {
          wrong.append("\(mask) \(order): \(text)")
        }
      }
    }
    #expect(wrong.isEmpty, "\(wrong.prefix(3))")
  }

  @Test(arguments: ReachabilityShape.allCases)
  func randomGraphs(_ shape: ReachabilityShape) throws {
    for seed: UInt64 in 1...3 {
      for spacing in [0, 3, 8, 40] {
        let sample = shape.sample(rows: 130, seed: seed, late: seed == 2)
        #expect(try difference(sample, options(spacing)) == nil, "seed \(seed), \(spacing)")
      }
      let shuffled = shape.shuffled(rows: 100, seed: seed)
      #expect(try difference(shuffled, options(4)) == nil, "shuffled, seed \(seed)")
    }
  }

  /// Enough rows for several heights of trees.
  @Test(arguments: [ReachabilityShape.chain, .braids, .hubs])
  func largerGraphs(_ shape: ReachabilityShape) throws {
    let seed: UInt64 = 11
    let sample = shape.sample(rows: 12_000, seed: seed)
    let counts = sample.ancestorCounts()
    let index = try sample.withLists { try unsafe AncestorIndex($0, options: options(8)) }
    let search = AncestorSearch()
    var newer = sample.overrides
    for row in stride(from: 0, to: UInt32(12_000), by: 97) {
      let found = sample.withLists {
        unsafe search.ancestors(of: CollectionOfOne(row), index, $0, &newer)
      }
      #expect(found.count == counts[Int(row)], "seed \(seed), row \(row)")
      #expect(Array(found).count == found.count, "seed \(seed), row \(row)")
    }
  }

  /// A hash that says nothing must only cost time.
  @Test func collisionsAreToldApartByContent() throws {
    for mask: UInt64 in [0, 3, 0xffff_ffff_0000_0000] {
      var options = options(2)
      options.hashMask = mask
      let sample = ReachabilityShape.hubs.sample(rows: 150, seed: 5)
      #expect(try difference(sample, options) == nil, "mask \(mask)")
    }
  }

  @Test func collisionsStayApartInAnExtension() throws {
    var options = options(2)
    options.hashMask = 0
    let sample = ReachabilityShape.braids.sample(rows: 150, seed: 6)
    let first = try sample.withLists(rows: 70) { try unsafe AncestorIndex($0, options: options) }
    let whole = try sample.withLists { try unsafe first.extended($0, options: options) }
    #expect(difference(sample, whole) == nil)
    #expect(difference(sample, first) == nil)
  }

  @Test(arguments: ReachabilityShape.allCases)
  func stepsAnswerAsOneBuildDoes(_ shape: ReachabilityShape) throws {
    let seed: UInt64 = 21
    let sample = shape.sample(rows: 160, seed: seed, late: true)
    var steps: [AncestorIndex] = []
    for rows in [0, 1, 60, 61, 110, 110, 160] {
      let last = steps.last
      let next = try sample.withLists(rows: rows) { lists throws(AncestorIndexError) in
        if let last {
          try unsafe last.extended(lists, overrides: sample.overrides, options: options(4))
        } else {
          try unsafe AncestorIndex(lists, overrides: sample.overrides, options: options(4))
        }
      }
      #expect(next.rowCount == rows)
      steps.append(next)
    }
    // Each step still answers for its own rows, and for newer ones by a walk.
    for index in steps {
      #expect(difference(sample, index) == nil, "seed \(seed), \(index.rowCount) rows")
    }
    #expect(steps[6].edgeCount == sample.causes.reduce(0) { $0 + $1.count })
  }

  @Test func twoExtensionsOfOneIndexDoNotMeet() throws {
    let first = ReachabilityShape.hubs.sample(rows: 80, seed: 1)
    let base = try first.withLists { try unsafe AncestorIndex($0, options: options(2)) }
    var random = ReachabilityRandom(state: 9)
    let twins = (0..<2).map { twin in
      var edges = first.causes.enumerated().flatMap { row, causes in
        causes.map { (effect: UInt32(row), cause: $0) }
      }
      for row in 80..<UInt32(160) {
        for _ in 0...twin { edges.append((row, .random(in: 0..<row, using: &random))) }
      }
      return ReachabilitySample(rowCount: 160, edges: edges)
    }
    let indexes = try twins.map { twin in
      try twin.withLists { try unsafe base.extended($0, options: options(2)) }
    }
    for (twin, index) in zip(twins, indexes) { #expect(difference(twin, index) == nil) }
    #expect(difference(first, base) == nil)
  }

  @Test func pastItsBudgetTheBuildEnds() throws {
    let sample = ReachabilityShape.dense.sample(rows: 6_000, seed: 3)
    var options = options(8)
    options.bytesPerEdge = 1
    options.freeBytes = 10_000
    let error = #expect(throws: AncestorIndexError.self) {
      try sample.withLists { try unsafe AncestorIndex($0, options: options) }
    }
    guard case .tooDense(let rows, let bytes, let edges) = error else {
      Issue.record("\(String(describing: error))")
      return
    }
    #expect(rows < 6_000 && bytes > edges + 10_000)
  }

  @Test func aStopIsHeard() {
    let sample = ReachabilityShape.chain.sample(rows: 9_000, seed: 3)
    #expect(throws: AncestorIndexError.stopped) {
      try sample.withLists { try unsafe AncestorIndex($0, shouldStop: { true }) }
    }
  }

  @Test func aCauseThatComesLaterIsNamed() {
    let sample = ReachabilitySample(rowCount: 3, edges: [(1, 0), (1, 2)])
    #expect(throws: AncestorIndexError.causeAfterEffect(effect: 1, cause: 2)) {
      try sample.withLists { try unsafe AncestorIndex($0, overrides: sample.overrides) }
    }
    #expect(throws: AncestorIndexError.causeAfterEffect(effect: 1, cause: 2)) {
      try sample.withLists(rows: 2) { try unsafe AncestorIndex($0, overrides: sample.overrides) }
    }
  }

  @Test func severalStartsAreOneWalk() throws {
    let sample = ReachabilityShape.braids.sample(rows: 400, seed: 8)
    let ancestors = sample.ancestors()
    let index = try sample.withLists(rows: 300) { try unsafe AncestorIndex($0) }
    let search = AncestorSearch()
    var newer = sample.overrides
    let starts: [UInt32] = [399, 12, 250, 390, 301]
    let found = sample.withLists { unsafe search.ancestors(of: starts, index, $0, &newer) }
    let expected = starts.reduce(into: Set<UInt32>()) { $0.formUnion(ancestors[Int($1)]) }
    #expect(Set(found) == expected)
  }
}
