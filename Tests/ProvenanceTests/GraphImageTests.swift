import ProvenanceTestKit
import Testing

@testable import Provenance

/// A graph that was stored and taken up again is the graph that it was.
@Suite struct GraphImageTests {
  /// Everything that records can say, in any order, goes on after it was stored, and is the same at
  /// every position.
  @Test(arguments: 0..<24 as Range<UInt64>)
  func storedGraphsGoOn(seed: UInt64) throws {
    var shape = LineageShape.everything
    shape.nodes = Int(seed) * 4 + 2
    shape.edges = Int(seed) * 12
    let lineage = try RandomLineage(shape, seed: seed)
    let batches = lineage.delivery(seed: seed, withoutPayload: 10)
    var twins = Twins()
    var original = ProvenanceGraph()
    for (number, batch) in batches.enumerated() {
      try original.merge(batch)
      let difference = try twins.merge(batch)
      #expect(difference == nil, "seed \(seed) at \(number)")
      if number % 5 == Int(seed % 5) { twins.graph = try StoredImage(twins.graph).graph() }
    }
    twins.graph = try StoredImage(twins.graph).graph()
    let (found, walked) = (try twins.difference(), try twins.walkDifference(.all))
    #expect(found == nil && walked == nil, "seed \(seed)")
    for count in stride(from: 0, to: original.position.count, by: 3) {
      try expectSame(
        twins.graph.asOf(Position(count)), original.asOf(Position(count)),
        "seed \(seed) at \(count)")
    }
  }

  /// What is stored does not depend on how the graph came to be in memory: a page can be made anew from
  /// the records.
  @Test(arguments: 0..<24 as Range<UInt64>)
  func storingIsDeterministic(seed: UInt64) throws {
    var shape = LineageShape.everything
    shape.nodes = 60
    shape.edges = 180
    let lineage = try RandomLineage(shape, seed: seed)
    let batches = lineage.delivery(seed: seed)
    var (first, second, third) = (ProvenanceGraph(), ProvenanceGraph(), ProvenanceGraph())
    var kept: [ProvenanceGraph] = []
    for (number, batch) in batches.enumerated() {
      try first.merge(batch)
      try second.merge(batch)
      try third.merge(batch)
      if number % 3 == 0 { kept.append(second) }
      if number % 7 == 0 { third = try StoredImage(third).graph() }
    }
    let image = StoredImage(first)
    #expect(image.difference(StoredImage(second)) == [], "seed \(seed)")
    // Parts that are read when a graph is taken up need not be made anew later.
    let read: Set<ImageSection> = [.causalLevels, .partLevels, .edgeChanges, .scalars, .pieces]
    let rest = image.difference(StoredImage(third)).filter { !read.contains($0) }
    #expect(rest == [], "seed \(seed)")
  }

  /// A copy that another has overtaken is stored as it is, and so is a view of an earlier position.
  @Test func copiesAndViewsAreStoredAsTheyAre() throws {
    var graph = ProvenanceGraph()
    let batches = try RandomLineage(.everything, seed: 9).delivery(seed: 9)
    var copy = graph
    for (number, batch) in batches.enumerated() {
      if number == batches.count / 2 { copy = graph }
      try graph.merge(batch)
    }
    try expectSame(try StoredImage(copy).graph(), copy, "copy")
    let view = graph.asOf(copy.position)
    try expectSame(try StoredImage(view).graph(), view, "view")
  }

  /// Each damaged byte is found when its page is read, and the page is made anew.
  @Test func damagedPagesAreMadeAnew() throws {
    let (graph, image) = try large()
    let pages = image.bytes.count / ImageMemory.pageByteCount
    #expect(pages > 10)
    for seed in 0..<6 as Range<UInt64> {
      var random = SeededGenerator(seed: seed)
      let damage = (0..<12).map { _ in Int.random(in: 0..<image.bytes.count, using: &random) }
      let memory = image.memory(flipping: damage) { image.page($0) }
      let found = try image.graph(memory)
      try expectSame(found, graph, "seed \(seed)")
      for page in 0..<memory.pageCount { memory.verify(page: page) }
      let damaged = Set(damage.map { $0 / ImageMemory.pageByteCount })
      #expect(memory.repairCount == damaged.count, "seed \(seed)")
      #expect(memory.isVerified && !memory.hasFailed)
    }
  }

  /// Where a page cannot be made anew, answers lack something and say so; nothing is made up.
  @Test func whatCannotBeMadeAnewIsMissing() throws {
    let (graph, image) = try large()
    let last = try #require(graph.topologicalOrder().last)
    let all = Set(try graph.ancestors(of: last).ids)
    for seed in 0..<20 as Range<UInt64> {
      var random = SeededGenerator(seed: seed)
      let damage = (0..<3).map { _ in Int.random(in: 0..<image.bytes.count, using: &random) }
      let memory = image.memory(flipping: damage)
      guard let found = try? image.graph(memory), found.contains(last) else { continue }
      let answer = try found.ancestors(of: last)
      let ids = Set(answer.ids)
      #expect(answer.isComplete == !memory.hasFailed, "seed \(seed)")
      if answer.isComplete { #expect(ids == all, "seed \(seed)") }
    }
  }

  private func expectSame(
    _ graph: ProvenanceGraph, _ other: ProvenanceGraph, _ place: String,
    sourceLocation: SourceLocation = #_sourceLocation
  ) throws {
    #expect(graph.position == other.position, "\(place)", sourceLocation: sourceLocation)
    let isSame = try GraphContents(graph) == GraphContents(other)
    #expect(isSame, "\(place)", sourceLocation: sourceLocation)
    for node in other.nodes().prefix(40) {
      let isSame =
        try Set(graph.ancestors(of: node).ids) == Set(other.ancestors(of: node).ids)
        && Set(graph.descendants(of: node).ids) == Set(other.descendants(of: node).ids)
      #expect(isSame, "\(place): \(node)", sourceLocation: sourceLocation)
    }
  }

  private func large() throws -> (ProvenanceGraph, StoredImage) {
    var random = SeededGenerator(seed: 4)
    var graph = ProvenanceGraph()
    var nodes: [Dataset] = []
    for number in 0..<9000 {
      let node = try Dataset("data \(number % 50)", version: "\(number)")
      var edges: [Edge] = []
      for _ in 0..<min(number, 3) {
        edges.append(try node.derivedFrom(nodes[Int.random(in: 0..<number, using: &random)]))
      }
      nodes.append(node)
      var records = [try Record(node, edges: edges)]
      if number % 4 == 0 {
        let time = try #require(Timestamp(seconds: Int64(number)))
        records.append(
          try Record(
            Annotation(
              node, ["rows": .int(Int64(number))], at: time, salt: Salt(using: &random))))
      }
      try graph.insert(records)
    }
    return (graph, StoredImage(graph))
  }
}
