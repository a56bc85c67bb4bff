import Provenance

extension ProvenanceStore {
  /// Examines this store from its bytes up, and compares it with heads that were kept elsewhere.
  ///
  /// The log is read anew from the disk, up to the last commit when this was called; commits go on
  /// meanwhile. Every leaf, root and link is recomputed, and **everything** that does not fit is
  /// named with its place. Nothing is changed.
  ///
  /// Without a head from outside, a log that was rewritten as a whole, with all its roots, looks
  /// sound; so does one that was cut off at a commit together with HEAD. Keep checkpoints elsewhere,
  /// and pass them here.
  ///
  /// What no root covers, and no record depends on, cannot be examined: the salts and creation times
  /// of segments, and the payloads of records that only a later version knows.
  ///
  /// Blocks for as long as reading everything takes; in an `async` context the suspending form is
  /// chosen. Complexity: O(bytes), one pass; memory for the ids of erased records and tombstones,
  /// and of content digests with `artifacts`.
  ///
  /// - Parameters:
  ///   - heads: What the log must contain: heads of checkpoints that were verified.
  ///   - depth: How far to go.
  ///   - requiresArtifacts: Whether content that records name has to be in the object store;
  ///     otherwise what is not there is only listed.
  ///   - progress: Called every few mebibytes; `false` ends the examination.
  /// - Returns: The report; ``StoreVerification/isComplete`` is false when it was cancelled.
  /// - Throws: ``StorageError``: only what keeps the store from being examined at all.
  public func verify(
    against heads: [TreeHead] = [], depth: VerificationDepth = .records,
    requiresArtifacts: Bool = false, progress: (VerificationProgress) -> Bool = { _ in true }
  ) throws -> StoreVerification {
    try withoutActuallyEscaping(progress) { progress in
      try verify(
        heads,
        VerificationTask(
          depth: depth, requiresArtifacts: requiresArtifacts, isCancelled: { Task.isCancelled },
          progress: progress))
    }
  }

  /// Examines this store from its bytes up; see the waiting form.
  ///
  /// It runs on a thread of its own, and ends early when the task is cancelled.
  public func verify(
    against heads: [TreeHead] = [], depth: VerificationDepth = .records,
    requiresArtifacts: Bool = false,
    progress: @escaping @Sendable (VerificationProgress) -> Bool = { _ in true }
  ) async throws -> StoreVerification {
    let isCancelled = Lock(false)
    let thread = try WorkerThread()
    return try await withTaskCancellationHandler {
      try await thread.run {
        try self.verify(
          heads,
          VerificationTask(
            depth: depth, requiresArtifacts: requiresArtifacts,
            isCancelled: { isCancelled.withLock { $0 } }, progress: progress))
      }
    } onCancel: {
      isCancelled.withLock { $0 = true }
    }
  }

  /// Examines the store in a directory, which need not be opened, and may be too damaged for it.
  ///
  /// Takes no lock and changes nothing; a writer may be at work. Otherwise as
  /// `verify(against:depth:requiresArtifacts:progress:)` of an open store.
  ///
  /// - Parameters:
  ///   - directory: The store's directory.
  ///   - heads: What the log must contain: heads of checkpoints that were verified.
  ///   - depth: How far to go.
  ///   - requiresArtifacts: Whether content that records name has to be in the object store.
  ///   - fileSystem: The files' home.
  ///   - progress: Called every few mebibytes; `false` ends the examination.
  /// - Returns: The report.
  /// - Throws: ``StorageError``: `notFound`, `notAStore`, `unsupportedFormat`, and what keeps the
  ///   directory from being read.
  public static func verify(
    directory: String, against heads: [TreeHead] = [], depth: VerificationDepth = .records,
    requiresArtifacts: Bool = false, fileSystem: any FileSystem = SystemFileSystem(),
    progress: (VerificationProgress) -> Bool = { _ in true }
  ) throws -> StoreVerification {
    let files = LogFiles(fileSystem: fileSystem, directory: directory)
    let format = try files.readFormat()
    do { try format.checkFeatures(forWriting: false) } catch {
      throw fileSystem.naming(files.format, error)
    }
    var options = StoreOptions()
    options.fileSystem = fileSystem
    let layout = StoreLayout(directory: directory, access: .read, options: options)
    return try withoutActuallyEscaping(progress) { progress in
      let task = VerificationTask(
        depth: depth, requiresArtifacts: requiresArtifacts, isCancelled: { Task.isCancelled },
        progress: progress)
      let audit = LogAudit(depth: depth, pins: heads.map(\.pin))
      return try task.run(audit, objects: { try layout.openObjects(.read) }) { audit in
        try DirectoryAudit(files: files, format: format, limit: nil, task: task).run(&audit)
      }
    }
  }

  private func verify(_ heads: [TreeHead], _ task: VerificationTask) throws -> StoreVerification {
    let now = TreeHead(log.head)
    let known = LogAudit.Pin(head: now, source: "the store as it was opened", isGiven: false)
    let audit = LogAudit(depth: task.depth, pins: [known] + heads.map(\.pin))
    return try task.run(audit, objects: { self.objects }) { audit in
      if let log = log as? DirectoryRecordLog {
        try log.checkUsable()
        try DirectoryAudit(files: log.files, format: log.format, limit: now.size, task: task)
          .run(&audit)
      } else {
        try audit.read(log, upTo: now.size, task)
      }
    }
  }
}

extension TreeHead {
  fileprivate var pin: LogAudit.Pin {
    LogAudit.Pin(head: self, source: "the given head of \(size) records", isGiven: true)
  }
}

extension LogAudit {
  /// Reads a log that is no directory.
  fileprivate mutating func read(
    _ log: some RecordLog, upTo limit: UInt64, _ task: VerificationTask
  ) throws {
    try log.read(from: 0) { transaction in
      guard next < limit else { return false }
      for entry in transaction.entries { take(entry) }
      take(transaction.commit)
      let bytes = report.headerByteCount + report.payloadByteCount
      try task.advance(.log, to: bytes, of: 0)
      return true
    }
  }
}

extension VerificationTask {
  /// Examines a log, and then the objects where that is wanted.
  fileprivate func run(
    _ log: LogAudit, objects: () throws -> any ObjectStore,
    _ read: (inout LogAudit) throws -> Void
  ) throws -> StoreVerification {
    var audit = log
    do {
      try read(&audit)
      audit.finish()
      if depth >= .artifacts {
        try verify(try objects(), audit.references, &audit.report)
      }
      audit.report.isComplete = true
    } catch is Cancelled {
      // The report says that it is not complete.
    }
    return audit.report
  }

  /// Reads and hashes every object, and looks for those that records name.
  private func verify(
    _ objects: any ObjectStore, _ references: Set<SHA256Digest>, _ report: inout StoreVerification
  ) throws {
    var found: Set<SHA256Digest> = []
    var mark: UInt64 = 0
    try objects.list { object in
      var result = ObjectVerification()
      try result.examine(object.digest, at: nil, in: objects)
      found.insert(object.digest)
      report.objectCount += result.objectCount
      report.objectByteCount += result.byteCount
      for finding in result.findings {
        report.report(.init(.damagedObject, finding.detail, digest: object.digest))
      }
      if report.objectByteCount - mark >= Self.progressInterval {
        mark = report.objectByteCount
        try advance(.objects, to: mark, of: 0)
      }
      return true
    }
    try advance(.objects, to: report.objectByteCount, of: 0)
    report.absentArtifacts = references.subtracting(found).sorted()
    guard requiresArtifacts else { return }
    for digest in report.absentArtifacts {
      report.report(.init(.missingObject, "a record names it; it is not stored", digest: digest))
    }
  }
}
