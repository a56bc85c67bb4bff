/// SHA-256 (FIPS 180-4), incremental and in pure Swift.
///
/// A value: a copied hasher goes on independently of its original. It allocates nothing. Where the
/// platform's own SHA-256 can be loaded, `SystemSHA256` of `ProvenanceStorage` is faster for
/// large messages; both give the same digests.
public struct SHA256: Sendable {
  var state = SHA256State()
  var block = SHA256Block()
  var length: UInt64 = 0

  /// Starts an empty message.
  public init() {}
}

extension SHA256 {
  /// Appends bytes to the message.
  ///
  /// - Parameter bytes: Any number of bytes. A message is defined up to 2^61 - 1 bytes in all.
  /// - Complexity: O(n) in the number of bytes.
  public mutating func update(_ bytes: RawSpan) {
    let count = bytes.byteCount
    let pending = Int(truncatingIfNeeded: length & 63)
    length &+= UInt64(truncatingIfNeeded: count)
    var position = 0
    if pending != 0 {
      position = min(64 - pending, count)
      block.replace(from: pending, with: bytes.extracting(..<position))
      guard pending + position == 64 else { return }
      state.compress(&block)
    }
    let tail = (count - position) & 63
    state.compress(bytes.extracting(position..<(count - tail)))
    block.replace(from: 0, with: bytes.extracting((count - tail)...))
  }

  /// Appends bytes to the message.
  ///
  /// - Parameter bytes: Any number of bytes.
  /// - Complexity: O(n) in the number of bytes.
  public mutating func update(_ bytes: [UInt8]) { unsafe update(bytes.span.bytes) }

  /// The digest of the message so far; the message can still grow afterwards.
  ///
  /// - Complexity: O(1): at most two blocks.
  public func finalize() -> SHA256Digest {
    var state = state
    var block = block
    let pending = Int(truncatingIfNeeded: length & 63)
    block.pad(from: pending)
    if pending >= 56 {
      state.compress(&block)
      block = SHA256Block()
    }
    block.setLength(bits: length &<< 3)
    state.compress(&block)
    return state.digest
  }

  /// The digest of one message.
  ///
  /// - Complexity: O(n) in the number of bytes.
  public static func hash(_ bytes: RawSpan) -> SHA256Digest {
    var hasher = SHA256()
    hasher.update(bytes)
    return hasher.finalize()
  }

  /// The digest of one message.
  ///
  /// - Complexity: O(n) in the number of bytes.
  public static func hash(_ bytes: [UInt8]) -> SHA256Digest { unsafe hash(bytes.span.bytes) }
}
