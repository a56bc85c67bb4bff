import Provenance

extension SystemSHA256 {
  /// Has the ids of nodes and records hashed by the platform's implementation, where it has one.
  static func hashIds() {
    guard implementation != .pureSwift else { return }
    unsafe MessageHash.install { message, count, digest in
      let bytes = unsafe RawSpan(
        _unsafeBytes: UnsafeRawBufferPointer(start: message, count: count))
      let result = unsafe UnsafeMutableRawBufferPointer(
        start: digest, count: SHA256Digest.byteCount)
      unsafe SystemSHA256.hash(bytes).store(in: result, at: 0)
    }
  }
}
