#if !canImport(CryptoKit)
import Provenance

extension Libcrypto {
  /// One message in the making: libcrypto's own structure, held by value.
  struct Hasher: Sendable {
    private let functions: Functions
    private var context = Context()

    init(_ functions: Functions) {
      self.functions = functions
      unsafe withUnsafeMutableBytes(of: &context) {
        unsafe Self.check(functions.initialize($0.baseAddress!))
      }
    }
  }

  /// Room for a `SHA256_CTX`, which has 112 bytes in every release.
  ///
  /// The self-test refuses a library that writes past these 128.
  struct Context: Sendable {
    static var byteCount: Int { MemoryLayout<Context>.size }

    typealias Words = (UInt64, UInt64, UInt64, UInt64, UInt64, UInt64, UInt64, UInt64)
    private var low: Words = (0, 0, 0, 0, 0, 0, 0, 0)
    private var high: Words = (0, 0, 0, 0, 0, 0, 0, 0)
  }
}

extension Libcrypto.Hasher {
  mutating func update(_ bytes: RawSpan) {
    unsafe bytes.withUnsafeBytes { source in
      guard let start = source.baseAddress, source.count > 0 else { return }
      unsafe withUnsafeMutableBytes(of: &context) {
        unsafe Self.check(functions.update($0.baseAddress!, start, source.count))
      }
    }
  }

  /// The digest of the message so far; the message can still grow afterwards.
  func finalize() -> SHA256Digest {
    var copy = self
    return copy.close()
  }

  /// The digest of the message; the hasher is of no use afterwards.
  mutating func close() -> SHA256Digest {
    var digest: (UInt64, UInt64, UInt64, UInt64) = (0, 0, 0, 0)
    unsafe withUnsafeMutableBytes(of: &context) { context in
      unsafe withUnsafeMutableBytes(of: &digest) { digest in
        unsafe Self.check(functions.finalize(digest.baseAddress!, context.baseAddress!))
      }
    }
    return SHA256Digest(
      w0: UInt64(bigEndian: digest.0), w1: UInt64(bigEndian: digest.1),
      w2: UInt64(bigEndian: digest.2), w3: UInt64(bigEndian: digest.3))
  }

  /// None of the three can fail on a structure that it initialised; a digest that was not computed
  /// must never be taken for one.
  private static func check(_ status: CInt) {
    precondition(status == 1, "libcrypto failed to compute a SHA-256")
  }
}
#endif
