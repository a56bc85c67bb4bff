public import Provenance

/// Random records of a lineage, the same for the same seed.
public struct RandomLineage: Sendable {
  /// The records in the order in which they could have been made: what a record speaks of comes
  /// before it, except for missing nodes and backward edges.
  public private(set) var records: [Record] = []
  private var random: SeededGenerator
  private var nodes: [Node] = []
  private var edges: [Edge] = []
  private var annotations: [Record] = []
  private var retractions: [Record] = []

  /// Makes up a lineage.
  ///
  /// - Parameters:
  ///   - shape: What it is made of.
  ///   - seed: The seed.
  /// - Throws: ``RecordError`` or ``NameError``, never for the shapes of this module.
  public init(_ shape: LineageShape, seed: UInt64) throws {
    random = SeededGenerator(seed: seed)
    for number in 0..<shape.nodes {
      let kind = NodeKind.allCases[random.below(NodeKind.allCases.count)]
      nodes.append(try Node(kind: kind, name: "n\(number)", version: "v\(random.below(3))"))
    }
    guard nodes.count > 1 else {
      records = try nodes.map { try Record($0) }
      return
    }
    for _ in 0..<shape.edges {
      if let edge = try edge(shape) { edges.append(edge) }
    }
    try recordNodesAndEdges(shape)
    for _ in 0..<shape.annotations { try annotate() }
    for _ in 0..<shape.retractions { try retract() }
    for _ in 0..<shape.tombstones { try erase() }
    for number in 0..<shape.unknown { try addUnknown(UInt64(number) &+ seed) }
  }

  private mutating func edge(_ shape: LineageShape) throws -> Edge? {
    var cause = random.below(nodes.count)
    var effect = random.below(nodes.count)
    if random.chance(shape.hubEdges) { cause = random.below(2) }
    if effect < cause { swap(&effect, &cause) }
    if random.chance(shape.backwardEdges) { swap(&effect, &cause) }
    if effect == cause, !random.chance(shape.backwardEdges) { return nil }
    let kinds: [EdgeKind] =
      if random.chance(shape.carelessEdges) {
        EdgeKind.allCases
      } else {
        EdgeKind.allCases.filter {
          $0.allows(from: nodes[effect].kind, to: nodes[cause].kind)
            && ($0.edgeClass == .causal || random.chance(shape.structuralEdges))
        }
      }
    guard !kinds.isEmpty else { return nil }
    let roles = [nil, nil, "train", "test"]
    return try Edge(
      effect: nodes[effect].id, kind: kinds[random.below(kinds.count)], cause: nodes[cause].id,
      role: roles[random.below(roles.count)])
  }

  private mutating func recordNodesAndEdges(_ shape: LineageShape) throws {
    for node in nodes where !random.chance(shape.missingNodes) {
      var inside: [Edge] = []
      var alone: [Edge] = []
      for edge in edges where edge.effect == node.id {
        if random.chance(shape.edgesInNodeRecords) {
          inside.append(edge)
        } else {
          alone.append(edge)
        }
      }
      records.append(try Record(node, edges: inside))
      for edge in alone { records.append(try Record(edge)) }
    }
  }

  private var time: Timestamp {
    mutating get throws {
      // Few moments, so that ties are common and sources and ids decide.
      guard let time = Timestamp(seconds: Int64(random.below(4))) else {
        throw RandomLineageError()
      }
      return time
    }
  }

  private mutating func annotate() throws {
    let subject: Annotation.Subject =
      if random.chance(35), let edge = edges.randomElement(using: &random) {
        .edge(edge)
      } else {
        .node(nodes[random.below(nodes.count)].id)
      }
    var attributes = AttributeMap()
    let keys = ["type", "owner", AttributeKey.parameter("rate")]
    for key in keys where random.chance(50) {
      attributes[key] = random.chance(20) ? .null : .int(Int64(random.below(3)))
    }
    if attributes.isEmpty || random.chance(25) {
      attributes[AttributeKey.contentDigest] = .bytes(
        SHA256.hash([UInt8(random.below(3))]).bytes)
    }
    let sources = ["", "a", "b"]
    let record = try Record(
      Annotation(
        subject: subject, attributes, at: time, source: sources[random.below(sources.count)],
        salt: Salt(using: &random)))
    annotations.append(record)
    records.append(record)
  }

  private mutating func retract() throws {
    let target: Retraction.Target
    let choice = random.below(100)
    if choice < 40, let record = retractions.randomElement(using: &random) {
      target = .record(record.id)
    } else if choice < 55, let record = annotations.randomElement(using: &random) {
      target = .record(record.id)
    } else if choice < 85, let edge = edges.randomElement(using: &random) {
      target = .edge(edge)
    } else {
      target = .node(nodes[random.below(nodes.count)].id)
    }
    let record = try Record(
      Retraction(target, Statement("wrong", at: time, salt: Salt(using: &random))))
    retractions.append(record)
    records.append(record)
  }

  private mutating func erase() throws {
    guard let target = (annotations + retractions).randomElement(using: &random) else { return }
    records.append(
      try Record(
        Tombstone(target.id, Statement("asked for", at: time, salt: Salt(using: &random)))))
  }

  private mutating func addUnknown(_ number: UInt64) throws {
    var encoder = CBOREncoder()
    encoder.array(count: 4)
    encoder.text("provenance.record")
    encoder.unsigned(23)
    encoder.unsigned(1)
    encoder.unsigned(number)
    records.append(try Record(header: encoder.bytes, payload: []))
  }
}

/// A random lineage that broke a rule of its own.
struct RandomLineageError: Error {}

extension RandomLineage {
  /// The records as some network might deliver them: in any order, some twice, some first without
  /// their payload, cut into batches.
  ///
  /// - Parameters:
  ///   - seed: The seed of the delivery.
  ///   - batchSize: The most records in a batch.
  ///   - withoutPayload: Of a hundred statements, how many also come once without their payload.
  /// - Returns: The batches.
  public func delivery(
    seed: UInt64, batchSize: Int = 6, withoutPayload: Int = 0
  ) -> [[Record]] {
    var random = SeededGenerator(seed: seed)
    var all = records
    for record in records {
      if random.chance(15) { all.append(record) }
      if !record.payload.isEmpty, random.chance(withoutPayload) {
        all.append(record.withoutPayload)
      }
    }
    all.shuffle(using: &random)
    return Self.batches(of: all, atMost: batchSize, &random)
  }

  /// The records in the order in which they were made, cut into batches.
  ///
  /// - Parameters:
  ///   - seed: The seed of the cuts.
  ///   - batchSize: The most records in a batch.
  /// - Returns: The batches.
  public func batches(seed: UInt64, batchSize: Int = 4) -> [[Record]] {
    var random = SeededGenerator(seed: seed)
    return Self.batches(of: records, atMost: batchSize, &random)
  }

  private static func batches(
    of records: [Record], atMost size: Int, _ random: inout SeededGenerator
  ) -> [[Record]] {
    var batches: [[Record]] = []
    var rest = records[...]
    while !rest.isEmpty {
      let count = 1 + random.below(size)
      batches.append(Array(rest.prefix(count)))
      rest = rest.dropFirst(count)
    }
    return batches
  }
}
