public import Provenance

/// Says how long what is kept about something: one rule of a ``RetentionPolicy``.
public struct RetentionRule: Sendable, Hashable {
  /// What a rule is about.
  @nonexhaustive
  public enum Subject: Sendable, Hashable {
    /// Every node and edge.
    case everything
    /// Nodes of some kinds.
    case nodes(NodeKindSet)
    /// Nodes whose attribute `AttributeKey/type` is this.
    case type(String)
    /// Edges of some kinds.
    case edges(EdgeKindSet)
  }

  /// What the rule is called in the plan.
  public var name: String
  /// What it is about.
  public var subject: Subject
  /// Only annotations all of whose keys start with this; any when empty.
  public var keyPrefix: String
  /// How long annotations are kept after the time that they state.
  public var keeping: Duration
  /// Whether the bytes whose digest such an annotation states are past keeping with it.
  public var includesObjects: Bool

  /// Makes a rule.
  ///
  /// - Parameters:
  ///   - name: What it is called in the plan.
  ///   - subject: What it is about.
  ///   - keyPrefix: What the keys start with, byte for byte; any when empty.
  ///   - keeping: How long is kept after the time that an annotation states.
  ///   - includesObjects: Whether the bytes whose digest it states go as well.
  public init(
    _ name: String, _ subject: Subject, keyPrefix: String = "", keeping: Duration,
    includesObjects: Bool = false
  ) {
    self.name = name
    self.subject = subject
    self.keyPrefix = keyPrefix
    self.keeping = keeping
    self.includesObjects = includesObjects
  }
}

/// What is to be kept for how long; what no rule is about is kept for ever.
public struct RetentionPolicy: Sendable, Hashable {
  /// The rules; the first one that says that something is past keeping is named in the plan.
  public var rules: [RetentionRule]

  /// Makes a policy.
  ///
  /// - Parameter rules: The rules.
  public init(_ rules: [RetentionRule]) { self.rules = rules }
}

/// What is past keeping: a proposal, which changes nothing by itself.
public struct RetentionPlan: Sendable, Hashable {
  /// An annotation whose payload is past keeping.
  public struct Payload: Sendable, Hashable {
    /// The annotation's record.
    public var record: RecordID
    /// What it speaks of.
    public var subject: Annotation.Subject
    /// The time that it states.
    public var time: Timestamp
    /// The bytes of the payload.
    public var byteCount: Int
    /// The rule that says so.
    public var rule: String
  }

  /// An object that is past keeping: so is everything that states its digest.
  public struct Object: Sendable, Hashable {
    /// The object.
    public var object: StoredObject
    /// The rule that says so of the first annotation that states its digest.
    public var rule: String
  }

  /// When the plan was made for.
  public var time: Timestamp
  /// The position at which it was made.
  public var position: Position
  /// The payloads, in the order of the log.
  public var payloads: [Payload] = []
  /// The objects, in order of their digests.
  public var objects: [Object] = []

  /// The bytes of all payloads of the plan.
  public var payloadByteCount: Int { payloads.reduce(0) { $0 + $1.byteCount } }
  /// The bytes of all objects of the plan.
  public var objectByteCount: UInt64 { objects.reduce(0) { $0 + $1.object.size } }
  /// Whether there is nothing past keeping.
  public var isEmpty: Bool { payloads.isEmpty && objects.isEmpty }

  init(time: Timestamp, position: Position) {
    self.time = time
    self.position = position
  }
}

extension RetentionRule {
  /// Whether an annotation is past keeping.
  func isPast(_ annotation: Annotation, in graph: ProvenanceGraph, at now: Timestamp) -> Bool {
    guard let body = annotation.body, isOlder(body.time, at: now) else { return false }
    let prefix = keyPrefix.utf8
    guard prefix.isEmpty || body.attributes.allSatisfy({ $0.key.utf8.starts(with: prefix) }) else {
      return false
    }
    switch (subject, annotation.subject) {
    case (.everything, _): return true
    case (.nodes(let kinds), .node(let id)):
      return graph.node(id).map { kinds.contains($0.kind) } ?? false
    case (.type(let type), .node(let id)):
      let found = graph.attribute(AttributeKey.type, of: id)?.stringValue
      return found.map { $0.utf8.elementsEqual(type.utf8) } ?? false
    case (.edges(let kinds), .edge(let edge)): return kinds.contains(edge.kind)
    default: return false
    }
  }

  private func isOlder(_ time: Timestamp, at now: Timestamp) -> Bool {
    let age =
      Duration.seconds(now.seconds) - .seconds(time.seconds)
      + .nanoseconds(Int64(now.nanoseconds) - Int64(time.nanoseconds))
    return age > keeping
  }
}
