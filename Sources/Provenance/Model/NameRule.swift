/// What a name, key or tag may be, so that equal names are equal bytes.
///
/// A name is at most 4096 bytes of UTF-8 in Normalization Form C (``UnicodeNFC``) without control
/// characters (general category Cc: C0, DEL and C1, so no NUL, tab or line feed). Everything else is
/// allowed, also what needs care where a name is shown: bidirectional controls, invisible characters,
/// look-alikes, code points that Unicode never assigns. Text from elsewhere that breaks the rule is
/// escaped or normalized by whoever brings it in, never here.
package enum NameRule {
  /// The most bytes of a name: 4096.
  package static let maximumByteCount = 4096

  /// Checks a name.
  ///
  /// - Parameters:
  ///   - name: The name.
  ///   - field: What it is for; errors name it.
  ///   - allowsEmpty: Whether the field may be left empty.
  /// - Throws: ``NameError``.
  /// - Complexity: O(length); one pass over the bytes for ASCII.
  package static func validate(
    _ name: String, field: String, allowsEmpty: Bool = false
  ) throws(NameError) {
    let byteCount = name.utf8.count
    guard byteCount > 0 else {
      guard allowsEmpty else { throw NameError(.empty, field: field, name: name) }
      return
    }
    guard byteCount <= maximumByteCount else {
      let kind = NameError.Kind.tooLong(byteCount: byteCount, limit: maximumByteCount)
      throw NameError(kind, field: field, name: name)
    }
    let found = unsafe name.withUTF8Bytes { unsafe scan($0) }
    if let control = found.control {
      let kind = NameError.Kind.controlCharacter(control.scalar, offset: control.offset)
      throw NameError(kind, field: field, name: name)
    }
    guard !found.isASCII, !UnicodeNFC.isNormalized(name) else { return }
    let normalized = UnicodeNFC.normalize(name).unicodeScalars
    var offset = 0
    for (scalar, expected) in zip(name.unicodeScalars, normalized) {
      guard scalar == expected else { break }
      offset += UTF8.width(scalar)
    }
    throw NameError(.notNFC(offset: offset), field: field, name: name)
  }

  private struct Scan {
    var isASCII = true
    var control: (scalar: Unicode.Scalar, offset: Int)?
  }

  private static func scan(_ bytes: UnsafeBufferPointer<UInt8>) -> Scan {
    var scan = Scan()
    var previous: UInt8 = 0
    for offset in bytes.indices {
      let byte = unsafe bytes[offset]
      if byte < 0x20 || byte == 0x7f {
        scan.control = (Unicode.Scalar(byte), offset)
        break
      }
      if byte >= 0x80 {
        scan.isASCII = false
        // U+0080 to U+009F are the bytes C2 80 to C2 9F.
        if previous == 0xc2, byte <= 0x9f {
          scan.control = (Unicode.Scalar(byte), offset - 1)
          break
        }
      }
      previous = byte
    }
    return scan
  }
}
