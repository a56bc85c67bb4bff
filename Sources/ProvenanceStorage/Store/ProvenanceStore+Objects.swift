public import Provenance

extension ProvenanceStore {
  /// Stores bytes, on the store's own thread.
  ///
  /// - Parameters:
  ///   - bytes: The bytes.
  ///   - expectation: What is known of them.
  /// - Returns: Their digest and size; they are durable.
  /// - Throws: ``StorageError``.
  public func put(
    bytes: [UInt8], expecting expectation: ObjectExpectation = .anything
  ) async throws -> StoredObject {
    let objects = objects
    return try await objectThread.run {
      try self.withinQuota(expectation) { try objects.put(bytes, expecting: $0) }
    }
  }

  /// Stores a copy of a file, hashed while it is copied, on the store's own thread.
  ///
  /// - Parameters:
  ///   - path: A regular file; a symbolic link is never followed.
  ///   - expectation: What is known of its content.
  /// - Returns: Its digest and size; the copy is durable.
  /// - Throws: ``StorageError`` that names the path.
  public func put(
    file path: String, expecting expectation: ObjectExpectation = .anything
  ) async throws -> StoredObject {
    let objects = objects
    return try await objectThread.run {
      try self.withinQuota(expectation) { try objects.put(file: path, expecting: $0) }
    }
  }

  /// The verified bytes of an object, in memory, read on the store's own thread.
  ///
  /// - Parameters:
  ///   - digest: The object.
  ///   - limit: The most bytes to hold, 16 MiB unless told; checked before anything is read.
  /// - Returns: The object's content.
  /// - Throws: ``StorageError``: `notFound`, `corrupt`; `limitExceeded` when it is larger.
  public func bytes(
    of digest: SHA256Digest, limit: UInt64 = 16 << 20
  ) async throws -> [UInt8] {
    let objects = objects
    return try await objectThread.run { try objects.bytes(of: digest, limit: limit) }
  }

  /// The digest and size of a file, which is hashed in place, on the store's own thread.
  ///
  /// - Parameter path: A regular file; a symbolic link is never followed.
  /// - Returns: Its digest and size.
  /// - Throws: ``StorageError`` that names the path.
  public func digest(ofFile path: String) async throws -> StoredObject {
    try await objectThread.run { try StoredObject(ofFile: path) }
  }
}
