public import ProvenanceStorage

/// A file system in memory that knows what a power failure would leave.
///
/// Each file has what was written and what was last synchronised, each directory likewise its names.
/// ``crashImage(keepingNames:keepingSector:)`` makes the state after a power failure from any
/// choice between the two. Thousands of damaged or crashed stores can be opened in the time that a
/// disk takes for one.
///
/// There is one kind of file system, no permissions and no symbolic links.
public final class MemoryFileSystem: FileSystem {
  struct Node {
    var isDirectory: Bool
    var bytes: [UInt8] = []
    var durableBytes: [UInt8] = []
    var names: [String: Int] = [:]
    var durableNames: [String: Int] = [:]
    var permissions: UInt32 = 0o644
    var exclusiveHolder: OpenFile?
    var sharedHolders: Set<OpenFile> = []
  }

  struct State {
    var nodes: [Int: Node] = [0: Node(isDirectory: true)]
    var nextNode = 1
    var files: [OpenFile: Int] = [:]
    var nextFile: Int32 = 3
  }

  let state: Lock<State>

  /// Makes an empty file system: the directory "/" alone.
  public init() { state = Lock(State()) }

  init(_ initial: State) { state = Lock(initial) }

  /// This process, in a machine of the name "memory".
  public var processIdentity: ProcessIdentity { ProcessIdentity(processID: 1, host: "memory") }
}

extension MemoryFileSystem {
  /// The number of files that are open.
  public var openFileCount: Int { state.withLock { $0.files.count } }

  /// The content of a file; `nil` when there is none.
  public func content(of path: String) -> [UInt8]? {
    state.withLock { state in
      guard let number = try? state.find(path), let node = state.nodes[number] else { return nil }
      return node.isDirectory ? nil : node.bytes
    }
  }

  /// Sets the content of an existing or new file, as something outside of the program would.
  ///
  /// It counts as durable.
  public func setContent(of path: String, to bytes: [UInt8]) throws {
    try state.withLock { state in
      let number = try state.findOrCreate(path, exclusive: false)
      state.nodes[number]?.bytes = bytes
      state.nodes[number]?.durableBytes = bytes
    }
  }

  /// The paths of all files, in order.
  public var filePaths: [String] {
    state.withLock { state in
      var paths: [String] = []
      var waiting = [("", 0)]
      while let (path, number) = waiting.popLast() {
        guard let node = state.nodes[number] else { continue }
        if !node.isDirectory { paths.append(path) }
        for (name, child) in node.names { waiting.append((path + "/" + name, child)) }
      }
      return paths.sorted()
    }
  }

  /// An independent copy, with nothing open or locked.
  public func copy() -> MemoryFileSystem {
    MemoryFileSystem(state.withLock { $0.closed() })
  }

  /// The file system after a power failure, with nothing open or locked.
  ///
  /// - Parameters:
  ///   - keepingNames: Whether the names that were not synchronised are there.
  ///   - keepingSector: Whether a sector (512 bytes) that was not synchronised has what was
  ///     written last; called with the path and the sector's number, for those that differ.
  /// - Returns: The file system that a process would find.
  public func crashImage(
    keepingNames: Bool, keepingSector: (String, Int) -> Bool
  ) -> MemoryFileSystem {
    let paths = filePaths
    var image = state.withLock { $0.closed() }
    for path in paths {
      guard let number = try? image.find(path), var node = image.nodes[number] else { continue }
      let written = node.bytes
      var bytes = node.durableBytes
      // A file whose growth was not synchronised has zeros where nothing was kept.
      if bytes.count < written.count {
        bytes += [UInt8](repeating: 0, count: written.count - bytes.count)
      }
      for sector in 0..<(written.count + 511) / 512 {
        let range = sector * 512..<min(sector * 512 + 512, written.count)
        if bytes[range] != written[range], keepingSector(path, sector) {
          bytes.replaceSubrange(range, with: written[range])
        }
      }
      node.bytes = bytes
      node.durableBytes = bytes
      image.nodes[number] = node
    }
    for (number, node) in image.nodes where node.isDirectory {
      let names = keepingNames ? node.names : node.durableNames
      image.nodes[number]?.names = names
      image.nodes[number]?.durableNames = names
    }
    return MemoryFileSystem(image)
  }

  /// The sectors that differ from what is durable, by path.
  public var unsyncedSectors: [(path: String, sector: Int)] {
    var sectors: [(path: String, sector: Int)] = []
    _ = crashImage(keepingNames: true) { path, sector in
      sectors.append((path, sector))
      return false
    }
    return sectors
  }
}

extension MemoryFileSystem.State {
  func closed() -> Self {
    var copy = self
    copy.files = [:]
    for number in copy.nodes.keys {
      copy.nodes[number]?.exclusiveHolder = nil
      copy.nodes[number]?.sharedHolders = []
    }
    return copy
  }

  func find(_ path: String) throws -> Int {
    var number = 0
    for name in path.split(separator: "/") where name != "." {
      guard let node = nodes[number], node.isDirectory, let child = node.names[String(name)]
      else { throw StorageError(.notFound, "no such file or directory", path: path) }
      number = child
    }
    return number
  }

  /// The directory that holds a path's last name, and the name.
  func findParent(_ path: String) throws -> (Int, String) {
    let names = path.split(separator: "/")
    guard let last = names.last else {
      throw StorageError(.alreadyExists, "it is the root", path: path)
    }
    return (try find(names.dropLast().joined(separator: "/")), String(last))
  }

  mutating func findOrCreate(_ path: String, exclusive: Bool) throws -> Int {
    if let number = try? find(path) {
      guard !exclusive else {
        throw StorageError(.alreadyExists, "the name is taken", path: path)
      }
      return number
    }
    return try add(MemoryFileSystem.Node(isDirectory: false), at: path)
  }

  mutating func add(_ node: MemoryFileSystem.Node, at path: String) throws -> Int {
    let (directory, name) = try findParent(path)
    nodes[nextNode] = node
    nodes[directory]?.names[name] = nextNode
    nextNode += 1
    return nextNode - 1
  }

  func node(of file: OpenFile) throws -> Int {
    guard let number = files[file] else { throw StorageError(.closed, "the file is not open") }
    return number
  }
}
