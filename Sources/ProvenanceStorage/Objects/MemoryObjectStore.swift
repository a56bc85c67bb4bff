public import Provenance

/// Keeps objects in memory: for tests, and for programs that need no disk.
///
/// Durable as long as the process; otherwise it keeps every duty of an ``ObjectStore``. Not for
/// large artifacts: every byte stays in memory.
public final class MemoryObjectStore: ObjectStore {
  private let objects = Lock<[SHA256Digest: [UInt8]]>([:])

  /// Makes an empty store.
  public init() {}

  /// Stores a stream of bytes; see ``ObjectStore/put(_:from:)``.
  @discardableResult
  public func put(
    _ expectation: ObjectExpectation, from pull: (inout MutableRawSpan) throws -> Int
  ) throws -> StoredObject {
    var intake = ObjectIntake(expectation)
    var content: [UInt8] = []
    try ObjectStream.forEachChunk(pull: pull) { chunk in
      try intake.accept(chunk)
      unsafe chunk.withUnsafeBytes { unsafe content.append(contentsOf: $0) }
    }
    let object = try intake.finish()
    objects.withLock { $0[object.digest] = content }
    return object
  }

  /// The size of an object in bytes, or `nil` when it is not in the store.
  public func size(of digest: SHA256Digest) -> UInt64? {
    objects.withLock { $0[digest].map { UInt64($0.count) } }
  }

  /// Reads an object or a range of it; see ``ObjectStore/read(_:range:into:)``.
  ///
  /// Nothing is hashed: the bytes cannot change once they are stored.
  public func read(
    _ digest: SHA256Digest, range: Range<UInt64>?, into body: (RawSpan) throws -> Void
  ) throws {
    guard let content = objects.withLock({ $0[digest] }) else {
      throw StorageError.objectNotFound(digest)
    }
    let size = UInt64(content.count)
    let range = range ?? 0..<size
    guard range.upperBound <= size else {
      throw StorageError.objectRange(digest, range, size: size)
    }
    var position = Int(range.lowerBound)
    let end = Int(range.upperBound)
    while position < end {
      let next = min(end, position + ObjectStream.chunkSize)
      try unsafe body(content.span.bytes.extracting(position..<next))
      position = next
    }
  }

  /// Lists the objects in ascending order of their digests.
  ///
  /// - Complexity: O(*n* log *n*).
  public func list(_ body: (StoredObject) throws -> Bool) throws {
    let listed = objects.withLock { objects in
      objects.map { StoredObject(digest: $0.key, size: UInt64($0.value.count)) }
    }
    for object in listed.sorted(by: { $0.digest < $1.digest }) {
      guard try body(object) else { return }
    }
  }

  /// Removes an object; see ``ObjectStore/delete(_:)``.
  @discardableResult
  public func delete(_ digest: SHA256Digest) -> Bool {
    objects.withLock { $0.removeValue(forKey: digest) != nil }
  }
}
