public import Provenance

extension ReferenceView {
  /// The current attributes of a node or an edge that counts: for each key the value of the greatest
  /// (event time, bytes of the source, record id); a `null` withdraws.
  ///
  /// - Parameter subject: A node or an edge.
  /// - Returns: The attributes; empty for what does not count.
  public func attributes(of subject: Annotation.Subject) -> AttributeMap {
    guard counts(subject) else { return AttributeMap() }
    var current = AttributeMap()
    for (_, body, _) in statements(about: subject) {
      for (key, value) in body?.attributes ?? AttributeMap() { current[key] = value }
    }
    for (key, value) in current where value.isNull { current[key] = nil }
    return current
  }

  /// The ids of everything said about a node or an edge that counts: by event time, source and
  /// record; what was erased comes first.
  ///
  /// - Parameter subject: A node or an edge.
  /// - Returns: The records, and whether each is retracted.
  public func history(
    of subject: Annotation.Subject
  ) -> [(record: RecordID, body: Annotation.Body?, isRetracted: Bool)] {
    guard counts(subject) else { return [] }
    return statements(about: subject, includingRetracted: true)
  }

  /// Whether a node or an edge counts.
  ///
  /// - Parameter subject: A node or an edge.
  /// - Returns: Whether it does.
  public func counts(_ subject: Annotation.Subject) -> Bool {
    switch subject {
    case .node(let id): nodes[id] != nil
    case .edge(let edge): edges.contains(edge)
    }
  }

  private func statements(
    about subject: Annotation.Subject, includingRetracted: Bool = false
  ) -> [(record: RecordID, body: Annotation.Body?, isRetracted: Bool)] {
    facts.annotations
      .filter { $0.value.subject == subject }
      .map { (record: $0, body: $1.body, isRetracted: isRetracted(.record($0))) }
      .filter { includingRetracted || !$0.isRetracted }
      .sorted { left, right in
        let leftKey = (left.body?.time, left.body.map { Array($0.source.utf8) } ?? [])
        let rightKey = (right.body?.time, right.body.map { Array($0.source.utf8) } ?? [])
        if leftKey.0 != rightKey.0 {
          guard let leftTime = leftKey.0 else { return true }
          guard let rightTime = rightKey.0 else { return false }
          return leftTime < rightTime
        }
        if leftKey.1 != rightKey.1 { return leftKey.1.lexicographicallyPrecedes(rightKey.1) }
        return left.record < right.record
      }
  }

  /// Every digest that is stated for the content of a node: by its version and by annotations.
  ///
  /// - Parameter node: The node.
  /// - Returns: The digests.
  public func contentDigests(of node: Node) -> Set<SHA256Digest> {
    var digests = Set([node.contentDigest].compactMap { $0 })
    for (_, body, _) in statements(about: .node(node.id)) {
      if let bytes = body?.attributes[AttributeKey.contentDigest]?.bytesValue,
        let digest = SHA256Digest(bytes: bytes)
      {
        digests.insert(digest)
      }
    }
    return digests
  }
}

extension ReferenceView {
  /// What the records contradict one another in, in the order in which a graph lists it.
  public var conflicts: [Conflict] {
    let content = nodes.values.sorted { $0.id < $1.id }.compactMap { node -> Conflict? in
      let digests = contentDigests(of: node)
      return digests.count > 1 ? .content(node, digests.sorted()) : nil
    }
    let relations = forbiddenEdges.sorted().compactMap { edge -> Conflict? in
      guard let effect = nodes[edge.effect], let cause = nodes[edge.cause] else { return nil }
      return .relationNotAllowed(edge, from: effect.kind, to: cause.kind)
    }
    return cycles(disputedCausalEdges) + cycles(disputedPartEdges) + content + relations
      + facts.unknown.sorted { $0.key < $1.key }.map { .unknownRecord($0.key, $0.value) }
  }

  private func cycles(_ edges: Set<Edge>) -> [Conflict] {
    var left = Set(edges.flatMap { [$0.effect, $0.cause] })
    var found: [Conflict] = []
    while let first = left.min() {
      // Every disputed edge lies on a cycle, so whatever is reached leads back.
      let component = Self.causes(from: first, over: edges)
      left.subtract(component)
      found.append(
        .cycle(
          nodes: component.sorted().compactMap { nodes[$0] },
          edges: edges.filter { component.contains($0.effect) }.sorted()))
    }
    return found
  }

  /// The facts that wait for something they speak of, in the order in which a graph lists them.
  public var pending: [PendingFact] {
    let waitingEdges = pendingEdges.sorted().map { edge -> PendingFact in
      let ends = edge.effect == edge.cause ? [edge.effect] : [edge.effect, edge.cause]
      return .edge(edge, missing: ends.filter { facts.nodes[$0] == nil })
    }
    let annotations = facts.annotations
      .filter { !facts.has($0.value.subject) && !isRetracted(.record($0.key)) }
      .sorted { $0.key < $1.key }
      .map { PendingFact.annotation($0.key, $0.value.subject) }
    let retractions = facts.retractions
      .filter { !facts.has($0.value.target) && standing.contains($0.key) }
      .sorted { $0.key < $1.key }
      .map { PendingFact.retraction($0.key, $0.value.target) }
    return waitingEdges + annotations + retractions
  }
}
