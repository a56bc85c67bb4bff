public import Provenance

/// A log out of which payloads can be taken.
///
/// Headers stay, and with them every leaf, root and proof.
public protocol ErasableRecordLog: RecordLog {
  /// Notes durably that payloads are going to be erased; ``erase(_:)`` is then finished by whoever opens
  /// the log next, should this process not come to it.
  ///
  /// - Parameter leaves: The leaf hashes of the entries.
  /// - Throws: ``StorageError``.
  func prepareErasure(of leaves: [SHA256Digest]) throws

  /// Removes the payloads of all entries with some leaf hashes, and everything that can be told of them
  /// from the log's files; nothing is left to be recovered.
  ///
  /// O(log).
  ///
  /// - Parameter leaves: The leaf hashes of the entries.
  /// - Returns: How many entries had a payload.
  /// - Throws: ``StorageError``; the log is then as readable as before, and the erasure is finished when
  ///   it is opened anew.
  @discardableResult
  func erase(_ leaves: Set<SHA256Digest>) throws -> Int
}

extension MemoryRecordLog: ErasableRecordLog {
  /// Does nothing: what is in memory does not outlive the process.
  public func prepareErasure(of leaves: [SHA256Digest]) throws {}

  /// Removes payloads; see ``ErasableRecordLog/erase(_:)``.
  @discardableResult
  public func erase(_ leaves: Set<SHA256Digest>) throws -> Int {
    try edit { entry in
      guard leaves.contains(entry.leaf), !entry.payload.isEmpty else { return nil }
      return .erased(kind: entry.kind, header: entry.header)
    }
  }
}
