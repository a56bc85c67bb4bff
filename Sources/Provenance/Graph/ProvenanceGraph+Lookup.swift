/// What a prefix of an id stands for.
public enum PrefixMatch: Sendable, Hashable {
  /// No node's id starts with it.
  case none
  /// One node's does.
  case unique(Node)
  /// Several do; the nodes in order of id.
  case ambiguous([Node])
}

/// The order in which versions of a name are listed.
public enum VersionOrder: Sendable, Hashable {
  /// In order of lineage: a version comes after those that it was made from, and otherwise in the
  /// order in which the graph learned of them.
  case recorded
  /// By the version text, runs of digits compared as numbers: `v2` before `v10`.
  case natural
}

extension ProvenanceGraph {
  /// The number of nodes.
  ///
  /// O(nodes that were retracted).
  public var nodeCount: Int {
    Int(view.rows) - storage.nodeStatus.rows(at: horizon) { $0 != [] }.count
  }

  /// The number of edges that count: neither retracted nor disputed, both ends recorded.
  ///
  /// O(n).
  public var edgeCount: Int {
    var count = 0
    forEachEdge { if status($0) == [] { count += 1 } }
    return count
  }

  /// Whether the graph has a node.
  ///
  /// Expected O(1).
  ///
  /// - Parameter node: The node.
  /// - Returns: Whether it is recorded and not retracted.
  public func contains(_ node: some NodeReference) -> Bool { row(of: node.nodeID) != nil }

  /// Whether the graph has an edge that counts.
  ///
  /// O(log of the number of its effect's causes).
  ///
  /// - Parameter edge: The edge.
  /// - Returns: Whether it is recorded, not retracted and not disputed.
  public func contains(_ edge: Edge) -> Bool {
    visibleKey(of: edge) != nil
  }

  /// The node with an id.
  ///
  /// Expected O(1).
  ///
  /// - Parameter id: The id.
  /// - Returns: `nil` if there is none.
  public func node(_ id: NodeID) -> Node? { row(of: id).map { storage.nodes[$0] } }

  /// The nodes whose ids start with a prefix.
  ///
  /// Expected O(number of matches).
  ///
  /// - Parameter prefix: The first digits.
  /// - Returns: The node, or all that it could mean.
  public func node(matching prefix: IdentifierPrefix) -> PrefixMatch {
    var rows: [NodeIndex] = []
    storage.nodes.forEach(matching: prefix) { if isVisible(node: $0) { rows.append($0) } }
    let found = rows.map { storage.nodes[$0] }.sorted { $0.id < $1.id }
    return found.count > 1 ? .ambiguous(found) : found.first.map { .unique($0) } ?? .none
  }

  /// The shortest prefix, of eight digits or more, that only this id has in this graph.
  ///
  /// - Parameter node: A node; it need not be in the graph.
  /// - Returns: The digits.
  public func abbreviation(of node: some NodeReference) -> String {
    let text = node.nodeID.description
    for count in stride(from: 8, to: 64, by: 1) {
      guard let prefix = try? IdentifierPrefix(String(text.prefix(count))) else { continue }
      switch self.node(matching: prefix) {
      case .none: return prefix.description
      case .unique(let found) where found.id == node.nodeID: return prefix.description
      default: continue
      }
    }
    return text
  }

  /// The nodes with given properties, in order of arrival.
  ///
  /// O(matches + names that match) where a name or namespace is given, else O(all names).
  ///
  /// - Parameters:
  ///   - kind: The kind; `nil` for any.
  ///   - namespace: The namespace; `nil` for any.
  ///   - name: The name; `nil` for any.
  ///   - version: The version; `nil` for any.
  /// - Returns: The nodes.
  public func nodes(
    kind: NodeKind? = nil, namespace: String? = nil, name: String? = nil, version: String? = nil
  ) -> [Node] {
    var rows: [NodeIndex] = []
    for family in storage.nodes.directory.matching(kind: kind, namespace: namespace, name: name) {
      storage.nodes.forEachVersion(ofFamily: family) { row in
        guard isVisible(node: row) else { return }
        if let version, !storage.nodes.versions.equals(row, version) { return }
        rows.append(row)
      }
    }
    return rows.sorted().map { storage.nodes[$0] }
  }

  /// All versions of a name, in order.
  ///
  /// In order of lineage, O(nodes and edges upstream of them).
  ///
  /// - Parameters:
  ///   - kind: The kind.
  ///   - name: The name.
  ///   - namespace: The namespace.
  ///   - order: The order.
  /// - Returns: The nodes, oldest first.
  public func versions(
    of kind: NodeKind, _ name: String, namespace: String = "", order: VersionOrder = .recorded
  ) -> [Node] {
    var rows: [NodeIndex] = []
    for family in storage.nodes.directory.matching(kind: kind, namespace: namespace, name: name) {
      storage.nodes.forEachVersion(ofFamily: family) { if isVisible(node: $0) { rows.append($0) } }
    }
    switch order {
    case .recorded:
      return causesFirst(rows.sorted().map { vertex(of: $0) })
        .map { storage.nodes[row(ofVertex: $0)] }
    case .natural:
      return rows.sorted {
        NaturalOrder.precedes(storage.nodes.versions[$0], storage.nodes.versions[$1])
      }.map { storage.nodes[$0] }
    }
  }

  /// The nodes with the same bytes: by a version `sha256:…` or by a content digest that was learned.
  ///
  /// - Parameter digest: The digest of the bytes.
  /// - Returns: The nodes, in order of arrival.
  public func nodes(withContent digest: SHA256Digest) -> [Node] {
    var candidates: Set<NodeIndex> = []
    storage.nodes.contents.forEach(digest) { candidates.insert($0) }
    storage.annotations.contents.forEach(digest) { candidates.insert($0) }
    return candidates.sorted().filter {
      isVisible(node: $0) && contentDigests($0).contains(digest)
    }.map { storage.nodes[$0] }
  }

  /// The digest of a node's bytes, if it is known and undisputed.
  ///
  /// - Parameter node: The node.
  /// - Returns: `nil` where none is known, or two different ones are.
  public func contentDigest(of node: some NodeReference) -> SHA256Digest? {
    guard let row = row(of: node.nodeID) else { return nil }
    let digests = contentDigests(row)
    return digests.count == 1 ? digests.first : nil
  }
}

// MARK: - Visibility

extension ProvenanceGraph {
  /// The row of a node that this view shows.
  func row(of id: NodeID) -> NodeIndex? {
    withExtendedLifetime(self) {
      guard let row = tables.lookup.row(of: id), isVisible(node: row) else { return nil }
      return row
    }
  }

  @inline(__always)
  func isVisible(node row: NodeIndex) -> Bool {
    row < view.rows
      && (!tables.hasNodeStatus || storage.nodeStatus.status(row, at: horizon) == [])
  }

  /// The key of an edge that counts in this view.
  func visibleKey(of edge: Edge) -> EdgeKey? {
    guard let found = find(edge), status(found) == [] else { return nil }
    return key(found)
  }

  func visibleRows() -> [NodeIndex] { (0..<view.rows).filter { isVisible(node: $0) } }

  /// Every content digest stated for a node: by its version and by annotations.
  func contentDigests(_ row: NodeIndex) -> Set<SHA256Digest> {
    var digests: Set<SHA256Digest> = []
    if let digest = storage.nodes[row].contentDigest { digests.insert(digest) }
    for annotation in visibleAnnotations(about: .node(row)) {
      if let digest = storage.annotations.contentDigest(annotation, at: horizon) {
        digests.insert(digest)
      }
    }
    return digests
  }
}

/// Orders texts as people do: runs of ASCII digits by value, the rest by bytes.
enum NaturalOrder {
  static func precedes(_ left: String, _ right: String) -> Bool {
    var first = left.utf8[...]
    var second = right.utf8[...]
    while let one = first.first, let two = second.first {
      if isDigit(one), isDigit(two) {
        let left = significant(first.prefix(while: isDigit))
        let right = significant(second.prefix(while: isDigit))
        if left.count != right.count { return left.count < right.count }
        if !left.elementsEqual(right) { return left.lexicographicallyPrecedes(right) }
        first = first.drop(while: isDigit)
        second = second.drop(while: isDigit)
      } else {
        if one != two { return one < two }
        first = first.dropFirst()
        second = second.dropFirst()
      }
    }
    if first.isEmpty != second.isEmpty { return first.isEmpty }
    // Equal but for leading zeros: bytes decide, so that the order is total.
    return left.utf8.lexicographicallyPrecedes(right.utf8)
  }

  private static func isDigit(_ byte: UInt8) -> Bool {
    byte >= UInt8(ascii: "0") && byte <= UInt8(ascii: "9")
  }

  private static func significant(_ digits: Substring.UTF8View) -> Substring.UTF8View {
    digits.drop { $0 == UInt8(ascii: "0") }
  }
}
