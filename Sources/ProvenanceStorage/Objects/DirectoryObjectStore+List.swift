public import Provenance

extension DirectoryObjectStore {
  /// Lists the objects in ascending order of their digests.
  ///
  /// Only files that have the name of an object count; ``verify(references:)`` reports the others.
  ///
  /// - Complexity: One status call an object, and the names of one fan-out directory in memory.
  public func list(_ body: (StoredObject) throws -> Bool) throws {
    try forEachFile(.object) { file, status in
      try body(StoredObject(digest: file.digest, size: status.size))
    }
  }

  /// Removes an object, from the trash too, and makes that durable; see ``ObjectStore/delete(_:)``.
  @discardableResult
  public func delete(_ digest: SHA256Digest) throws -> Bool {
    try checkWritable()
    let file = ObjectFile(.object, digest)
    // First out of the trash: from there a reader would bring it back.
    let wasInTrash = try removeFromTrash(file)
    let home = home(of: file)
    do {
      return try fileSystem.withFile(home, [.read, .directory]) { open in
        try fileSystem.unlink(path(of: file))
        state.withLock { $0.chunkLists[digest] = nil }
        try synchronize(open, directory: home)
        return true
      }
    } catch let error as StorageError where error.kind == .notFound {
      return wasInTrash
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
