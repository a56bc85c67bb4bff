public import Provenance

/// An object store that can tell which objects are of no use any more, and remove them.
///
/// ## Duties
/// - No object that is referenced, leased or younger than the grace period is removed, whatever
///   other writers, readers and collections do at the same time, and whenever power fails.
/// - Removal goes through a trash: until a second period is over, whoever reads the object, puts it
///   or takes a lease on it brings it back.
/// - A dry run reports what a run at that moment would do and changes nothing.
public protocol CollectableObjectStore: ObjectStore {
  /// Removes what is of no use any more.
  ///
  /// - Parameters:
  ///   - options: How long to wait, and whether to change anything.
  ///   - now: The time.
  ///   - references: Marks every object that something refers to; what a marked directory refers
  ///     to is marked by the store.
  /// - Returns: What was done.
  /// - Throws: `locked` while another collection runs; `corrupt` when a directory manifest that
  ///   stays is damaged, since what it refers to is not known.
  func collect(
    _ options: CollectionOptions, at now: Timestamp,
    references: (inout ObjectMarks) throws -> Void
  ) throws -> CollectionReport

  /// Keeps objects from collection until a moment.
  ///
  /// - Parameters:
  ///   - digests: The objects.
  ///   - start: From when on all that is put is leased as well; `nil` for only `digests`.
  ///   - expiry: The end of the lease, to the second.
  ///   - owner: Who takes it, for people.
  /// - Returns: The lease.
  /// - Throws: `notFound` when an object is not in the store.
  func lease(
    _ digests: Set<SHA256Digest>, andAllPutFrom start: Timestamp?, until expiry: Timestamp,
    owner: String
  ) throws -> ObjectLease

  /// Ends a lease before its time.
  ///
  /// - Parameter lease: The lease.
  /// - Returns: Whether it still stood.
  /// - Throws: What keeps it from being ended.
  @discardableResult
  func release(_ lease: ObjectLease) throws -> Bool
}
