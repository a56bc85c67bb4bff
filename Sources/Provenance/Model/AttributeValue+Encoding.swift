/// The first item of the array that stands for a value without a native type in canonical CBOR.
enum AttributeTypeCode {
  /// A list: `[0, items...]`.
  static let list: UInt64 = 0
  /// An unsigned number: `[1, number]`.
  static let unsigned: UInt64 = 1
  /// A decimal: `[2, text]`.
  static let decimal: UInt64 = 2
  /// A timestamp: `[3, seconds, nanoseconds, offset in seconds or null]`.
  static let timestamp: UInt64 = 3
}

extension AttributeValue {
  /// A list or map whose items are being written.
  private struct Container {
    var items: [AttributeValue] = []
    var map = AttributeMap()
    var isMap: Bool
    var next = 0
  }

  /// Appends the value's one canonical encoding.
  ///
  /// Null, bool, int, double, string, bytes and map are native; every other type is an array that
  /// starts with an ``AttributeTypeCode``. Works without recursion and stops at the limits, however
  /// deep the value is. After an error the encoder holds what it held before.
  package func encode(
    into encoder: inout CBOREncoder, limit: AttributeLimit = .record
  ) throws(AttributeError) {
    let start = encoder.bytes.count
    do {
      try write(into: &encoder, limit: limit)
    } catch {
      encoder.truncate(to: start)
      throw error
    }
  }

  /// Checks that the value can be encoded.
  ///
  /// - Complexity: O(size), at most O(`limit.byteCount`), in time and memory.
  package func validate(limit: AttributeLimit = .record) throws(AttributeError) {
    var scratch = CBOREncoder()
    try write(into: &scratch, limit: limit)
  }

  private func write(
    into encoder: inout CBOREncoder, limit: AttributeLimit
  ) throws(AttributeError) {
    let end = encoder.bytes.count + limit.byteCount
    var open: [Container] = []
    var next: AttributeValue? = self
    while let value = next {
      let (levels, leastByteCount) = value.leastSize
      guard open.count + levels <= limit.depth else {
        throw AttributeError(
          .tooDeep, path: Self.path(open), detail: "more than \(limit.depth) levels")
      }
      guard encoder.bytes.count + leastByteCount <= end else { throw Self.tooLarge(limit, open) }
      value.writeHead(into: &encoder)
      // Before the next item is taken, so that the path is that of this one.
      guard encoder.bytes.count <= end else { throw Self.tooLarge(limit, open) }
      switch value {
      case .list(let items): open.append(Container(items: items, isMap: false))
      case .map(let map): open.append(Container(map: map, isMap: true))
      default: break
      }
      next = Self.advance(&open, encoder: &encoder)
      guard encoder.bytes.count <= end else { throw Self.tooLarge(limit, open) }
    }
  }

  /// Levels of the value itself, and a lower bound of its bytes.
  private var leastSize: (levels: Int, byteCount: Int) {
    switch self {
    case .null, .bool, .int, .double: (0, 1)
    case .string(let value): (0, 1 + value.utf8.count)
    case .bytes(let value): (0, 1 + value.count)
    case .unsigned, .timestamp: (1, 3)
    case .decimal(let value): (1, 3 + value.text.utf8.count)
    case .list(let items): (1, 2 + items.count)
    case .map(let map): (1, 1 + 2 * map.count)
    }
  }

  /// Writes a value without its items.
  private func writeHead(into encoder: inout CBOREncoder) {
    switch self {
    case .null: encoder.null()
    case .bool(let value): encoder.bool(value)
    case .int(let value): encoder.int(value)
    case .double(let value): encoder.double(value)
    case .string(let value): encoder.text(value)
    case .bytes(let value): encoder.bytes(value)
    case .map(let map): encoder.map(count: map.count)
    case .list(let items):
      encoder.array(count: items.count + 1)
      encoder.unsigned(AttributeTypeCode.list)
    case .unsigned(let value):
      encoder.array(count: 2)
      encoder.unsigned(AttributeTypeCode.unsigned)
      encoder.unsigned(value)
    case .decimal(let value):
      encoder.array(count: 2)
      encoder.unsigned(AttributeTypeCode.decimal)
      encoder.text(value.text)
    case .timestamp(let value):
      encoder.array(count: 4)
      encoder.unsigned(AttributeTypeCode.timestamp)
      encoder.int(value.seconds)
      encoder.unsigned(UInt64(value.nanoseconds))
      if let offset = value.offset {
        encoder.int(Int64(offset))
      } else {
        encoder.null()
      }
    }
  }

  /// Takes the next item of the innermost container that has one, and writes its key.
  private static func advance(
    _ open: inout [Container], encoder: inout CBOREncoder
  ) -> AttributeValue? {
    while let last = open.indices.last {
      let next = open[last].next
      open[last].next += 1
      if open[last].isMap {
        if next < open[last].map.count {
          let (key, value) = open[last].map[next]
          encoder.text(key)
          return value
        }
      } else if next < open[last].items.count {
        return open[last].items[next]
      }
      open.removeLast()
    }
    return nil
  }

  private static func path(_ open: [Container]) -> [AttributeError.Step] {
    open.map { container in
      container.isMap
        ? .key(container.map[container.next - 1].key) : .index(container.next - 1)
    }
  }

  private static func tooLarge(_ limit: AttributeLimit, _ open: [Container]) -> AttributeError {
    AttributeError(
      .tooLarge, path: path(open), detail: "more than \(limit.byteCount) encoded bytes")
  }
}

extension AttributeMap {
  /// Appends the map's one canonical encoding; see ``AttributeValue/encode(into:limit:)``.
  package func encode(
    into encoder: inout CBOREncoder, limit: AttributeLimit = .record
  ) throws(AttributeError) {
    try AttributeValue.map(self).encode(into: &encoder, limit: limit)
  }

  /// Checks that the map can be encoded.
  package func validate(limit: AttributeLimit = .record) throws(AttributeError) {
    try AttributeValue.map(self).validate(limit: limit)
  }
}
