#if !canImport(CryptoKit)
import Provenance

extension Libcrypto.Functions {
  /// Whether these functions can be trusted with `Libcrypto.Hasher`.
  ///
  /// They must stay inside the structure that they are given, and agree with the pure SHA-256 on
  /// messages around every boundary of a block, in one piece, in two, and after a copy.
  func passSelfTest() -> Bool { staysInside() && agrees() }

  private func staysInside() -> Bool {
    let size = Libcrypto.Context.byteCount
    var room = [UInt64](repeating: .max, count: size / 8 * 4)
    let message = [UInt8](repeating: 0x5A, count: 200)
    var digest = [UInt8](repeating: 0, count: SHA256Digest.byteCount)
    let succeeded = unsafe room.withUnsafeMutableBytes { room in
      unsafe initialize(room.baseAddress!) == 1
        && update(room.baseAddress!, message, message.count) == 1
        && finalize(&digest, room.baseAddress!) == 1
    }
    return succeeded && room[(size / 8)...].allSatisfy { $0 == .max }
      && digest == SHA256.hash(message).bytes
  }

  private func agrees() -> Bool {
    let content = (0..<1100).map { UInt8(truncatingIfNeeded: $0 &* 167 &+ $0 >> 3) }
    for length in [0, 1, 3, 55, 56, 63, 64, 65, 119, 120, 127, 128, 129, 300, 1100] {
      let message = Array(content[..<length])
      let expected = SHA256.hash(message)
      var whole = Libcrypto.Hasher(self)
      unsafe whole.update(message.span.bytes)
      var first = Libcrypto.Hasher(self)
      unsafe first.update(message.span.bytes.extracting(..<(length / 3)))
      var second = first
      unsafe first.update(content.span.bytes)
      unsafe second.update(message.span.bytes.extracting((length / 3)...))
      guard whole.finalize() == expected, second.finalize() == expected else { return false }
    }
    return true
  }
}
#endif
