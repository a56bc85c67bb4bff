public import Provenance

extension ObjectStore {
  /// Reads every listed object and reports what is missing, corrupt or unreferenced.
  ///
  /// - Complexity: Reads every byte once.
  public func verify(references: Set<SHA256Digest>?) throws -> ObjectVerification {
    var report = ObjectVerification()
    var found: Set<SHA256Digest> = []
    try list { object in
      found.insert(object.digest)
      try report.examine(object.digest, at: nil, in: self)
      return true
    }
    report.compare(found: found, with: references)
    return report
  }
}

extension ObjectVerification {
  /// Reads one object; damage becomes a finding, and an object deleted meanwhile is none.
  package mutating func examine(
    _ digest: SHA256Digest, at path: String?, in store: some ObjectStore
  ) throws {
    try examine(digest, at: path) { count in
      try store.read(digest, range: nil) { count($0.byteCount) }
    }
  }

  /// Reads one object with `read`, which says how many bytes it finds.
  mutating func examine(
    _ digest: SHA256Digest, at path: String?, reading read: ((Int) -> Void) throws -> Void
  ) throws {
    var size: UInt64 = 0
    do {
      try read { size += UInt64($0) }
      objectCount += 1
      byteCount += size
    } catch let error as StorageError where error.kind == .notFound {
      return
    } catch let error as StorageError {
      let kind: Kind = error.kind == .corrupt ? .corrupt : .unreadable
      if kind == .corrupt { objectCount += 1 }
      findings.append(
        Finding(kind: kind, digest: digest, path: path, detail: error.description))
    }
  }

  /// Reports what is referred to and not there, and what is there and not referred to; in
  /// ascending order of the digests.
  package mutating func compare(found: Set<SHA256Digest>, with references: Set<SHA256Digest>?) {
    guard let references else { return }
    for digest in references.subtracting(found).sorted() {
      findings.append(
        Finding(kind: .missing, digest: digest, detail: "something refers to it; it is not stored"))
    }
    for digest in found.subtracting(references).sorted() {
      findings.append(
        Finding(kind: .unreferenced, digest: digest, detail: "nothing refers to it"))
    }
  }
}
