public import Provenance

extension DirectoryObjectStore: CollectableObjectStore {
  /// Moves what is of no use any more to the trash, and empties the trash of what has long been
  /// there; see ``CollectableObjectStore/collect(_:at:references:)``.
  ///
  /// - Complexity: One status call an object, one small read for each object that stays and could
  ///   be a directory manifest; holds all digests in memory.
  public func collect(
    _ options: CollectionOptions = CollectionOptions(), at now: Timestamp,
    references: (inout ObjectMarks) throws -> Void
  ) throws -> CollectionReport {
    if options.isDryRun {
      var collector = ObjectCollector(store: self, options: options, now: now)
      try collector.mark(references)
      try collector.emptyTrash()
      try collector.sweep()
      try collector.tidy()
      return collector.report
    }
    try checkWritable()
    try makeDirectory(trash)
    return try fileSystem.withFile(trash, [.read, .directory]) { open in
      guard try fileSystem.lock(open, exclusive: true) else {
        throw StorageError(.locked, "another collection is running", path: trash)
      }
      var collector = ObjectCollector(store: self, options: options, now: now)
      try collector.mark(references)
      // The old trash first: what this run moves there stays for a whole period at least.
      try collector.emptyTrash()
      try collector.sweep()
      try collector.tidy()
      return collector.report
    }
  }
}
