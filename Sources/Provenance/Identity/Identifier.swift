/// An id that is a SHA-256 digest: of a node, an edge or a record.
///
/// As text it is 64 lower-case hexadecimal digits; people write a unique prefix of at least four
/// (``IdentifierPrefix``).
public protocol Identifier: Hashable, Comparable, Sendable, CustomStringConvertible {
  /// The 32 bytes.
  var digest: SHA256Digest { get }

  /// Takes a digest for an id.
  init(digest: SHA256Digest)
}

extension Identifier {
  /// Reads an id from its full text form.
  ///
  /// - Parameter text: 64 lower-case hexadecimal digits.
  /// - Throws: ``IdentifierError`` that says what is wrong and where.
  public init(parsing text: String) throws(IdentifierError) {
    try self.init(digest: SHA256Digest(hexadecimal: text))
  }

  /// 64 lower-case hexadecimal digits.
  public var description: String { Hexadecimal.encode(digest.bytes) }

  /// The first digits of the id.
  ///
  /// - Parameter count: How many, from 1 to 64. A graph knows how many make the id unique in it:
  ///   ``ProvenanceGraph/abbreviation(of:)``.
  /// - Returns: The digits.
  public func abbreviated(to count: Int = 12) -> String { String(description.prefix(count)) }

  /// Orders ids by their bytes.
  public static func < (lhs: Self, rhs: Self) -> Bool { lhs.digest < rhs.digest }
}

/// The id of a node: SHA-256 over the canonical encoding of
/// `["provenance.node", kind, 1, namespace, name, version]`.
public struct NodeID: Identifier {
  /// The 32 bytes.
  public let digest: SHA256Digest

  /// Takes a digest for an id.
  public init(digest: SHA256Digest) { self.digest = digest }

  init(kind: NodeKind, namespace: String, name: String, version: String) {
    var encoder = CBOREncoder(
      capacity: 32 + namespace.utf8.count + name.utf8.count + version.utf8.count)
    encoder.array(count: 6)
    encoder.text("provenance.node")
    encoder.unsigned(UInt64(kind.rawValue))
    encoder.unsigned(1)
    encoder.text(namespace)
    encoder.text(name)
    encoder.text(version)
    digest = MessageHash.of(encoder.bytes)
  }
}

/// The id of an edge: SHA-256 over the canonical encoding of
/// `["provenance.edge", kind, 1, effect, cause, role or null]`.
public struct EdgeID: Identifier {
  /// The 32 bytes.
  public let digest: SHA256Digest

  /// Takes a digest for an id.
  public init(digest: SHA256Digest) { self.digest = digest }
}

extension Edge {
  /// The edge's id.
  ///
  /// O(1), but it hashes about 100 bytes at every call.
  public var id: EdgeID {
    var encoder = CBOREncoder()
    encoder.array(count: 6)
    encoder.text("provenance.edge")
    encoder.unsigned(UInt64(kind.rawValue))
    encoder.unsigned(1)
    encoder.digest(effect.digest)
    encoder.digest(cause.digest)
    if let role { encoder.text(role) } else { encoder.null() }
    return EdgeID(digest: SHA256.hash(encoder.bytes))
  }
}

/// The id of a record: the RFC 6962 leaf hash of its hashed header, SHA-256(0x00 ‖ header).
///
/// One hash serves as name and as leaf of the log's Merkle tree, so that an id that was written down
/// somewhere can be proven to be in a log. The header starts with a domain, the record kind and a
/// schema version.
public struct RecordID: Identifier {
  /// The 32 bytes.
  public let digest: SHA256Digest

  /// Takes a digest for an id.
  public init(digest: SHA256Digest) { self.digest = digest }

  init(header: [UInt8]) { digest = MessageHash.leaf(header) }
}
