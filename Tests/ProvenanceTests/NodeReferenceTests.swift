import Provenance
import Testing

/// Typed nodes as callers write them, with implicit members wherever a node is wanted.
@Suite struct NodeReferenceTests {
  @Test func relationsTakeImplicitMembers() throws {
    let run = try Run("train", id: "1")
    let model = try Model("m", version: "2")
    let used = try run.used(.dataset("raw", version: "1"), role: "train")
    #expect(used.cause == (try Dataset("raw", version: "1").id))
    #expect(used.effect == run.id && used.kind == .used && used.role == "train")
    #expect(try run.used(.model("base")).cause == Model("base").id)
    #expect(try run.used(.code("prompt")).cause == Code("prompt").id)
    #expect(try run.executed(.init("train.py")).cause == Code("train.py").id)
    #expect(try run.executed(.code("train.py")).cause == Code("train.py").id)
    #expect(try run.ranIn(.environment("ubuntu")).cause == Environment("ubuntu").id)
    #expect(try run.configuredBy(.dataset("settings")).cause == Dataset("settings").id)
    #expect(try run.informedBy(.run("prepare", id: "0")).cause == Run("prepare", id: "0").id)
    #expect(try model.generatedBy(.run("train", id: "1")).cause == run.id)
    #expect(try model.derivedFrom(.model("base")).cause == Model("base").id)
    #expect(try model.partOf(.dataset("bundle")).cause == Dataset("bundle").id)
    #expect(try model.alternateOf(.model("copy")).cause == Model("copy").id)
  }

  @Test func bothFormsOfAnEdgeAreOne() throws {
    let (run, raw) = (try RecordSamples.run(), try RecordSamples.raw())
    let edge = try Edge(run, .used, raw, role: "train")
    #expect(edge == (try run.used(raw, role: "train")))
    #expect(edge == (try Edge(effect: run.id, kind: .used, cause: raw.id, role: "train")))
    #expect(edge.id == (try run.used(raw, role: "train").id))
  }

  @Test func questionsTakeImplicitMembers() throws {
    let raw = try Dataset("raw", version: "1")
    let run = try Run("train", id: "1")
    let model = try Model("m", version: "2")
    var graph = ProvenanceGraph()
    try graph.insert([
      Record(raw), Record(run, edges: [run.used(raw)]),
      Record(model, edges: [model.generatedBy(run)]),
    ])
    let ancestors = try graph.ancestors(of: .model("m", version: "2"))
    #expect(ancestors.ids == [raw.id, run.id])
    #expect(try graph.descendants(of: .dataset("raw", version: "1")).ids == [run.id, model.id])
    #expect(try graph.isAncestor(.dataset("raw", version: "1"), of: .model("m", version: "2")))
    #expect(try graph.contains(.run("train", id: "1")))
    #expect(try Annotation(.run("train", id: "1"), ["a": 1], at: RecordSamples.noon()).body != nil)
  }

  @Test func referencesOfEveryFormMeanOneNode() throws {
    let raw = try RecordSamples.raw()
    let references: [any NodeReference] = [raw, raw.node, raw.id]
    #expect(references.allSatisfy { $0.nodeID == raw.id })
  }

  @Test func onlyItsOwnTypeTakesANode() throws {
    for kind in NodeKind.allCases {
      let node = try Node(kind: kind, name: "n", version: "v", namespace: "s")
      let types: [any TypedNode.Type] = [
        Dataset.self, Code.self, Model.self, Run.self, Environment.self,
      ]
      let taken = types.compactMap { $0.init(node) }
      #expect(taken.map(\.node.kind) == [kind] && taken.map(\.nodeID) == [node.id])
      #expect(taken.map(\.name) == ["n"] && taken.map(\.version) == ["v"])
      #expect(taken.map(\.namespace) == ["s"])
    }
  }

  @Test func everyPartOfTheIdentityCounts() throws {
    var ids: Set<NodeID> = []
    let texts = ["", "a", "b", "ab", "a/b"]
    var count = 0
    for kind in NodeKind.allCases {
      for namespace in texts {
        for name in texts.dropFirst() {
          for version in texts where kind != .run || version != "" {
            let node = try Node(kind: kind, name: name, version: version, namespace: namespace)
            #expect(
              node
                == (try Node(
                  kind: kind, name: name, version: version, namespace: namespace)))
            ids.insert(node.id)
            count += 1
          }
        }
      }
    }
    #expect(ids.count == count && count == 480)
    #expect(throws: NameError.self) { try Run("n", id: "") }
    #expect(throws: NameError.self) { try Node(kind: .run, name: "n") }
  }

  @Test func versionsOfContent() throws {
    let digest = SHA256.hash(Array("content".utf8))
    let nodes = try [
      Dataset("a", content: digest).node, Code("a", content: digest).node,
      Model("a", content: digest).node, Environment("a", content: digest).node,
      Dataset("a", version: "\(digest);run=7").node,
    ]
    #expect(nodes.allSatisfy { $0.contentDigest == digest })
    let none = [
      "", "1", "sha256:", "sha256:00", digest.description.uppercased(), "\(digest)0", " \(digest)",
      String(digest.description.dropFirst(7)), "sha512:\(digest.description.dropFirst(7))",
    ]
    for version in none { #expect(try Dataset("a", version: version).node.contentDigest == nil) }
  }

  @Test func textsForPeople() throws {
    #expect(try RecordSamples.raw().description == "dataset raw.csv")
    #expect(try RecordSamples.base().description == "model base (hub) @1")
    let sales = try RecordSamples.sales()
    let digits = sales.version.dropFirst(7).prefix(8)
    #expect(sales.description == "dataset sales/2024.parquet (s3://bucket) @sha256:\(digits)…")
    let edge = try RecordSamples.run().used(RecordSamples.raw(), role: "train")
    let (effect, cause) = (edge.effect.abbreviated(), edge.cause.abbreviated())
    #expect(edge.description == "\(effect) used \(cause) as train")
  }
}
