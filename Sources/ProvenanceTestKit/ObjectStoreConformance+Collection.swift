public import ProvenanceStorage

/// Checks that a store keeps the duties of a ``CollectableObjectStore`` too, besides those that
/// ``checkObjectStore(seed:_:)`` checks.
///
/// Time is passed to the collections and not waited for: the suite says that it is weeks later.
///
/// - Parameters:
///   - seed: Chooses the content of the objects; named in every violation.
///   - make: Makes an empty store, a new one for each check.
/// - Throws: The first ``ObjectStoreViolation``; an error that the store must not throw there.
public func checkCollectableObjectStore(
  seed: UInt64 = 1, _ make: () throws -> any CollectableObjectStore
) throws {
  for check in ObjectStoreCheck.collectionChecks {
    do {
      try check.run(make(), seed)
    } catch let failure as ObjectStoreViolation {
      throw failure
    } catch {
      throw ObjectStoreViolation(
        check: check.name, seed: seed, detail: "the store threw \(error)")
    }
  }
}
