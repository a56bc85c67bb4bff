// What whoever erases payloads has to know.

extension ProvenanceGraph {
  /// What an annotation's or a retraction's record is about; `nil` for any other.
  package func subject(of id: RecordID) -> Annotation.Subject? {
    switch storage.place(of: id) {
    case .annotation(let row)?:
      switch storage.annotations.subject(of: row) {
      case .node(let node): return .node(storage.nodes.ids[node])
      case .edge(let key): return .edge(storage.edge(key))
      }
    case .retraction(let row)?:
      switch storage.retractions.retractions[Int(row)].target {
      case .node(let node): return .node(node)
      case .edge(let edge): return .edge(edge)
      case .record(let record): return record == id ? nil : subject(ofTarget: record)
      }
    case .pendingAnnotation?:
      for case .annotation(id, let annotation) in storage.pending.facts(at: horizon) {
        return annotation.subject
      }
      return nil
    default: return nil
    }
  }

  /// What the record at the end of a chain of retractions is about.
  private func subject(ofTarget id: RecordID) -> Annotation.Subject? {
    var id = id
    var seen: Set<RecordID> = []
    while seen.insert(id).inserted, case .retraction(let row)? = storage.place(of: id) {
      switch storage.retractions.retractions[Int(row)].target {
      case .node(let node): return .node(node)
      case .edge(let edge): return .edge(edge)
      case .record(let next): id = next
      }
    }
    guard case .annotation(let row)? = storage.place(of: id) else { return nil }
    switch storage.annotations.subject(of: row) {
    case .node(let node): return .node(storage.nodes.ids[node])
    case .edge(let key): return .edge(storage.edge(key))
    }
  }

  /// Whether an annotation, a retraction, a tombstone or an unknown record has arrived.
  package func contains(_ id: RecordID) -> Bool { storage.place(of: id) != nil }

  /// The content digest that an annotation states.
  package func contentDigests(in id: RecordID) -> [SHA256Digest] {
    guard case .annotation(let row)? = storage.place(of: id) else { return [] }
    return storage.annotations.contentDigest(row, at: horizon).map { [$0] } ?? []
  }

  /// Every content digest that an annotation that was not erased states.
  ///
  /// O(annotations).
  package func referencedContents() -> Set<SHA256Digest> {
    var found: Set<SHA256Digest> = []
    for row in 0..<UInt32(storage.annotations.count) {
      if let digest = storage.annotations.contentDigest(row, at: horizon) { found.insert(digest) }
    }
    return found
  }
}
