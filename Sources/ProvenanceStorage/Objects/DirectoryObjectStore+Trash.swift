import Provenance

/// A file in the trash.
///
///     trash/
///       <seconds>/            what one collection moved there, by its clock, since 1970
///         <64 hex>            an object
///         <64 hex>.recipe     a list of chunks, and
///         <64 hex>.chunk      a chunk: see ``ObjectRecipe``
///         <64 hex>.taken      the same, while its place is being taken from it
///
/// Two names lead to one file while it is moved: the second is durable before the first one goes.
/// Whoever misses a file looks here, and gives it its place back.
struct TrashEntry: Sendable {
  var file: ObjectFile
  /// When it was moved here, in seconds since 1970 by the clock of the collection.
  var time: Int64
  var name: String
  var size: UInt64
}

extension DirectoryObjectStore {
  var trash: String { directory + "/trash" }

  func path(of entry: TrashEntry) -> String { "\(trash)/\(entry.time)/\(entry.name)" }

  /// The times of the batches in the trash, in ascending order.
  func trashBatches() throws -> [Int64] {
    try names(in: trash).compactMap { name in
      // Only in the one spelling that a collection chooses.
      Int64(name).flatMap { $0 >= 0 && String($0) == name ? $0 : nil }
    }.sorted()
  }

  /// Everything in the trash; foreign names are left out.
  func trashEntries() throws -> [TrashEntry] {
    var entries: [TrashEntry] = []
    for time in try trashBatches() {
      for name in try names(in: "\(trash)/\(time)") {
        guard let file = ObjectFile(trashName: name) else { continue }
        var entry = TrashEntry(file: file, time: time, name: name, size: 0)
        guard let status = try fileSystem.statusIfPresent(path(of: entry)),
          status.kind == .regular
        else { continue }
        entry.size =
          file.kind == .recipe
          ? (try? statedSize(ofRecipeAt: path(of: entry))) ?? 0 : status.size
        entries.append(entry)
      }
    }
    return entries
  }

  /// Where a file is: in its place, after it was brought back from the trash if need be.
  ///
  /// Unless it is `restoring`, the path in the trash is returned; a store that was opened for
  /// reading never brings anything back. `nil` when it is nowhere.
  func locate(_ file: ObjectFile, restoring: Bool = true) throws -> String? {
    let path = path(of: file)
    // A collection moves a file once, and back once, while somebody looks for it.
    for _ in 0..<4 {
      if try fileSystem.statusIfPresent(path) != nil { return path }
      guard let found = try findInTrash(file) else {
        return try fileSystem.statusIfPresent(path) != nil ? path : nil
      }
      guard restoring, access == .write else { return found }
      do {
        try restore(file, from: found)
        return path
      } catch let error as StorageError where error.kind == .notFound {
        continue
      } catch let error as StorageError
        where error.kind == .readOnlyFileSystem || error.kind == .noSpace || error.kind == .closed
      {
        return found
      }
    }
    return nil
  }

  private func findInTrash(_ file: ObjectFile) throws -> String? {
    // The latest is the one that is emptied last.
    for time in try trashBatches().reversed() {
      for suffix in ["", ObjectFile.takenSuffix] {
        let path = "\(trash)/\(time)/\(file.trashName)\(suffix)"
        if try fileSystem.statusIfPresent(path)?.kind == .regular { return path }
      }
    }
    return nil
  }

  /// Gives a file in the trash its place back and makes that durable.
  ///
  /// It stays in the trash as well. In its place it counts as new: a link changes its times.
  func restore(_ file: ObjectFile, from path: String) throws {
    try checkWritable()
    let home = try ensureHome(of: file)
    try fileSystem.withFile(home, [.read, .directory]) { open in
      do {
        try fileSystem.link(path, to: self.path(of: file))
      } catch let error as StorageError where error.kind == .alreadyExists {
        // Somebody was faster; whether it is durable is not known.
      } catch let error as StorageError where Self.replaces(error) {
        try fileSystem.rename(path, to: self.path(of: file))
      }
      try synchronize(open, directory: home)
    }
  }

  /// Removes every trace of a file from the trash; returns whether there was one.
  func removeFromTrash(_ file: ObjectFile) throws -> Bool {
    var isFound = false
    for time in try trashBatches() {
      for suffix in ["", ObjectFile.takenSuffix] {
        let batch = "\(trash)/\(time)"
        do {
          try fileSystem.withFile(batch, [.read, .directory]) { open in
            try fileSystem.unlink("\(batch)/\(file.trashName)\(suffix)")
            isFound = true
            try synchronize(open, directory: batch)
          }
        } catch let error as StorageError where error.kind == .notFound {
          continue
        }
      }
    }
    return isFound
  }
}
