public import Provenance

extension ProvenanceStore {
  /// Removes the objects that nothing refers to, and waits until that is done.
  ///
  /// An object stays while any record in the log refers to it, also one that was retracted since,
  /// directly or through a directory manifest; while a lease covers it; and for the grace period
  /// after it was put. What does not stay is moved to a trash, and removed from there after a second
  /// period unless somebody brings it back. In an `async` context the suspending form is chosen.
  ///
  /// - Parameter options: How long to wait, and whether to change anything.
  /// - Returns: What was done, or would be.
  /// - Throws: ``StorageError``: `readOnlyFileSystem` or `locked` for a store that was not opened for
  ///   writing: only the one writer knows all references; `invalidArgument` when the object store
  ///   knows no collection; `corrupt` when a directory manifest is damaged; the reason why another
  ///   process's spool cannot be merged. Nothing is then swept.
  /// - Complexity: Reads the log once; see ``CollectableObjectStore/collect(_:at:references:)``.
  @discardableResult
  public func collect(
    _ options: CollectionOptions = CollectionOptions()
  ) throws -> CollectionReport {
    let objects = try collectableObjects()
    // A spool that is not merged may refer to anything.
    if let failure = try mergeSpools().failures.values.first { throw failure }
    return try objects.collect(options, at: clock()) { marks in
      try log.read(from: 0) { transaction in
        for entry in transaction.entries {
          marks.keepAll(namedIn: entry.header)
          marks.keepAll(namedIn: entry.payload)
        }
        return true
      }
    }
  }

  /// Removes the objects that nothing refers to, and suspends until that is done.
  ///
  /// - Parameter options: How long to wait, and whether to change anything.
  /// - Returns: What was done, or would be.
  /// - Throws: As the waiting form.
  @discardableResult
  public func collect(
    _ options: CollectionOptions = CollectionOptions()
  ) async throws -> CollectionReport {
    // Named as a closure that is not async, so that the waiting form is meant.
    let run: @Sendable () throws -> CollectionReport = { try self.collect(options) }
    return try await objectThread.run(run)
  }

  /// Keeps objects from collection until a moment, though nothing refers to them yet.
  ///
  /// - Parameters:
  ///   - digests: The objects.
  ///   - start: From when on all that is put is leased as well; `nil` for only `digests`.
  ///   - expiry: The end of the lease, to the second.
  ///   - owner: Who takes it, for people.
  /// - Returns: The lease; it ends by itself, or with ``release(_:)``.
  /// - Throws: ``StorageError``: `notFound` when an object is not in the store; `invalidArgument`
  ///   when the object store knows no leases.
  public func lease(
    digests: Set<SHA256Digest>, andAllPutFrom start: Timestamp? = nil, until expiry: Timestamp,
    owner: String
  ) throws -> ObjectLease {
    guard let objects = objects as? any CollectableObjectStore else { throw Self.noCollection }
    return try objects.lease(digests, andAllPutFrom: start, until: expiry, owner: owner)
  }

  /// Ends a lease before its time.
  ///
  /// - Parameter lease: The lease.
  /// - Returns: Whether it still stood.
  /// - Throws: ``StorageError``.
  @discardableResult
  public func release(_ lease: ObjectLease) throws -> Bool {
    guard let objects = objects as? any CollectableObjectStore else { throw Self.noCollection }
    return try objects.release(lease)
  }

  private func collectableObjects() throws -> any CollectableObjectStore {
    guard let objects = objects as? any CollectableObjectStore else { throw Self.noCollection }
    switch layout?.access {
    case nil, .write: return objects
    case .read:
      throw StorageError(
        .readOnlyFileSystem, "the store was opened for reading", path: layout?.directory)
    case .spool:
      throw StorageError(
        .locked, "another process writes to the store, and alone knows all references",
        path: layout?.directory)
    }
  }

  private static let noCollection = StorageError(
    .invalidArgument, "the object store knows neither collection nor leases")
}
