import Provenance

extension ProvenanceStore {
  /// Counts what the store holds.
  ///
  /// Reads the whole log, O(log), and lists the objects; waits, so not for the cooperative pool.
  ///
  /// - Returns: What there is, by kind and by size.
  /// - Throws: ``StorageError`` for what cannot be read.
  public func statistics() throws -> StoreStatistics {
    var statistics = StoreStatistics()
    let graph = graph
    statistics.position = graph.position
    try countRecords(&statistics)
    try Self.count(graph, &statistics)
    try objects.list { object in
      statistics.objects.add(object.size)
      return true
    }
    if let log = log as? DirectoryRecordLog {
      statistics.segments = try log.segmentSizes()
      let fileSystem = log.files.fileSystem
      for size in try fileSystem.fileSizes(in: log.files.quarantine) {
        statistics.quarantine.add(size)
      }
    }
    if let layout {
      for spool in try layout.spools.list() {
        let sizes = try layout.options.fileSystem.fileSizes(in: spool.path + "/log")
        statistics.spools.add(sizes.reduce(0, +))
      }
    }
    return statistics
  }

  /// Counts what the store holds, on a thread of its own.
  ///
  /// - Returns: What there is, by kind and by size.
  /// - Throws: As the waiting form.
  public func statistics() async throws -> StoreStatistics {
    try await onThreadOfItsOwn { try self.statistics() }
  }

  private func countRecords(_ statistics: inout StoreStatistics) throws {
    let end = statistics.position.count
    // A spool's positions are not those of its log.
    let isOwnLog = layout?.access != .spool
    try log.read(from: 0) { transaction in
      guard !isOwnLog || transaction.nextSequence <= end else { return false }
      statistics.commitCount += 1
      for record in try transaction.records() {
        let kind = StoreStatistics.RecordKind(record)
        var size = statistics.records[kind] ?? StoreStatistics.RecordSize()
        size.count += 1
        size.erasedCount += record.isErased ? 1 : 0
        size.headerByteCount += UInt64(record.header.count)
        size.payloadByteCount += UInt64(record.payload.count)
        statistics.records[kind] = size
      }
      return true
    }
  }

  private static func count(
    _ graph: ProvenanceGraph, _ statistics: inout StoreStatistics
  ) throws {
    for node in graph.nodes() {
      statistics.nodes[node.kind, default: 0] += 1
      for edge in try graph.causes(of: node, edges: .all) {
        statistics.edges[edge.kind, default: 0] += 1
      }
    }
  }
}

extension StoreStatistics.Size {
  mutating func add(_ size: UInt64) {
    count += 1
    byteCount += size
  }
}

extension DirectoryRecordLog {
  func segmentSizes() throws -> [StoreStatistics.Segment] {
    let log = published.withLock { $0 }
    return try (log.sealed + [log.tail]).map { segment in
      let status = try files.fileSystem.status(at: segment.path, followingLinks: false)
      return StoreStatistics.Segment(
        path: segment.path, firstSequence: segment.header.firstSequence,
        usedByteCount: segment.end.offset, fileByteCount: status.size)
    }
  }
}

extension FileSystem {
  /// The sizes of the regular files in a directory; none where there is no directory, and none of
  /// files that go away meanwhile.
  func fileSizes(in directory: String) throws -> [UInt64] {
    let names: [String]
    do {
      names = try self.names(inDirectory: directory)
    } catch let error as StorageError where error.kind == .notFound {
      return []
    }
    return try names.compactMap { name in
      guard let status = try statusIfPresent(directory + "/" + name), status.kind == .regular
      else { return nil }
      return status.size
    }
  }
}
