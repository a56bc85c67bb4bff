// All that field lineage asks of a graph beyond its public interface.

/// One annotation's value of ``AttributeKey/fieldMappings``.
struct MappingAnnotation: Sendable {
  var value: AttributeValue
  var time: Timestamp
  var source: String
  var record: RecordID
}

/// Where edges that do not count would have led from or to a node.
struct FieldObstacles: Sendable {
  /// By effect: upstream of these nodes something is missing.
  var upstream: [NodeID: Incompleteness] = [:]
  /// By cause: downstream of these nodes something is missing.
  var downstream: [NodeID: Incompleteness] = [:]

  var isEmpty: Bool { upstream.isEmpty && downstream.isEmpty }
}

extension ProvenanceGraph {
  /// Calls `body` with every edge that counts and about which an annotation that counts has a key, and
  /// with what these say, in no particular order.
  ///
  /// O(annotations).
  func forEachEdgeAnnotated(_ key: String, _ body: (Edge, [MappingAnnotation]) -> Void) {
    let table = storage.annotations
    for row in 0..<UInt32(table.count) {
      let subject = table.subject(of: row)
      guard case .edge(let edge) = subject, table.rows(about: subject).first == row,
        let visible = find(edge), status(visible) == []
      else { continue }
      var found: [MappingAnnotation] = []
      for row in visibleAnnotations(about: subject) {
        guard let body = table.body(row, at: horizon), let value = body.attributes[key] else {
          continue
        }
        found.append(
          MappingAnnotation(
            value: value, time: body.time, source: body.source, record: table.ids[row]))
      }
      if !found.isEmpty { body(storage.edge(edge), found) }
    }
  }

  /// Where disputed and pending edges of some kinds would have led.
  ///
  /// O(n).
  func fieldObstacles(_ kinds: EdgeKindSet) -> FieldObstacles {
    var obstacles = FieldObstacles()
    func note(_ edge: Edge, _ reason: Incompleteness) {
      guard kinds.contains(edge.kind) else { return }
      obstacles.upstream[edge.effect, default: []].insert(reason)
      obstacles.downstream[edge.cause, default: []].insert(reason)
    }
    for conflict in conflicts {
      if case .cycle(_, let edges) = conflict { for edge in edges { note(edge, .disputedEdges) } }
    }
    for fact in pending {
      switch fact {
      case .edge(let edge, _), .annotation(_, .edge(let edge)): note(edge, .pendingEdges)
      default: break
      }
    }
    return obstacles
  }
}
