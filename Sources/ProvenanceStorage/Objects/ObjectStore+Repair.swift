public import Provenance

/// What became of the objects that another store was to replace.
public struct ObjectRepair: Sendable, Hashable {
  /// The objects that are whole again, in the order of the findings.
  public var repaired: [StoredObject] = []

  /// Those that are not, each with the reason.
  public var failures: [Failure] = []

  /// Nothing done.
  public init() {}

  /// Whether every object is whole again.
  public var isComplete: Bool { failures.isEmpty }

  /// An object that could not be replaced.
  public struct Failure: Sendable, Hashable {
    /// The object.
    public var digest: SHA256Digest
    /// Why it could not.
    public var error: StorageError

    /// Makes a failure.
    ///
    /// - Parameters:
    ///   - digest: The object.
    ///   - error: Why it could not be replaced.
    public init(digest: SHA256Digest, error: StorageError) {
      self.digest = digest
      self.error = error
    }
  }
}

extension ObjectStore {
  /// Fetches what is missing or damaged from another store, verified.
  ///
  /// A damaged object is removed only after the other store was found to hold it whole, and is put
  /// anew at once. Findings of other kinds are left alone; for an object that could not be read
  /// this is tried as well, since putting it verifies what is there.
  ///
  /// - Parameters:
  ///   - other: Where to fetch from; it is only read.
  ///   - findings: What ``verify(references:)`` found here.
  /// - Returns: What was repaired, and what was not.
  /// - Throws: An error of this store that concerns more than one object: `closed`,
  ///   `readOnlyFileSystem`, `outcomeUnknown`, `noSpace`. What was repaired before stays so.
  /// - Complexity: Reads a damaged object twice from the other store, a missing one once.
  public func repair(
    from other: any ObjectStore, findings: [ObjectVerification.Finding]
  ) throws -> ObjectRepair {
    var repair = ObjectRepair()
    var seen: Set<SHA256Digest> = []
    for finding in findings {
      guard let digest = finding.digest, seen.insert(digest).inserted else { continue }
      switch finding.kind {
      case .missing, .corrupt, .unreadable: break
      default: continue
      }
      do {
        if finding.kind == .corrupt {
          // Nothing is removed on the word of a store that has nothing better.
          try other.read(digest) { _ in }
          try delete(digest)
        }
        repair.repaired.append(try fetch(digest, from: other))
      } catch let error as StorageError {
        switch error.kind {
        case .closed, .readOnlyFileSystem, .outcomeUnknown, .noSpace: throw error
        default: repair.failures.append(.init(digest: digest, error: error))
        }
      }
    }
    return repair
  }

  /// Copies an object from another store.
  ///
  /// A range at a time, so that whoever pulls decides how much is held; the digest is checked
  /// before the object becomes visible.
  private func fetch(
    _ digest: SHA256Digest, from other: any ObjectStore
  ) throws -> StoredObject {
    guard let size = try other.size(of: digest) else { throw StorageError.objectNotFound(digest) }
    var offset: UInt64 = 0
    return try put(ObjectExpectation(digest: digest, size: size, limit: size)) { buffer in
      let end = min(size, offset + UInt64(buffer.byteCount))
      guard offset < end else { return 0 }
      let bytes = try other.bytes(of: digest, in: offset..<end)
      offset = end
      return unsafe ObjectStream.copy(bytes.span.bytes, into: &buffer)
    }
  }
}
