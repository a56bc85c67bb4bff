import ProvenanceStorage

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

  func open(
    _ path: String, _ options: FileOpenOptions, permissions: UInt32
  ) throws -> OpenFile {
    try perform { state in
      let node: Int
      if options.contains(.exclusive) {
        node = try state.make(path, .regular, permissions: permissions)
      } else {
        node = try state.find(path)
      }
      if options.contains(.directory), state.nodes[node].kind != .directory {
        throw StorageError(.wrongFileKind, "it is not a directory", path: path)
      }
      state.files[state.nextFile] = (node, path)
      state.nextFile += 1
      return OpenFile(rawValue: state.nextFile - 1)
    }
  }

  func close(_ file: OpenFile) throws {
    state.withLock { state in
      state.files[file.rawValue] = nil
      for (node, owner) in state.locks where owner == file.rawValue { state.locks[node] = nil }
    }
    try perform { _ in }
  }

  func read(
    _ file: OpenFile, at offset: UInt64, into bytes: inout MutableRawSpan
  ) throws -> Int {
    let content = try perform { state in state.nodes[try node(file, state)].content }
    let start = min(Int(offset), content.count)
    let end = min(content.count, start + bytes.byteCount)
    return unsafe ObjectStream.copy(content.span.bytes.extracting(start..<end), into: &bytes)
  }

  func write(_ file: OpenFile, at offset: UInt64, _ bytes: RawSpan) throws -> Int {
    let copy = unsafe bytes.withUnsafeBytes { unsafe Array($0) }
    try perform { state in
      state.write(copy, at: Int(offset), to: try node(file, state))
    }
    return copy.count
  }

  func synchronize(_ file: OpenFile, dataOnly: Bool) throws {
    try perform { state in
      let path = state.files[file.rawValue]?.path ?? ""
      try state.synchronize(try node(file, state), path: path)
    }
  }

  func truncate(_ file: OpenFile, to size: UInt64) throws {
    throw StorageError(.unsupportedFileSystem, "objects are never cut")
  }

  func preallocate(_ file: OpenFile, at offset: UInt64, length: UInt64) throws {
    throw StorageError(.unsupportedFileSystem, "objects are not preallocated")
  }

  func status(of file: OpenFile) throws -> FileStatus {
    try perform { state in state.status(try node(file, state)) }
  }

  func status(at path: String, followingLinks: Bool) throws -> FileStatus {
    try perform { state in state.status(try state.find(path)) }
  }

  func setPermissions(_ file: OpenFile, to permissions: UInt32) throws {
    try perform { state in
      let node = try node(file, state)
      state.noteChange()
      state.nodes[node].permissions = permissions
      state.nodes[node].changeTime = state.time
    }
  }

  func dropCache(_ file: OpenFile) throws {}

  func lock(_ file: OpenFile, exclusive: Bool) throws -> Bool {
    try perform { state in
      let node = try node(file, state)
      if let owner = state.locks[node], owner != file.rawValue { return false }
      // Shared locks exclude nobody: what they keep out is not tried in memory.
      guard exclusive else { return true }
      state.locks[node] = file.rawValue
      return true
    }
  }

  func unlock(_ file: OpenFile) throws {
    try perform { state in state.locks[try node(file, state)] = nil }
  }

  func createDirectory(_ path: String, permissions: UInt32) throws {
    try perform { state in _ = try state.make(path, .directory, permissions: permissions) }
  }

  func rename(_ path: String, to destination: String) throws {
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

  func link(_ path: String, to destination: String) throws {
    try perform { state in
      let node = try state.find(path)
      let (parent, name) = try state.locate(destination)
      guard state.nodes[parent].entries[name] == nil else {
        throw StorageError(.alreadyExists, "the name is taken", path: destination)
      }
      state.change(parent, name, to: node)
    }
  }

  func unlink(_ path: String) throws {
    try perform { state in
      _ = try state.find(path)
      let (parent, name) = try state.locate(path)
      state.change(parent, name, to: nil)
    }
  }

  func removeDirectory(_ path: String) throws {
    try perform { state in
      let node = try state.find(path)
      guard state.nodes[node].entries.isEmpty else {
        throw StorageError(.alreadyExists, "the directory is not empty", path: path)
      }
      let (parent, name) = try state.locate(path)
      state.change(parent, name, to: nil)
    }
  }

  func names(inDirectory path: String) throws -> [String] {
    try perform { state in
      let node = state.nodes[try state.find(path)]
      guard node.kind == .directory else {
        throw StorageError(.wrongFileKind, "it is not a directory", path: path)
      }
      return node.entries.keys.sorted()
    }
  }

  func target(ofLink path: String) throws -> [UInt8] {
    throw StorageError(.invalidArgument, "it is no symbolic link", path: path)
  }

  func fileSystemKind(at path: String) throws -> FileSystemKind {
    FileSystemKind(name: "memory", isNetwork: false)
  }

  func canonicalPath(_ path: String) throws -> String { path }

  var processIdentity: ProcessIdentity { ProcessIdentity(processID: 1, host: "memory") }
}
