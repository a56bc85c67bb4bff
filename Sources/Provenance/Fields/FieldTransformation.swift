/// How an input field enters an output field.
///
/// The vocabulary is that of OpenLineage's column lineage facet (1-2-0). Sources that say less leave
/// parts out: a column edge of DataHub has a description and a confidence, one of OpenMetadata a
/// function (the description), one of Unity Catalog nothing.
public struct FieldTransformation: Sendable {
  /// Whether the input's values enter the output.
  public enum Kind: UInt8, CaseIterable, Sendable, Hashable {
    /// The source does not say.
    case unspecified = 0
    /// The output's value is made from the input's.
    case direct = 1
    /// The input decides which values there are, or which are taken: filters, joins, sorts.
    case indirect = 2
  }

  /// What is done; an open vocabulary.
  public struct Subtype: RawRepresentable, Sendable {
    /// The word, as the source writes it.
    public let rawValue: String
    /// Takes any word.
    public init(rawValue: String) { self.rawValue = rawValue }

    /// Direct: the value as it is.
    public static let identity = Subtype(rawValue: "IDENTITY")
    /// Direct: a function of values of one row.
    public static let transformation = Subtype(rawValue: "TRANSFORMATION")
    /// Direct: a function of values of many rows.
    public static let aggregation = Subtype(rawValue: "AGGREGATION")
    /// Indirect: part of a join's condition.
    public static let join = Subtype(rawValue: "JOIN")
    /// Indirect: what rows are grouped by.
    public static let groupBy = Subtype(rawValue: "GROUP_BY")
    /// Indirect: part of a filter's condition.
    public static let filter = Subtype(rawValue: "FILTER")
    /// Indirect: what rows are sorted by.
    public static let sort = Subtype(rawValue: "SORT")
    /// Indirect: what a window is cut or ordered by.
    public static let window = Subtype(rawValue: "WINDOW")
    /// Indirect: the condition of a choice between values.
    public static let conditional = Subtype(rawValue: "CONDITIONAL")
  }

  /// Whether the input's values enter the output.
  public let kind: Kind
  /// What is done; `nil` where the source does not say.
  public let subtype: Subtype?
  /// The transformation in words or code; empty where the source does not say.
  public let text: String
  /// Whether the input's values can not be read from the output any more: hashed, redacted, counted.
  ///
  /// What a source does not call masking is taken for not masking.
  public let masks: Bool
  /// How sure the source is, from 0 to 1; `nil` where it does not say.
  public let confidence: Double?

  /// Describes a transformation.
  ///
  /// - Parameters:
  ///   - kind: Whether the input's values enter the output.
  ///   - subtype: What is done; at most ``Limits/nameBytes`` bytes. An empty one counts as none.
  ///   - text: In words or code; at most ``Limits/fieldDescriptionBytes`` bytes.
  ///   - masks: Whether the input's values can not be read from the output any more.
  ///   - confidence: How sure the source is, from 0 to 1.
  /// - Throws: ``FieldError``.
  public init(
    _ kind: Kind, _ subtype: Subtype? = nil, text: String = "", masks: Bool = false,
    confidence: Double? = nil
  ) throws(FieldError) {
    if let count = subtype?.rawValue.utf8.count, count > Limits.nameBytes {
      throw FieldError(.subtypeTooLong(bytes: count, limit: Limits.nameBytes))
    }
    guard text.utf8.count <= Limits.fieldDescriptionBytes else {
      throw FieldError(
        .descriptionTooLong(bytes: text.utf8.count, limit: Limits.fieldDescriptionBytes))
    }
    if let confidence, !(0...1).contains(confidence) {
      throw FieldError(.invalidConfidence(confidence))
    }
    self.kind = kind
    self.subtype = subtype.flatMap { $0.rawValue.isEmpty ? nil : $0 }
    self.text = text
    self.masks = masks
    // The two zeros are one confidence.
    self.confidence = confidence.map { $0 + 0 }
  }

  /// Whether it says nothing at all.
  var isEmpty: Bool {
    kind == .unspecified && subtype == nil && text.isEmpty && !masks && confidence == nil
  }
}

extension FieldTransformation.Subtype: Hashable {
  /// Compares words as bytes.
  public static func == (lhs: Self, rhs: Self) -> Bool {
    lhs.rawValue.hasSameBytes(as: rhs.rawValue)
  }

  /// Feeds the word's bytes into a hasher.
  public func hash(into hasher: inout Hasher) { rawValue.hashBytes(into: &hasher) }
}

extension FieldTransformation: Hashable, Comparable {
  private static func compare(_ lhs: Self, _ rhs: Self) -> Int {
    if lhs.kind != rhs.kind { return lhs.kind.rawValue < rhs.kind.rawValue ? -1 : 1 }
    if lhs.masks != rhs.masks { return rhs.masks ? -1 : 1 }
    let left = lhs.confidence ?? -1
    let right = rhs.confidence ?? -1
    if left != right { return left < right ? -1 : 1 }
    let order = CBORKeyOrder.compare(lhs.subtype?.rawValue ?? "", rhs.subtype?.rawValue ?? "")
    return order != 0 ? order : CBORKeyOrder.compare(lhs.text, rhs.text)
  }

  /// Compares every part, text as bytes.
  public static func == (lhs: Self, rhs: Self) -> Bool { compare(lhs, rhs) == 0 }

  /// Orders transformations by kind, masking, confidence, subtype and text.
  public static func < (lhs: Self, rhs: Self) -> Bool { compare(lhs, rhs) < 0 }

  /// Feeds every part into a hasher.
  public func hash(into hasher: inout Hasher) {
    hasher.combine(kind)
    hasher.combine(masks)
    hasher.combine(confidence)
    hasher.combine(subtype)
    text.hashBytes(into: &hasher)
  }
}

extension FieldTransformation: CustomStringConvertible {
  /// For people: `direct AGGREGATION sum(amount)`.
  public var description: String {
    var words = ["\(kind)"]
    if let subtype { words.append(subtype.rawValue.abbreviated) }
    if masks { words.append("masking") }
    if !text.isEmpty { words.append(text.abbreviated) }
    return words.joined(separator: " ")
  }
}
