extension FieldStatement {
  /// Reads a part of a statement; accepts nothing but its one encoding.
  ///
  /// - Parameters:
  ///   - value: The value of the attribute.
  ///   - edge: The edge that it stands on.
  /// - Throws: ``FieldError``.
  init(_ value: AttributeValue, on edge: Edge) throws(FieldError) {
    let isNodeImplied = try Self.nodeIsImplied(on: edge)
    guard case .map(let map) = value else { throw Self.malformed("not a map", "") }
    guard case .int(let version)? = map[Key.version] else {
      throw Self.malformed("no version", Key.version)
    }
    guard version == Self.version else { throw FieldError(.unknownVersion(version)) }
    for (key, _) in map where !Key.all.contains(where: { $0.hasSameBytes(as: key) }) {
      throw Self.malformed("an unknown key", key)
    }
    if let flag = map[Key.exhaustive] {
      guard flag == .bool(true) else { throw Self.malformed("not true", Key.exhaustive) }
      isExhaustive = true
    }
    try readPart(map)
    if isNodeImplied {
      guard map[Key.nodes] == nil else {
        throw Self.malformed("nodes on a derivedFrom edge", Key.nodes)
      }
      nodes = [edge.cause]
    } else {
      try readNodes(map)
    }
    try readPaths(map)
    for list in try Self.list(map, Key.transformations) {
      transformations.append(try Self.transformations(list))
    }
    guard Set(transformations).count == transformations.count else {
      throw Self.malformed("a list given twice", Key.transformations)
    }
    if let rows = map[Key.rows] {
      guard case .bytes(let bytes) = rows, !bytes.isEmpty else {
        throw Self.malformed("not bytes, or none", Key.rows)
      }
      do throws(RowFault) {
        try readRows(bytes, isNodeImplied)
      } catch { throw Self.malformed(error.reason, Key.rows) }
    } else if !paths.isEmpty || !transformations.isEmpty || !isNodeImplied && !nodes.isEmpty {
      throw Self.malformed("no rows, but what they would name", Key.rows)
    }
  }

  static func malformed(_ reason: String, _ key: String) -> FieldError {
    FieldError(.malformed(reason, key: key))
  }

  /// A list that is left out where it is empty.
  private static func list(
    _ map: AttributeMap, _ key: String
  ) throws(FieldError) -> [AttributeValue] {
    guard let value = map[key] else { return [] }
    guard case .list(let items) = value, !items.isEmpty else {
      throw malformed("not a list, or an empty one", key)
    }
    return items
  }

  private mutating func readPart(_ map: AttributeMap) throws(FieldError) {
    let items = try Self.list(map, Key.part)
    guard !items.isEmpty else { return }
    guard items.count == 2, case .int(let number) = items[0], case .int(let count) = items[1],
      count > 1, count <= Limits.fieldParts, (0..<count).contains(number)
    else { throw Self.malformed("not a number below a count of parts", Key.part) }
    part = Int(number)
    partCount = Int(count)
  }

  private mutating func readNodes(_ map: AttributeMap) throws(FieldError) {
    for item in try Self.list(map, Key.nodes) {
      guard case .bytes(let bytes) = item, let digest = SHA256Digest(bytes: bytes) else {
        throw Self.malformed("a node that is not 32 bytes", Key.nodes)
      }
      let node = NodeID(digest: digest)
      if let last = nodes.last, last >= node {
        throw Self.malformed("nodes out of order", Key.nodes)
      }
      nodes.append(node)
    }
  }

  private mutating func readPaths(_ map: AttributeMap) throws(FieldError) {
    let items = try Self.list(map, Key.paths)
    paths.reserveCapacity(items.count)
    for item in items {
      let path: FieldPath
      switch item {
      case .string(let name): path = try FieldPath(name)
      case .list(let items) where items.count > 1:
        path = try FieldPath(names: items.compactMap(\.stringValue))
        guard path.depth == items.count else {
          throw Self.malformed("a name that is not text", Key.paths)
        }
      default: throw Self.malformed("a path that is neither a name nor several", Key.paths)
      }
      if let last = paths.last, last >= path {
        throw Self.malformed("paths out of order", Key.paths)
      }
      paths.append(path)
    }
  }

  private static func transformations(
    _ value: AttributeValue
  ) throws(FieldError) -> [FieldTransformation] {
    let key = Key.transformations
    guard case .list(let items) = value, !items.isEmpty,
      items.count <= Limits.fieldTransformations
    else {
      throw malformed("not a list of 1 to \(Limits.fieldTransformations)", key)
    }
    var found: [FieldTransformation] = []
    for item in items {
      let next = try transformation(item)
      if let last = found.last, last >= next {
        throw malformed("transformations out of order", key)
      }
      found.append(next)
    }
    return found
  }

  private static func transformation(
    _ value: AttributeValue
  ) throws(FieldError) -> FieldTransformation {
    let place = Key.transformations
    guard case .map(let map) = value, !map.isEmpty else {
      throw malformed("a transformation that is not a map, or an empty one", place)
    }
    var kind = FieldTransformation.Kind.unspecified
    var subtype: FieldTransformation.Subtype?
    var text = ""
    var masks = false
    var confidence: Double?
    for (key, value) in map {
      switch (key, value) {
      case (Key.kind, "direct"): kind = .direct
      case (Key.kind, "indirect"): kind = .indirect
      case (Key.subtype, .string(let word)) where !word.isEmpty: subtype = .init(rawValue: word)
      case (Key.text, .string(let words)) where !words.isEmpty: text = words
      case (Key.masks, .bool(true)): masks = true
      case (Key.confidence, .double(let number)) where number.bitPattern != (-0.0).bitPattern:
        confidence = number
      default: throw malformed("\(key.abbreviated.debugDescription) cannot be that", place)
      }
    }
    return try FieldTransformation(
      kind, subtype, text: text, masks: masks, confidence: confidence)
  }
}
