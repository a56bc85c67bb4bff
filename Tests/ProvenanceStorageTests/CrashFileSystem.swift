import ProvenanceStorage

/// A file system in memory that can lose power, with what it may forget then.
///
/// What was written, linked, renamed or removed is seen at once and is durable only after the file
/// or the directory was synchronised. A crash keeps what is durable and any part of the rest: each
/// 4 KiB page of a write and each change of a directory on its own, in any combination. After a
/// synchronisation that failed, the pending changes count as written, although they are not: the
/// next one succeeds and saves nothing, as on ext4, xfs and btrfs.
final class CrashFileSystem: FileSystem {
  struct Node {
    var kind: FileStatus.Kind
    var content: [UInt8] = []
    var entries: [String: Int] = [:]
    var permissions: UInt32
    var durableContent: [UInt8] = []
    var durableEntries: [String: Int] = [:]
    var pendingWrites: [(offset: Int, bytes: [UInt8])] = []
    var pendingChanges: [(name: String, node: Int?)] = []
    var changeTime: Int64 = 0
  }

  struct State {
    var nodes: [Node] = [Node(kind: .directory, permissions: 0o755)]
    var files: [Int32: (node: Int, path: String)] = [:]
    var nextFile: Int32 = 3
    var locks: [Int: Int32] = [:]
    var operations = 0
    /// The numbers of those that changed something.
    var changes: [Int] = []
    /// After so many operations the power is gone, and everything fails.
    var powerLossAt = Int.max
    /// What a file's times are taken from, in seconds since 1970.
    var time: Int64 = 0
    /// The synchronisations that fail, by path.
    var failingSync: String?
  }

  let state: Lock<State>

  init(_ state: State = State()) { self.state = Lock(state) }

  var operationCount: Int { state.withLock { $0.operations } }

  /// After how many operations a loss of power makes a difference: before each that changes
  /// something, when all that was promised by then counts, and at the end.
  var crashPoints: [Int] {
    state.withLock { Set($0.changes.map { $0 - 1 } + [$0.operations]).sorted() }
  }

  func losePower(atOperation number: Int) { state.withLock { $0.powerLossAt = number } }

  /// Sets the clock that a file's times are taken from, in seconds since 1970.
  func setTime(_ seconds: Int64) { state.withLock { $0.time = seconds } }

  func failSync(ofPathWithSuffix suffix: String?) { state.withLock { $0.failingSync = suffix } }

  /// Every file and directory by path with its content, as it is seen now.
  var image: [String: [UInt8]] {
    state.withLock { state in
      var image: [String: [UInt8]] = [:]
      var waiting = [("", 0)]
      while let (path, node) = waiting.popLast() {
        image[path] = state.nodes[node].content
        for (name, child) in state.nodes[node].entries {
          waiting.append((path + "/" + name, child))
        }
      }
      return image
    }
  }

  /// Flips a bit of a file, as a failing device does.
  func damage(_ path: String, at position: Int) {
    state.withLock { state in
      guard let node = try? state.find(path) else { return }
      state.nodes[node].content[position] ^= 1
      if position < state.nodes[node].durableContent.count {
        state.nodes[node].durableContent[position] ^= 1
      }
    }
  }

  /// What another process finds after the machine came back.
  ///
  /// - Parameter keeps: Whether a pending page or name made it to the device.
  /// - Returns: A file system in which nothing is pending.
  func afterCrash(keeping keeps: () -> Bool) -> CrashFileSystem {
    let old = state.withLock { $0 }
    var new = State()
    new.time = old.time
    new.nodes = old.nodes.map { node in
      var entries = node.durableEntries
      for change in node.pendingChanges where keeps() { entries[change.name] = change.node }
      var content = node.durableContent
      for write in node.pendingWrites where keeps() { content.apply(write) }
      return Node(
        kind: node.kind, content: content, entries: entries, permissions: node.permissions,
        durableContent: content, durableEntries: entries, changeTime: node.changeTime)
    }
    return CrashFileSystem(new)
  }
}

extension [UInt8] {
  /// Overlays a write, with zeros in between where it begins beyond the end.
  fileprivate mutating func apply(_ write: (offset: Int, bytes: [UInt8])) {
    let end = write.offset + write.bytes.count
    if count < end { append(contentsOf: repeatElement(0, count: end - count)) }
    replaceSubrange(write.offset..<end, with: write.bytes)
  }
}

extension CrashFileSystem.State {
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
    nodes[node].content.apply((offset, bytes))
    nodes[node].changeTime = time
    var position = offset
    let end = offset + bytes.count
    while position < end {
      let next = min(end, (position / 4096 + 1) * 4096)
      nodes[node].pendingWrites.append(
        (position, Array(bytes[position - offset..<next - offset])))
      position = next
    }
  }

  mutating func synchronize(_ node: Int, path: String) throws {
    noteChange()
    let fails = failingSync.map { path.hasSuffix($0) } ?? false
    if !fails {
      for write in nodes[node].pendingWrites { nodes[node].durableContent.apply(write) }
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
