public import ProvenanceStorage

extension MemoryFileSystem {
  /// Opens a file.
  public func open(
    _ path: String, _ options: FileOpenOptions, permissions: UInt32
  ) throws -> OpenFile {
    try state.withLock { state in
      let number =
        options.contains(.create)
        ? try state.findOrCreate(path, exclusive: options.contains(.exclusive))
        : try state.find(path)
      let isDirectory = state.nodes[number]?.isDirectory ?? false
      guard isDirectory == options.contains(.directory) || !options.contains(.write) else {
        throw StorageError(.wrongFileKind, "it is a directory", path: path)
      }
      if options.contains(.truncate) { state.nodes[number]?.bytes = [] }
      let file = OpenFile(rawValue: state.nextFile)
      state.nextFile += 1
      state.files[file] = number
      return file
    }
  }

  /// Closes a file, and gives back its lock.
  public func close(_ file: OpenFile) throws {
    try unlock(file)
    state.withLock { $0.files[file] = nil }
  }

  /// Reads at an offset.
  public func read(
    _ file: OpenFile, at offset: UInt64, into bytes: inout MutableRawSpan
  ) throws -> Int {
    let content = try state.withLock { state in
      state.nodes[try state.node(of: file)]?.bytes ?? []
    }
    guard offset < UInt64(content.count) else { return 0 }
    let count = min(bytes.byteCount, content.count - Int(offset))
    unsafe bytes.withUnsafeMutableBytes { target in
      unsafe content.withUnsafeBytes { source in
        let range = Int(offset)..<Int(offset) + count
        unsafe target.copyMemory(from: UnsafeRawBufferPointer(rebasing: source[range]))
      }
    }
    return count
  }

  /// Writes at an offset.
  public func write(_ file: OpenFile, at offset: UInt64, _ bytes: RawSpan) throws -> Int {
    let added = unsafe bytes.withUnsafeBytes { unsafe [UInt8]($0) }
    try state.withLock { state in
      let number = try state.node(of: file)
      let end = Int(offset) + added.count
      state.nodes[number]?.grow(to: end)
      state.nodes[number]?.bytes.replaceSubrange(Int(offset)..<end, with: added)
    }
    return added.count
  }

  /// Makes a file's content, or a directory's names, durable.
  public func synchronize(_ file: OpenFile, dataOnly: Bool) throws {
    try state.withLock { state in
      let number = try state.node(of: file)
      guard var node = state.nodes[number] else { return }
      node.durableBytes = node.bytes
      node.durableNames = node.names
      state.nodes[number] = node
    }
  }

  /// Sets a file's size.
  public func truncate(_ file: OpenFile, to size: UInt64) throws {
    try state.withLock { state in
      let number = try state.node(of: file)
      guard var node = state.nodes[number] else { return }
      if node.bytes.count > Int(size) { node.bytes.removeLast(node.bytes.count - Int(size)) }
      node.grow(to: Int(size))
      state.nodes[number] = node
    }
  }

  /// Grows a file; memory is always there.
  public func preallocate(_ file: OpenFile, at offset: UInt64, length: UInt64) throws {
    try state.withLock { state in
      state.nodes[try state.node(of: file)]?.grow(to: Int(offset + length))
    }
  }

  /// The status of an open file.
  public func status(of file: OpenFile) throws -> FileStatus {
    try state.withLock { try $0.status(of: try $0.node(of: file)) }
  }

  /// The status of a path; there are no links to follow.
  public func status(at path: String, followingLinks: Bool) throws -> FileStatus {
    try state.withLock { try $0.status(of: try $0.find(path)) }
  }

  /// Keeps the permission bits, without effect.
  public func setPermissions(_ file: OpenFile, to permissions: UInt32) throws {
    try state.withLock { $0.nodes[try $0.node(of: file)]?.permissions = permissions }
  }

  /// Does nothing: there is no cache.
  public func dropCache(_ file: OpenFile) throws {}

  /// Takes a lock when nobody else has one that excludes it.
  public func lock(_ file: OpenFile, exclusive: Bool) throws -> Bool {
    try state.withLock { state in
      let number = try state.node(of: file)
      guard var node = state.nodes[number] else { return false }
      guard node.exclusiveHolder == nil || node.exclusiveHolder == file else { return false }
      guard !exclusive || node.sharedHolders.subtracting([file]).isEmpty else { return false }
      node.exclusiveHolder = exclusive ? file : nil
      if exclusive { node.sharedHolders.remove(file) } else { node.sharedHolders.insert(file) }
      state.nodes[number] = node
      return true
    }
  }

  /// Gives a lock back.
  public func unlock(_ file: OpenFile) throws {
    try state.withLock { state in
      let number = try state.node(of: file)
      if state.nodes[number]?.exclusiveHolder == file { state.nodes[number]?.exclusiveHolder = nil }
      state.nodes[number]?.sharedHolders.remove(file)
    }
  }

  /// Makes a directory.
  public func createDirectory(_ path: String, permissions: UInt32) throws {
    try state.withLock { state in
      guard (try? state.find(path)) == nil else {
        throw StorageError(.alreadyExists, "the name is taken", path: path)
      }
      _ = try state.add(Node(isDirectory: true), at: path)
    }
  }

  /// Renames a file or directory, replacing a file.
  public func rename(_ path: String, to destination: String) throws {
    try state.withLock { state in
      let number = try state.find(path)
      let (from, oldName) = try state.findParent(path)
      let (to, newName) = try state.findParent(destination)
      state.nodes[from]?.names[oldName] = nil
      state.nodes[to]?.names[newName] = number
    }
  }

  /// Gives a file a second name.
  public func link(_ path: String, to destination: String) throws {
    try state.withLock { state in
      let number = try state.find(path)
      guard (try? state.find(destination)) == nil else {
        throw StorageError(.alreadyExists, "the name is taken", path: destination)
      }
      let (to, name) = try state.findParent(destination)
      state.nodes[to]?.names[name] = number
    }
  }

  /// Removes a name.
  public func unlink(_ path: String) throws {
    try state.withLock { state in
      _ = try state.find(path)
      let (directory, name) = try state.findParent(path)
      state.nodes[directory]?.names[name] = nil
    }
  }

  /// Removes an empty directory.
  public func removeDirectory(_ path: String) throws {
    guard try names(inDirectory: path).isEmpty else {
      throw StorageError(.alreadyExists, "the directory is not empty", path: path)
    }
    try unlink(path)
  }

  /// Lists a directory.
  public func names(inDirectory path: String) throws -> [String] {
    try state.withLock { state in
      guard let node = state.nodes[try state.find(path)], node.isDirectory else {
        throw StorageError(.wrongFileKind, "it is not a directory", path: path)
      }
      return node.names.keys.sorted { $0.utf8.lexicographicallyPrecedes($1.utf8) }
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
  public func canonicalPath(_ path: String) throws -> String {
    _ = try state.withLock { try $0.find(path) }
    return path
  }
}

extension MemoryFileSystem.Node {
  mutating func grow(to count: Int) {
    if bytes.count < count { bytes += [UInt8](repeating: 0, count: count - bytes.count) }
  }
}

extension MemoryFileSystem.State {
  func status(of number: Int) throws -> FileStatus {
    guard let node = nodes[number] else { throw StorageError(.closed, "the file is gone") }
    return FileStatus(
      kind: node.isDirectory ? .directory : .regular, size: UInt64(node.bytes.count),
      permissions: node.permissions, inode: UInt64(number))
  }
}
