import Provenance

/// What every log keeps of its past: the tree, the commit before, and its time.
struct CommitChain: Sendable, Hashable {
  var tree = MerkleTree()
  var previous: SHA256Digest?
  var time: CommitTime?

  var head: LogHead { LogHead(treeSize: tree.size, root: tree.root, time: time) }

  /// Adds a batch that is not empty, and returns its commit and the commit's entry.
  mutating func append(_ batch: LogBatch, writer: UniqueID) -> (LogCommit, LogEntry) {
    let first = tree.size
    for entry in batch.entries { tree.append(entry.leaf) }
    let record = CommitRecord(
      count: UInt64(batch.entries.count), treeSize: tree.size, root: tree.root, previous: previous,
      time: max(batch.time, time ?? batch.time), writer: writer)
    let entry = record.entry
    let end = tree.size
    add(record, entry)
    let commit = LogCommit(
      sequences: first..<end, time: record.time, treeSize: tree.size, root: tree.root)
    return (commit, entry)
  }

  /// What an empty batch gets.
  func emptyCommit(_ batch: LogBatch) -> LogCommit {
    LogCommit(
      sequences: tree.size..<tree.size, time: max(batch.time, time ?? batch.time),
      treeSize: tree.size, root: tree.root)
  }

  /// Why a commit that was read back does not fit; `nil` when it does.
  ///
  /// The tree size counts the leaves before it, its batch's included. The root is left to whoever
  /// keeps the tree.
  func misfit(_ record: CommitRecord, count: Int, treeSize: UInt64) -> String? {
    guard record.count == UInt64(count) else {
      return "it counts \(record.count) entries, there are \(count)"
    }
    guard record.treeSize == treeSize else {
      return "its tree has \(record.treeSize) leaves, there are \(treeSize)"
    }
    guard record.previous == previous else { return "the commit before it is another one" }
    if let time, record.time < time { return "its time is before that of the commit before it" }
    return nil
  }

  mutating func add(_ record: CommitRecord, _ entry: LogEntry) {
    tree.append(entry.leaf)
    previous = entry.leaf
    time = record.time
  }
}
