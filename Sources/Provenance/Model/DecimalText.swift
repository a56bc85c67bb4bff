/// A decimal number kept as the text that stated it.
///
/// `1.0` and `1.00` are two values: the digits are part of what the source said. The grammar is
/// JSON's number (RFC 8259 section 6).
public struct DecimalText: Sendable, Hashable {
  /// The number as it was written.
  public let text: String

  /// The most bytes of a number: 1024.
  public static var maximumByteCount: Int { 1024 }

  /// Checks and keeps a number.
  ///
  /// - Parameter text: `-?(0|[1-9][0-9]*)(\.[0-9]+)?([eE][+-]?[0-9]+)?`, of at most 1024 bytes.
  /// - Throws: ``AttributeError/Kind/invalidDecimal`` for anything else.
  public init(_ text: String) throws(AttributeError) {
    guard text.utf8.count <= Self.maximumByteCount, Self.isNumber(Array(text.utf8)) else {
      throw AttributeError(
        .invalidDecimal, path: [],
        detail: "\(text.abbreviated.debugDescription) is no number of up to 1024 bytes")
    }
    self.text = text
  }

  /// The nearest double; infinite where the number is too large for one.
  public var approximate: Double { Double(text) ?? .nan }

  private static func isNumber(_ bytes: [UInt8]) -> Bool {
    var rest = bytes[...]
    func take(_ accepted: Unicode.Scalar...) -> Bool {
      guard let byte = rest.first, accepted.contains(Unicode.Scalar(byte)) else { return false }
      rest.removeFirst()
      return true
    }
    func takeDigits() -> Bool {
      let count = rest.prefix { (0x30...0x39).contains($0) }.count
      rest = rest.dropFirst(count)
      return count > 0
    }
    _ = take("-")
    guard take("0") || takeDigits() else { return false }
    if take("."), !takeDigits() { return false }
    if take("e", "E") {
      _ = take("+", "-")
      guard takeDigits() else { return false }
    }
    return rest.isEmpty
  }
}

extension DecimalText: CustomStringConvertible {
  /// The number as it was written.
  public var description: String { text }
}
