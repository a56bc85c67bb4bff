extension DirectoryObjectStore {
  /// An object that is being written.
  ///
  /// It stays locked for as long as its writer lives, which is how others tell a dead writer's.
  struct Temporary {
    let path: String
    let file: OpenFile
    /// Whether the name in `tmp` still stands.
    var hasName = true
    var isOpen = true
    /// Whether it is a second name of somebody else's file.
    var isShared = false

    mutating func close(_ fileSystem: any FileSystem) throws {
      guard isOpen else { return }
      isOpen = false
      try fileSystem.close(file)
    }
  }

  /// Creates and locks a temporary file under a name that nobody else has.
  func makeTemporary() throws -> Temporary {
    try makeTemporary { path in
      try fileSystem.open(
        path, [.read, .write, .create, .exclusive, .noFollow], permissions: 0o600)
    }
  }

  /// Locks the file that `create` makes and opens under a name that nobody else has.
  func makeTemporary(_ create: (String) throws -> OpenFile) throws -> Temporary {
    // A sweep that opens the file before it is locked takes it for a dead writer's; then another
    // name is needed. It cannot happen often, and must not go on for ever.
    for _ in 0..<16 {
      let digits = String(UInt64.random(in: .min ... .max), radix: 16)
      let nonce = String(repeating: "0", count: 16 - digits.utf8.count) + digits
      let path = "\(directory)/tmp/\(processID)-\(nonce)"
      let temporary: Temporary
      do {
        temporary = Temporary(path: path, file: try create(path))
      } catch let error as StorageError where error.kind == .alreadyExists {
        continue
      }
      do {
        if try holds(temporary) { return temporary }
      } catch {
        discard(temporary)
        throw fileSystem.naming(path, error)
      }
      discard(temporary)
    }
    throw StorageError(
      .locked, "another process keeps taking away the temporary files", path: directory + "/tmp")
  }

  /// Locks a new temporary; whether it is locked and still has its name.
  private func holds(_ temporary: Temporary) throws -> Bool {
    do {
      guard try fileSystem.lock(temporary.file, exclusive: true) else { return false }
    } catch let error as StorageError where error.kind == .unsupportedFileSystem {
      // Where nobody can lock, nobody can take it for abandoned either.
      return true
    }
    let mine = try fileSystem.status(of: temporary.file)
    guard let named = try fileSystem.statusIfPresent(temporary.path) else { return false }
    return named.device == mine.device && named.inode == mine.inode
  }

  /// Closes and removes a temporary as far as possible; what stays behind is harmless.
  func discard(_ temporary: Temporary) {
    var temporary = temporary
    if temporary.hasName { try? fileSystem.unlink(temporary.path) }
    try? temporary.close(fileSystem)
  }

  /// Runs a step on a temporary; errors name its path.
  func naming<R>(_ temporary: Temporary, _ step: () throws -> R) throws -> R {
    do { return try step() } catch { throw fileSystem.naming(temporary.path, error) }
  }

  /// Removes the temporary files of writers that died.
  ///
  /// Safe at any time, beside writers in other processes too: what a living writer has locked is
  /// left alone, and so is every file whose name no writer would choose.
  ///
  /// - Returns: The paths that were removed.
  /// - Throws: What the file system throws.
  @discardableResult
  public func removeAbandonedTemporaries() throws -> [String] {
    try checkWritable()
    return try abandonedTemporaries { try fileSystem.unlink($0) }
  }

  /// The temporary files of dead writers; each is handed over while its lock is held.
  func abandonedTemporaries(_ body: (String) throws -> Void = { _ in }) throws -> [String] {
    var abandoned: [String] = []
    for name in try names(in: directory + "/tmp") where Self.isTemporaryName(name) {
      let path = "\(directory)/tmp/\(name)"
      do {
        guard try fileSystem.statusIfPresent(path)?.kind == .regular else { continue }
        try fileSystem.withFile(path, [.read, .noFollow]) { file in
          guard try fileSystem.lock(file, exclusive: true) else { return }
          try body(path)
          abandoned.append(path)
        }
      } catch let error as StorageError
        where error.kind == .notFound || error.kind == .unsupportedFileSystem
      {
        // Its writer finished meanwhile, or nobody can tell whether it lives.
        continue
      }
    }
    return abandoned
  }

  /// Whether a writer would choose this name: process, hyphen, 16 lower-case hexadecimal digits.
  static func isTemporaryName(_ name: String) -> Bool {
    let bytes = Array(name.utf8)
    guard bytes.count > 17, bytes[bytes.count - 17] == UInt8(ascii: "-") else { return false }
    let isDigit = { (byte: UInt8) in (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(byte) }
    return bytes.dropLast(17).allSatisfy(isDigit)
      && bytes.suffix(16).allSatisfy {
        isDigit($0) || (UInt8(ascii: "a")...UInt8(ascii: "f")).contains($0)
      }
  }
}
