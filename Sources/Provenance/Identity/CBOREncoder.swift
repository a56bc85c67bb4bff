/// Appends canonical CBOR items to a byte array.
///
/// Integers and lengths come out in their shortest form and floats in 64 bits. The caller owes
/// what one item cannot know: as many items as a container announced, map keys as text in
/// ``CBORKeyOrder``, at most ``CBORLimit/depth`` levels and ``CBORLimit/byteCount`` bytes.
package struct CBOREncoder: Sendable {
  /// What was encoded so far.
  package private(set) var bytes: [UInt8]

  /// Starts an encoding.
  ///
  /// - Parameter capacity: The bytes to reserve.
  package init(capacity: Int = 0) {
    bytes = []
    bytes.reserveCapacity(capacity)
  }

  /// Starts an encoding behind bytes that are already there, such as a domain prefix.
  package init(appendingTo prefix: [UInt8]) { bytes = prefix }

  /// Forgets everything and keeps the storage.
  package mutating func removeAll() { bytes.removeAll(keepingCapacity: true) }

  /// Forgets what was appended after a position.
  mutating func truncate(to count: Int) { bytes.removeLast(bytes.count - count) }
}

extension CBOREncoder {
  /// Appends a whole number from 0 to 2^64 - 1.
  package mutating func unsigned(_ value: UInt64) { head(0x00, value) }

  /// Appends a signed whole number.
  package mutating func int(_ value: Int64) {
    if value >= 0 {
      head(0x00, UInt64(value))
    } else {
      head(0x20, UInt64(bitPattern: ~value))
    }
  }

  /// Appends -1 - argument, which reaches down to -2^64.
  package mutating func negative(_ argument: UInt64) { head(0x20, argument) }

  /// Appends a byte string.
  package mutating func bytes(_ value: [UInt8]) {
    head(0x40, UInt64(value.count))
    bytes.append(contentsOf: value)
  }

  /// Appends a digest as a byte string of 32 bytes.
  package mutating func digest(_ value: SHA256Digest) {
    unsafe withUnsafeTemporaryAllocation(byteCount: 2 + SHA256Digest.byteCount, alignment: 8) {
      unsafe $0[0] = 0x58
      unsafe $0[1] = UInt8(SHA256Digest.byteCount)
      unsafe value.store(in: $0, at: 2)
      unsafe bytes.append(contentsOf: UnsafeRawBufferPointer($0))
    }
  }

  /// Appends a string's UTF-8 as it is, without normalising it.
  package mutating func text(_ value: String) {
    unsafe value.withUTF8Bytes { utf8 in
      head(0x60, UInt64(utf8.count))
      unsafe bytes.append(contentsOf: utf8)
    }
  }

  /// Appends a string, or null where there is none.
  package mutating func optionalText(_ value: String?) {
    if let value {
      text(value)
    } else {
      null()
    }
  }

  /// Appends the head of an array; its items follow.
  package mutating func array(count: Int) { head(0x80, UInt64(count)) }

  /// Appends the head of a map; as many pairs of text key and value follow, in key order.
  package mutating func map(count: Int) { head(0xa0, UInt64(count)) }

  /// Appends a truth value.
  package mutating func bool(_ value: Bool) { bytes.append(value ? 0xf5 : 0xf4) }

  /// Appends null.
  package mutating func null() { bytes.append(0xf6) }

  /// Appends a float in 64 bits; every NaN becomes the one of 0x7ff8000000000000.
  package mutating func double(_ value: Double) {
    bytes.append(0xfb)
    word(value.canonicalBitPattern)
  }

  /// Appends a content identifier as tag 42 (dag-cbor): a byte string of a zero byte and the CID.
  package mutating func link(_ cid: [UInt8]) {
    bytes.append(0xd8)
    bytes.append(42)
    head(0x40, UInt64(cid.count) + 1)
    bytes.append(0)
    bytes.append(contentsOf: cid)
  }

  private mutating func head(_ major: UInt8, _ argument: UInt64) {
    switch argument {
    case 0..<24:
      bytes.append(major | UInt8(truncatingIfNeeded: argument))
    case 24...0xff:
      bytes.append(major | 24)
      bytes.append(UInt8(truncatingIfNeeded: argument))
    case 0x100...0xffff:
      bytes.append(major | 25)
      bytes.append(UInt8(truncatingIfNeeded: argument >> 8))
      bytes.append(UInt8(truncatingIfNeeded: argument))
    case 0x1_0000...0xffff_ffff:
      bytes.append(major | 26)
      unsafe withUnsafeBytes(of: UInt32(truncatingIfNeeded: argument).bigEndian) {
        unsafe bytes.append(contentsOf: $0)
      }
    default:
      bytes.append(major | 27)
      word(argument)
    }
  }

  private mutating func word(_ value: UInt64) {
    unsafe withUnsafeBytes(of: value.bigEndian) { unsafe bytes.append(contentsOf: $0) }
  }
}

extension Double {
  /// The bits that stand for this value in an encoding: one pattern for every NaN.
  package var canonicalBitPattern: UInt64 { isNaN ? 0x7ff8_0000_0000_0000 : bitPattern }
}
