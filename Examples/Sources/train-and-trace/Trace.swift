import Provenance

/// Answers three questions from a graph: where a model came from, what a file reaches, and what differs
/// between two models.
struct Trace {
  let graph: ProvenanceGraph

  func print() throws {
    let models = graph.versions(of: .model, Pipeline.modelName, namespace: "breast-cancer")
    let raw = graph.versions(of: .dataset, Pipeline.rawName, namespace: "breast-cancer")
    guard let first = models.first, let last = models.last, let file = raw.first else {
      Swift.print("The store holds no classifier.")
      return
    }
    Swift.print("\n1. Where did the latest model come from?\n")
    try printOrigin(of: last)
    Swift.print("\n2. What does the raw file \(short(file)) reach?\n")
    try printReach(of: file)
    Swift.print("\n3. What differs between \(short(first)) and \(short(last))?\n")
    try printDifferences(from: first, to: last)
  }
}

// MARK: - Where did it come from?

extension Trace {
  /// Prints what a node was made from as a tree, and what holds for all of its runs below it.
  private func printOrigin(of model: Node) throws {
    let upstream = try graph.ancestors(of: model)
    Swift.print("  \(name(model))")
    try printCauses(of: model)

    let commits = try sources(in: upstream)
    Swift.print("\n  All \(upstream.of(Run.self).count) runs upstream")
    for commit in commits { Swift.print("    executed  code \(describe(commit))") }
    if commits.isEmpty { Swift.print("    executed  code that was not under version control") }
    for environment in upstream.of(Environment.self) {
      Swift.print("    ran in    environment \(describe(environment))")
    }
    Swift.print("  The answer is \(upstream.incompleteness).")
  }

  /// A walk with a stack of its own: lineage can be deeper than the stack of a thread.
  private func printCauses(of start: Node) throws {
    var printed: Set<Node> = [start]
    var waiting = try steps(from: start, depth: 2)
    while let step = waiting.popLast() {
      let isNew = printed.insert(step.node).inserted
      let role = step.edge.role.map { " as \($0)" } ?? ""
      let indent = String(repeating: "  ", count: step.depth)
      let rest = isNew ? facts(step.node) : " (above)"
      Swift.print("\(indent)\(step.edge.kind) \(name(step.node))\(role)\(rest)")
      if isNew { waiting += try steps(from: step.node, depth: step.depth + 1) }
    }
  }

  private struct Step {
    var edge: Edge
    var node: Node
    var depth: Int
  }

  /// The causes of a node among data, models and runs, the one to print first last.
  private func steps(from node: Node, depth: Int) throws -> [Step] {
    let edges = try graph.causes(of: node, edges: [.used, .generatedBy, .derivedFrom])
    return edges.reversed().compactMap { edge in
      graph.node(edge.cause).map { Step(edge: edge, node: $0, depth: depth) }
    }
  }
}

// MARK: - What does it reach?

extension Trace {
  private func printReach(of file: Node) throws {
    let reached = try graph.descendants(of: file)
    for kind in NodeKind.allCases {
      let nodes = reached.filter { $0.kind == kind }
      guard !nodes.isEmpty else { continue }
      // A name with two versions or three runs counts once, with how many there are.
      let counts = Dictionary(grouping: nodes, by: \.name).mapValues(\.count)
      let list = counts.sorted { $0.key < $1.key }
        .map { $0.value > 1 ? "\($0.key) (\($0.value))" : $0.key }.joined(separator: ", ")
      Swift.print("  \(padded(nodes.count)) \(plural(kind, nodes.count)): \(list)")
    }
    Swift.print()
    for model in reached.of(Model.self) {
      Swift.print("  \(name(model.node)): \(list(try metrics(of: model)))")
    }
  }

  private func plural(_ kind: NodeKind, _ count: Int) -> String {
    count == 1 ? "\(kind)" : "\(kind)s"
  }

  private func padded(_ count: Int) -> String { count < 10 ? " \(count)" : "\(count)" }

  /// What was measured of a model, by the runs that used it.
  private func metrics(of model: Model) throws -> [String: AttributeValue] {
    var metrics: [String: AttributeValue] = [:]
    for edge in try graph.effects(of: model, edges: .used) {
      metrics.merge(attributes("metric.", of: edge.effect)) { $1 }
    }
    return metrics
  }
}

// MARK: - What differs?

extension Trace {
  private func printDifferences(from first: Node, to last: Node) throws {
    let (old, new) = (try graph.ancestors(of: first), try graph.ancestors(of: last))
    Swift.print("  data         \(changes(from: versions(old), to: versions(new)))")
    Swift.print("  steps        \(changes(from: steps(old), to: steps(new)))")
    Swift.print("  parameters   \(changes(from: parameters(old), to: parameters(new)))")
    Swift.print("  code         \(changes(from: try code(old), to: try code(new)))")
    Swift.print("  environment  \(changes(from: environments(old), to: environments(new)))")
    if let first = Model(first), let last = Model(last) {
      let (before, after) = (try metrics(of: first), try metrics(of: last))
      Swift.print(
        "  metrics      "
          + changes(from: before.mapValues(\.description), to: after.mapValues(\.description)))
    }
  }

  /// The version of each dataset; where there are several upstream, the one nearest to the model.
  private func versions(_ upstream: NodeSet) -> [String: String] {
    Dictionary(upstream.of(Dataset.self).map { ($0.name, short($0.node)) }) { $1 }
  }

  private func steps(_ upstream: NodeSet) -> [String: String] {
    Dictionary(upstream.of(Run.self).map { ($0.name, "a run") }) { $1 }
  }

  private func parameters(_ upstream: NodeSet) -> [String: String] {
    let steps = upstream.of(Run.self).flatMap { run in
      attributes("parameter.", of: run.id).map { ("\(run.name).\($0.key)", "\($0.value)") }
    }
    return Dictionary(steps) { $1 }
  }

  private func code(_ upstream: NodeSet) throws -> [String: String] {
    Dictionary(try sources(in: upstream).map { ($0.name, describe($0)) }) { $1 }
  }

  private func environments(_ upstream: NodeSet) -> [String: String] {
    Dictionary(upstream.of(Environment.self).map { ($0.name, $0.version) }) { $1 }
  }

  private func changes(from old: [String: String], to new: [String: String]) -> String {
    if old.isEmpty && new.isEmpty { return "not recorded" }
    let lines = Set(old.keys).union(new.keys).sorted().compactMap { key -> String? in
      switch (old[key], new[key]) {
      case (let old?, let new?): old == new ? nil : "\(key) \(old) → \(new)"
      case (nil, let new?): "\(key): \(new), only in the second"
      case (let old?, nil): "\(key): \(old), only in the first"
      case (nil, nil): nil
      }
    }
    return lines.isEmpty ? "the same" : lines.joined(separator: "\n               ")
  }
}

// MARK: - Words

extension Trace {
  private func name(_ node: Node) -> String {
    node.kind == .run ? "run \(node.name)" : "\(node.kind) \(node.name) \(short(node))"
  }

  /// The first digits of the content's digest, or else of the id.
  private func short(_ node: Node) -> String {
    let digits = node.contentDigest?.bytes ?? node.id.digest.bytes
    return digits.prefix(4).map { ($0 < 16 ? "0" : "") + String($0, radix: 16) }.joined()
  }

  /// What is known about a node that belongs on its line.
  private func facts(_ node: Node) -> String {
    let rows = graph.attribute("rows", of: node)?.intValue.map { ", \($0) rows" } ?? ""
    let parameters = attributes("parameter.", of: node.id)
    let metrics = attributes("metric.", of: node.id)
    return rows + (parameters.isEmpty ? "" : ": " + list(parameters))
      + (metrics.isEmpty ? "" : " → " + list(metrics))
  }

  private func attributes(_ prefix: String, of node: NodeID) -> [String: AttributeValue] {
    var found: [String: AttributeValue] = [:]
    for (key, value) in graph.attributes(of: node) where key.hasPrefix(prefix) {
      found[String(key.dropFirst(prefix.count))] = value
    }
    return found
  }

  private func list(_ values: [String: AttributeValue]) -> String {
    values.sorted { $0.key < $1.key }.map { "\($0.key) \($0.value)" }.joined(separator: ", ")
  }

  /// The code that runs executed, as far as version control knew it, each once.
  private func sources(in upstream: NodeSet) throws -> [Code] {
    let executed = try upstream.of(Run.self).flatMap { run in
      try graph.causes(of: run, edges: .executed).filter { $0.role == "source" }.map(\.cause)
    }
    return upstream.of(Code.self).filter { Set(executed).contains($0.id) }
  }

  private func describe(_ code: Code) -> String {
    let facts = graph.attributes(of: code)
    let isDirty = facts["git.dirty"]?.boolValue ?? false
    return "\(code.name) \(facts["git.commit"]?.stringValue?.prefix(12) ?? "")"
      + (isDirty ? " with uncommitted changes" : "")
  }

  private func describe(_ environment: Environment) -> String {
    let facts = graph.attributes(of: environment)
    let keys = ["os.version", "cpu.model"]
    let swift = facts["swift.version"]?.stringValue.map { ["Swift \($0)"] } ?? []
    return ([environment.name] + keys.compactMap { facts[$0]?.stringValue } + swift)
      .joined(separator: ", ")
  }
}
