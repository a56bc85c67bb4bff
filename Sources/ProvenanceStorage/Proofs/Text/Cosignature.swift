/// The timestamped signature of a witness over a checkpoint (C2SP tlog-cosignature, the Ed25519
/// form).
///
///     0  u64   seconds since 1970, big-endian, at most 2^63 - 1
///     8  64 B  Ed25519 signature over
///
///     cosignature/v1
///     time 1679315147
///     the checkpoint's text
enum Cosignature {
  static let byteCount = 8 + Ed25519PublicKey.signatureByteCount

  /// The time in a cosignature of the right length; `nil` when no clock shows it.
  static func time(_ bytes: [UInt8]) -> UInt64? {
    let time = bytes[..<8].reduce(0) { $0 << 8 | UInt64($1) }
    return time > UInt64(Int64.max) ? nil : time
  }

  static func message(_ text: [UInt8], time: UInt64) -> [UInt8] {
    Array("cosignature/v1\ntime \(time)\n".utf8) + text
  }

  static func encode(time: UInt64, signature: [UInt8]) -> [UInt8] {
    stride(from: 56, through: 0, by: -8).map { UInt8(truncatingIfNeeded: time >> UInt64($0)) }
      + signature
  }
}
