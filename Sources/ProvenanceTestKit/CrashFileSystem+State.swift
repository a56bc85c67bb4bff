import ProvenanceStorage

extension [UInt8] {
  /// Overlays a write, with zeros in between where it begins beyond the end; or changes the size.
  mutating func apply(_ change: CrashFileSystem.Change) {
    switch change {
    case .write(let offset, let bytes):
      let end = offset + bytes.count
      if count < end { append(contentsOf: repeatElement(0, count: end - count)) }
      replaceSubrange(offset..<end, with: bytes)
    case .resize(let size):
      if count < size {
        append(contentsOf: repeatElement(0, count: size - count))
      } else {
        removeLast(count - size)
      }
    }
  }
}

extension CrashFileSystem.State {
  static let sectorByteCount = 512

  /// Counts an operation that begins; fails it when there is no power.
  mutating func begin() throws {
    operations += 1
    if operations > powerLossAt { throw StorageError(.io, "there is no power") }
  }

  /// The directory that holds a path's last component, and that component.
  func locate(_ path: String) throws -> (parent: Int, name: String) {
    var parts = path.split(separator: "/").map(String.init)
    guard let name = parts.popLast() else { return (0, "") }
    var node = 0
    for part in parts {
      guard let next = nodes[node].entries[part] else {
        throw StorageError(.notFound, "no such directory", path: path)
      }
      node = next
    }
    return (node, name)
  }

  func find(_ path: String) throws -> Int {
    let (parent, name) = try locate(path)
    if name.isEmpty { return 0 }
    guard let node = nodes[parent].entries[name] else {
      throw StorageError(.notFound, "no such file", path: path)
    }
    return node
  }

  mutating func noteChange() {
    if changes.last != operations { changes.append(operations) }
  }

  mutating func change(_ parent: Int, _ name: String, to node: Int?) {
    noteChange()
    if let child = node ?? nodes[parent].entries[name] { nodes[child].changeTime = time }
    nodes[parent].entries[name] = node
    nodes[parent].pendingChanges.append((name, node))
  }

  mutating func make(
    _ path: String, _ kind: FileStatus.Kind, permissions: UInt32
  ) throws -> Int {
    let (parent, name) = try locate(path)
    guard nodes[parent].entries[name] == nil else {
      throw StorageError(.alreadyExists, "the name is taken", path: path)
    }
    nodes.append(CrashFileSystem.Node(kind: kind, permissions: permissions))
    change(parent, name, to: nodes.count - 1)
    return nodes.count - 1
  }

  mutating func write(_ bytes: [UInt8], at offset: Int, to node: Int) {
    noteChange()
    nodes[node].content.apply(.write(offset: offset, bytes: bytes))
    nodes[node].changeTime = time
    var position = offset
    let end = offset + bytes.count
    while position < end {
      let next = min(end, (position / Self.sectorByteCount + 1) * Self.sectorByteCount)
      nodes[node].pendingWrites.append(
        .write(offset: position, bytes: Array(bytes[position - offset..<next - offset])))
      position = next
    }
  }

  mutating func resize(_ node: Int, to size: Int) {
    guard nodes[node].content.count != size else { return }
    noteChange()
    nodes[node].content.apply(.resize(size))
    nodes[node].changeTime = time
    nodes[node].pendingWrites.append(.resize(size))
  }

  mutating func synchronize(_ node: Int, path: String) throws {
    noteChange()
    let isDirectory = nodes[node].kind == .directory
    if ignoredSyncs.contains(isDirectory ? .directories : .files) { return }
    let fails = failingSync.map { path.hasSuffix($0) } ?? false
    if !fails {
      for change in nodes[node].pendingWrites { nodes[node].durableContent.apply(change) }
      for change in nodes[node].pendingChanges {
        nodes[node].durableEntries[change.name] = change.node
      }
    }
    nodes[node].pendingWrites = []
    nodes[node].pendingChanges = []
    if fails { throw StorageError(.io, "sync failed", path: path) }
  }

  func status(_ node: Int) -> FileStatus {
    FileStatus(
      kind: nodes[node].kind, size: UInt64(nodes[node].content.count),
      permissions: nodes[node].permissions, device: 1, inode: UInt64(node),
      changeTime: nodes[node].changeTime)
  }
}
