extension FieldStatement {
  /// The value of the attribute.
  ///
  /// - Parameter isNodeImplied: Whether rows leave out the node, as they do on `derivedFrom` edges.
  /// - Returns: The value.
  func value(isNodeImplied: Bool) -> AttributeValue {
    var map: AttributeMap = [Key.version: .int(Self.version)]
    if isExhaustive { map[Key.exhaustive] = true }
    if partCount > 1 { map[Key.part] = [.int(Int64(part)), .int(Int64(partCount))] }
    if !isNodeImplied, !nodes.isEmpty {
      map[Key.nodes] = .list(nodes.map { .bytes($0.digest.bytes) })
    }
    if !paths.isEmpty { map[Key.paths] = .list(paths.map(Self.value)) }
    if !transformations.isEmpty {
      map[Key.transformations] = .list(transformations.map { .list($0.map(Self.value)) })
    }
    if !rows.isEmpty { map[Key.rows] = .bytes(rowBytes(isNodeImplied: isNodeImplied)) }
    return .map(map)
  }

  private static func value(_ path: FieldPath) -> AttributeValue {
    if let first = path.first, path.rest.isEmpty { return .string(first) }
    return .list(path.names.map { .string($0) })
  }

  private static func value(_ transformation: FieldTransformation) -> AttributeValue {
    var map = AttributeMap()
    if transformation.kind != .unspecified { map[Key.kind] = .string("\(transformation.kind)") }
    if let subtype = transformation.subtype { map[Key.subtype] = .string(subtype.rawValue) }
    if !transformation.text.isEmpty { map[Key.text] = .string(transformation.text) }
    if transformation.masks { map[Key.masks] = true }
    if let confidence = transformation.confidence { map[Key.confidence] = .double(confidence) }
    return .map(map)
  }

  private func rowBytes(isNodeImplied: Bool) -> [UInt8] {
    var encoder = CBOREncoder(capacity: rows.count * 2)
    forEachOutput { output, inputs in
      encoder.unsigned(UInt64(output))
      encoder.unsigned(UInt64(inputs.count / 3))
      for place in stride(from: inputs.lowerBound, to: inputs.upperBound, by: 3) {
        if !isNodeImplied { encoder.unsigned(UInt64(rows[place])) }
        encoder.unsigned(UInt64(rows[place + 1]))
        encoder.unsigned(UInt64(rows[place + 2]))
      }
    }
    return encoder.bytes
  }
}

/// Cuts mappings into parts that each fit into one annotation.
struct FieldStatementCutter {
  /// What an encoded part may take; the rest of an annotation's limit is left to its other bytes.
  static let byteLimit = Limits.attributeBytes - 4096

  private(set) var parts: [[FieldMapping]] = []
  private var current: [FieldMapping] = []
  private var size = 0
  private var nodes: Set<NodeID> = []
  private var paths: Set<FieldPath> = []
  private var lists: Set<[FieldTransformation]> = []
  private let limit: Int

  init(_ mappings: [FieldMapping], limit: Int = Self.byteLimit) {
    self.limit = limit
    for mapping in mappings { add(mapping) }
    if !current.isEmpty || parts.isEmpty { parts.append(current) }
  }

  /// Adds a mapping; where it does not fit, what is left of it opens the next part.
  private mutating func add(_ mapping: FieldMapping) {
    var taken: [FieldInput] = []
    func flush(_ isFull: Bool, _ cutter: inout Self) {
      if !taken.isEmpty || mapping.inputs.isEmpty {
        cutter.current.append(FieldMapping(output: mapping.output, inputs: taken))
      }
      if isFull { cutter.close() }
      taken = []
    }
    if size + Self.bound(mapping.output) + 20 > limit, !current.isEmpty { close() }
    size += 20 + note(mapping.output)
    for input in mapping.inputs {
      if size + cost(input) > limit, !taken.isEmpty || !current.isEmpty {
        flush(true, &self)
        size += 20 + note(mapping.output)
      }
      size += cost(input)
      _ = note(input.field.path)
      nodes.insert(input.field.node)
      lists.insert(input.transformations)
      taken.append(input)
    }
    flush(false, &self)
  }

  private mutating func close() {
    parts.append(current)
    current = []
    size = 0
    nodes = []
    paths = []
    lists = []
  }

  private mutating func note(_ path: FieldPath) -> Int {
    paths.insert(path).inserted ? Self.bound(path) : 0
  }

  /// At least what an input adds to the encoding.
  private func cost(_ input: FieldInput) -> Int {
    var cost = 15
    if !nodes.contains(input.field.node) { cost += 34 }
    if !paths.contains(input.field.path) { cost += Self.bound(input.field.path) }
    if !lists.contains(input.transformations) {
      cost += input.transformations.reduce(8) {
        $0 + 80 + ($1.subtype?.rawValue.utf8.count ?? 0) + $1.text.utf8.count
      }
    }
    return cost
  }

  private static func bound(_ path: FieldPath) -> Int {
    path.rest.reduce(10 + (path.first?.utf8.count ?? 0)) { $0 + 5 + $1.utf8.count }
  }
}
