extension AttributeValue: Hashable {
  /// Compares type and bytes, without recursion.
  ///
  /// - Complexity: O(size of the smaller value).
  public static func == (lhs: Self, rhs: Self) -> Bool {
    guard let isEqual = equalUnlessNested(lhs, rhs) else {
      // Pairs of containers of equal kinds and counts.
      var pending = [(lhs, rhs)]
      func isRefuted(_ left: Self, _ right: Self) -> Bool {
        guard let isEqual = equalUnlessNested(left, right) else {
          pending.append((left, right))
          return false
        }
        return !isEqual
      }
      while let pair = pending.popLast() {
        switch pair {
        case (.list(let left), .list(let right)):
          for index in left.indices where isRefuted(left[index], right[index]) { return false }
        case (.map(let left), .map(let right)):
          for index in left.indices {
            guard left[index].key.hasSameBytes(as: right[index].key) else { return false }
            if isRefuted(left[index].value, right[index].value) { return false }
          }
        default: return false
        }
      }
      return true
    }
    return isEqual
  }

  /// Whether two values are equal; `nil` for two lists or two maps of equal counts.
  private static func equalUnlessNested(_ lhs: Self, _ rhs: Self) -> Bool? {
    switch (lhs, rhs) {
    case (.null, .null): true
    case (.bool(let left), .bool(let right)): left == right
    case (.int(let left), .int(let right)): left == right
    case (.unsigned(let left), .unsigned(let right)): left == right
    case (.double(let left), .double(let right)):
      left.canonicalBitPattern == right.canonicalBitPattern
    case (.decimal(let left), .decimal(let right)): left == right
    case (.string(let left), .string(let right)): left.hasSameBytes(as: right)
    case (.bytes(let left), .bytes(let right)): left == right
    case (.timestamp(let left), .timestamp(let right)): left == right
    case (.list(let left), .list(let right)): left.count == right.count ? nil : false
    case (.map(let left), .map(let right)): left.count == right.count ? nil : false
    default: false
    }
  }

  /// Feeds type and bytes into a hasher, without recursion.
  public func hash(into hasher: inout Hasher) {
    var pending = [self]
    while let value = pending.popLast() {
      hasher.combine(value.typeNumber)
      switch value {
      case .null: break
      case .bool(let value): hasher.combine(value)
      case .int(let value): hasher.combine(value)
      case .unsigned(let value): hasher.combine(value)
      case .double(let value): hasher.combine(value.canonicalBitPattern)
      case .decimal(let value): hasher.combine(value)
      case .string(let value): value.hashBytes(into: &hasher)
      case .bytes(let value): hasher.combine(value)
      case .timestamp(let value): hasher.combine(value)
      case .list(let items):
        hasher.combine(items.count)
        pending.append(contentsOf: items)
      case .map(let map):
        hasher.combine(map.count)
        for entry in map {
          entry.key.hashBytes(into: &hasher)
          pending.append(entry.value)
        }
      }
    }
  }

  private var typeNumber: UInt8 {
    switch self {
    case .null: 0
    case .bool: 1
    case .int: 2
    case .unsigned: 3
    case .double: 4
    case .decimal: 5
    case .string: 6
    case .bytes: 7
    case .timestamp: 8
    case .list: 9
    case .map: 10
    }
  }
}
