extension Record {
  /// Reads a record from its two encoded parts.
  ///
  /// Only canonical bytes are accepted, and only a payload that the header commits to. Kinds and
  /// schema versions from later than this library become ``Record/Content/unknown(_:)``.
  ///
  /// - Parameters:
  ///   - header: The hashed header.
  ///   - payload: The erasable part; empty if it was erased or the kind has none.
  /// - Throws: ``RecordError``.
  package init(header: [UInt8], payload: [UInt8]) throws(RecordError) {
    let size = header.count + payload.count
    guard size <= Limits.recordBytes else {
      throw RecordError(.tooLarge(bytes: size, limit: Limits.recordBytes))
    }
    let content: Content
    do {
      content = try Self.content(header: header, payload: payload)
    } catch let error as CBORError {
      throw RecordError(.malformed(error.description, offset: error.offset))
    } catch let error as RecordError {
      throw error
    } catch let error as NameError {
      throw RecordError(.name(error))
    } catch {
      throw RecordError(.malformed("\(error)", offset: 0))
    }
    try self.init(content: content, header: header, payload: payload)
  }

  private static func content(header: [UInt8], payload: [UInt8]) throws -> Content {
    var decoder = try CBORDecoder(header)
    let fields = try decoder.array()
    guard fields >= 3, try decoder.text() == RecordKind.headerDomain else {
      throw RecordError(.malformed("not a record header", offset: 0))
    }
    let kind = try decoder.byte()
    let schemaOffset = decoder.offset
    let schema = try decoder.byte()
    guard schema > 0 else {
      throw RecordError(.malformed("schema version 0", offset: schemaOffset))
    }
    guard let known = RecordKind(rawValue: kind), schema == RecordKind.schema else {
      // What the fields mean is not known, but one fact still has one encoding and one id.
      for _ in 3..<fields { try decoder.skip() }
      try decoder.finish()
      return .unknown(UnknownRecord(kind: kind, schema: schema))
    }
    func expect(_ count: Int) throws {
      guard fields == 3 + count else {
        throw RecordError(.malformed("\(fields) fields in a header of kind \(kind)", offset: 0))
      }
    }
    let content: Content
    switch known {
    case .node:
      try expect(5)
      content = .node(try nodeRecord(&decoder))
    case .edge:
      try expect(4)
      content = .edge(try decoder.edgeFields())
    case .annotation:
      try expect(2)
      let subject: Annotation.Subject =
        switch try decoder.peek() {
        case .array: .edge(try decoder.edge())
        default: .node(NodeID(digest: try decoder.digest()))
        }
      try check(payload, against: decoder.digest(), header)
      content = .annotation(
        payload.isEmpty
          ? Annotation(subject: subject, body: nil) : try annotation(subject, payload))
    case .retraction:
      try expect(2)
      let target = try retractionTarget(&decoder)
      try check(payload, against: decoder.digest(), header)
      content = .retraction(
        Retraction(target: target, statement: try statement(payload, .retraction)))
    case .tombstone:
      try expect(2)
      let target = RecordID(digest: try decoder.digest())
      try check(payload, against: decoder.digest(), header)
      content = .tombstone(Tombstone(target: target, statement: try statement(payload, .tombstone)))
    }
    try decoder.finish()
    if known == .node || known == .edge, !payload.isEmpty {
      throw RecordError(.malformedPayload("the record has none", offset: 0))
    }
    return content
  }

  private static func check(
    _ payload: [UInt8], against commitment: SHA256Digest, _ header: [UInt8]
  ) throws(RecordError) {
    guard payload.isEmpty || MessageHash.of(payload) == commitment else {
      throw RecordError(.payloadMismatch(RecordID(header: header)))
    }
  }

  private static func nodeRecord(_ decoder: inout CBORDecoder) throws -> NodeRecord {
    let start = decoder.offset
    guard let kind = NodeKind(rawValue: try decoder.byte()) else {
      throw RecordError(.malformed("unknown node kind", offset: start))
    }
    let namespace = try decoder.text()
    let name = try decoder.text()
    let version = try decoder.text()
    let node = try Node(kind: kind, name: name, version: version, namespace: namespace)
    let count = try decoder.array()
    var edges: [Edge] = []
    // The least edge has 37 bytes; an announced count alone must not take memory.
    edges.reserveCapacity(min(count, decoder.remainingCount / 37))
    for _ in 0..<count {
      let start = decoder.offset
      guard try decoder.array() == 3 else {
        throw RecordError(.malformed("an edge of the wrong size", offset: start))
      }
      let kind = try decoder.edgeKind()
      let cause = NodeID(digest: try decoder.digest())
      let edge = try Edge(
        effect: node.id, kind: kind, cause: cause, role: try decoder.optionalText())
      if let last = edges.last, !(last < edge) {
        throw RecordError(.malformed("edges out of order", offset: start))
      }
      edges.append(edge)
    }
    return NodeRecord(node: node, sortedEdges: edges)
  }

  static func retractionTarget(
    _ decoder: inout CBORDecoder
  ) throws -> Retraction.Target {
    let start = decoder.offset
    guard try decoder.array() == 2 else {
      throw RecordError(.malformed("not a retraction's target", offset: start))
    }
    switch try decoder.unsigned() {
    case 0: return .node(NodeID(digest: try decoder.digest()))
    case 1: return .edge(try decoder.edge())
    case 2: return .record(RecordID(digest: try decoder.digest()))
    default: throw RecordError(.malformed("not a retraction's target", offset: start))
    }
  }

  fileprivate static func annotation(
    _ subject: Annotation.Subject, _ payload: [UInt8]
  ) throws -> Annotation {
    try read(payload) { decoder in
      let (salt, time, source) = try decoder.payloadStart(.annotation)
      let start = decoder.offset
      guard case .map(let attributes) = try AttributeValue(from: &decoder) else {
        throw RecordError(.malformed("attributes are not a map", offset: start))
      }
      try decoder.finish()
      return try Annotation(subject: subject, attributes, at: time, source: source, salt: salt)
    }
  }

  static func statement(_ payload: [UInt8], _ kind: RecordKind) throws -> Statement? {
    guard !payload.isEmpty else { return nil }
    return try read(payload) { decoder in
      let (salt, time, source) = try decoder.payloadStart(kind)
      let reason = try decoder.text()
      try decoder.finish()
      return try Statement(reason, at: time, source: source, salt: salt)
    }
  }

  /// Reads a payload, so that errors say that their offset is in it and not in the header.
  private static func read<Content>(
    _ payload: [UInt8], _ body: (inout CBORDecoder) throws -> Content
  ) throws -> Content {
    do {
      var decoder = try CBORDecoder(payload)
      return try body(&decoder)
    } catch let error as CBORError {
      throw RecordError(.malformedPayload(error.description, offset: error.offset))
    } catch let error as RecordError {
      guard case .malformed(let reason, let offset) = error.kind else { throw error }
      throw RecordError(.malformedPayload(reason, offset: offset))
    }
  }
}

extension CBORDecoder {
  fileprivate mutating func byte() throws -> UInt8 {
    let start = offset
    guard let value = UInt8(exactly: try unsigned()) else {
      throw RecordError(.malformed("a number above 255", offset: start))
    }
    return value
  }

  fileprivate mutating func edgeKind() throws -> EdgeKind {
    let start = offset
    guard let kind = EdgeKind(rawValue: try byte()) else {
      throw RecordError(.malformed("unknown edge kind", offset: start))
    }
    return kind
  }

  fileprivate mutating func edgeFields() throws -> Edge {
    let kind = try edgeKind()
    let effect = NodeID(digest: try digest())
    let cause = NodeID(digest: try digest())
    return try Edge(effect: effect, kind: kind, cause: cause, role: try optionalText())
  }

  mutating func edge() throws -> Edge {
    let start = offset
    guard try array() == 4 else {
      throw RecordError(.malformed("an edge of the wrong size", offset: start))
    }
    return try edgeFields()
  }

  fileprivate mutating func payloadStart(
    _ kind: RecordKind
  ) throws -> (Salt, Timestamp, String) {
    let start = offset
    guard try array() == 7, try text() == RecordKind.payloadDomain,
      try byte() == kind.rawValue, try byte() == RecordKind.schema,
      let salt = Salt(bytes: try bytes())
    else { throw RecordError(.malformed("not one of this kind", offset: start)) }
    return (salt, try timestamp(), try text())
  }

  private mutating func timestamp() throws -> Timestamp {
    let start = offset
    guard try array() == 3 else {
      throw RecordError(.malformed("not a time", offset: start))
    }
    let seconds = try int()
    let nanoseconds = try unsigned()
    // Where `Int` has 32 bits a number out of range must not trap.
    let offset: Int? = try null() ? nil : Int(clamping: try int())
    guard let fraction = Int(exactly: nanoseconds),
      let time = Timestamp(seconds: seconds, nanoseconds: fraction, offset: offset)
    else { throw RecordError(.malformed("not a time", offset: start)) }
    return time
  }
}

extension Annotation.Body {
  /// Reads the erasable part of an annotation; `nil` where the bytes are none.
  ///
  /// - Parameter payload: As a record has it.
  init?(payload: [UInt8]) {
    // What the annotation is about is not in the payload.
    let anything = Annotation.Subject.node(NodeID(digest: SHA256Digest(w0: 0, w1: 0, w2: 0, w3: 0)))
    guard let body = (try? Record.annotation(anything, payload))?.body else { return nil }
    self = body
  }
}
