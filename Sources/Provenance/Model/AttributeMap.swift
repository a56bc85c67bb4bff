/// Attribute values by key, in the order in which they are encoded.
///
/// Keys are unique and looked up by their bytes, so that two Unicode forms of one text are two
/// keys. The order is that of RFC 8949 section 4.2.1: shorter keys first, equal lengths by bytes.
public struct AttributeMap: Sendable {
  /// A key and its value.
  public typealias Element = (key: String, value: AttributeValue)

  private var entries: [Element]

  /// Makes an empty map.
  public init() { entries = [] }

  /// Makes a map from entries in any order.
  ///
  /// - Throws: ``AttributeError/Kind/duplicateKey``, with the key, where one is given twice.
  /// - Complexity: O(*n* log *n*).
  public init(
    uniqueKeysWithValues entries: some Sequence<(String, AttributeValue)>
  ) throws(AttributeError) {
    self.init(sorting: entries)
    if let key = duplicate {
      throw AttributeError(.duplicateKey, path: [.key(key)], detail: "the key is given twice")
    }
  }

  /// Makes a map of entries that a decoder found to be in canonical order.
  init(canonical entries: [Element]) { self.entries = entries }

  init(literal entries: [(String, AttributeValue)]) {
    self.init(sorting: entries)
    precondition(duplicate == nil, "an attribute map literal repeats a key")
  }

  private init(sorting entries: some Sequence<(String, AttributeValue)>) {
    self.entries = entries.map { (key: $0.0, value: $0.1) }
    self.entries.sort { CBORKeyOrder.precedes($0.key, $1.key) }
  }

  private var duplicate: String? {
    zip(entries, entries.dropFirst()).first { $0.key.hasSameBytes(as: $1.key) }?.0.key
  }
}

extension AttributeMap: RandomAccessCollection {
  /// The position of the first entry.
  public var startIndex: Int { 0 }

  /// The position behind the last entry.
  public var endIndex: Int { entries.count }

  /// The entry at a position, in key order.
  ///
  /// - Complexity: O(1).
  public subscript(position: Int) -> Element { entries[position] }
}

extension AttributeMap {
  /// The value of a key, by the key's bytes; assigning `nil` removes the key.
  ///
  /// - Complexity: O(log *n*) to read or replace, O(*n*) to add or remove.
  public subscript(key: String) -> AttributeValue? {
    get {
      let (position, isPresent) = find(key)
      return isPresent ? entries[position].value : nil
    }
    set {
      let (position, isPresent) = find(key)
      switch (newValue, isPresent) {
      case (let value?, true): entries[position].value = value
      case (let value?, false): entries.insert((key, value), at: position)
      case (nil, true): entries.remove(at: position)
      case (nil, false): break
      }
    }
  }

  /// The first position whose key is not before the given one, and whether it is that key.
  private func find(_ key: String) -> (position: Int, isPresent: Bool) {
    var low = 0
    var high = entries.count
    while low < high {
      let middle = (low + high) / 2
      let order = CBORKeyOrder.compare(entries[middle].key, key)
      if order == 0 { return (middle, true) }
      if order < 0 {
        low = middle + 1
      } else {
        high = middle
      }
    }
    return (low, false)
  }
}

extension AttributeMap: Hashable {
  /// Whether two maps have the same keys and values, by type and bytes.
  public static func == (lhs: Self, rhs: Self) -> Bool {
    AttributeValue.map(lhs) == AttributeValue.map(rhs)
  }

  /// Feeds keys and values into a hasher.
  public func hash(into hasher: inout Hasher) { AttributeValue.map(self).hash(into: &hasher) }
}

extension AttributeMap: ExpressibleByDictionaryLiteral {
  /// Makes a map of a literal; a key that is given twice is a programming error and traps.
  public init(dictionaryLiteral elements: (String, AttributeValue)...) {
    self.init(literal: elements)
  }
}

extension AttributeMap: CustomStringConvertible {
  /// The entries in key order, for people; cut off where they are very long.
  public var description: String { AttributeValue.map(self).description }
}
