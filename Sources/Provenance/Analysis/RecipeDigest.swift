extension ProvenanceGraph {
  /// A digest of how a node was made: equal recipes were made the same way.
  ///
  /// Left out are run ids, times, names and what came out. Taken in are, from the node up through
  /// everything upstream: relations and roles; the code; the parameters of runs; environments; and the
  /// content of what nothing in the graph made. So training twice with the same code, parameters,
  /// environment and data gives one recipe, even where the bytes of the two models differ.
  ///
  /// Each node's digest is SHA-256 over the canonical encoding of `["provenance.recipe", node kind, 1,
  /// what, edges]`. `what` is a run's parameters as a map; for code and environments, and for datasets
  /// and models without causes, the content digest, or else the version, or else namespace and name;
  /// null for a dataset or model that something made. `edges` holds `[edge kind, role or null, digest
  /// of the cause]` for each causal edge, in order of their encodings.
  ///
  /// O(nodes, edges and annotations upstream).
  ///
  /// - Parameters:
  ///   - node: The node.
  ///   - position: The position at which to look; by default, that of this graph.
  /// - Returns: The digest.
  /// - Throws: ``GraphError`` with ``GraphError/Kind/unknownNode(_:)``.
  public func recipeDigest(
    of node: some NodeReference, at position: Position? = nil
  ) throws(GraphError) -> UpstreamDigest {
    let view = position.map { asOf($0) } ?? self
    return try view.foldUpstream(from: node.nodeID) { vertex, digests in
      view.recipeEntry(vertex, digests)
    }
  }

  private func recipeEntry(
    _ vertex: Vertex, _ digests: [Vertex: SHA256Digest]
  ) -> SHA256Digest {
    var edges: [[UInt8]] = []
    let row = row(ofVertex: vertex)
    forEachNeighbour(of: vertex, .upstream, .causal) { edge, cause, status in
      guard status == [], let digest = digests[cause] else { return }
      var encoder = CBOREncoder()
      encoder.array(count: 3)
      encoder.unsigned(UInt64(edge.kind.rawValue))
      encoder.optionalText(edge.role == EdgeRef.noRole ? nil : storage.roleNames[edge.role])
      encoder.digest(digest)
      edges.append(encoder.bytes)
    }
    edges.sort { $0.lexicographicallyPrecedes($1) }
    var encoder = CBOREncoder()
    encoder.array(count: 5)
    encoder.text("provenance.recipe")
    encoder.unsigned(UInt64(storage.nodes.kind(of: row).rawValue))
    encoder.unsigned(1)
    describe(row, hasCauses: !edges.isEmpty, into: &encoder)
    encoder.array(count: edges.count)
    var bytes = encoder.bytes
    for edge in edges { bytes += edge }
    return SHA256.hash(bytes)
  }

  private func describe(_ row: NodeIndex, hasCauses: Bool, into encoder: inout CBOREncoder) {
    let node = storage.nodes[row]
    switch node.kind {
    case .run:
      var parameters = AttributeMap()
      for (key, value) in currentAttributes(of: .node(row))
      where key.utf8.starts(with: AttributeKey.parameterPrefix.utf8) {
        parameters[key] = value
      }
      encode(parameters, into: &encoder)
    case .dataset where hasCauses, .model where hasCauses:
      encoder.null()
    case .dataset, .model, .code, .environment:
      let digests = contentDigests(row)
      if digests.count == 1, let digest = digests.first {
        encoder.digest(digest)
      } else if !node.version.isEmpty {
        encoder.text(node.version)
      } else {
        encoder.array(count: 2)
        encoder.text(node.namespace)
        encoder.text(node.name)
      }
    }
  }

  private func encode(_ attributes: AttributeMap, into encoder: inout CBOREncoder) {
    do throws(AttributeError) {
      try attributes.encode(
        into: &encoder,
        limit: AttributeLimit(depth: AttributeLimit.record.depth, byteCount: 1 << 40))
    } catch { preconditionFailure("recorded attributes are within the depth limit: \(error)") }
  }
}
