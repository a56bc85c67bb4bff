/// A digest over a node and everything upstream of it.
public struct UpstreamDigest: Sendable, Hashable {
  /// The digest.
  public let digest: SHA256Digest
  /// Why the digest may not cover all that lies upstream; empty if it does.
  public let incompleteness: Incompleteness

  /// Whether the digest covers all that lies upstream.
  public var isComplete: Bool { incompleteness.isEmpty }
}

extension ProvenanceGraph {
  /// A Merkle hash over the exact record of a node and everything upstream of it, for audit.
  ///
  /// It covers identities, edges with their roles, and the ids of all annotations that stand, and so
  /// all they say, erased or not: two stores that give the same digest know the same of this lineage.
  /// It does not depend on the order of arrival, nor does erasing a payload change it.
  ///
  /// Each node's digest is SHA-256 over the canonical encoding of `["provenance.lineage", node kind,
  /// 1, node id, annotations, edges]`: the ids of its annotations in order, and for each causal edge
  /// in order `[edge kind, role or null, annotations of the edge, digest of the cause]`; for an edge
  /// on a cycle, which is not followed, the cause's id stands in place of its digest.
  ///
  /// O(nodes, edges and annotations upstream).
  ///
  /// - Parameters:
  ///   - node: The node.
  ///   - position: The position at which to look; by default, that of this graph.
  /// - Returns: The digest.
  /// - Throws: ``GraphError`` with ``GraphError/Kind/unknownNode(_:)``.
  public func lineageDigest(
    of node: some NodeReference, at position: Position? = nil
  ) throws(GraphError) -> UpstreamDigest {
    let view = position.map { asOf($0) } ?? self
    return try view.foldUpstream(from: node.nodeID) { vertex, digests in
      view.lineageEntry(vertex, digests)
    }
  }

  private func lineageEntry(
    _ vertex: Vertex, _ digests: [Vertex: SHA256Digest]
  ) -> SHA256Digest {
    var encoder = CBOREncoder()
    encoder.array(count: 6)
    encoder.text("provenance.lineage")
    let row = row(ofVertex: vertex)
    encoder.unsigned(UInt64(storage.nodes.kind(of: row).rawValue))
    encoder.unsigned(1)
    encoder.digest(storage.nodes.ids[row].digest)
    annotationIDs(about: .node(row), into: &encoder)
    var edges: [(Edge, EdgeRef, Status)] = []
    forEachNeighbour(of: vertex, .upstream, .causal) { ref, _, status in
      if status.subtracting(.disputed) == [] { edges.append((edge(ref), ref, status)) }
    }
    edges.sort { $0.0 < $1.0 }
    encoder.array(count: edges.count)
    for (edge, ref, status) in edges {
      encoder.array(count: 4)
      encoder.unsigned(UInt64(edge.kind.rawValue))
      encoder.optionalText(edge.role)
      annotationIDs(about: .edge(key(ref)), into: &encoder)
      if status == [], let digest = digests[ref.cause] {
        encoder.digest(digest)
      } else {
        encoder.digest(edge.cause.digest)
      }
    }
    return SHA256.hash(encoder.bytes)
  }

  private func annotationIDs(
    about subject: AnnotationTable.Subject, into encoder: inout CBOREncoder
  ) {
    let ids = visibleAnnotations(about: subject).map { storage.annotations.ids[$0] }.sorted()
    encoder.array(count: ids.count)
    for id in ids { encoder.digest(id.digest) }
  }

  /// Works out a digest for each node upstream of one, causes first, and returns that of the last.
  func foldUpstream(
    from id: NodeID, _ entry: (Vertex, [Vertex: SHA256Digest]) -> SHA256Digest
  ) throws(GraphError) -> UpstreamDigest {
    let start = try known(id)
    let (vertices, incompleteness) = selfAndAncestors(start, .causal)
    var digests: [Vertex: SHA256Digest] = [:]
    for vertex in topologicallySorted(Array(vertices)) {
      digests[vertex] = entry(vertex, digests)
    }
    guard let digest = digests[start] else { preconditionFailure("the start was folded last") }
    return UpstreamDigest(digest: digest, incompleteness: incompleteness)
  }
}
