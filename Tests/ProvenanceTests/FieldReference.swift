import Provenance

/// Field lineage done slowly: every rule as a loop over everything that was said.
struct FieldReference {
  /// What one source said of an edge at one time; `nil` mappings withdraw.
  struct Said {
    var edge: Edge
    var source: String
    var time: Timestamp
    var mappings: FieldMappings?
    var isRetracted = false
  }

  /// An output, an input, and how the one enters the other.
  struct Dependency: Hashable {
    var output: Field
    var input: Field
    var ways: Set<Way>
  }

  struct Way: Hashable {
    var kind: FieldTransformation.Kind
    var masks: Bool
  }

  /// A field, and whether all that lies inside it is meant too.
  struct Reached: Hashable {
    var field: Field
    var isFull: Bool
  }

  struct Answer: Equatable {
    var fields: Set<Field> = []
    var distances: [Field: Int] = [:]
    var gaps: Set<Field> = []
    var masked: Set<Field> = []
    var incompleteness: Incompleteness = []
  }

  let graph: ProvenanceGraph
  let statements: [(edge: Edge, mappings: FieldMappings)]
  let dependencies: [Dependency]
  /// Every field that a mapping names and the graph has, and the wholes of their nodes.
  let named: Set<Field>
  let unknownInputs: Set<Field>

  init(_ graph: ProvenanceGraph, _ said: [Said]) {
    self.graph = graph
    var statements: [(edge: Edge, mappings: FieldMappings)] = []
    for edge in Set(said.map(\.edge)) where graph.contains(edge) {
      for source in Set(said.map(\.source)) {
        let all = said.filter { $0.edge == edge && $0.source == source && !$0.isRetracted }
        let latest = all.map(\.time).max()
        statements += all.filter { $0.time == latest }.compactMap { said in
          said.mappings.map { (edge, $0) }
        }
      }
    }
    self.statements = statements
    var ways: [Field: [Field: Set<Way>]] = [:]
    var named: Set<Field> = []
    var unknown: Set<Field> = []
    for (edge, mappings) in statements {
      named.insert(Field(edge.effect))
      for mapping in mappings.mappings {
        let output = Field(edge.effect, mapping.output)
        named.insert(output)
        for input in mapping.inputs {
          guard graph.contains(input.field.node) else {
            unknown.insert(output)
            continue
          }
          named.formUnion([input.field, Field(input.field.node)])
          var found = Set(input.transformations.map { Way(kind: $0.kind, masks: $0.masks) })
          if found.isEmpty { found = [Way(kind: .unspecified, masks: false)] }
          ways[output, default: [:]][input.field, default: []].formUnion(found)
        }
      }
    }
    self.named = named
    unknownInputs = unknown
    dependencies = ways.flatMap { output, inputs in
      inputs.map { Dependency(output: output, input: $0.key, ways: $0.value) }
    }
  }
}

// MARK: - Nodes

extension FieldReference {
  private func neighbours(_ entity: NodeID, isUpstream: Bool) -> Set<NodeID> {
    var found: Set<NodeID> = []
    var seen: Set<NodeID> = [entity]
    var work = [entity]
    while let node = work.popLast() {
      let isRun = graph.node(node)?.kind == .run
      let kinds: EdgeKindSet =
        isUpstream
        ? isRun ? [.used, .configuredBy, .informedBy] : [.generatedBy, .derivedFrom]
        : isRun ? [.generatedBy, .informedBy] : [.derivedFrom, .used, .configuredBy]
      let edges =
        try? isUpstream
        ? graph.causes(of: node, edges: kinds)
        : graph.effects(of: node, edges: kinds)
      for edge in edges ?? [] {
        let next = isUpstream ? edge.cause : edge.effect
        if graph.node(next)?.kind == .run {
          if seen.insert(next).inserted { work.append(next) }
        } else {
          found.insert(next)
        }
      }
    }
    return found
  }

  func causes(of node: NodeID) -> Set<NodeID> {
    neighbours(node, isUpstream: true).union(
      dependencies.filter { $0.output.node == node }.map(\.input.node))
  }

  func effects(of node: NodeID) -> Set<NodeID> {
    neighbours(node, isUpstream: false).union(
      dependencies.filter { $0.input.node == node }.map(\.output.node))
  }

  func isGap(_ field: Field) -> Bool {
    let edges = (try? graph.causes(of: field.node, edges: [.generatedBy, .derivedFrom])) ?? []
    let hasMappings = statements.contains { $0.edge.effect == field.node }
    guard hasMappings || !neighbours(field.node, isUpstream: true).isEmpty else { return false }
    func covers(_ edge: Edge) -> Bool {
      statements.filter { $0.edge == edge }.flatMap(\.mappings.mappings).contains { mapping in
        guard mapping.output.contains(field.path) else { return false }
        let ways = mapping.inputs.map(\.transformations)
        let saysWhence =
          ways.isEmpty || ways.contains { $0.isEmpty || $0.contains { $0.kind != .indirect } }
        return !mapping.output.isWhole || saysWhence
      }
    }
    func isExhaustive(_ edge: Edge) -> Bool {
      statements.contains { $0.edge == edge && $0.mappings.isExhaustive }
    }
    let derived = edges.filter { $0.kind == .derivedFrom }
    let runs = edges.filter { $0.kind == .generatedBy }
    if !derived.isEmpty, derived.allSatisfy(isExhaustive) || derived.contains(where: covers) {
      return false
    }
    return runs.isEmpty || !runs.allSatisfy { covers($0) || isExhaustive($0) }
  }
}

// MARK: - Walks

extension FieldReference {
  /// What is reached from a field, all of it or up to a depth.
  func reach(from start: Field, isUpstream: Bool, _ query: FieldQuery) -> Answer {
    var isAssuming = false
    var answer = walk(start, isUpstream, query, isAssuming)
    if query.assumesNodeLineage, !answer.gaps.isEmpty {
      isAssuming = true
      let first = answer.incompleteness
      answer = walk(start, isUpstream, query, isAssuming)
      answer.incompleteness.formUnion(first)
    }
    return answer
  }

  func isFollowed(_ dependency: Dependency, _ query: FieldQuery) -> Bool {
    dependency.ways.contains { way in
      query.kinds.contains(FieldDependencyKinds(way.kind))
        && !(query.stopsAtMasking && way.masks)
    }
  }

  private func walk(
    _ start: Field, _ isUpstream: Bool, _ query: FieldQuery, _ isAssuming: Bool
  ) -> Answer {
    var answer = Answer()
    var stopped: Set<Field> = []
    var seen: Set<Reached> = [Reached(field: start, isFull: true)]
    var frontier = Array(seen)
    var depth = 0
    while !frontier.isEmpty {
      var next: [Reached] = []
      for item in frontier {
        look(item, start, isUpstream, &answer)
        var targets = isAssuming ? assumed(item, isUpstream) : []
        for dependency in dependencies {
          let near = isUpstream ? dependency.output : dependency.input
          let far = isUpstream ? dependency.input : dependency.output
          guard near.node == item.field.node,
            near.path.contains(item.field.path)
              || item.isFull && item.field.path.contains(near.path)
          else { continue }
          if isFollowed(dependency, query) {
            targets.insert(Reached(field: far, isFull: true))
          } else if dependency.ways.contains(where: {
            query.kinds.contains(FieldDependencyKinds($0.kind))
          }) {
            stopped.insert(far)
          }
        }
        for target in targets {
          let full = Reached(field: target.field, isFull: true)
          if seen.contains(target) || seen.contains(full) { continue }
          if depth >= query.limits.depth {
            answer.incompleteness.insert(.depthLimit)
            continue
          }
          seen.insert(target)
          next.append(target)
        }
      }
      depth += 1
      for item in next where answer.distances[item.field] == nil {
        answer.distances[item.field] = depth
      }
      frontier = next.filter { $0.isFull || !seen.contains(Reached(field: $0.field, isFull: true)) }
    }
    let all = Set(seen.map(\.field)).subtracting([start])
    answer.masked = stopped.subtracting(all).subtracting([start])
    answer.fields = all
    if let nodes = query.nodes {
      answer.fields = all.filter { nodes.contains($0.node) }
      answer.masked = answer.masked.filter { nodes.contains($0.node) }
    }
    return answer
  }

  private func look(
    _ item: Reached, _ start: Field, _ isUpstream: Bool, _ answer: inout Answer
  ) {
    if isUpstream {
      if isGap(item.field) { answer.gaps.insert(item.field) }
      let overlapping = unknownInputs.contains {
        $0.node == item.field.node && $0.path.overlaps(item.field.path)
      }
      if overlapping { answer.incompleteness.insert(.pendingEdges) }
    } else {
      for effect in effects(of: item.field.node) where isGap(Field(effect)) {
        answer.gaps.insert(Field(effect))
      }
    }
  }

  private func assumed(_ item: Reached, _ isUpstream: Bool) -> Set<Reached> {
    if isUpstream {
      guard isGap(item.field) else { return [] }
      return Set(causes(of: item.field.node).map { Reached(field: Field($0), isFull: true) })
    }
    var found: Set<Reached> = []
    for effect in effects(of: item.field.node) {
      let fields = named.filter { $0.node == effect }
      for field in fields.union([Field(effect)]) where isGap(field) {
        found.insert(Reached(field: field, isFull: fields.isEmpty))
      }
    }
    return found
  }
}
