public import Provenance

extension DirectoryObjectStore {
  /// Lists the objects in ascending order of their digests.
  ///
  /// Only files that have the name of an object count; ``verify(references:)`` reports the others.
  ///
  /// - Complexity: One status call an object, and the names of one fan-out directory in memory.
  public func list(_ body: (StoredObject) throws -> Bool) throws {
    let roots = ["\(directory)/sha256", "\(directory)/recipes"]
    for fanOut in try merged(roots) where ObjectName.isFanOut(fanOut) {
      for name in try merged(roots.map { "\($0)/\(fanOut)" }) {
        guard let digest = ObjectName.digest(of: fanOut + name), let size = try listedSize(digest)
        else { continue }
        guard try body(StoredObject(digest: digest, size: size)) else { return }
      }
    }
  }

  /// The names in several directories, each once, in ascending order.
  private func merged(_ directories: [String]) throws -> [String] {
    let lists = try directories.map { try names(in: $0) }.filter { !$0.isEmpty }
    if lists.count < 2 { return lists.first ?? [] }
    return Set(lists.joined()).sorted { $0.utf8.lexicographicallyPrecedes($1.utf8) }
  }

  /// The size of an object in its place, whole or in chunks.
  func listedSize(_ digest: SHA256Digest) throws -> UInt64? {
    if let status = try fileSystem.statusIfPresent(path(of: digest)), status.kind == .regular {
      return status.size
    }
    let recipe = path(of: ObjectFile(.recipe, digest))
    guard try fileSystem.statusIfPresent(recipe)?.kind == .regular else { return nil }
    do {
      return try statedSize(ofRecipeAt: recipe)
    } catch let error as StorageError where error.kind == .notFound {
      return nil
    }
  }

  /// Removes an object, from the trash too, and makes that durable; see ``ObjectStore/delete(_:)``.
  ///
  /// Of an object in chunks, those that no other object has are removed as well. When that fails
  /// midway, the rest is nobody's, and a collection removes it.
  ///
  /// - Parameter digest: The object.
  /// - Returns: Whether it was there.
  /// - Throws: `locked` for an object in chunks while others are being stored in chunks.
  /// - Complexity: For an object in chunks, reads the lists of chunks of all objects.
  @discardableResult
  public func delete(_ digest: SHA256Digest) throws -> Bool {
    try checkWritable()
    let file = ObjectFile(.object, digest)
    // First out of the trash: from there a reader would bring it back.
    let wasInTrash = try removeFromTrash(file)
    let wasThere = try unlinkDurably(file)
    state.withLock { $0.chunkLists[digest] = nil }
    let wasInChunks = try deleteRecipe(digest)
    return wasInTrash || wasThere || wasInChunks
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
