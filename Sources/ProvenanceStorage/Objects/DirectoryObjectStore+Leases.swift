public import Provenance

extension DirectoryObjectStore {
  /// Keeps objects from collection until a moment; see ``ObjectLease``.
  ///
  /// When this returns the lease is durable, and the objects are in the store.
  ///
  /// - Parameters:
  ///   - digests: The objects.
  ///   - start: From when on all that is put is leased as well; `nil` for only `digests`.
  ///   - expiry: The end of the lease, to the second.
  ///   - owner: Who takes it, for people.
  /// - Returns: The lease, to be renewed or released.
  /// - Throws: `notFound` when an object is not in the store; `limitExceeded`; `invalidArgument` for
  ///   a time before 1970. There is then no lease.
  public func lease(
    _ digests: Set<SHA256Digest>, andAllPutFrom start: Timestamp? = nil, until expiry: Timestamp,
    owner: String
  ) throws -> ObjectLease {
    try checkWritable()
    try makeDirectory(directory + "/leases")
    let digits = String(UInt64.random(in: .min ... .max), radix: 16)
    let lease = ObjectLease(
      name: String(repeating: "0", count: 16 - digits.utf8.count) + digits, owner: owner,
      expiry: expiry.seconds, start: start?.seconds, digests: digests)
    try write(lease)
    do {
      // Asked after the lease is durable: a collection that does not know of it may have moved
      // them to the trash, and they are brought back.
      for digest in digests where try !isWhole(digest) {
        throw StorageError.objectNotFound(digest)
      }
    } catch {
      _ = try? release(lease)
      throw error
    }
    return lease
  }

  /// Moves the end of a lease.
  ///
  /// - Parameters:
  ///   - lease: A lease that was neither released nor forgotten after its end.
  ///   - expiry: The new end, to the second.
  /// - Returns: The lease as it is now.
  /// - Throws: `notFound` when there is no such lease any more: what it kept may be gone.
  public func renew(_ lease: ObjectLease, until expiry: Timestamp) throws -> ObjectLease {
    try checkWritable()
    guard try fileSystem.statusIfPresent(path(of: lease)) != nil else {
      throw StorageError(.notFound, "the lease has ended", path: path(of: lease))
    }
    let renewed = ObjectLease(
      name: lease.name, owner: lease.owner, expiry: expiry.seconds, start: lease.start,
      digests: lease.digests)
    try write(renewed)
    return renewed
  }

  /// Ends a lease before its time.
  ///
  /// - Parameter lease: The lease.
  /// - Returns: Whether it still stood.
  /// - Throws: What the file system throws.
  @discardableResult
  public func release(_ lease: ObjectLease) throws -> Bool {
    try checkWritable()
    do {
      try fileSystem.unlink(path(of: lease))
      return true
    } catch let error as StorageError where error.kind == .notFound {
      return false
    }
  }

  /// All leases in the store, those that have ended included.
  ///
  /// - Returns: The leases, in the order of their names.
  /// - Throws: `corrupt` or `unsupportedFormat` for a file that is no lease, naming it.
  public func leases() throws -> [ObjectLease] {
    var leases: [ObjectLease] = []
    for name in try names(in: directory + "/leases") where ObjectLease.isName(name) {
      let path = "\(directory)/leases/\(name)"
      do {
        let bytes = try fileSystem.readFile(path, limit: ObjectLease.sizeLimit)
        leases.append(try ObjectLease(name: name, canonical: bytes, path: path))
      } catch let error as StorageError where error.kind == .notFound {
        // It was released meanwhile.
        continue
      }
    }
    return leases
  }

  /// Whether all of an object is in its place, brought back from the trash if need be.
  private func isWhole(_ digest: SHA256Digest) throws -> Bool {
    if try locate(ObjectFile(.object, digest)) != nil { return true }
    guard let recipe = try recipe(of: digest)?.recipe else { return false }
    for chunk in Set(recipe.chunks.map(\.digest)) {
      guard try locate(ObjectFile(.chunk, chunk)) != nil else { return false }
    }
    return true
  }

  func path(of lease: ObjectLease) -> String { "\(directory)/leases/\(lease.name)" }

  private func write(_ lease: ObjectLease) throws {
    try lease.checkLimits()
    try fileSystem.replaceFile(path(of: lease), with: lease.encoded())
  }
}
