import Provenance

/// The hash that ties a segment to the one before: SHA-256 of the text "provenance.segment", a
/// zero byte, the segment's number (u64, little-endian), the chain hash of the segment before (32
/// zero bytes for the first), and the leaf hash of each of its frames, commits included.
struct SegmentChain: Sendable {
  private var hasher = SystemSHA256()
  private(set) var count: UInt64 = 0
  /// Whether frames were counted that were not read, so that there is no hash.
  private(set) var isPartial = false

  /// A chain of which only the number of frames is known.
  init(unread count: UInt64) {
    self.count = count
    isPartial = true
  }

  init(number: UInt64, previous: SHA256Digest?) {
    hasher.update(Array("provenance.segment".utf8) + [0])
    var bytes = [UInt8](repeating: 0, count: 8)
    bytes.store(number, at: 0)
    hasher.update(bytes)
    hasher.update(previous?.bytes ?? [UInt8](repeating: 0, count: 32))
  }

  init(_ header: SegmentHeader) {
    self.init(number: header.number, previous: header.previousHash)
  }

  mutating func append(_ leaf: SHA256Digest) {
    guard !isPartial else {
      count += 1
      return
    }
    unsafe withUnsafeTemporaryAllocation(byteCount: 32, alignment: 8) { buffer in
      unsafe leaf.store(in: buffer, at: 0)
      hasher.update(unsafe RawSpan(_unsafeBytes: UnsafeRawBufferPointer(buffer)))
    }
    count += 1
  }

  var hash: SHA256Digest { hasher.finalize() }
}
