/// One fact: the unit that is stored, hashed, merged and proven.
///
/// A record is a hashed header and an erasable part. The header is what the record id and the log's
/// Merkle tree cover; it holds the identities and a commitment to the erasable part. Node and edge
/// records have no erasable part: keep personal data out of names.
///
/// Encodings (deterministic CBOR, RFC 8949 section 4.2.1), schema version 1:
///
///     header   ["provenance.record", kind, 1, …]
///       node         0  …, node kind, namespace, name, version, [[edge kind, cause, role|null], …]
///       edge         1  …, edge kind, effect, cause, role|null
///       annotation   2  …, subject, commitment
///       retraction   3  …, target, commitment
///       tombstone    4  …, record id, commitment
///     subject  node id | [edge kind, effect, cause, role|null]
///     target   [0, node id] | [1, [edge kind, effect, cause, role|null]] | [2, record id]
///     payload  ["provenance.payload", kind, 1, salt, time, source, attributes|reason]
///     commitment = SHA-256(payload)
public struct Record: Sendable {
  /// The record's id: the Merkle leaf hash of its header.
  public let id: RecordID
  /// What it says.
  public let content: Content
  /// The hashed header, encoded.
  package let header: [UInt8]
  /// The erasable part, encoded; empty where there is none or it was erased.
  package let payload: [UInt8]

  /// What a record says.
  @nonexhaustive
  public enum Content: Sendable, Hashable {
    /// A node exists, with the edges to its causes that were known when it was recorded.
    case node(NodeRecord)
    /// An edge exists.
    case edge(Edge)
    /// Something was learned.
    case annotation(Annotation)
    /// Something recorded was wrong.
    case retraction(Retraction)
    /// A payload was erased.
    case tombstone(Tombstone)
    /// A record of a later version: kept and hashed, ignored by the graph and reported.
    case unknown(UnknownRecord)
  }

  init(content: Content, header: [UInt8], payload: [UInt8]) throws(RecordError) {
    let size = header.count + payload.count
    guard size <= Limits.recordBytes else {
      throw RecordError(.tooLarge(bytes: size, limit: Limits.recordBytes))
    }
    self.content = content
    self.header = header
    self.payload = payload
    id = RecordID(header: header)
  }
}

extension Record: Hashable {
  /// Compares records by id and by payload: an erased record is not the whole one.
  public static func == (lhs: Self, rhs: Self) -> Bool {
    lhs.id == rhs.id && lhs.payload == rhs.payload
  }

  /// Feeds the id into a hasher.
  public func hash(into hasher: inout Hasher) { hasher.combine(id) }
}

/// A node and the edges to its causes that are recorded with it.
public struct NodeRecord: Sendable, Hashable {
  /// The node.
  public let node: Node
  /// Its edges, in ascending order, without duplicates.
  public let edges: [Edge]

  /// Puts a node and its edges together.
  ///
  /// - Parameters:
  ///   - node: The node.
  ///   - edges: Edges that start from it, in any order; duplicates count once.
  /// - Throws: ``RecordError`` with ``RecordError/Kind/edgeOfAnotherNode(_:)``.
  public init(_ node: Node, edges: [Edge] = []) throws(RecordError) {
    for index in edges.indices where edges[index].effect != node.id {
      throw RecordError(.edgeOfAnotherNode(edges[index]))
    }
    self.node = node
    self.edges = Self.sortedByCause(edges) ?? Self.sorted(edges)
  }

  /// The edges in order, if their kinds and the first words of their causes tell them apart.
  ///
  /// They nearly always do; and to sort numbers, and then to copy each edge once, is much cheaper than
  /// to sort edges.
  private static func sortedByCause(_ edges: [Edge]) -> [Edge]? {
    typealias Place = (kind: UInt8, word: UInt64, index: Int)
    var places: [Place] = []
    places.reserveCapacity(edges.count)
    for index in edges.indices {
      places.append((edges[index].kind.rawValue, edges[index].cause.digest.w0, index))
    }
    places.sort { ($0.kind, $0.word) < ($1.kind, $1.word) }
    for (place, next) in zip(places, places.dropFirst())
    where place.kind == next.kind && place.word == next.word {
      return nil
    }
    return places.map { edges[$0.index] }
  }

  private static func sorted(_ edges: [Edge]) -> [Edge] {
    var unique: [Edge] = []
    unique.reserveCapacity(edges.count)
    for edge in edges.sorted() where edge != unique.last { unique.append(edge) }
    return unique
  }

  init(node: Node, sortedEdges: [Edge]) {
    self.node = node
    edges = sortedEdges
  }
}

/// A record of a kind or schema version that this version of the library does not know.
public struct UnknownRecord: Sendable, Hashable {
  /// The record kind's number.
  public let kind: UInt8
  /// The schema version.
  public let schema: UInt8
}

extension Record {
  /// Records a node and the edges that are known with it.
  ///
  /// - Parameters:
  ///   - node: A node of any type.
  ///   - edges: Edges that start from it, in any order; duplicates count once.
  /// - Throws: ``RecordError``.
  public init(_ node: some TypedNode, edges: [Edge] = []) throws(RecordError) {
    try self.init(.node(NodeRecord(node.node, edges: edges)))
  }

  /// Records a node and the edges that are known with it.
  ///
  /// - Parameters:
  ///   - node: A node of any kind.
  ///   - edges: Edges that start from it, in any order; duplicates count once.
  /// - Throws: ``RecordError``.
  public init(_ node: Node, edges: [Edge] = []) throws(RecordError) {
    try self.init(.node(NodeRecord(node, edges: edges)))
  }

  /// Records an edge.
  ///
  /// - Parameter edge: The edge.
  /// - Throws: ``RecordError``.
  public init(_ edge: Edge) throws(RecordError) { try self.init(.edge(edge)) }

  /// Records an annotation.
  ///
  /// - Parameter annotation: The annotation; not an erased one.
  /// - Throws: ``RecordError``.
  public init(_ annotation: Annotation) throws(RecordError) {
    try self.init(.annotation(annotation))
  }

  /// Records a retraction.
  ///
  /// - Parameter retraction: The retraction; not an erased one.
  /// - Throws: ``RecordError``.
  public init(_ retraction: Retraction) throws(RecordError) {
    try self.init(.retraction(retraction))
  }

  /// Records a tombstone.
  ///
  /// - Parameter tombstone: The tombstone; not an erased one.
  /// - Throws: ``RecordError``.
  public init(_ tombstone: Tombstone) throws(RecordError) {
    try self.init(.tombstone(tombstone))
  }
}
