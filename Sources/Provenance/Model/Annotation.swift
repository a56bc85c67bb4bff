/// Something that was learned about a node or an edge: attributes, from a source, at a time.
///
/// Facts are only added. Of several annotations that give one key, the current value is that with
/// the greatest (event time, source, record id), so that it does not depend on the order of arrival;
/// the others are its history. An attribute is withdrawn with the value `null`.
public struct Annotation: Sendable, Hashable {
  /// What the annotation speaks of.
  public let subject: Subject
  /// What it says; `nil` once its payload was erased.
  public let body: Body?

  /// What an annotation speaks of.
  public enum Subject: Sendable, Hashable {
    /// A node.
    case node(NodeID)
    /// An edge.
    case edge(Edge)
  }

  /// The erasable part of an annotation.
  public struct Body: Sendable, Hashable {
    /// The event time: when the fact held, by the source's clock.
    public let time: Timestamp
    /// Who says so: a service, a person, an importer.
    ///
    /// May be empty.
    public let source: String
    /// The attributes, in canonical key order.
    ///
    /// Not empty.
    public let attributes: AttributeMap
    /// Random bytes that keep an erased value from being guessed.
    public let salt: Salt
  }

  /// Makes an annotation on a node.
  ///
  /// - Parameters:
  ///   - node: The node.
  ///   - attributes: Not empty; keys are names; at most 1 MiB encoded, 60 levels deep.
  ///   - time: The event time.
  ///   - source: Who says so; a name, may be empty.
  ///   - salt: Drawn from the system's random source unless given.
  /// - Throws: ``RecordError`` that names the attribute.
  public init(
    _ node: some NodeReference, _ attributes: AttributeMap, at time: Timestamp,
    source: String = "", salt: Salt = Salt()
  ) throws(RecordError) {
    try self.init(
      subject: .node(node.nodeID), attributes, at: time, source: source, salt: salt)
  }

  /// Makes an annotation on an edge.
  ///
  /// - Parameters:
  ///   - edge: The edge.
  ///   - attributes: Not empty; keys are names; at most 1 MiB encoded, 60 levels deep.
  ///   - time: The event time.
  ///   - source: Who says so; a name, may be empty.
  ///   - salt: Drawn from the system's random source unless given.
  /// - Throws: ``RecordError`` that names the attribute.
  public init(
    _ edge: Edge, _ attributes: AttributeMap, at time: Timestamp, source: String = "",
    salt: Salt = Salt()
  ) throws(RecordError) {
    try self.init(subject: .edge(edge), attributes, at: time, source: source, salt: salt)
  }

  /// Makes an annotation on a node or an edge.
  ///
  /// - Parameters:
  ///   - subject: What it speaks of.
  ///   - attributes: Not empty; keys are names; at most 1 MiB encoded, 60 levels deep.
  ///   - time: The event time.
  ///   - source: Who says so; a name, may be empty.
  ///   - salt: Drawn from the system's random source unless given.
  /// - Throws: ``RecordError`` that names the attribute.
  public init(
    subject: Subject, _ attributes: AttributeMap, at time: Timestamp, source: String,
    salt: Salt = Salt()
  ) throws(RecordError) {
    guard !attributes.isEmpty else { throw RecordError(.emptyAnnotation) }
    do throws(NameError) {
      try NameRule.validate(source, field: "source", allowsEmpty: true)
      for (key, _) in attributes {
        try NameRule.validate(key, field: "attribute key", allowsEmpty: false)
      }
    } catch { throw RecordError(.name(error)) }
    if let digest = attributes[AttributeKey.contentDigest] {
      guard case .bytes(let bytes) = digest, bytes.count == SHA256Digest.byteCount else {
        throw RecordError(.wrongDigest(key: AttributeKey.contentDigest))
      }
    }
    self.init(
      subject: subject,
      body: Body(time: time, source: source, attributes: attributes, salt: salt))
  }

  init(subject: Subject, body: Body?) {
    self.subject = subject
    self.body = body
  }
}
