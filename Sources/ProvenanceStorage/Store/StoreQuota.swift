import Provenance

/// What a store in a directory may take; what would exceed it is refused before it is written.
///
/// A quota belongs to an open store and is not kept on disk. A commit that would exceed it fails
/// with `limitExceeded` and changes nothing; the store goes on, and smaller commits succeed.
public struct StoreQuota: Sendable, Hashable {
  /// The most bytes that records and commits may take in the log; `nil` for no limit.
  ///
  /// The headers of segments, 4 KiB each, and what is reserved for later commits come on top.
  public var logByteCount: UInt64?
  /// The most entries of the log: its records, and one more for each commit; `nil` for no limit.
  public var entryCount: UInt64?
  /// The most bytes of all objects together; `nil` for no limit.
  ///
  /// Holds for what the store puts, merges and imports, not for what others put into its directory while it
  /// is open. At the limit, an object that is there already may be refused too.
  public var objectByteCount: UInt64?

  /// No limits.
  public init() {}
}

extension ProvenanceStore {
  /// Throws `limitExceeded` when batches would take the log past its quota.
  func checkQuota(_ batches: [LogBatch]) throws {
    guard let quota = layout?.options.quota, let log = log as? DirectoryRecordLog,
      !batches.isEmpty
    else { return }
    if let limit = quota.entryCount {
      let count = batches.reduce(log.head.treeSize) { $0 + UInt64($1.entries.count) + 1 }
      try Self.check(count, limit, "log", "entries", path: log.directory)
    }
    if let limit = quota.logByteCount {
      let used = log.usedByteCount
      let count = batches.reduce(used) { sum, batch in
        batch.entries.reduce(sum + UInt64(Frame.commitExtentBound)) {
          $0 + UInt64(Frame.extent(of: $1))
        }
      }
      try Self.check(count, limit, "log", "bytes", path: log.directory)
    }
  }

  /// Stores an object with no more bytes than the quota leaves.
  func withinQuota(
    _ expectation: ObjectExpectation, _ put: (ObjectExpectation) throws -> StoredObject
  ) throws -> StoredObject {
    guard let limit = layout?.options.quota.objectByteCount,
      try !(expectation.digest.map { try objects.contains($0) } ?? false)
    else { return try put(expectation) }
    // Held throughout: two that look at once would both find the same room.
    return try objectUsage.withLock { usage in
      // What was put twice is counted twice until the count says that there is no more room.
      for recounts in [false, true] {
        let room = try room(within: limit, &usage, recounting: recounts)
        var bounded = expectation
        bounded.limit = min(expectation.limit, room)
        do {
          let object = try put(bounded)
          usage = (usage ?? 0) + object.size
          return object
        } catch let error as StorageError
          where error.kind == .limitExceeded && room < expectation.limit
        {
          continue
        }
      }
      throw objectRefusal(limit, used: usage ?? 0)
    }
  }

  /// Copies an object of known size, unless the quota leaves no room for it.
  func withinQuota<R>(_ object: StoredObject, _ copy: () throws -> R) throws -> R {
    guard let limit = layout?.options.quota.objectByteCount,
      try !objects.contains(object.digest)
    else { return try copy() }
    return try objectUsage.withLock { usage in
      for recounts in [false, true]
      where try object.size <= room(within: limit, &usage, recounting: recounts) {
        let result = try copy()
        usage = (usage ?? 0) + object.size
        return result
      }
      throw objectRefusal(limit, used: usage ?? 0)
    }
  }

  /// How many bytes of objects may still come.
  private func room(
    within limit: UInt64, _ usage: inout UInt64?, recounting: Bool
  ) throws -> UInt64 {
    if recounting || usage == nil {
      var count: UInt64 = 0
      try objects.list { object in
        count += object.size
        return true
      }
      usage = count
    }
    let used = usage ?? 0
    return limit > used ? limit - used : 0
  }

  private func objectRefusal(_ limit: UInt64, used: UInt64) -> StorageError {
    StorageError(
      .limitExceeded,
      "the objects have \(used) bytes, the quota allows \(limit), and this one needs more than is "
        + "left; nothing is kept: raise the quota, or collect objects that nothing refers to",
      path: layout?.objects)
  }

  private static func check(
    _ count: UInt64, _ limit: UInt64, _ part: String, _ unit: String, path: String
  ) throws {
    guard count > limit else { return }
    throw StorageError(
      .limitExceeded,
      "the \(part) would have \(count) \(unit), the quota allows \(limit); nothing was written: "
        + "raise the quota, or go on in another store",
      path: path)
  }
}

extension DirectoryRecordLog {
  /// The bytes of all frames up to the last commit.
  var usedByteCount: UInt64 {
    let log = published.withLock { $0 }
    let header = UInt64(SegmentHeader.byteCount)
    return log.sealed.reduce(log.tail.end.offset - header) { $0 + $1.end.offset - header }
  }
}
