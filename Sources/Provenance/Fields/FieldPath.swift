/// Where a field lies inside its node: the names from the outermost field inwards.
///
/// A column of a table has one name; a field of a nested type has one for each level. The empty path
/// is the whole node. A path contains itself and everything inside it; two paths overlap if one
/// contains the other, and then what is true of the data of one concerns the other.
///
/// Names are foreign text: any bytes of UTF-8, compared as bytes, neither normalised nor escaped.
public struct FieldPath: Sendable {
  // Almost every path has one name, which so needs no array.
  let first: String?
  let rest: [String]

  /// The whole node.
  public static let whole = FieldPath(first: nil, rest: [])

  /// The path of a field that lies in no other, such as a column.
  ///
  /// - Parameter name: The field's name; not empty, at most ``Limits/nameBytes`` bytes. Dots in it
  ///   mean nothing.
  /// - Throws: ``FieldError``.
  public init(_ name: String) throws(FieldError) {
    try Self.check(name)
    self.init(first: name, rest: [])
  }

  /// The path of a field inside others.
  ///
  /// - Parameter names: The names from the outermost field inwards, each of 1 to
  ///   ``Limits/nameBytes`` bytes; at most ``Limits/fieldDepth``, together at most
  ///   ``Limits/fieldPathBytes`` bytes. None is the whole node.
  /// - Throws: ``FieldError``.
  public init(names: [String]) throws(FieldError) {
    guard names.count <= Limits.fieldDepth else {
      throw FieldError(.tooDeep(names: names.count, limit: Limits.fieldDepth))
    }
    var total = 0
    for name in names {
      try Self.check(name)
      total += name.utf8.count
    }
    guard total <= Limits.fieldPathBytes else {
      throw FieldError(.pathTooLong(bytes: total, limit: Limits.fieldPathBytes))
    }
    self.init(first: names.first, rest: Array(names.dropFirst()))
  }

  private static func check(_ name: String) throws(FieldError) {
    let count = name.utf8.count
    guard count > 0 else { throw FieldError(.emptyName) }
    guard count <= Limits.nameBytes else {
      throw FieldError(.nameTooLong(name.abbreviated, bytes: count, limit: Limits.nameBytes))
    }
  }

  init(first: String?, rest: [String]) {
    self.first = first
    self.rest = rest
  }
}

extension FieldPath {
  /// The names from the outermost field inwards; none for the whole node.
  public var names: [String] { first.map { [$0] + rest } ?? [] }

  /// The number of names.
  public var depth: Int { first == nil ? 0 : 1 + rest.count }

  /// Whether this is the whole node.
  public var isWhole: Bool { first == nil }

  /// Whether a field is this one or lies inside it.
  ///
  /// - Parameter other: The path of the other field, in the same node.
  /// - Returns: Whether this path is a prefix of the other.
  public func contains(_ other: FieldPath) -> Bool {
    guard let first else { return true }
    guard let start = other.first, first.hasSameBytes(as: start), rest.count <= other.rest.count
    else { return false }
    return zip(rest, other.rest).allSatisfy { $0.hasSameBytes(as: $1) }
  }

  /// Whether one of two fields lies inside the other, or both are one.
  ///
  /// - Parameter other: The path of the other field, in the same node.
  /// - Returns: Whether they have data in common.
  public func overlaps(_ other: FieldPath) -> Bool { contains(other) || other.contains(self) }

  /// Negative, zero or positive: name by name in the order of attribute keys, containers first.
  static func compare(_ lhs: FieldPath, _ rhs: FieldPath) -> Int {
    guard let left = lhs.first else { return rhs.first == nil ? 0 : -1 }
    guard let right = rhs.first else { return 1 }
    let order = CBORKeyOrder.compare(left, right)
    if order != 0 || lhs.rest.isEmpty && rhs.rest.isEmpty { return order }
    for (left, right) in zip(lhs.rest, rhs.rest) {
      let order = CBORKeyOrder.compare(left, right)
      if order != 0 { return order }
    }
    return lhs.rest.count - rhs.rest.count
  }
}

extension FieldPath: Hashable, Comparable {
  /// Compares names as bytes.
  public static func == (lhs: Self, rhs: Self) -> Bool { compare(lhs, rhs) == 0 }

  /// Orders paths name by name, shorter names first and equal lengths by bytes; a container comes
  /// right before what lies in it.
  public static func < (lhs: Self, rhs: Self) -> Bool { compare(lhs, rhs) < 0 }

  /// Feeds the names' bytes into a hasher.
  public func hash(into hasher: inout Hasher) {
    hasher.combine(depth)
    first?.hashBytes(into: &hasher)
    for name in rest { name.hashBytes(into: &hasher) }
  }
}

extension FieldPath: CustomStringConvertible {
  /// For people: names joined by dots, `*` for the whole; not unambiguous.
  public var description: String {
    isWhole ? "*" : names.map(\.abbreviated).joined(separator: ".")
  }
}
