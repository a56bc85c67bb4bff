#if canImport(CryptoKit)
import CryptoKit
import Provenance

extension SystemSHA256 {
  /// The hasher of CryptoKit; unchecked, since not every SDK declares that value Sendable.
  struct Engine: @unchecked Sendable {
    private var hasher = CryptoKit.SHA256()
  }
}

extension SystemSHA256.Engine {
  static var implementation: SystemSHA256.Implementation { .cryptoKit }

  static func hash(_ bytes: RawSpan) -> Provenance.SHA256Digest {
    var engine = Self()
    engine.update(bytes)
    return engine.finalize()
  }

  mutating func update(_ bytes: RawSpan) {
    unsafe bytes.withUnsafeBytes { unsafe hasher.update(bufferPointer: $0) }
  }

  func finalize() -> Provenance.SHA256Digest {
    unsafe hasher.finalize().withUnsafeBytes { digest in
      func word(_ offset: Int) -> UInt64 {
        unsafe UInt64(bigEndian: digest.loadUnaligned(fromByteOffset: offset, as: UInt64.self))
      }
      return Provenance.SHA256Digest(w0: word(0), w1: word(8), w2: word(16), w3: word(24))
    }
  }
}
#endif
