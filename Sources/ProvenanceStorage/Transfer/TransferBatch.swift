import Provenance

/// Gathers records of another store until there are enough to commit together.
///
/// A transfer of any size takes the memory of one batch, and one sync a batch.
struct TransferBatch {
  static let recordLimit = 1 << 14
  static let byteLimit = 16 << 20

  private(set) var records: [Record] = []
  private var byteCount = 0

  var isFull: Bool { records.count >= Self.recordLimit || byteCount >= Self.byteLimit }

  mutating func append(_ record: Record) {
    records.append(record)
    byteCount += record.header.count + record.payload.count
  }

  /// Hands over what was gathered, and starts anew.
  mutating func take() -> [Record] {
    defer {
      records.removeAll(keepingCapacity: true)
      byteCount = 0
    }
    return records
  }
}

extension ProvenanceStore {
  /// Records without the payloads that a tombstone of this store erased.
  ///
  /// What is erased here must not travel on, even while the log still holds its bytes.
  func withoutErasedPayloads(_ records: [Record]) throws -> [Record] {
    let erased = working.withLock { graph in
      records.indices.filter { !records[$0].payload.isEmpty && graph.isErased(records[$0].id) }
    }
    guard !erased.isEmpty else { return records }
    var records = records
    for index in erased {
      do throws(RecordError) {
        records[index] = try Record(header: records[index].header, payload: [])
      } catch {
        throw StorageError(.corrupt, "a record cannot be read without its payload: \(error)")
      }
    }
    return records
  }

  /// Runs what takes long on a thread of its own, so that neither the cooperative pool nor the
  /// store's other work waits for it.
  func onThreadOfItsOwn<T: Sendable>(
    _ body: @escaping @Sendable () throws -> T
  ) async throws -> T {
    try commitThread.checkProcess()
    return try await WorkerThread().run(body)
  }
}
