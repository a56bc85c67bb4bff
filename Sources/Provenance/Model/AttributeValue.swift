/// A value of an attribute, with its type.
///
/// Two values are equal when they have the same type and the same bytes: the int 1, the unsigned 1
/// and the double 1.0 differ, so do `-0.0` and `0.0`, and so do two Unicode forms of one text. All
/// NaN are one value, since the encoding has one.
///
/// A value that is kept in a record has at most ``AttributeLimit/depth`` levels and
/// ``AttributeLimit/byteCount`` bytes; storing checks both. The cases themselves cannot check: code
/// can nest lists as deep as memory allows, and Swift then releases such a value by recursion, which
/// overflows the stack at some ten thousands of levels. No decoder of this library builds one.
public enum AttributeValue: Sendable {
  /// No value, on purpose.
  case null
  /// A truth value.
  case bool(Bool)
  /// A signed whole number.
  case int(Int64)
  /// A whole number that its source calls unsigned.
  case unsigned(UInt64)
  /// A binary floating-point number (IEEE 754, 64 bits).
  case double(Double)
  /// A decimal number, digit by digit.
  case decimal(DecimalText)
  /// Text, byte by byte; it is not normalised.
  case string(String)
  /// Bytes.
  case bytes([UInt8])
  /// A moment.
  case timestamp(Timestamp)
  /// Values in order.
  case list([AttributeValue])
  /// Values by key.
  case map(AttributeMap)
}

extension AttributeValue {
  /// Whether the value is ``null``.
  public var isNull: Bool {
    if case .null = self { true } else { false }
  }

  /// The truth value of a ``bool(_:)``.
  public var boolValue: Bool? {
    if case .bool(let value) = self { value } else { nil }
  }

  /// The number of an ``int(_:)``.
  public var intValue: Int64? {
    if case .int(let value) = self { value } else { nil }
  }

  /// The number of an ``unsigned(_:)``.
  public var unsignedValue: UInt64? {
    if case .unsigned(let value) = self { value } else { nil }
  }

  /// The number of a ``double(_:)``.
  public var doubleValue: Double? {
    if case .double(let value) = self { value } else { nil }
  }

  /// The number of a ``decimal(_:)``.
  public var decimalValue: DecimalText? {
    if case .decimal(let value) = self { value } else { nil }
  }

  /// The text of a ``string(_:)``.
  public var stringValue: String? {
    if case .string(let value) = self { value } else { nil }
  }

  /// The bytes of a ``bytes(_:)``.
  public var bytesValue: [UInt8]? {
    if case .bytes(let value) = self { value } else { nil }
  }

  /// The moment of a ``timestamp(_:)``.
  public var timestampValue: Timestamp? {
    if case .timestamp(let value) = self { value } else { nil }
  }

  /// The values of a ``list(_:)``.
  public var listValue: [AttributeValue]? {
    if case .list(let value) = self { value } else { nil }
  }

  /// The entries of a ``map(_:)``.
  public var mapValue: AttributeMap? {
    if case .map(let value) = self { value } else { nil }
  }

  /// The double nearest to a number of any numeric type, for plots and comparisons.
  public var approximateNumber: Double? {
    switch self {
    case .int(let value): Double(value)
    case .unsigned(let value): Double(value)
    case .double(let value): value
    case .decimal(let value): value.approximate
    default: nil
    }
  }
}

extension AttributeValue: ExpressibleByStringLiteral, ExpressibleByIntegerLiteral,
  ExpressibleByFloatLiteral, ExpressibleByBooleanLiteral, ExpressibleByArrayLiteral,
  ExpressibleByDictionaryLiteral
{
  /// Makes a ``string(_:)``.
  public init(stringLiteral value: String) { self = .string(value) }

  /// Makes an ``int(_:)``.
  public init(integerLiteral value: Int64) { self = .int(value) }

  /// Makes a ``double(_:)``.
  public init(floatLiteral value: Double) { self = .double(value) }

  /// Makes a ``bool(_:)``.
  public init(booleanLiteral value: Bool) { self = .bool(value) }

  /// Makes a ``list(_:)``.
  public init(arrayLiteral elements: AttributeValue...) { self = .list(elements) }

  /// Makes a ``map(_:)``; a key that is given twice is a programming error and traps.
  public init(dictionaryLiteral elements: (String, AttributeValue)...) {
    self = .map(AttributeMap(literal: elements))
  }
}
