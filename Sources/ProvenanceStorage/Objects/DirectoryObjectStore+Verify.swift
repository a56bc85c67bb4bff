public import Provenance

extension DirectoryObjectStore {
  /// Reads every object and reports what is missing, corrupt, unreferenced, misnamed or left over.
  ///
  /// Changes nothing, except that a chunk that is found only in the trash is brought back. What
  /// waits in the trash is not looked into.
  ///
  /// - Complexity: Reads every byte once, and holds the digests of all objects in memory.
  public func verify(references: Set<SHA256Digest>?) throws -> ObjectVerification {
    var report = ObjectVerification()
    var found: Set<SHA256Digest> = []
    let known: Set<String> = ["sha256", "recipes", "chunks", "tmp", "trash", "leases"]
    for name in try names(in: directory) where !known.contains(name) {
      report.misnamed("\(directory)/\(name)", "the store has nothing of this name")
    }
    for (digest, path) in try files(.object, &report) {
      found.insert(digest)
      try report.examine(digest, at: path) { body in
        try readWhole(digest, at: path) { body($0.byteCount) }
      }
    }
    var chunks: Set<SHA256Digest> = []
    for (digest, path) in try files(.recipe, &report) {
      let isCounted = !found.insert(digest).inserted
      let before = report
      try report.examine(digest, at: path) { body in
        let recipe = try readRecipe(digest, at: path)
        chunks.formUnion(recipe.chunks.map(\.digest))
        try read(recipe, at: path, range: nil) { body($0.byteCount) }
      }
      // An object that is there whole as well is one object.
      if isCounted {
        (report.objectCount, report.byteCount) = (before.objectCount, before.byteCount)
      }
    }
    for (digest, path) in try files(.chunk, &report)
    where references != nil && !chunks.contains(digest) {
      report.findings.append(
        .init(kind: .unreferenced, path: path, detail: "no object has this chunk"))
    }
    try verifyTemporaries(&report)
    report.compare(found: found, with: references)
    return report
  }

  /// Every file of a kind; reports what else is in its directories.
  private func files(
    _ kind: ObjectFile.Kind, _ report: inout ObjectVerification
  ) throws -> [(SHA256Digest, path: String)] {
    let root = "\(directory)/\(kind.rawValue)"
    var paths: [(SHA256Digest, path: String)] = []
    for fanOut in try names(in: root) {
      let path = "\(root)/\(fanOut)"
      let status = try fileSystem.statusIfPresent(path)?.kind
      guard ObjectName.isFanOut(fanOut), status == .directory else {
        if status != nil { report.misnamed(path, "it is no directory of objects") }
        continue
      }
      for name in try names(in: path) {
        if let digest = ObjectName.digest(of: fanOut + name) {
          paths.append((digest, "\(path)/\(name)"))
        } else {
          report.misnamed("\(path)/\(name)", "no object has such a name")
        }
      }
    }
    return paths
  }

  private func verifyTemporaries(_ report: inout ObjectVerification) throws {
    for name in try names(in: directory + "/tmp") where !Self.isTemporaryName(name) {
      report.misnamed("\(directory)/tmp/\(name)", "no writer chooses such a name")
    }
    for path in try abandonedTemporaries() {
      report.findings.append(
        .init(kind: .abandoned, path: path, detail: "its writer is gone; it can be removed"))
    }
  }
}

extension ObjectVerification {
  fileprivate mutating func misnamed(_ path: String, _ detail: String) {
    findings.append(Finding(kind: .misnamed, path: path, detail: detail))
  }
}
