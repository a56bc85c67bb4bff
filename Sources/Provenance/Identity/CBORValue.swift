/// Any canonical item as a value, for conformance checks and for showing unknown records.
///
/// Reading and writing work without recursion over depth. Decoded values have at most
/// ``CBORLimit/depth`` levels; a deeper one, built by code, is refused by ``encoded()``.
package enum CBORValue: Sendable {
  /// A map entry.
  package struct Entry: Sendable {
    package var key: String
    package var value: CBORValue

    package init(key: String, value: CBORValue) {
      self.key = key
      self.value = value
    }
  }

  case unsigned(UInt64)
  /// -1 - argument.
  case negative(UInt64)
  case bytes([UInt8])
  case text(String)
  case array([CBORValue])
  /// Entries in ``CBORKeyOrder``.
  case map([Entry])
  /// A content identifier without its leading zero byte.
  case link([UInt8])
  case bool(Bool)
  case null
  case double(Double)
}

extension CBORValue {
  /// A container that is being read or written.
  private struct Container {
    var isMap: Bool
    var remaining: Int
    var items: [CBORValue] = []
    var entries: [Entry] = []
    var key = ""

    mutating func take(_ value: CBORValue) {
      if isMap {
        entries.append(Entry(key: key, value: value))
      } else {
        items.append(value)
      }
      remaining -= 1
    }

    var value: CBORValue { isMap ? .map(entries) : .array(items) }
  }

  /// Reads the one item that some bytes hold.
  ///
  /// - Throws: ``CBORError`` unless the bytes are exactly one canonical item.
  package init(canonical bytes: [UInt8]) throws(CBORError) {
    var decoder = try CBORDecoder(bytes)
    self = try Self.read(&decoder)
    try decoder.finish()
  }

  private static func read(_ decoder: inout CBORDecoder) throws(CBORError) -> CBORValue {
    var open: [Container] = []
    while true {
      if let last = open.indices.last, open[last].isMap { open[last].key = try decoder.text() }
      var complete: CBORValue?
      switch try decoder.next() {
      case .unsigned(let value): complete = .unsigned(value)
      case .negative(let argument): complete = .negative(argument)
      case .bytes(let value): complete = .bytes(value)
      case .text(let value): complete = .text(value)
      case .link(let cid): complete = .link(cid)
      case .bool(let value): complete = .bool(value)
      case .null: complete = .null
      case .double(let value): complete = .double(value)
      case .array(0): complete = .array([])
      case .map(0): complete = .map([])
      case .array(let count): open.append(Container(isMap: false, remaining: count))
      case .map(let count): open.append(Container(isMap: true, remaining: count))
      }
      while let value = complete {
        guard let last = open.indices.last else { return value }
        open[last].take(value)
        complete = open[last].remaining == 0 ? open.removeLast().value : nil
      }
    }
  }
}

extension CBORValue {
  /// Writes the canonical encoding.
  ///
  /// - Throws: `tooDeep`, `tooLarge`, `unsortedKeys` or `duplicateKey`, with the offset in the
  ///   encoding so far.
  package func encoded() throws(CBORError) -> [UInt8] {
    var encoder = CBOREncoder()
    var open: [(value: CBORValue, next: Int)] = []
    var next: CBORValue? = self
    while let value = next {
      value.writeHead(into: &encoder)
      if value.isContainer {
        guard open.count < CBORLimit.depth else {
          throw CBORError(.tooDeep, offset: encoder.bytes.count, detail: "too many levels")
        }
        open.append((value, 0))
      }
      guard encoder.bytes.count <= CBORLimit.byteCount else {
        throw CBORError(.tooLarge, offset: encoder.bytes.count, detail: "the limit is 16 MiB")
      }
      next = try Self.advance(&open, encoder: &encoder)
    }
    return encoder.bytes
  }

  private var isContainer: Bool {
    switch self {
    case .array, .map: true
    default: false
    }
  }

  private func writeHead(into encoder: inout CBOREncoder) {
    switch self {
    case .unsigned(let value): encoder.unsigned(value)
    case .negative(let argument): encoder.negative(argument)
    case .bytes(let value): encoder.bytes(value)
    case .text(let value): encoder.text(value)
    case .array(let items): encoder.array(count: items.count)
    case .map(let entries): encoder.map(count: entries.count)
    case .link(let cid): encoder.link(cid)
    case .bool(let value): encoder.bool(value)
    case .null: encoder.null()
    case .double(let value): encoder.double(value)
    }
  }

  private static func advance(
    _ open: inout [(value: CBORValue, next: Int)], encoder: inout CBOREncoder
  ) throws(CBORError) -> CBORValue? {
    while let (value, next) = open.popLast() {
      switch value {
      case .array(let items) where next < items.count:
        open.append((value, next + 1))
        return items[next]
      case .map(let entries) where next < entries.count:
        let key = entries[next].key
        if next > 0 {
          let order = CBORKeyOrder.compare(entries[next - 1].key, key)
          guard order < 0 else {
            throw CBORError(
              order == 0 ? .duplicateKey : .unsortedKeys, offset: encoder.bytes.count,
              detail: "at key \"\(key.abbreviated)\"")
          }
        }
        encoder.text(key)
        open.append((value, next + 1))
        return entries[next].value
      default: continue
      }
    }
    return nil
  }
}
