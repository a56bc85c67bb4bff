import Provenance

extension ObjectCollector {
  /// Brings back from the trash what has a reason to stay, and removes for good what has none and
  /// has been there long enough.
  mutating func emptyTrash() throws {
    let chunks = trash.filter { $0.file.kind == .chunk }
    let objects = trash.filter { $0.file.kind != .chunk }
    // Chunks before the lists of them: a list that is in its place promises its chunks.
    for entry in chunks + objects where isKept(entry.file) { try bringBack(entry) }
    var isEmptied: Set<Int64> = []
    // And after them: whoever finds a list in the trash brings back all its chunks, or none.
    for entry in objects + chunks {
      guard isOver(options.trashPeriod, since: entry.time) else {
        report.waiting.add(entry.size)
        continue
      }
      report.emptied.add(entry.size)
      guard !options.isDryRun else { continue }
      // Whatever leads to its place again is durable before the trash forgets it.
      if isKept(entry.file) { try store.syncHome(of: entry.file) }
      do {
        try store.fileSystem.unlink(store.path(of: entry))
      } catch let error as StorageError where error.kind == .notFound {
        // Brought back meanwhile, where the file system knows no second names.
      }
      isEmptied.insert(entry.time)
    }
    for time in isEmptied {
      // Not empty, or a foreign file in it: then it stays.
      try? store.fileSystem.removeDirectory("\(store.trash)/\(time)")
    }
  }

  private mutating func bringBack(_ entry: TrashEntry) throws {
    guard try store.fileSystem.statusIfPresent(store.path(of: entry.file)) == nil else { return }
    if entry.file.kind != .chunk, report.restored.last?.digest != entry.file.digest {
      report.restored.append(StoredObject(digest: entry.file.digest, size: entry.size))
    }
    guard !options.isDryRun else { return }
    do {
      try store.restore(entry.file, from: store.path(of: entry))
    } catch let error as StorageError where error.kind == .notFound {
      // A reader was faster.
    }
  }

  /// Moves to the trash what is old and has no reason to stay.
  mutating func sweep() throws {
    let victims = census.filter { !isKept($0.file) }
    guard !victims.isEmpty else { return }
    if options.isDryRun {
      for victim in victims { note(victim) }
      return
    }
    let batch = "\(store.trash)/\(max(now, 0))"
    try store.makeDirectory(batch)
    var homes: [String: [Entry]] = [:]
    var isLinked: Set<ObjectFile> = []
    try store.fileSystem.withFile(batch, [.read, .directory]) { open in
      for victim in victims where try isUnchanged(victim) {
        switch try link(victim, into: batch) {
        case .linked: isLinked.insert(victim.file)
        case .unsupported: break
        case .gone: continue
        }
        homes[store.home(of: victim.file), default: []].append(victim)
      }
      // The second names are durable before the first ones go.
      try store.synchronize(open, directory: batch)
      for home in homes.keys.sorted() {
        try store.fileSystem.withFile(home, [.read, .directory]) { open in
          for victim in homes[home] ?? [] {
            let isLinked = isLinked.contains(victim.file)
            if try take(victim, into: batch, isLinked: isLinked) { note(victim) }
          }
          try store.synchronize(open, directory: home)
        }
      }
      try store.synchronize(open, directory: batch)
    }
  }

  private mutating func note(_ victim: Entry) {
    if victim.file.kind == .chunk {
      report.sweptChunks.add(victim.size)
    } else if report.swept.last?.digest != victim.file.digest {
      report.swept.append(StoredObject(digest: victim.file.digest, size: victim.size))
    }
  }

  /// Whether a file is the one that was judged; one that was put anew is not.
  private func isUnchanged(_ victim: Entry) throws -> Bool {
    guard let status = try store.fileSystem.statusIfPresent(store.path(of: victim.file)) else {
      return false
    }
    return status.inode == victim.inode && status.device == victim.device
      && status.changeTime == victim.changeTime
  }

  private enum Link { case linked, unsupported, gone }

  private func link(_ victim: Entry, into batch: String) throws -> Link {
    do {
      try store.fileSystem.link(
        store.path(of: victim.file), to: "\(batch)/\(victim.file.trashName)")
      return .linked
    } catch let error as StorageError
      where error.kind == .notFound || error.kind == .alreadyExists
    {
      return .gone
    } catch let error as StorageError where DirectoryObjectStore.replaces(error) {
      return .unsupported
    }
  }

  /// Takes its place from a file; returns whether it was the one that was judged.
  ///
  /// Removing the name could hit a file that a writer has put there a moment ago, so it is moved,
  /// looked at, and given back if it is another one.
  private func take(_ victim: Entry, into batch: String, isLinked: Bool) throws -> Bool {
    let fileSystem = store.fileSystem
    let name = victim.file.trashName + (isLinked ? ObjectFile.takenSuffix : "")
    let path = "\(batch)/\(name)"
    do {
      try fileSystem.rename(store.path(of: victim.file), to: path)
    } catch let error as StorageError where error.kind == .notFound {
      return false
    }
    let taken = try fileSystem.statusIfPresent(path)
    if let taken, taken.inode != victim.inode || taken.device != victim.device {
      try store.restore(victim.file, from: path)
      if isLinked { try fileSystem.unlink(path) }
      return false
    }
    if isLinked {
      do {
        try fileSystem.unlink(path)
      } catch let error as StorageError where error.kind == .notFound {
        // Nobody needs it any more.
      }
    }
    return true
  }
}

extension DirectoryObjectStore {
  /// Makes durable which files are in the place of a file.
  func syncHome(of file: ObjectFile) throws {
    let home = home(of: file)
    try fileSystem.withFile(home, [.read, .directory]) { try synchronize($0, directory: home) }
  }
}
