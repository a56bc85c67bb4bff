package import Provenance

/// The names of objects on disk: validated lower-case hexadecimal, never anything from outside.
package enum ObjectName {
  /// A digest as 64 lower-case hexadecimal digits.
  package static func text(of digest: SHA256Digest) -> String {
    let digits = Array("0123456789abcdef".utf8)
    var text: [UInt8] = []
    text.reserveCapacity(2 * SHA256Digest.byteCount)
    for byte in digest.bytes {
      text.append(digits[Int(byte >> 4)])
      text.append(digits[Int(byte & 15)])
    }
    return String(decoding: text, as: UTF8.self)
  }

  /// The digest that 64 lower-case hexadecimal digits spell; `nil` for any other text.
  package static func digest(of text: String) -> SHA256Digest? {
    let digits = Array(text.utf8)
    guard digits.count == 2 * SHA256Digest.byteCount else { return nil }
    var bytes: [UInt8] = []
    bytes.reserveCapacity(SHA256Digest.byteCount)
    for position in stride(from: 0, to: digits.count, by: 2) {
      guard let high = value(of: digits[position]), let low = value(of: digits[position + 1])
      else { return nil }
      bytes.append(high << 4 | low)
    }
    return SHA256Digest(bytes: bytes)
  }

  /// Whether a text is the two digits that name a directory of objects.
  package static func isFanOut(_ text: String) -> Bool {
    text.utf8.count == 2 && text.utf8.allSatisfy { value(of: $0) != nil }
  }

  private static func value(of digit: UInt8) -> UInt8? {
    switch digit {
    case UInt8(ascii: "0")...UInt8(ascii: "9"): digit - UInt8(ascii: "0")
    case UInt8(ascii: "a")...UInt8(ascii: "f"): digit - UInt8(ascii: "a") + 10
    default: nil
    }
  }
}
