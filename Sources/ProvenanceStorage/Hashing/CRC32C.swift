/// CRC-32C, the Castagnoli checksum (RFC 3720 appendix B.4), incremental and in pure Swift.
///
/// It finds damage by accident, never by intent: use `SystemSHA256` against a forger.
package struct CRC32C: Sendable {
  private var register: UInt32

  /// Starts a checksum.
  ///
  /// - Parameter seed: The checksum of the bytes that came before; 0 when there are none.
  package init(seed: UInt32 = 0) { register = ~seed }

  /// Starts a checksum that only who knows a salt can reproduce.
  ///
  /// The same as the checksum of the salt followed by what is appended. Where one salt serves many
  /// checksums, keep `checksum(of: salt)` and pass it as the seed.
  package init(salt: RawSpan) {
    self.init(seed: 0)
    update(salt)
  }
}

extension CRC32C {
  /// The checksum of the bytes so far; more can still be appended.
  package var value: UInt32 { ~register }

  /// Appends bytes.
  ///
  /// - Complexity: O(n) in the number of bytes.
  package mutating func update(_ bytes: RawSpan) {
    register = CRC32CTable.shared.advance(register, over: bytes)
  }

  /// Appends bytes.
  ///
  /// - Complexity: O(n) in the number of bytes.
  package mutating func update(_ bytes: [UInt8]) { unsafe update(bytes.span.bytes) }

  /// The checksum of bytes that follow others of a known checksum.
  ///
  /// - Complexity: O(n) in the number of bytes.
  package static func checksum(of bytes: RawSpan, seed: UInt32 = 0) -> UInt32 {
    var checksum = CRC32C(seed: seed)
    checksum.update(bytes)
    return checksum.value
  }

  /// The checksum of bytes that follow others of a known checksum.
  ///
  /// - Complexity: O(n) in the number of bytes.
  package static func checksum(of bytes: [UInt8], seed: UInt32 = 0) -> UInt32 {
    unsafe checksum(of: bytes.span.bytes, seed: seed)
  }
}
