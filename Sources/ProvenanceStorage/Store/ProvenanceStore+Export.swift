import Provenance

extension ProvenanceStore {
  /// Writes the store into one portable file, of which any change and any loss is noticed.
  ///
  /// What is committed when the call begins is exported, while the store goes on; payloads that were
  /// erased are left out. The file appears whole and durable, or not at all. The same store gives
  /// the same bytes; in canonical order, so do all stores that hold the same records.
  ///
  /// - Parameters:
  ///   - path: The file to make, in an existing directory.
  ///   - options: The order, and whether objects are included.
  /// - Returns: What the file holds.
  /// - Throws: `alreadyExists` for a file that is there; `corrupt` for damage in the store;
  ///   `noSpace` and what else the file system throws.
  @discardableResult
  public func export(
    to path: String, options: ExportOptions = ExportOptions()
  ) throws -> ArchiveSummary {
    let isCanonical = options.order == .canonical
    let header = ArchiveHeader(
      isCanonical: isCanonical, includesObjects: options.includesObjects,
      store: isCanonical ? nil : log.id)
    return try fileSystem.makeFile(path) { file in
      var writer = ArchiveWriter(header, fileSystem: fileSystem, file: file)
      if options.includesObjects {
        try objects.list { object in
          try writer.append(object, from: objects)
          return true
        }
      }
      var held: [Record] = []
      try log.read(from: 0) { transaction in
        let records = try withoutErasedPayloads(transaction.records())
        if isCanonical {
          held += records
        } else {
          for record in records { try writer.append(record) }
        }
        return true
      }
      for record in CanonicalOrder.sorted(held) { try writer.append(record) }
      return try writer.finish()
    }
  }

  /// Writes the store into one portable file, on a thread of its own.
  ///
  /// - Parameters:
  ///   - path: The file to make, in an existing directory.
  ///   - options: The order, and whether objects are included.
  /// - Returns: What the file holds.
  /// - Throws: As the waiting form.
  @discardableResult
  public func export(
    to path: String, options: ExportOptions = ExportOptions()
  ) async throws -> ArchiveSummary {
    try await onThreadOfItsOwn { try self.export(to: path, options: options) }
  }

  /// Takes in an exported store.
  ///
  /// The file is verified from its first byte to its last before anything is taken in, then merged
  /// in batches: nothing of a damaged file gets in. A crash in the middle leaves a part of the
  /// records, which importing again completes.
  ///
  /// - Parameters:
  ///   - path: The file.
  ///   - includingObjects: Whether objects in the file are taken in as well.
  /// - Returns: What the file holds, and what of it was new.
  /// - Throws: `corrupt` with path and offset, `unsupportedFormat`, `notFound`; `sourceChanged`
  ///   when the file changed between both readings; what committing throws.
  @discardableResult
  public func `import`(
    from path: String, includingObjects: Bool = true
  ) throws -> ImportReport {
    try fileSystem.withFile(path, [.read, .noFollow]) { file in
      let summary = try Self.verify(ArchiveScan(fileSystem: fileSystem, file: file))
      var report = ImportReport(summary)
      do {
        let scan = try ArchiveScan(fileSystem: fileSystem, file: file)
        let found = try takeIn(scan, includingObjects: includingObjects, &report)
        guard found == summary else {
          throw StorageError(.corrupt, "its root is another one than before")
        }
      } catch let error as StorageError where error.kind == .corrupt && error.path == nil {
        throw StorageError(
          .sourceChanged, "the file changed while it was imported (\(error))", path: path)
      }
      return report
    }
  }

  /// Takes in an exported store, on a thread of its own.
  ///
  /// - Parameters:
  ///   - path: The file.
  ///   - includingObjects: Whether objects in the file are taken in as well.
  /// - Returns: What the file holds, and what of it was new.
  /// - Throws: As the waiting form.
  @discardableResult
  public func `import`(
    from path: String, includingObjects: Bool = true
  ) async throws -> ImportReport {
    try await onThreadOfItsOwn {
      try self.import(from: path, includingObjects: includingObjects)
    }
  }

  /// Verifies an exported store from its first byte to its last; needs no store.
  ///
  /// Complexity: O(bytes), in constant memory.
  ///
  /// - Parameters:
  ///   - path: The file.
  ///   - fileSystem: The files' home.
  /// - Returns: What the file holds.
  /// - Throws: `corrupt` with path and offset, `unsupportedFormat`, `notFound`.
  public static func verifyExport(
    at path: String, fileSystem: any FileSystem = SystemFileSystem()
  ) throws -> ArchiveSummary {
    try fileSystem.withFile(path, [.read, .noFollow]) { file in
      try verify(ArchiveScan(fileSystem: fileSystem, file: file))
    }
  }

  private static func verify(_ start: ArchiveScan) throws -> ArchiveSummary {
    var scan = start
    while true {
      if case .end(let summary) = try scan.next() { return summary }
    }
  }

  private func takeIn(
    _ start: ArchiveScan, includingObjects: Bool, _ report: inout ImportReport
  ) throws -> ArchiveSummary {
    var scan = start
    var batch = TransferBatch()
    while true {
      switch try scan.next() {
      case .object(let object):
        // The bytes of one that is not taken in are read as items of their own.
        let isMissing = try includingObjects && objects.size(of: object.digest) != object.size
        if isMissing { try withinQuota(object) { try takeIn(object, &scan) } }
        report.objects.note(object, isCopied: isMissing)
      case .bytes: continue
      case .record(let record):
        batch.append(record)
        if batch.isFull { report.newRecords += try merge(batch.take()).newRecords }
      case .end(let summary):
        if !batch.records.isEmpty { report.newRecords += try merge(batch.take()).newRecords }
        return summary
      }
    }
  }

  private func takeIn(_ object: StoredObject, _ scan: inout ArchiveScan) throws {
    var left = object.size
    var piece: [UInt8] = []
    var used = 0
    try objects.put(
      ObjectExpectation(digest: object.digest, size: object.size, limit: object.size)
    ) { buffer in
      if used == piece.count {
        guard left > 0, case .bytes(let next) = try scan.next() else { return 0 }
        (piece, used) = (next, 0)
        left -= UInt64(next.count)
      }
      let count = unsafe piece.span.bytes.extracting(used..<piece.count).copied(to: &buffer, at: 0)
      used += count
      return count
    }
  }

  /// The home of the store's files, and of those that it exports.
  var fileSystem: any FileSystem { layout?.options.fileSystem ?? SystemFileSystem() }
}
