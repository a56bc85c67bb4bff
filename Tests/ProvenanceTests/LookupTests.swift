import Provenance
import ProvenanceTestKit
import Testing

@Suite struct LookupTests {
  private func graph(of nodes: [Node]) throws -> ProvenanceGraph {
    var graph = ProvenanceGraph()
    try graph.insert(nodes.map { try Record($0) })
    return graph
  }

  @Test func byID() throws {
    let node = try Model("m", version: "1")
    let graph = try graph(of: [node.node])
    #expect(graph.node(node.id) == node.node)
    #expect(graph.node(node.id)?.version == "1")
    #expect(graph.contains(node) && graph.contains(node.id) && graph.contains(node.node))
    try #expect(graph.node(Model("m", version: "2").id) == nil)
    #expect(ProvenanceGraph().node(node.id) == nil)
  }

  /// Names are tried until two ids share their first four digits.
  @Test func byPrefix() throws {
    var byPrefix: [String: Node] = [:]
    var pair: (Node, Node)?
    var number = 0
    while pair == nil {
      let node = try Node(kind: .dataset, name: "n\(number)")
      let prefix = node.id.abbreviated(to: 4)
      if let other = byPrefix[prefix] { pair = (other, node) }
      byPrefix[prefix] = node
      number += 1
    }
    let (first, second) = try #require(pair)
    let graph = try graph(of: Array(byPrefix.values) + [first])
    let shared = try IdentifierPrefix(first.id.abbreviated(to: 4))
    #expect(graph.node(matching: shared) == .ambiguous([first, second].sorted { $0.id < $1.id }))
    var wrong: [String] = []
    for node in graph.nodes() {
      let short = graph.abbreviation(of: node)
      if short.count < 8 || !node.id.description.hasPrefix(short) { wrong.append(short) }
      for text in [short, node.id.description] {
        if try graph.node(matching: IdentifierPrefix(text)) != .unique(node) { wrong.append(text) }
      }
      let four = try IdentifierPrefix(node.id.abbreviated(to: 4))
      let matching = graph.nodes().filter { four.matches($0.id) }.sorted { $0.id < $1.id }
      let wanted: PrefixMatch = matching.count > 1 ? .ambiguous(matching) : .unique(node)
      if graph.node(matching: four) != wanted { wrong.append(four.description) }
    }
    #expect(wrong.isEmpty, "\(wrong.prefix(3))")
    let absent = try Dataset("absent")
    let prefix = try IdentifierPrefix(absent.id.abbreviated(to: 16))
    #expect(graph.node(matching: prefix) == .none)
    try #expect(
      graph.node(matching: IdentifierPrefix(graph.abbreviation(of: absent))) == .none)
    // A retracted node no longer makes a prefix ambiguous.
    var less = graph
    try less.insert([Record(Retraction(.node(second.id), Statement("", at: moment(1))))])
    #expect(less.node(matching: shared) == .unique(first))
  }

  @Test(
    arguments: [
      ("", IdentifierError.Kind.wrongLength(found: 0, wanted: 4...64)),
      ("abc", .wrongLength(found: 3, wanted: 4...64)),
      (String(repeating: "a", count: 65), .wrongLength(found: 65, wanted: 4...64)),
      ("abcg", .notHexadecimal(offset: 3)), ("ABCD", .notHexadecimal(offset: 0)),
      ("ab d", .notHexadecimal(offset: 2)), ("abc\u{e9}", .notHexadecimal(offset: 3)),
    ])
  func badPrefixes(text: String, kind: IdentifierError.Kind) throws {
    let error = try #require(throws: IdentifierError.self) { try IdentifierPrefix(text) }
    #expect(error.kind == kind)
    #expect(error.description.contains("\"\(text.prefix(64))"))
  }

  @Test func byKindNamespaceNameAndVersion() throws {
    var nodes: [Node] = []
    for kind in NodeKind.allCases {
      for (namespace, name, version) in [
        ("", "a", ""), ("", "a", "1"), ("x", "a", "1"), ("x", "b", "1"), ("y", "b", ""),
      ] where kind != .run || version != "" {
        nodes.append(
          try Node(kind: kind, name: name, version: version, namespace: namespace))
      }
    }
    let graph = try graph(of: nodes)
    var wrong: [String] = []
    for kind in [nil] + NodeKind.allCases.map(Optional.some) {
      for namespace in [nil, "", "x", "y", "z"] {
        for name in [nil, "a", "b", "c"] {
          for version in [nil, "", "1", "2"] {
            let wanted = nodes.filter {
              (kind ?? $0.kind) == $0.kind && (namespace ?? $0.namespace) == $0.namespace
                && (name ?? $0.name) == $0.name && (version ?? $0.version) == $0.version
            }
            let found = graph.nodes(
              kind: kind, namespace: namespace, name: name, version: version)
            if found != wanted { wrong.append("\([kind as Any, namespace as Any, name as Any])") }
          }
        }
      }
    }
    #expect(wrong.isEmpty, "\(wrong.prefix(3))")
  }

  @Test func versionsInNaturalOrder() throws {
    let sorted = ["", "1", "v01", "v1", "v1.9", "v1.10", "v2", "v2-rc", "v2a", "v10", "w"]
    var random = SeededGenerator(seed: 0x4E41)
    var wrong: [[String]] = []
    for _ in 0..<50 {
      let nodes = try sorted.shuffled(using: &random).map { try Model("m", version: $0).node }
      let found = try graph(of: nodes).versions(of: .model, "m", order: .natural)
      if found.map(\.version) != sorted { wrong.append(found.map(\.version)) }
    }
    #expect(wrong.isEmpty, "seed 0x4E41: \(wrong.prefix(1))")
  }

  /// In order of arrival, except that a version comes after those that it was made from.
  @Test func versionsInRecordedOrder() throws {
    let versions = try ["a", "b", "c", "d"].map { try Model("m", version: $0) }
    let base = try (0..<3).map { try Model("base", version: "\($0)") }
    var graph = ProvenanceGraph()
    try graph.merge(base.map { try Record($0) })
    // The first version has the longest lineage and still is the oldest.
    try graph.merge([
      Record(base[1].derivedFrom(base[0])), Record(base[2].derivedFrom(base[1])),
      Record(versions[0], edges: [versions[0].derivedFrom(base[2])]),
    ])
    for version in versions.dropFirst() { try graph.merge([Record(version)]) }
    func names(_ graph: ProvenanceGraph) -> [String] {
      graph.versions(of: .model, "m").map(\.version)
    }
    #expect(names(graph) == ["a", "b", "c", "d"])
    let run = try Run("tune", id: "1")
    let before = graph.position
    try graph.merge([
      Record(run, edges: [run.used(versions[3])]), Record(versions[1].generatedBy(run)),
    ])
    #expect(names(graph) == ["a", "d", "b", "c"])
    #expect(names(graph.asOf(before)) == ["a", "b", "c", "d"])
    #expect(graph.versions(of: .dataset, "m").isEmpty)
    #expect(graph.versions(of: .model, "m", namespace: "x").isEmpty)
  }

  @Test func byContent() throws {
    let digest = SHA256.hash([1])
    let other = SHA256.hash([2])
    let named = try Dataset("named", content: digest)
    let ofRun = try Dataset("of run", version: "\(digest);run=7")
    let learned = try Dataset("learned")
    func note(_ digest: SHA256Digest) throws -> Record {
      try Record(
        Annotation(
          learned, [AttributeKey.contentDigest: .bytes(digest.bytes)], at: moment(1)))
    }
    let (first, second) = try (note(digest), note(other))
    var graph = ProvenanceGraph()
    try graph.insert([Record(named), Record(ofRun), Record(learned), first])
    #expect(graph.nodes(withContent: digest) == [named.node, ofRun.node, learned.node])
    #expect(graph.nodes(withContent: other).isEmpty)
    #expect(graph.contentDigest(of: learned) == digest)
    let before = graph.position
    try graph.insert([second])
    #expect(graph.contentDigest(of: learned) == nil)
    #expect(graph.conflicts == [.content(learned.node, [digest, other].sorted())])
    #expect(graph.nodes(withContent: other) == [learned.node])
    #expect(graph.asOf(before).contentDigest(of: learned) == digest)
    #expect(graph.asOf(before).nodes(withContent: other).isEmpty)
    try graph.insert([Record(Retraction(.record(first.id), Statement("", at: moment(2))))])
    #expect(graph.conflicts.isEmpty)
    #expect(graph.contentDigest(of: learned) == other)
    #expect(graph.nodes(withContent: digest) == [named.node, ofRun.node])
    try graph.insert([Record(Tombstone(second.id, Statement("", at: moment(3))))])
    #expect(graph.contentDigest(of: learned) == nil)
    #expect(graph.nodes(withContent: other).isEmpty)
  }
}
