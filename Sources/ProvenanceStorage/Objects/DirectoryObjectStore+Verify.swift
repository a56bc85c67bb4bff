public import Provenance

extension DirectoryObjectStore {
  /// Reads every object and reports what is missing, corrupt, unreferenced, misnamed or left over.
  ///
  /// Changes nothing. Directories reserved for collection and chunk lists are not looked into.
  ///
  /// - Complexity: Reads every byte once, and holds the digests of all objects in memory.
  public func verify(references: Set<SHA256Digest>?) throws -> ObjectVerification {
    var report = ObjectVerification()
    var found: Set<SHA256Digest> = []
    let known: Set<String> = ["sha256", "tmp", "trash", "leases", "chunks"]
    for name in try names(in: directory) where !known.contains(name) {
      report.misnamed("\(directory)/\(name)", "the store has nothing of this name")
    }
    for fanOut in try names(in: directory + "/sha256") {
      let path = "\(directory)/sha256/\(fanOut)"
      let kind = try fileSystem.statusIfPresent(path)?.kind
      guard ObjectName.isFanOut(fanOut), kind == .directory else {
        if kind != nil { report.misnamed(path, "it is no directory of objects") }
        continue
      }
      for name in try names(in: path) {
        guard let digest = ObjectName.digest(of: fanOut + name) else {
          report.misnamed("\(path)/\(name)", "no object has such a name")
          continue
        }
        found.insert(digest)
        try report.examine(digest, at: "\(path)/\(name)", in: self)
      }
    }
    try verifyTemporaries(&report)
    report.compare(found: found, with: references)
    return report
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
