/// Why an attribute was refused.
public struct AttributeError: Error, Sendable, Hashable {
  /// What was wrong.
  @nonexhaustive
  public enum Kind: Sendable, Hashable {
    /// More levels than ``AttributeLimit/depth``.
    case tooDeep
    /// More encoded bytes than ``AttributeLimit/byteCount``.
    case tooLarge
    /// A text that is not a decimal number.
    case invalidDecimal
    /// A key that is given twice.
    case duplicateKey
  }

  /// A step from a value to one inside it.
  public enum Step: Sendable, Hashable {
    /// To the value of a key.
    case key(String)
    /// To an item of a list.
    case index(Int)
  }

  /// What was wrong.
  public let kind: Kind
  /// The steps from the outermost value to the offending one.
  public let path: [Step]
  /// What was expected or found, for people.
  public let detail: String

  init(_ kind: Kind, path: [Step], detail: String) {
    self.kind = kind
    self.path = path
    self.detail = detail
  }
}

extension AttributeError: CustomStringConvertible {
  /// One line that names the kind, the path (as in `layers[3].name`) and the detail.
  public var description: String {
    var place = ""
    for step in path {
      switch step {
      case .key(let key): place += (place.isEmpty ? "" : ".") + key.abbreviated
      case .index(let index): place += "[\(index)]"
      }
    }
    return "attribute\(place.isEmpty ? "" : " \(place)"): \(kind): \(detail)"
  }
}

/// The limits of an attribute value.
public struct AttributeLimit: Sendable, Hashable {
  /// The most levels of the encoding: each list and map is one, and so is a decimal, a timestamp
  /// or an unsigned number.
  public var depth: Int
  /// The most bytes of the encoding.
  public var byteCount: Int

  /// What a record takes: 60 levels, so that four of the 64 of a canonical item are left to the
  /// record around the value, and 1 MiB.
  public static let record = AttributeLimit(depth: 60, byteCount: 1 << 20)

  package init(depth: Int, byteCount: Int) {
    self.depth = depth
    self.byteCount = byteCount
  }
}
