/// The order of text keys in a canonical map: RFC 8949 section 4.2.1.
///
/// Encoded keys are compared byte by byte. The length comes first in the encoding, so that is
/// shorter keys first and equal lengths by bytes, which is also dag-cbor's order.
package enum CBORKeyOrder {
  /// How two keys relate: negative, zero (the same bytes) or positive.
  ///
  /// - Complexity: O(1) for different lengths, else O(length).
  package static func compare(_ lhs: String, _ rhs: String) -> Int {
    let difference = lhs.utf8.count - rhs.utf8.count
    if difference != 0 { return difference }
    return unsafe lhs.withUTF8Bytes { left in
      unsafe rhs.withUTF8Bytes { right in
        unsafe compareBytes(left, right)
      }
    }
  }

  /// Whether a key comes strictly before another.
  package static func precedes(_ lhs: String, _ rhs: String) -> Bool { compare(lhs, rhs) < 0 }

  /// Whether two buffers hold the same bytes.
  static func areEqual(
    _ left: UnsafeBufferPointer<UInt8>, _ right: UnsafeBufferPointer<UInt8>
  ) -> Bool {
    guard left.count == right.count else { return false }
    let left = UnsafeRawBufferPointer(left)
    let right = UnsafeRawBufferPointer(right)
    var index = 0
    while index + 8 <= left.count {
      let leftWord = unsafe left.loadUnaligned(fromByteOffset: index, as: UInt64.self)
      let rightWord = unsafe right.loadUnaligned(fromByteOffset: index, as: UInt64.self)
      guard leftWord == rightWord else { return false }
      index += 8
    }
    while index < left.count {
      guard unsafe left[index] == right[index] else { return false }
      index += 1
    }
    return true
  }

  private static func compareBytes(
    _ left: UnsafeBufferPointer<UInt8>, _ right: UnsafeBufferPointer<UInt8>
  ) -> Int {
    for index in 0..<min(left.count, right.count) {
      let difference = unsafe Int(left[index]) - Int(right[index])
      if difference != 0 { return difference }
    }
    return left.count - right.count
  }
}

extension String {
  /// Hands the UTF-8 bytes to a closure without copying where the storage is contiguous.
  package func withUTF8Bytes<Result>(
    _ body: (UnsafeBufferPointer<UInt8>) -> Result
  ) -> Result {
    if let result = unsafe utf8.withContiguousStorageIfAvailable(body) { return result }
    var copy = self
    return copy.withUTF8(body)
  }

  /// Whether two strings are the same bytes; `==` also holds for NFC and NFD forms of one text.
  package func hasSameBytes(as other: String) -> Bool {
    guard utf8.count == other.utf8.count else { return false }
    return unsafe withUTF8Bytes { left in
      unsafe other.withUTF8Bytes { right in
        unsafe CBORKeyOrder.areEqual(left, right)
      }
    }
  }

  /// Feeds the exact bytes, and an end mark, into a hasher.
  package func hashBytes(into hasher: inout Hasher) {
    unsafe withUTF8Bytes { bytes in
      unsafe hasher.combine(bytes: UnsafeRawBufferPointer(bytes))
    }
    hasher.combine(0xff as UInt8)
  }
}
