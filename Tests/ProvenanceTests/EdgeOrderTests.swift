import Provenance
import Testing

/// Equality, order and ids of edges, on seeded samples that share most of their parts.
@Suite struct EdgeOrderTests {
  private let roles: [String?] = [
    nil, "a", "aa", "b", "z", "é", "ß", "模型", "\u{ffff}", "\u{10000}", "𝒶",
  ]

  private func edges(_ random: inout RecordTestRandom) throws -> [Edge] {
    let ids = (0..<3).map { _ in NodeID(digest: random.digest()) }
    var edges: [Edge] = []
    for effect in ids {
      for cause in ids {
        for kind in [EdgeKind.used, .generatedBy, .alternateOf] {
          for role in roles {
            edges.append(try Edge(effect: effect, kind: kind, cause: cause, role: role))
          }
        }
      }
    }
    edges.shuffle(using: &random)
    return edges
  }

  /// Bytes whose order is that of edges.
  private func key(_ edge: Edge) -> [UInt8] {
    let role: [UInt8] = edge.role.map { [1] + Array($0.utf8) } ?? [0]
    return edge.effect.digest.bytes + [edge.kind.rawValue] + edge.cause.digest.bytes + role
  }

  @Test func orderIsTotalAndThatOfTheBytes() throws {
    var random = RecordTestRandom(seed: 0xed6e)
    let edges = try edges(&random)
    let keys = edges.map(key)
    var wrong = 0
    for left in edges.indices.prefix(100) {
      for right in edges.indices {
        let precedes = keys[left].lexicographicallyPrecedes(keys[right])
        if (edges[left] < edges[right]) != precedes { wrong += 1 }
        if (edges[left] == edges[right]) != (keys[left] == keys[right]) { wrong += 1 }
      }
    }
    #expect(wrong == 0, "seed \(random.seed)")
    let sorted = edges.sorted().map(key)
    #expect(sorted == keys.sorted { $0.lexicographicallyPrecedes($1) }, "seed \(random.seed)")
  }

  @Test func equalEdgesAreOneInASet() throws {
    var random = RecordTestRandom(seed: 0x5e7)
    let edges = try edges(&random)
    #expect(Set(edges).count == edges.count, "seed \(random.seed)")
    #expect(Set(edges + edges.shuffled(using: &random)).count == edges.count, "seed \(random.seed)")
    #expect(Set(edges.map(\.id)).count == edges.count, "seed \(random.seed)")
  }

  @Test func aRecordListsEdgesInOrderAndOnce() throws {
    var random = RecordTestRandom(seed: 0x0de)
    let run = try RecordSamples.run()
    let causes = try (0..<4).map { try Dataset("d\($0)") }
    let edges = try causes.flatMap { cause in
      try roles.map { try run.used(cause, role: $0) }
    }
    let record = try NodeRecord(run.node, edges: edges)
    #expect(record.edges == edges.sorted())
    for _ in 0..<20 {
      let shuffled = (edges + edges.prefix(9)).shuffled(using: &random)
      #expect(try NodeRecord(run.node, edges: shuffled) == record, "seed \(random.seed)")
      #expect(try Record(run, edges: shuffled).id == Record(run, edges: edges).id)
    }
  }

  /// The same for edges that cause and kind tell apart, which are put in order another way.
  @Test func aRecordListsEdgesToDifferentCausesInOrder() throws {
    var random = RecordTestRandom(seed: 0xca5e)
    let run = try RecordSamples.run()
    let kinds: [EdgeKind] = [.used, .configuredBy, .informedBy]
    for count in 0..<24 {
      let edges = try (0..<count).map { number in
        try Edge(
          effect: run.node.id, kind: kinds[number % 3], cause: NodeID(digest: random.digest()),
          role: roles[number % roles.count])
      }
      let record = try NodeRecord(run.node, edges: edges.shuffled(using: &random))
      #expect(record.edges == edges.sorted(), "seed \(random.seed), \(count) edges")
    }
  }

  /// `String` holds these pairs equal; as bytes, which roles are compared by, they differ.
  @Test func canonicallyEquivalentTextsAreDifferentBytes() {
    for (left, right) in [
      ("é", "e\u{301}"), ("\u{212b}", "\u{c5}"), ("\u{ac00}", "\u{1100}\u{1161}"),
    ] {
      #expect(left == right)
      #expect(ByteString(left) != ByteString(right))
      #expect(Set([ByteString(left), ByteString(right), ByteString(left)]).count == 2)
    }
    let texts = ["", "a", "b", "ab", "a\u{0}", "é", "e"]
    #expect(Set(texts.map(ByteString.init)).count == texts.count)
  }
}
