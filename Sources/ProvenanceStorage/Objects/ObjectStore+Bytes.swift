public import Provenance

extension ObjectStore {
  /// Stores bytes that are in memory; see ``put(_:from:)``.
  @discardableResult
  public func put(
    _ bytes: [UInt8], expecting expectation: ObjectExpectation = .anything
  ) throws -> StoredObject {
    var position = 0
    return try put(expectation) { buffer in
      let count = unsafe ObjectStream.copy(
        bytes.span.bytes.extracting(position..<bytes.count), into: &buffer)
      position += count
      return count
    }
  }

  /// The verified bytes of a whole object, in memory.
  ///
  /// - Parameters:
  ///   - digest: The object.
  ///   - limit: The most bytes to hold, 16 MiB unless told; checked before anything is read.
  /// - Returns: The object's content.
  /// - Throws: `notFound`, `corrupt`; `limitExceeded` when the object is larger than the limit.
  public func bytes(of digest: SHA256Digest, limit: UInt64 = 16 << 20) throws -> [UInt8] {
    guard let size = try size(of: digest) else { throw StorageError.objectNotFound(digest) }
    guard size <= limit, let capacity = Int(exactly: size) else {
      throw StorageError.objectTooLarge(digest, size: size, limit: limit)
    }
    return try collect(digest, range: nil, capacity: capacity)
  }

  /// The verified bytes of a range of an object, in memory.
  ///
  /// - Parameters:
  ///   - digest: The object.
  ///   - range: Byte offsets within the object; all of it is held in memory.
  /// - Returns: Exactly as many bytes as the range has.
  /// - Throws: `notFound`, `corrupt`; `invalidArgument` when the range does not lie within the
  ///   object.
  public func bytes(of digest: SHA256Digest, in range: Range<UInt64>) throws -> [UInt8] {
    guard let size = try size(of: digest) else { throw StorageError.objectNotFound(digest) }
    guard range.upperBound <= size, let capacity = Int(exactly: range.upperBound - range.lowerBound)
    else { throw StorageError.objectRange(digest, range, size: size) }
    return try collect(digest, range: range, capacity: capacity)
  }

  private func collect(
    _ digest: SHA256Digest, range: Range<UInt64>?, capacity: Int
  ) throws -> [UInt8] {
    var bytes: [UInt8] = []
    bytes.reserveCapacity(capacity)
    try read(digest, range: range) { chunk in
      guard chunk.byteCount <= capacity - bytes.count else {
        throw StorageError.objectCorrupt(digest, "it is longer than its listed size of \(capacity)")
      }
      unsafe chunk.withUnsafeBytes { unsafe bytes.append(contentsOf: $0) }
    }
    return bytes
  }
}
