public import ProvenanceStorage

extension CrashFileSystem {
  /// Counts an operation and performs it.
  private func perform<R: Sendable>(_ step: (inout State) throws -> R) throws -> R {
    try state.withLock { state in
      try state.begin()
      return try step(&state)
    }
  }

  /// The node of an open file.
  private func node(_ file: OpenFile, _ state: borrowing State) throws -> Int {
    guard let open = state.files[file.rawValue] else {
      throw StorageError(.invalidArgument, "the file is not open")
    }
    return open.node
  }

  /// Opens a file.
  public func open(
    _ path: String, _ options: FileOpenOptions, permissions: UInt32
  ) throws -> OpenFile {
    try perform { state in
      let node: Int
      if options.contains(.exclusive) {
        node = try state.make(path, .regular, permissions: permissions)
      } else if let found = try? state.find(path) {
        node = found
      } else if options.contains(.create) {
        node = try state.make(path, .regular, permissions: permissions)
      } else {
        throw StorageError(.notFound, "no such file", path: path)
      }
      if options.contains(.truncate) { state.resize(node, to: 0) }
      if options.contains(.directory), state.nodes[node].kind != .directory {
        throw StorageError(.wrongFileKind, "it is not a directory", path: path)
      }
      state.files[state.nextFile] = (node, path)
      state.nextFile += 1
      return OpenFile(rawValue: state.nextFile - 1)
    }
  }

  /// Closes a file, and gives back its lock.
  public func close(_ file: OpenFile) throws {
    state.withLock { state in
      state.files[file.rawValue] = nil
      for (node, owner) in state.locks where owner == file.rawValue { state.locks[node] = nil }
    }
    try perform { _ in }
  }

  /// Reads at an offset.
  public func read(
    _ file: OpenFile, at offset: UInt64, into bytes: inout MutableRawSpan
  ) throws -> Int {
    let content = try perform { state in state.nodes[try node(file, state)].content }
    let start = min(Int(offset), content.count)
    let end = min(content.count, start + bytes.byteCount)
    return unsafe ObjectStream.copy(content.span.bytes.extracting(start..<end), into: &bytes)
  }

  /// Writes at an offset.
  public func write(_ file: OpenFile, at offset: UInt64, _ bytes: RawSpan) throws -> Int {
    let copy = unsafe bytes.withUnsafeBytes { unsafe Array($0) }
    try perform { state in
      state.write(copy, at: Int(offset), to: try node(file, state))
    }
    return copy.count
  }

  /// Makes a file's content, or a directory's names, durable.
  public func synchronize(_ file: OpenFile, dataOnly: Bool) throws {
    try perform { state in
      let path = state.files[file.rawValue]?.path ?? ""
      try state.synchronize(try node(file, state), path: path)
    }
  }

  /// Sets a file's size.
  public func truncate(_ file: OpenFile, to size: UInt64) throws {
    try perform { state in state.resize(try node(file, state), to: Int(size)) }
  }

  /// Grows a file; memory is always there.
  public func preallocate(_ file: OpenFile, at offset: UInt64, length: UInt64) throws {
    try perform { state in
      let node = try node(file, state)
      state.resize(node, to: max(state.nodes[node].content.count, Int(offset + length)))
    }
  }

  /// The status of an open file.
  public func status(of file: OpenFile) throws -> FileStatus {
    try perform { state in state.status(try node(file, state)) }
  }

  /// The status of a path; there are no links to follow.
  public func status(at path: String, followingLinks: Bool) throws -> FileStatus {
    try perform { state in state.status(try state.find(path)) }
  }

  /// Sets permission bits, durably at once.
  public func setPermissions(_ file: OpenFile, to permissions: UInt32) throws {
    try perform { state in
      let node = try node(file, state)
      state.noteChange()
      state.nodes[node].permissions = permissions
      state.nodes[node].changeTime = state.time
    }
  }

  /// Does nothing: there is no cache.
  public func dropCache(_ file: OpenFile) throws {}

  /// Takes an exclusive lock when nobody else has it; shared ones exclude nobody.
  public func lock(_ file: OpenFile, exclusive: Bool) throws -> Bool {
    try perform { state in
      let node = try node(file, state)
      if let owner = state.locks[node], owner != file.rawValue { return false }
      guard exclusive else { return true }
      state.locks[node] = file.rawValue
      return true
    }
  }

  /// Gives a lock back.
  public func unlock(_ file: OpenFile) throws {
    try perform { state in state.locks[try node(file, state)] = nil }
  }

  /// Makes a directory.
  public func createDirectory(_ path: String, permissions: UInt32) throws {
    try perform { state in _ = try state.make(path, .directory, permissions: permissions) }
  }

  /// Renames a file or directory.
  public func rename(_ path: String, to destination: String) throws {
    try perform { state in
      let node = try state.find(path)
      let (from, old) = try state.locate(path)
      let (to, new) = try state.locate(destination)
      // Between two names of one file nothing happens.
      guard state.nodes[to].entries[new] != node else { return }
      state.change(to, new, to: node)
      state.change(from, old, to: nil)
    }
  }

  /// Gives a file a second name.
  public func link(_ path: String, to destination: String) throws {
    try perform { state in
      let node = try state.find(path)
      let (parent, name) = try state.locate(destination)
      guard state.nodes[parent].entries[name] == nil else {
        throw StorageError(.alreadyExists, "the name is taken", path: destination)
      }
      state.change(parent, name, to: node)
    }
  }

  /// Removes a name.
  public func unlink(_ path: String) throws {
    try perform { state in
      _ = try state.find(path)
      let (parent, name) = try state.locate(path)
      state.change(parent, name, to: nil)
    }
  }

  /// Removes an empty directory.
  public func removeDirectory(_ path: String) throws {
    try perform { state in
      let node = try state.find(path)
      guard state.nodes[node].entries.isEmpty else {
        throw StorageError(.alreadyExists, "the directory is not empty", path: path)
      }
      let (parent, name) = try state.locate(path)
      state.change(parent, name, to: nil)
    }
  }

  /// Lists a directory.
  public func names(inDirectory path: String) throws -> [String] {
    try perform { state in
      let node = state.nodes[try state.find(path)]
      guard node.kind == .directory else {
        throw StorageError(.wrongFileKind, "it is not a directory", path: path)
      }
      return node.entries.keys.sorted()
    }
  }

  /// Throws `invalidArgument`: there are no symbolic links.
  public func target(ofLink path: String) throws -> [UInt8] {
    throw StorageError(.invalidArgument, "it is no symbolic link", path: path)
  }

  /// Always "memory", and local.
  public func fileSystemKind(at path: String) throws -> FileSystemKind {
    FileSystemKind(name: "memory", isNetwork: false)
  }

  /// The path as it is.
  public func canonicalPath(_ path: String) throws -> String { path }

  /// This process, in a machine of the name "memory".
  public var processIdentity: ProcessIdentity { ProcessIdentity(processID: 1, host: "memory") }
}
