public import ProvenanceStorage

/// A file system in memory that can lose power, with what it may forget then.
///
/// What was written, cut, linked, renamed or removed is seen at once and is durable only after the
/// file or the directory was synchronised. A crash keeps what is durable and any part of the rest:
/// each 512-byte sector of a write, each change of a size and each change of a directory on its own,
/// in any combination. After a synchronisation that failed, the pending changes count as written,
/// although they are not: the next one succeeds and saves nothing, as on ext4, xfs and btrfs.
///
/// ``CrashSweep`` tries every place at which power can fail. There are no symbolic links, and shared
/// locks exclude nobody.
public final class CrashFileSystem: FileSystem {
  package enum Change: Sendable {
    case write(offset: Int, bytes: [UInt8])
    case resize(Int)
  }

  package struct Node: Sendable {
    package var kind: FileStatus.Kind
    package var content: [UInt8] = []
    package var entries: [String: Int] = [:]
    var permissions: UInt32
    var durableContent: [UInt8] = []
    var durableEntries: [String: Int] = [:]
    var pendingWrites: [Change] = []
    var pendingChanges: [(name: String, node: Int?)] = []
    package var changeTime: Int64 = 0
  }

  package struct State: Sendable {
    package var nodes: [Node] = [Node(kind: .directory, permissions: 0o755)]
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
    var ignoredSyncs: IgnoredSyncs = []
  }

  /// The synchronisations that report success and do nothing.
  public struct IgnoredSyncs: OptionSet, Sendable {
    /// One bit a kind.
    public let rawValue: Int

    /// Makes a set from its bits.
    public init(rawValue: Int) { self.rawValue = rawValue }

    /// Those of files.
    public static let files = IgnoredSyncs(rawValue: 1)
    /// Those of directories.
    public static let directories = IgnoredSyncs(rawValue: 2)
  }

  package let state: Lock<State>

  /// Makes an empty file system: the directory "/" alone.
  public init() { state = Lock(State()) }

  init(_ initial: State) { state = Lock(initial) }
}

extension CrashFileSystem {
  /// The number of operations so far.
  public var operationCount: Int { state.withLock { $0.operations } }

  /// After how many operations a loss of power makes a difference: before each that changes
  /// something, when all that was promised by then counts, and at the end.
  public var crashPoints: [Int] {
    state.withLock { Set($0.changes.map { $0 - 1 } + [$0.operations]).sorted() }
  }

  /// How many sectors, sizes and names a crash would keep or lose now.
  public var pendingCount: Int {
    state.withLock { state in
      state.nodes.reduce(0) { $0 + $1.pendingWrites.count + $1.pendingChanges.count }
    }
  }

  /// Fails everything after so many operations.
  ///
  /// - Parameter number: How many operations still go through.
  public func losePower(atOperation number: Int) { state.withLock { $0.powerLossAt = number } }

  /// Sets the clock that a file's times are taken from.
  ///
  /// - Parameter seconds: Seconds since 1970.
  public func setTime(_ seconds: Int64) { state.withLock { $0.time = seconds } }

  /// Fails the synchronisations of some paths, whose pending changes are then lost and look saved.
  ///
  /// - Parameter suffix: What the paths end in; `nil` for none.
  public func failSync(ofPathWithSuffix suffix: String?) {
    state.withLock { $0.failingSync = suffix }
  }

  /// Makes some synchronisations do nothing, as in a program that forgot them.
  ///
  /// The control of a test: what finds no loss then would find none in a broken store.
  ///
  /// - Parameter syncs: The kinds of file.
  public func ignoreSyncs(_ syncs: IgnoredSyncs) { state.withLock { $0.ignoredSyncs = syncs } }

  /// Every file and directory by path with its content, as it is seen now.
  public var image: [String: [UInt8]] {
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
  ///
  /// - Parameters:
  ///   - path: The file; nothing happens when there is none.
  ///   - position: The byte whose lowest bit is flipped.
  public func damage(_ path: String, at position: Int) {
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
  /// - Parameter keeps: Whether a pending sector, size or name made it to the device; called
  ///   ``pendingCount`` times.
  /// - Returns: A file system in which nothing is pending.
  public func afterCrash(keeping keeps: () -> Bool) -> CrashFileSystem {
    let old = state.withLock { $0 }
    var new = State()
    new.time = old.time
    new.nodes = old.nodes.map { node in
      var entries = node.durableEntries
      for change in node.pendingChanges where keeps() { entries[change.name] = change.node }
      var content = node.durableContent
      for change in node.pendingWrites where keeps() { content.apply(change) }
      return Node(
        kind: node.kind, content: content, entries: entries, permissions: node.permissions,
        durableContent: content, durableEntries: entries, changeTime: node.changeTime)
    }
    return CrashFileSystem(new)
  }
}
