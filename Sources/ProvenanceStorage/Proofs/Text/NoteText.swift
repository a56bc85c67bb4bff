/// What the text formats share: lines, numbers, names.
enum NoteText {
  /// The most bytes of a note, and of a proof with its checkpoint.
  static let byteLimit = 1 << 20
  /// The most signatures of a note.
  static let signatureLimit = 100

  static let newline = UInt8(ascii: "\n")
  /// An em dash and a space, in UTF-8.
  static let dash: [UInt8] = [0xE2, 0x80, 0x94, 0x20]

  /// The text in bytes that are valid UTF-8 without control characters other than newlines.
  static func text(_ bytes: some Collection<UInt8>) throws(ProofError) -> String {
    guard bytes.count <= byteLimit else {
      throw ProofError(.limitExceeded, "a note has \(bytes.count) bytes, allowed are \(byteLimit)")
    }
    if let byte = bytes.first(where: { $0 < 0x20 && $0 != newline }) {
      throw ProofError(.malformed, "a note holds control character \(byte)")
    }
    guard let text = String(validating: bytes, as: UTF8.self) else {
      throw ProofError(.malformed, "a note is not UTF-8")
    }
    return text
  }

  /// A number without sign and leading zeros; `nil` for anything else, or a larger one than fits.
  static func number(_ digits: some Collection<UInt8>) -> UInt64? {
    guard let first = digits.first, first != UInt8(ascii: "0") || digits.count == 1 else {
      return nil
    }
    var number: UInt64 = 0
    for digit in digits {
      guard digit >= UInt8(ascii: "0"), digit <= UInt8(ascii: "9") else { return nil }
      let (product, overflow) = number.multipliedReportingOverflow(by: 10)
      let (sum, carry) = product.addingReportingOverflow(UInt64(digit - UInt8(ascii: "0")))
      guard !overflow, !carry else { return nil }
      number = sum
    }
    return number
  }

  /// Throws unless a key can have the name: not empty, without spaces, plus signs and controls.
  static func check(keyName name: String) throws(ProofError) {
    let isValid =
      !name.isEmpty
      && name.unicodeScalars.allSatisfy {
        !$0.properties.isWhitespace && $0 != "+" && $0.value >= 0x20
      }
    guard isValid else {
      throw ProofError(.malformed, "\"\(name)\" cannot be the name of a key")
    }
  }
}

extension String {
  /// Whether two texts are the same bytes; `==` holds composed and decomposed letters equal.
  func hasSameBytes(as other: String) -> Bool { utf8.elementsEqual(other.utf8) }
}
