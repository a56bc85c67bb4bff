extension AttributeValue {
  /// A list or map whose items are being read.
  private struct Container {
    var items: [AttributeValue] = []
    var entries: [AttributeMap.Element] = []
    var key = ""
    var remaining: Int
    var isMap: Bool

    init(count: Int, isMap: Bool) {
      remaining = count
      self.isMap = isMap
      // What a count claims is bounded by the input, but an item is larger than its bytes.
      if isMap {
        entries.reserveCapacity(min(count, 256))
      } else {
        items.reserveCapacity(min(count, 256))
      }
    }

    mutating func take(_ value: AttributeValue) {
      if isMap {
        entries.append((key, value))
      } else {
        items.append(value)
      }
      remaining -= 1
    }

    var value: AttributeValue { isMap ? .map(AttributeMap(canonical: entries)) : .list(items) }
  }

  /// Reads one value from its canonical encoding, without recursion.
  ///
  /// What is read here encodes to the same bytes, with the same limits.
  package init(
    from decoder: inout CBORDecoder, limit: AttributeLimit = .record
  ) throws(CBORError) {
    let start = decoder.position
    var open: [Container] = []
    while true {
      if let last = open.indices.last, open[last].isMap { open[last].key = try decoder.text() }
      let place = decoder.position
      let kind = try decoder.peek()
      let isContainer = kind == .array || kind == .map
      guard open.count + (isContainer ? 1 : 0) <= limit.depth else {
        throw decoder.error(.tooDeep, "more than \(limit.depth) levels of attributes")
      }
      var complete: AttributeValue?
      switch try Self.readHead(kind, &decoder) {
      case .value(let value): complete = value
      case .container(let container):
        if container.remaining == 0 {
          complete = container.value
        } else {
          open.append(container)
        }
      }
      guard decoder.position - start <= limit.byteCount else {
        throw decoder.error(
          .tooLarge, "more than \(limit.byteCount) bytes of attributes", at: place)
      }
      while let value = complete {
        guard let last = open.indices.last else {
          self = value
          return
        }
        open[last].take(value)
        complete = open[last].remaining == 0 ? open.removeLast().value : nil
      }
    }
  }

  private enum Part {
    case value(AttributeValue)
    case container(Container)
  }

  private static func readHead(
    _ kind: CBORKind, _ decoder: inout CBORDecoder
  ) throws(CBORError) -> Part {
    let start = decoder.position
    switch kind {
    case .null:
      _ = try decoder.null()
      return .value(.null)
    case .bool: return .value(.bool(try decoder.bool()))
    case .unsigned, .negative: return .value(.int(try decoder.int()))
    case .double: return .value(.double(try decoder.double()))
    case .text: return .value(.string(try decoder.text()))
    case .bytes: return .value(.bytes(try decoder.bytes()))
    case .link: throw decoder.error(.wrongType, "an attribute is no link")
    case .map: return .container(Container(count: try decoder.map(), isMap: true))
    case .array: return try readTyped(&decoder, count: decoder.array(), start: start)
    }
  }

  /// Reads an array that starts with a type code.
  private static func readTyped(
    _ decoder: inout CBORDecoder, count: Int, start: Int
  ) throws(CBORError) -> Part {
    guard count >= 1 else { throw decoder.error(.wrongType, "no type code", at: start) }
    let code = try decoder.unsigned()
    switch (code, count) {
    case (AttributeTypeCode.list, _):
      return .container(Container(count: count - 1, isMap: false))
    case (AttributeTypeCode.unsigned, 2): return .value(.unsigned(try decoder.unsigned()))
    case (AttributeTypeCode.decimal, 2):
      do {
        return .value(.decimal(try DecimalText(decoder.text())))
      } catch let error as CBORError {
        throw error
      } catch {
        throw decoder.error(.wrongType, "not a decimal", at: start)
      }
    case (AttributeTypeCode.timestamp, 4):
      let seconds = try decoder.int()
      let nanoseconds = try decoder.unsigned()
      let offset = try decoder.null() ? nil : decoder.int()
      let timestamp = Timestamp(
        seconds: seconds, nanoseconds: Int(clamping: nanoseconds),
        offset: offset.map { Int(clamping: $0) })
      guard let timestamp else { throw decoder.error(.wrongType, "not a timestamp", at: start) }
      return .value(.timestamp(timestamp))
    default:
      throw decoder.error(.wrongType, "type code \(code) with \(count) items", at: start)
    }
  }
}

extension AttributeMap {
  /// Reads one map from its canonical encoding; see ``AttributeValue/init(from:limit:)``.
  package init(
    from decoder: inout CBORDecoder, limit: AttributeLimit = .record
  ) throws(CBORError) {
    let start = decoder.position
    guard case .map(let map) = try AttributeValue(from: &decoder, limit: limit) else {
      throw decoder.error(.wrongType, "attributes are a map", at: start)
    }
    self = map
  }
}
