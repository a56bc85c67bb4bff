import Provenance
import Testing

/// The relation table of the design, written out, against the one of the library.
@Suite struct RelationTableTests {
  @Test func everyCombination() {
    var wrong: [String] = []
    for combination in RelationCombination.all {
      let (kind, effect, cause) = (combination.kind, combination.effect, combination.cause)
      if kind.allows(from: effect, to: cause) != combination.isAllowed {
        wrong.append("\(kind) from \(effect) to \(cause)")
      }
    }
    #expect(RelationCombination.all.count == 9 * 5 * 5)
    #expect(wrong.isEmpty)
  }

  @Test func classes() {
    let causal: [EdgeKind] = [
      .used, .executed, .ranIn, .configuredBy, .generatedBy, .derivedFrom, .informedBy,
    ]
    for kind in EdgeKind.allCases {
      #expect(kind.edgeClass == (causal.contains(kind) ? .causal : .structural))
      #expect(EdgeKindSet.causal.contains(kind) == causal.contains(kind))
      #expect(EdgeKindSet.all.contains(kind))
      #expect(EdgeKindSet(kind).rawValue.nonzeroBitCount == 1)
    }
    #expect(EdgeKindSet.all.rawValue == 0x1ff && NodeKindSet.all.rawValue == 0x1f)
    #expect(NodeKindSet.entities == NodeKindSet.all.subtracting(.run))
  }

  @Test func numbersAndNames() {
    let kinds = [
      "used", "executed", "ranIn", "configuredBy", "generatedBy", "derivedFrom", "informedBy",
      "partOf", "alternateOf",
    ]
    #expect(EdgeKind.allCases.map(\.description) == kinds)
    #expect(EdgeKind.allCases.map(\.rawValue) == Array(0..<9))
    #expect(kinds.map { EdgeKind($0) } == EdgeKind.allCases)
    let nodes = ["dataset", "code", "model", "run", "environment"]
    #expect(NodeKind.allCases.map(\.description) == nodes)
    #expect(NodeKind.allCases.map(\.rawValue) == Array(0..<5))
    #expect(nodes.map { NodeKind($0) } == NodeKind.allCases)
    for text in ["", "Used", "USED", "used ", "wasDerivedFrom"] { #expect(EdgeKind(text) == nil) }
    for text in ["", "Run", "dataset ", "job"] { #expect(NodeKind(text) == nil) }
    #expect(EdgeKind.allCases.sorted() == EdgeKind.allCases)
    #expect(NodeKind.allCases.sorted() == NodeKind.allCases)
  }
}

/// One of the 225 ways to join two kinds of node by a kind of edge.
struct RelationCombination {
  let kind: EdgeKind
  let effect: NodeKind
  let cause: NodeKind
  let isAllowed: Bool

  /// Rows: effects and causes in the order dataset, code, model, run, environment; `x` is allowed.
  private static let table: [(EdgeKind, [String])] = [
    (.used, [".....", ".....", ".....", "xxx..", "....."]),
    (.executed, [".....", ".....", ".....", ".x...", "....."]),
    (.ranIn, [".....", ".....", ".....", "....x", "....."]),
    (.configuredBy, [".....", ".....", ".....", "xx...", "....."]),
    (.generatedBy, ["...x.", "...x.", "...x.", ".....", "...x."]),
    (.derivedFrom, ["xxx.x", "xxx.x", "xxx.x", ".....", "xxx.x"]),
    (.informedBy, [".....", ".....", ".....", "...x.", "....."]),
    (.partOf, ["xxxxx", "xxxxx", "xxxxx", "xxxxx", "xxxxx"]),
    (.alternateOf, ["x....", ".x...", "..x..", "...x.", "....x"]),
  ]

  static let all: [RelationCombination] = {
    let nodes: [NodeKind] = [.dataset, .code, .model, .run, .environment]
    var all: [RelationCombination] = []
    for (kind, rows) in table {
      for (effect, row) in zip(nodes, rows) {
        for (cause, mark) in zip(nodes, row) {
          all.append(
            RelationCombination(kind: kind, effect: effect, cause: cause, isAllowed: mark == "x"))
        }
      }
    }
    return all
  }()
}
