import Provenance

/// The hashes of an object's chunks, made while the whole object was verified.
///
/// At most 65,536 hashes (2 MiB), however large the object: its chunks grow with it.
struct ObjectChunkList: Sendable {
  static let chunkLimit: UInt64 = 1 << 16

  let size: UInt64
  let chunkSize: Int
  private(set) var hashes: [SHA256Digest] = []

  init(size: UInt64) {
    self.size = size
    var chunkSize = UInt64(ObjectStream.chunkSize)
    while chunkSize * Self.chunkLimit < size, chunkSize < 1 << 30 { chunkSize *= 2 }
    self.chunkSize = Int(chunkSize)
  }

  mutating func append(_ chunk: RawSpan) { hashes.append(Self.hash(chunk)) }

  func matches(_ chunk: RawSpan, at index: Int) -> Bool {
    index < hashes.count && hashes[index] == Self.hash(chunk)
  }

  private static func hash(_ chunk: RawSpan) -> SHA256Digest {
    var hasher = ObjectHasher()
    hasher.update(chunk)
    return hasher.finalize()
  }
}

/// Chunk lists of the objects whose ranges were read, the oldest dropped first.
struct ObjectChunkCache: Sendable {
  /// The most hashes to keep over all objects: 8 MiB.
  static let hashLimit = 1 << 18

  private var lists: [SHA256Digest: ObjectChunkList] = [:]
  private var order: [SHA256Digest] = []
  private var hashCount = 0

  subscript(digest: SHA256Digest) -> ObjectChunkList? {
    get { lists[digest] }
    set {
      if let old = lists.removeValue(forKey: digest) {
        hashCount -= old.hashes.count
        order.removeAll { $0 == digest }
      }
      guard let newValue, newValue.hashes.count <= Self.hashLimit else { return }
      lists[digest] = newValue
      order.append(digest)
      hashCount += newValue.hashes.count
      while hashCount > Self.hashLimit {
        let oldest = order.removeFirst()
        hashCount -= lists.removeValue(forKey: oldest)?.hashes.count ?? 0
      }
    }
  }
}
