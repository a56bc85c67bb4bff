/// The identity of a thing that lineage speaks of: kind, namespace, name and version.
///
/// Nothing else belongs to a node's identity; what is known about it is said by annotations, so
/// that two services that know different things still mean the same node. Two nodes are equal
/// exactly if their ids are.
///
/// Use the five typed nodes (``Dataset``, ``Code``, ``Model``, ``Run``, ``Environment``) where the
/// kind is known: with them a wrong edge does not compile. `Node` is what queries return and what
/// importers make.
public struct Node: Sendable {
  /// The kind.
  public let kind: NodeKind
  /// Whose names these are: a bucket, a database, a registry, a repository.
  ///
  /// May be empty.
  public let namespace: String
  /// The name within the namespace.
  ///
  /// Never empty.
  public let name: String
  /// The version: where the source has none, `sha256:<hex>` of the content; for a run, its run id.
  ///
  /// May be empty where nothing is known, but for a run.
  public let version: String
  /// The hash of the four: see ``NodeID``.
  public let id: NodeID

  /// Makes a node from its identity.
  ///
  /// - Parameters:
  ///   - kind: The kind.
  ///   - name: Not empty; NFC, no control characters, at most 4 KiB of UTF-8 (as the others).
  ///   - version: See ``version``.
  ///   - namespace: See ``namespace``.
  /// - Throws: ``NameError`` that names the field and the offset.
  public init(
    kind: NodeKind, name: String, version: String = "", namespace: String = ""
  ) throws(NameError) {
    try NameRule.validate(namespace, field: "namespace", allowsEmpty: true)
    try NameRule.validate(name, field: "name", allowsEmpty: false)
    // Runs without an id would all be one node.
    let isRun = kind == .run
    try NameRule.validate(version, field: isRun ? "run id" : "version", allowsEmpty: !isRun)
    self.init(validated: kind, name: name, version: version, namespace: namespace)
  }

  init(validated kind: NodeKind, name: String, version: String, namespace: String) {
    self.kind = kind
    self.namespace = namespace
    self.name = name
    self.version = version
    id = NodeID(kind: kind, namespace: namespace, name: name, version: version)
  }

  /// Puts a node together whose id was worked out before.
  init(kind: NodeKind, namespace: String, name: String, version: String, id: NodeID) {
    self.kind = kind
    self.namespace = namespace
    self.name = name
    self.version = version
    self.id = id
  }
}

extension Node: Hashable {
  /// Compares nodes by id.
  public static func == (lhs: Self, rhs: Self) -> Bool { lhs.id == rhs.id }

  /// Feeds the id into a hasher.
  public func hash(into hasher: inout Hasher) { hasher.combine(id) }
}

extension Node: CustomStringConvertible {
  /// For people: `dataset raw.csv (s3://bucket) @sha256:9f86d081…`.
  public var description: String {
    var text = "\(kind) \(name)"
    if !namespace.isEmpty { text += " (\(namespace))" }
    if !version.isEmpty { text += " @\(Self.shortened(version))" }
    return text
  }

  /// A version as people read it: a content digest is cut after eight digits.
  private static func shortened(_ version: String) -> String {
    guard let digest = try? SHA256Digest(parsing: version) else { return version }
    return "sha256:\(Hexadecimal.encode(digest.bytes.prefix(4)))…"
  }
}

extension Node {
  /// The digest that the version states, where it is `sha256:<hex>`, with or without `;run=<id>`.
  public var contentDigest: SHA256Digest? {
    // Asked for every node: most versions are told by their first bytes.
    guard version.utf8.count > 64, version.utf8.starts(with: "sha256:".utf8) else { return nil }
    let text = version.prefix { $0 != ";" }
    return try? SHA256Digest(parsing: String(text))
  }
}
