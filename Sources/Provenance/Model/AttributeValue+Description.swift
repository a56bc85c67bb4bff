extension AttributeValue: CustomStringConvertible {
  /// The value for people; cut off where it is very long or deep.
  ///
  /// Doubles are written with the fewest digits that read back to the same number.
  public var description: String {
    var text = ""
    describe(into: &text, depth: 0)
    return text
  }

  private static let lengthLimit = 16_384

  /// Recursion ends at the depth that a record takes.
  private func describe(into text: inout String, depth: Int) {
    guard depth <= AttributeLimit.record.depth, text.utf8.count < Self.lengthLimit else {
      text += "…"
      return
    }
    switch self {
    case .null: text += "null"
    case .bool(let value): text += value ? "true" : "false"
    case .int(let value): text += "\(value)"
    case .unsigned(let value): text += "unsigned(\(value))"
    case .double(let value): text += value.description
    case .decimal(let value): text += "decimal(\(value.text))"
    case .string(let value):
      text += String(value.unicodeScalars.prefix(Self.lengthLimit)).debugDescription
    case .bytes(let value):
      text += "bytes(\(Hexadecimal.encode(value.prefix(32)))\(value.count > 32 ? "…" : ""))"
    case .timestamp(let value): text += value.description
    case .list(let items):
      Self.describe(items, between: ("[", "]"), into: &text) { item, text in
        item.describe(into: &text, depth: depth + 1)
      }
    case .map(let map):
      Self.describe(map, between: ("{", "}"), into: &text) { entry, text in
        text += "\(entry.key.abbreviated.debugDescription): "
        entry.value.describe(into: &text, depth: depth + 1)
      }
    }
  }

  private static func describe<Items: Collection>(
    _ items: Items, between brackets: (String, String), into text: inout String,
    item write: (Items.Element, inout String) -> Void
  ) {
    text += brackets.0
    var isFirst = true
    for item in items {
      if !isFirst { text += ", " }
      guard text.utf8.count < lengthLimit else {
        text += "…"
        break
      }
      write(item, &text)
      isFirst = false
    }
    text += brackets.1
  }
}
