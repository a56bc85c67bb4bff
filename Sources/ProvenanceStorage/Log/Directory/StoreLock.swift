/// The lock of a store's writer: a file that is never deleted or renamed.
///
/// What holds is the operating system's lock on it, which dies with the process. The text in it only
/// tells those that are kept out whom they wait for.
struct StoreLock {
  let files: LogFiles

  /// How often taking the lock is tried, without waiting: ``isHeld()`` of another process has it
  /// for a moment.
  static let attempts = 1000

  /// Takes the lock, or throws `locked` naming the holder.
  func take(_ time: CommitTime?) throws -> OpenFile {
    let fileSystem = files.fileSystem
    let file = try fileSystem.open(
      files.lock, [.read, .write, .create, .noFollow], permissions: 0o644)
    do {
      var isTaken = false
      for _ in 0..<Self.attempts where !isTaken {
        isTaken = try fileSystem.lock(file, exclusive: true)
      }
      guard isTaken else {
        throw StorageError(.locked, "another writer holds the store\(holder(file))")
      }
      let me = fileSystem.processIdentity
      var text = "pid \(me.processID)\nhost \(me.host)\n"
      if let time { text += "since \(time.seconds)\n" }
      // Only for those that are kept out: a full disk must not keep the owner out as well.
      try? fileSystem.truncate(file, to: 0)
      try? fileSystem.writeAll(file, at: 0, Array(text.utf8))
      return file
    } catch {
      try? fileSystem.close(file)
      throw fileSystem.naming(files.lock, error)
    }
  }

  /// Gives the lock back, whoever else has a copy of the descriptor.
  ///
  /// Closing alone leaves the lock in force while a child process, between its fork and its exec,
  /// still has one; this process may start children at any time. It is closed also when this throws.
  func release(_ file: OpenFile) throws {
    var failure: (any Error)?
    do { try files.fileSystem.unlock(file) } catch { failure = error }
    try files.fileSystem.close(file)
    if let failure { throw failure }
  }

  /// Whether a live process holds the lock; takes it for a moment to find out.
  func isHeld() throws -> Bool {
    let fileSystem = files.fileSystem
    do {
      return try fileSystem.withFile(files.lock, [.read, .noFollow]) { file in
        guard try fileSystem.lock(file, exclusive: false) else { return true }
        try fileSystem.unlock(file)
        return false
      }
    } catch let error as StorageError where error.kind == .notFound {
      return false
    }
  }

  private func holder(_ file: OpenFile) -> String {
    guard let bytes = try? files.fileSystem.read(file, at: 0, count: 1024), !bytes.isEmpty else {
      return ""
    }
    let lines = bytes.split(separator: UInt8(ascii: "\n")).prefix(3)
    return ": " + lines.map { String(decoding: $0, as: UTF8.self) }.joined(separator: ", ")
  }
}
