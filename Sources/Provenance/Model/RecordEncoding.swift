/// The numbers of the record kinds, as they stand in headers and log frames.
package enum RecordKind: UInt8, Sendable {
  case node = 0
  case edge = 1
  case annotation = 2
  case retraction = 3
  case tombstone = 4

  /// The schema version that this library writes, for every kind.
  package static let schema: UInt8 = 1
  static let headerDomain = "provenance.record"
  static let payloadDomain = "provenance.payload"
}

extension Record {
  /// Encodes content that is known to be within the rules.
  package init(_ content: Content) throws(RecordError) {
    var payload: [UInt8] = []
    var encoder = CBOREncoder(capacity: content.headerCapacity)
    switch content {
    case .node(let record):
      encoder.begin(.node, fields: 5)
      encoder.unsigned(UInt64(record.node.kind.rawValue))
      encoder.text(record.node.namespace)
      encoder.text(record.node.name)
      encoder.text(record.node.version)
      encoder.array(count: record.edges.count)
      for index in record.edges.indices {
        encoder.array(count: 3)
        encoder.unsigned(UInt64(record.edges[index].kind.rawValue))
        encoder.digest(record.edges[index].cause.digest)
        encoder.role(record.edges[index].role)
      }
    case .edge(let edge):
      encoder.begin(.edge, fields: 4)
      encoder.fields(of: edge)
    case .annotation(let annotation):
      guard let body = annotation.body else { throw RecordError(.erased) }
      payload = try Self.encode(body)
      encoder.begin(.annotation, fields: 2)
      switch annotation.subject {
      case .node(let id): encoder.digest(id.digest)
      case .edge(let edge): encoder.edge(edge)
      }
      encoder.digest(MessageHash.of(payload))
    case .retraction(let retraction):
      payload = try Self.encode(retraction.statement, .retraction)
      encoder.begin(.retraction, fields: 2)
      encoder.target(retraction.target)
      encoder.digest(MessageHash.of(payload))
    case .tombstone(let tombstone):
      payload = try Self.encode(tombstone.statement, .tombstone)
      encoder.begin(.tombstone, fields: 2)
      encoder.digest(tombstone.target.digest)
      encoder.digest(MessageHash.of(payload))
    case .unknown:
      throw RecordError(.malformed("a record of unknown kind can be kept, not made", offset: 0))
    }
    try self.init(content: content, header: encoder.bytes, payload: payload)
  }

  fileprivate static func encode(_ body: Annotation.Body) throws(RecordError) -> [UInt8] {
    var encoder = CBOREncoder()
    encoder.beginPayload(.annotation, body.salt, body.time, body.source)
    let start = encoder.bytes.count
    do throws(AttributeError) {
      try body.attributes.encode(into: &encoder)
    } catch { throw RecordError(.attribute(error)) }
    let size = encoder.bytes.count - start
    guard size <= Limits.attributeBytes else {
      throw RecordError(.tooLarge(bytes: size, limit: Limits.attributeBytes))
    }
    return encoder.bytes
  }

  static func encode(
    _ statement: Statement?, _ kind: RecordKind
  ) throws(RecordError) -> [UInt8] {
    guard let statement else { throw RecordError(.erased) }
    var encoder = CBOREncoder()
    encoder.beginPayload(kind, statement.salt, statement.time, statement.source)
    encoder.text(statement.reason)
    return encoder.bytes
  }
}

extension CBOREncoder {
  fileprivate mutating func begin(_ kind: RecordKind, fields: Int) {
    array(count: 3 + fields)
    text(RecordKind.headerDomain)
    unsigned(UInt64(kind.rawValue))
    unsigned(UInt64(RecordKind.schema))
  }

  fileprivate mutating func beginPayload(
    _ kind: RecordKind, _ salt: Salt, _ time: Timestamp, _ source: String
  ) {
    array(count: 7)
    text(RecordKind.payloadDomain)
    unsigned(UInt64(kind.rawValue))
    unsigned(UInt64(RecordKind.schema))
    bytes(salt.bytes)
    timestamp(time)
    text(source)
  }

  fileprivate mutating func role(_ role: String?) {
    if let role { text(role) } else { null() }
  }

  fileprivate mutating func fields(of edge: Edge) {
    unsigned(UInt64(edge.kind.rawValue))
    digest(edge.effect.digest)
    digest(edge.cause.digest)
    role(edge.role)
  }

  mutating func edge(_ edge: Edge) {
    array(count: 4)
    fields(of: edge)
  }

  mutating func target(_ target: Retraction.Target) {
    array(count: 2)
    switch target {
    case .node(let id):
      unsigned(0)
      digest(id.digest)
    case .edge(let edge):
      unsigned(1)
      self.edge(edge)
    case .record(let id):
      unsigned(2)
      digest(id.digest)
    }
  }

  /// Seconds, nanoseconds and offset or null: the form of a time outside attribute values.
  fileprivate mutating func timestamp(_ time: Timestamp) {
    array(count: 3)
    int(time.seconds)
    unsigned(UInt64(time.nanoseconds))
    if let offset = time.offset { int(Int64(offset)) } else { null() }
  }
}

extension Record.Content {
  /// About as many bytes as the header takes, so that it is put into one piece of memory.
  fileprivate var headerCapacity: Int {
    guard case .node(let record) = self else { return 160 }
    let names =
      record.node.namespace.utf8.count + record.node.name.utf8.count
      + record.node.version.utf8.count
    // An edge without a role takes 37 bytes; its kind is below 24.
    return 40 + names + 37 * record.edges.count
  }
}

extension Record {
  /// The number of the record's kind, known or not.
  package var kindNumber: UInt8 {
    switch content {
    case .node: RecordKind.node.rawValue
    case .edge: RecordKind.edge.rawValue
    case .annotation: RecordKind.annotation.rawValue
    case .retraction: RecordKind.retraction.rawValue
    case .tombstone: RecordKind.tombstone.rawValue
    case .unknown(let record): record.kind
    }
  }

  /// Whether the record came without the payload that its header commits to.
  package var isErased: Bool {
    switch content {
    case .annotation(let annotation): annotation.body == nil
    case .retraction(let retraction): retraction.statement == nil
    case .tombstone(let tombstone): tombstone.statement == nil
    case .node, .edge, .unknown: false
    }
  }
}

extension Annotation.Body {
  /// The erasable part of an annotation's record.
  var payload: [UInt8] {
    do throws(RecordError) {
      return try Record.encode(self)
    } catch {
      preconditionFailure("what an annotation says was encoded before: \(error)")
    }
  }
}
