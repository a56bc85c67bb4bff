public import Provenance

extension DirectoryObjectStore {
  /// Lists the objects in ascending order of their digests.
  ///
  /// Only files that have the name of an object count; ``verify(references:)`` reports the others.
  ///
  /// - Complexity: One status call an object, and the names of one fan-out directory in memory.
  public func list(_ body: (StoredObject) throws -> Bool) throws {
    for fanOut in try names(in: directory + "/sha256") where ObjectName.isFanOut(fanOut) {
      for name in try names(in: "\(directory)/sha256/\(fanOut)") {
        guard let digest = ObjectName.digest(of: fanOut + name) else { continue }
        guard let status = try fileSystem.statusIfPresent(path(of: digest)),
          status.kind == .regular
        else { continue }
        guard try body(StoredObject(digest: digest, size: status.size)) else { return }
      }
    }
  }

  /// Removes an object and makes that durable; see ``ObjectStore/delete(_:)``.
  @discardableResult
  public func delete(_ digest: SHA256Digest) throws -> Bool {
    try checkWritable()
    let fanOut = "\(directory)/sha256/\(fanOut(of: digest))"
    do {
      return try fileSystem.withFile(fanOut, [.read, .directory]) { open in
        try fileSystem.unlink(path(of: digest))
        state.withLock { $0.chunkLists[digest] = nil }
        try synchronize(open, directory: fanOut)
        return true
      }
    } catch let error as StorageError where error.kind == .notFound {
      return false
    }
  }

  /// The names in a directory of the store in ascending order; none when it is missing.
  func names(in path: String) throws -> [String] {
    do {
      return try fileSystem.names(inDirectory: path)
    } catch let error as StorageError where error.kind == .notFound {
      return []
    } catch let error as StorageError where error.kind == .wrongFileKind {
      return []
    }
  }
}
