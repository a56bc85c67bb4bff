import Provenance

extension MerkleTiles {
  /// Takes in what a log has grown by.
  ///
  /// Complexity: O(what was added).
  ///
  /// - Parameter log: The log that the leaves so far are from.
  /// - Throws: What reading the log throws; `corrupt` when what is read does not have the log's
  ///   root, and then the tree is empty, so that the next call starts anew.
  mutating func extend(with log: some RecordLog) throws {
    let head = log.head
    guard head.treeSize > size else { return }
    let before = size
    try log.read(from: before) { transaction in
      for entry in transaction.entries { append(entry.leaf) }
      append(transaction.commit.leaf)
      return true
    }
    let root = head.treeSize <= size ? try root(at: head.treeSize) : nil
    guard root == head.root else {
      self = MerkleTiles()
      throw StorageError(
        .corrupt, "the records that are read do not have the root of the log",
        sequences: before..<head.treeSize)
    }
  }
}
