import Synchronization

/// SHA-256 of the encodings that ids are made of: by the platform's implementation where another
/// module has brought one, else by ``SHA256``.
///
/// The digests are the same. This module loads no library; a store has one at hand, and makes ids
/// several times as fast with it.
package enum MessageHash {
  /// Hashes bytes at an address, and writes the 32 bytes of the digest to the second one.
  package typealias Function =
    @convention(c) (UnsafeRawPointer, Int, UnsafeMutableRawPointer) -> Void

  /// A function that was installed for good.
  @safe
  private struct Engine {
    var hash: Function
  }

  /// The address of a ``Function``, or 0.
  private static let installed = Atomic<UInt>(0)

  /// Has ids hashed by a function from now on; it must compute SHA-256 and be callable anywhere.
  package static func install(_ function: Function) {
    let address = unsafe unsafeBitCast(function, to: UInt.self)
    installed.store(address, ordering: .releasing)
  }

  private static var engine: Engine? {
    let address = installed.load(ordering: .acquiring)
    return address == 0 ? nil : unsafe Engine(hash: unsafeBitCast(address, to: Function.self))
  }

  /// The digest of a message.
  static func of(_ message: [UInt8]) -> SHA256Digest {
    guard let engine else { return SHA256.hash(message) }
    return unsafe message.withUnsafeBytes { unsafe digest(of: $0, engine) }
  }

  /// The digest of a zero byte and a message (RFC 6962, section 2.1).
  static func leaf(_ message: [UInt8]) -> SHA256Digest {
    unsafe withUnsafeTemporaryAllocation(byteCount: message.count + 1, alignment: 8) { buffer in
      unsafe buffer[0] = 0
      unsafe message.withUnsafeBytes {
        unsafe UnsafeMutableRawBufferPointer(rebasing: buffer[1...]).copyMemory(from: $0)
      }
      let bytes = UnsafeRawBufferPointer(buffer)
      guard let engine else { return SHA256.hash(unsafe RawSpan(_unsafeBytes: bytes)) }
      return unsafe digest(of: bytes, engine)
    }
  }

  private static func digest(
    of message: UnsafeRawBufferPointer, _ engine: Engine
  ) -> SHA256Digest {
    var words: (UInt64, UInt64, UInt64, UInt64) = (0, 0, 0, 0)
    unsafe withUnsafeMutableBytes(of: &words) { words in
      // An empty message has perhaps no address; no byte of it is read.
      let start = unsafe message.baseAddress ?? UnsafeRawPointer(words.baseAddress!)
      unsafe engine.hash(start, message.count, words.baseAddress!)
    }
    return SHA256Digest(
      w0: UInt64(bigEndian: words.0), w1: UInt64(bigEndian: words.1),
      w2: UInt64(bigEndian: words.2), w3: UInt64(bigEndian: words.3))
  }
}
