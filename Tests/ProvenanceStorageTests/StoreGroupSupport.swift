import Dispatch
import Foundation
import Provenance
import ProvenanceStorage
import ProvenanceTestKit
import Testing

/// Holds up one call from another thread until it is opened; then it stays open.
final class Gate: Sendable {
  private let isOpen = DispatchSemaphore(value: 0)
  private let isReached = Lock(false)

  /// Waits, the first time that it is called, until the gate is opened.
  func pass() {
    let isFirst = isReached.withLock { isReached in
      defer { isReached = true }
      return !isReached
    }
    if isFirst { isOpen.wait() }
  }

  var hasBeenReached: Bool { isReached.withLock { $0 } }

  func open() { isOpen.signal() }
}

/// A log in memory that refuses or holds up what a test tells it to.
final class ScriptedLog: RecordLog {
  let base = MemoryRecordLog()
  let script: @Sendable ([LogBatch]) throws -> Void
  let appends = Counter()

  init(_ script: @escaping @Sendable ([LogBatch]) throws -> Void) { self.script = script }

  var id: UniqueID { base.id }
  var head: LogHead { base.head }

  func append(_ batches: [LogBatch]) throws -> [LogCommit] {
    appends.increment()
    try script(batches)
    return try base.append(batches)
  }

  func read(from sequence: UInt64, _ body: (LogTransaction) throws -> Bool) throws {
    try base.read(from: sequence, body)
  }

  func close() throws { try base.close() }
}

extension ProvenanceStore {
  /// Commits batches as one group: the first is held at a gate of the store's log or file system
  /// until the others wait behind it.
  ///
  /// - Returns: What became of the first, and of the others in the order of the batches.
  func commitTogether(
    _ gate: Gate, first: [Record], _ batches: [[Record]], checked: Bool = true
  ) async -> [Result<StoreCommit, any Error>] {
    await withTaskGroup(of: (Int, Result<StoreCommit, any Error>).self) { group in
      group.addTask { await (0, Result.of { try await self.commit(first) }) }
      while !gate.hasBeenReached { await Task.yield() }
      for (number, batch) in batches.enumerated() {
        group.addTask {
          await (
            number + 1,
            Result.of { try await checked ? self.commit(batch) : self.merge(batch) }
          )
        }
        // One after the other, so that the order within the group is known.
        while waitingCommitCount <= number { await Task.yield() }
      }
      gate.open()
      var results: [Int: Result<StoreCommit, any Error>] = [:]
      for await (number, result) in group { results[number] = result }
      return results.sorted { $0.key < $1.key }.map(\.value)
    }
  }
}

extension Result where Failure == any Error {
  static func of(_ body: () async throws -> Success) async -> Self {
    do { return .success(try await body()) } catch { return .failure(error) }
  }

  var failureKind: StorageError.Kind? {
    guard case .failure(let error as StorageError) = self else { return nil }
    return error.kind
  }
}

extension FaultFileSystem {
  /// How often a segment of the log was made durable.
  var segmentSyncCount: Int {
    operations.filter { $0.name == .synchronize && $0.path?.hasSuffix(".seg") == true }.count
  }
}
