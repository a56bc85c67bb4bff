import Provenance
import ProvenanceTestKit

/// A long random history with something of everything, made up step by step: the same for the same
/// seed, whoever reads the graph meanwhile.
struct BusyHistory {
  struct Step {
    var records: [Record]
    /// Whether they are inserted first, which may refuse them; else they are merged.
    var isOwn: Bool
  }

  private var random: SeededGenerator
  private var nodes: [Node] = []
  private var edges: [Edge] = []
  private var openRuns: [Run] = []
  private var missing: [Dataset] = []
  private var statements: [Record] = []
  private var retractions: [Record] = []
  private var number = 0
  /// The most nodes that a step adds.
  let width: Int

  init(seed: UInt64, width: Int = 24) {
    random = SeededGenerator(seed: seed)
    self.width = width
  }

  /// Makes up a first batch of so many nodes with eight causes each, or a few less.
  mutating func start(_ count: Int) throws -> [Record] { try growth(count, causes: 4..<12) }

  /// Makes up the next step.
  mutating func next() throws -> Step {
    number += 1
    if nodes.count < 20 {
      return Step(records: try growth(1 + below(width), causes: 0..<9), isOwn: true)
    }
    switch below(16) {
    case 0..<5: return Step(records: try growth(1 + below(width), causes: 0..<9), isOwn: true)
    case 5: return Step(records: try openRun(), isOwn: chance(50))
    case 6, 7, 8: return Step(records: try lateInputs(), isOwn: chance(50))
    case 9: return Step(records: try closing(), isOwn: chance(50))
    case 10: return Step(records: try lateEdges(backward: 40), isOwn: false)
    case 11: return Step(records: try lateEdges(backward: 30) + retraction(), isOwn: true)
    case 12: return Step(records: try annotations(), isOwn: chance(70))
    case 13: return Step(records: try retraction(), isOwn: chance(50))
    case 14: return Step(records: try chance(50) ? erasure() : circle(), isOwn: false)
    default: return Step(records: try waiting(), isOwn: false)
    }
  }

  private mutating func below(_ bound: Int) -> Int { Int.random(in: 0..<bound, using: &random) }
  private mutating func chance(_ percent: Int) -> Bool { below(100) < percent }

  private mutating func someNode(among newest: Int = .max) -> Node {
    nodes[nodes.count - 1 - below(min(newest, nodes.count))]
  }

  private mutating func role() -> String? { chance(20) ? "role \(below(5))" : nil }

  private mutating func note(_ node: Node, _ own: [Edge]) throws -> Record {
    nodes.append(node)
    edges += own
    return try Record(node, edges: own)
  }

  private mutating func growth(_ count: Int, causes: Range<Int>) throws -> [Record] {
    var records: [Record] = []
    for index in 0..<count {
      let node = try Dataset("d\(number % 7)", version: "\(number).\(index)").node
      var own: [Edge] = []
      for _ in 0..<(nodes.isEmpty ? 0 : Int.random(in: causes, using: &random)) {
        let cause = chance(10) ? nodes[0] : someNode(among: 300)
        guard cause.kind != .run else { continue }
        own.append(
          try Edge(effect: node.id, kind: .derivedFrom, cause: cause.id, role: role()))
      }
      records.append(try note(node, own))
    }
    if chance(20) { records.shuffle(using: &random) }
    return records
  }

  private mutating func openRun() throws -> [Record] {
    let run = try Run("job", id: "\(number)")
    openRuns.append(run)
    var own: [Edge] = []
    for _ in 0..<below(3) {
      own.append(try Edge(effect: run.id, kind: .used, cause: input().id, role: role()))
    }
    edges += own
    return [try Record(run, edges: own)]
  }

  private mutating func input() -> Node {
    for _ in 0..<20 {
      let node = someNode()
      if node.kind == .dataset { return node }
    }
    return nodes[0]
  }

  private mutating func lateInputs() throws -> [Record] {
    guard !openRuns.isEmpty else { return try openRun() }
    var records: [Record] = []
    for _ in 0...below(4) {
      let run = openRuns[below(openRuns.count)]
      let edge = try Edge(effect: run.id, kind: .used, cause: input().id, role: role())
      edges.append(edge)
      records.append(try Record(edge))
    }
    return records
  }

  private mutating func closing() throws -> [Record] {
    guard !openRuns.isEmpty else { return try openRun() }
    let run = openRuns.remove(at: below(openRuns.count))
    nodes.append(run.node)
    if chance(30) {
      return [
        try Record(
          Annotation(
            run, [AttributeKey.ended: .int(1)], at: moment(Int64(number)),
            salt: Salt(using: &random)))
      ]
    }
    let model = try Model("m", version: "\(number)")
    return [try note(model.node, [model.generatedBy(run)])]
  }

  private mutating func lateEdges(backward: Int) throws -> [Record] {
    var records: [Record] = []
    for _ in 0...below(4) {
      var low = below(nodes.count)
      var high = below(nodes.count)
      if low > high { swap(&low, &high) }
      if chance(backward) { swap(&low, &high) }
      let (effect, cause) = (nodes[high], nodes[low])
      guard effect.kind != .run, cause.kind != .run, effect != cause else { continue }
      let edge = try Edge(effect: effect.id, kind: .derivedFrom, cause: cause.id, role: role())
      edges.append(edge)
      records.append(try Record(edge))
    }
    return records.isEmpty ? try annotations() : records
  }

  private mutating func circle() throws -> [Record] {
    let members = try (0..<3).map { try Dataset("circle", version: "\(number).\($0)") }
    let below = someNode(among: 50)
    var records: [Record] = []
    for (index, member) in members.enumerated() {
      var own = [try member.derivedFrom(members[(index + 1) % 3])]
      if below.kind != .run {
        own.append(try Edge(effect: member.id, kind: .derivedFrom, cause: below.id))
      }
      records.append(try note(member.node, own))
    }
    return records
  }

  private mutating func annotations() throws -> [Record] {
    var records: [Record] = []
    for _ in 0...below(5) {
      let subject: Annotation.Subject =
        chance(30) && !edges.isEmpty ? .edge(edges[below(edges.count)]) : .node(someNode().id)
      let record = try Record(
        Annotation(
          subject: subject, ["owner": .int(Int64(below(9))), "step \(below(3))": .int(1)],
          at: moment(Int64(below(20))), source: "", salt: Salt(using: &random)))
      statements.append(record)
      records.append(record)
    }
    return records
  }

  private mutating func retraction() throws -> [Record] {
    let target: Retraction.Target
    switch below(5) {
    case 0: target = .node(someNode().id)
    case 1 where !retractions.isEmpty:
      target = .record(retractions[below(retractions.count)].id)
    case 2 where !statements.isEmpty: target = .record(statements[below(statements.count)].id)
    case 3 where !openRuns.isEmpty && chance(30): target = .node(openRuns[0].id)
    default: target = .edge(edges[below(edges.count)])
    }
    let record = try Record(
      Retraction(target, Statement("wrong", at: moment(1), salt: Salt(using: &random))))
    retractions.append(record)
    return [record]
  }

  private mutating func erasure() throws -> [Record] {
    guard !statements.isEmpty else { return try annotations() }
    let target = statements[below(statements.count)].id
    return [
      try Record(
        Tombstone(target, Statement("asked for", at: moment(1), salt: Salt(using: &random))))
    ]
  }

  /// A node whose cause is not there yet, or such a cause.
  private mutating func waiting() throws -> [Record] {
    if missing.count > 2 || !missing.isEmpty && chance(50) {
      return [try note(missing.removeFirst().node, [])]
    }
    let absent = try Dataset("absent", version: "\(number)")
    missing.append(absent)
    let node = try Dataset("waits", version: "\(number)")
    return [try note(node.node, [node.derivedFrom(absent)])]
  }
}

extension ProvenanceGraph {
  /// Takes in a step; what an insert refuses is merged.
  ///
  /// - Returns: Whether it was refused.
  @discardableResult
  mutating func take(_ step: BusyHistory.Step) throws -> Bool {
    var isRefused = false
    if step.isOwn {
      do throws(GraphError) { try insert(step.records) } catch { isRefused = true }
    }
    if isRefused || !step.isOwn { try merge(step.records) }
    return isRefused
  }
}
