import Provenance

/// One run of a collection over a directory: mark, empty the trash, sweep.
struct ObjectCollector {
  let store: DirectoryObjectStore
  let options: CollectionOptions
  let now: Int64
  var report = CollectionReport()
  /// What was in its place when the run began.
  var census: [Entry] = []
  /// What was in the trash when the run began.
  var trash: [TrashEntry] = []
  var marks = ObjectMarks(of: [])
  /// The chunks of the objects that stay.
  var chunks: Set<SHA256Digest> = []
  var endedLeases: [ObjectLease] = []

  struct Entry {
    let file: ObjectFile
    let size: UInt64
    let device: UInt64
    let inode: UInt64
    let changeTime: Int64
  }

  init(store: DirectoryObjectStore, options: CollectionOptions, now: Timestamp) {
    self.store = store
    self.options = options
    self.now = now.seconds
    report.isDryRun = options.isDryRun
  }

  /// Finds a reason for every object that has one.
  ///
  /// Lists before it asks for references and leases: what becomes visible only later was not seen
  /// here, and is not touched.
  mutating func mark(_ references: (inout ObjectMarks) throws -> Void) throws {
    trash = try store.trashEntries()
    for kind in ObjectFile.Kind.allCases {
      try store.forEachFile(kind) { file, status in
        let size =
          kind == .recipe
          ? try store.listedSize(file.digest) ?? 0 : status.size
        census.append(
          Entry(
            file: file, size: size, device: status.device, inode: status.inode,
            changeTime: status.changeTime))
        return true
      }
    }
    let files = census.map(\.file) + trash.map(\.file)
    marks = ObjectMarks(of: Set(files.lazy.filter { $0.kind != .chunk }.map(\.digest)))
    try references(&marks)
    try close()
    let leases = try store.leases()
    endedLeases = leases.filter { $0.expiry <= now }
    for lease in leases where lease.expiry > now {
      for digest in lease.digests { marks.keep(digest, .leased) }
      guard let start = lease.start else { continue }
      for entry in census where entry.changeTime >= start { keep(entry.file, .leased) }
    }
    try close()
    // What is in the trash and in its place was brought back, and in use.
    let returned = Set(trash.map(\.file))
    for entry in census where !isOld(entry.changeTime) || returned.contains(entry.file) {
      keep(entry.file, .recent)
    }
    try close()
    try markChunks(Set(files.lazy.filter { $0.kind == .recipe }.map(\.digest)))
    count()
  }

  private mutating func keep(_ file: ObjectFile, _ reason: CollectionReport.Reason) {
    if file.kind == .chunk {
      chunks.insert(file.digest)
    } else {
      marks.keep(file.digest, reason)
    }
  }

  /// Keeps the chunks of the objects that stay.
  private mutating func markChunks(_ recipes: Set<SHA256Digest>) throws {
    for digest in recipes where marks.contains(digest) {
      guard let recipe = try store.recipe(of: digest, restoring: false)?.recipe else { continue }
      for chunk in recipe.chunks { chunks.insert(chunk.digest) }
    }
  }

  /// Whether a file stays.
  func isKept(_ file: ObjectFile) -> Bool {
    file.kind == .chunk ? chunks.contains(file.digest) : marks.contains(file.digest)
  }

  private mutating func close() throws {
    try marks.close { try store.references(of: $0) }
  }

  /// Whether a file has been as it is for the whole grace period.
  func isOld(_ changeTime: Int64) -> Bool {
    isOver(options.gracePeriod, since: changeTime)
  }

  /// Whether a period is over that began at a time.
  func isOver(_ period: Duration, since time: Int64) -> Bool {
    let (age, overflow) = now.subtractingReportingOverflow(time)
    return !overflow && age >= period.components.seconds
  }

  private mutating func count() {
    // An object that is there whole and in chunks counts once.
    var counted: Set<SHA256Digest> = []
    for entry in census {
      if entry.file.kind == .chunk {
        if chunks.contains(entry.file.digest) { report.keptChunks.add(entry.size) }
        continue
      }
      guard counted.insert(entry.file.digest).inserted else { continue }
      if let reason = marks.reasons[entry.file.digest] {
        report.kept[reason, default: .init()].add(entry.size)
      }
    }
  }

  /// Removes what else is left over.
  mutating func tidy() throws {
    guard !options.isDryRun else {
      report.removedTemporaries = try store.abandonedTemporaries()
      report.endedLeases = endedLeases
      return
    }
    report.removedTemporaries = try store.removeAbandonedTemporaries()
    for lease in endedLeases where try store.release(lease) { report.endedLeases.append(lease) }
  }
}

extension DirectoryObjectStore {
  /// Up to this size an object that stays is verified, so that a manifest whose first bytes are
  /// damaged is not taken for something else.
  static let verifiedManifestSize: UInt64 = 64 << 10

  /// What a stored object refers to, if it is the manifest of a directory.
  ///
  /// - Throws: `corrupt`, `unsupportedFormat`: nobody can tell what it refers to.
  func references(of digest: SHA256Digest) throws -> [SHA256Digest] {
    do {
      guard let bytes = try manifestBytes(of: digest) else { return [] }
      let manifest: DirectoryManifest
      do {
        manifest = try DirectoryManifest(canonical: bytes)
      } catch let error as StorageError where error.kind != .unsupportedFormat {
        // It is sound, and no manifest: somebody stored bytes that begin like one.
        return []
      }
      return manifest.entries.compactMap { entry in
        switch entry.content {
        case .file(let object, _), .directory(let object): object.digest
        case .symbolicLink: nil
        }
      }
    } catch let error as StorageError where error.kind == .notFound {
      // Deleted meanwhile.
      return []
    } catch var error as StorageError {
      error.message = "the collection stops, for what it refers to is not known: \(error.message)"
      throw error
    }
  }

  /// The verified bytes of an object that begins like a manifest.
  ///
  /// Nothing is brought back from the trash for it.
  private func manifestBytes(of digest: SHA256Digest) throws -> [UInt8]? {
    let limit = UInt64(DirectoryManifest.sizeLimit)
    var bytes: [UInt8] = []
    let append = { (chunk: RawSpan) in
      unsafe chunk.withUnsafeBytes { unsafe bytes.append(contentsOf: $0) }
    }
    if let path = try locate(ObjectFile(.object, digest), restoring: false) {
      guard let size = try fileSystem.statusIfPresent(path)?.size, size <= limit else { return nil }
      if size > Self.verifiedManifestSize, try !beginsLikeManifest(path) { return nil }
      try readWhole(digest, at: path, into: append)
    } else if let (recipe, path) = try recipe(of: digest, restoring: false) {
      guard recipe.object.size <= limit else { return nil }
      try read(recipe, at: path, range: 0..<min(64, recipe.object.size), into: append)
      guard DirectoryManifest.isPrefix(ofManifest: bytes) else { return nil }
      bytes = []
      try read(recipe, at: path, range: nil, into: append)
    }
    return DirectoryManifest.isPrefix(ofManifest: bytes) ? bytes : nil
  }

  private func beginsLikeManifest(_ path: String) throws -> Bool {
    try fileSystem.withFile(path, [.read, .noFollow]) { file in
      DirectoryManifest.isPrefix(ofManifest: try fileSystem.read(file, at: 0, count: 64))
    }
  }
}
