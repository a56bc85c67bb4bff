import Provenance
public import ProvenanceStorage

/// Checks that an `ObjectStore` on files keeps what it acknowledged, whatever fails.
///
/// Beside ``checkObjectStore(seed:_:)``, which sees nothing of files. The store must be one that
/// opens what a failed run left, as one does after a crash.
///
/// ```swift
/// let durability = ObjectStoreDurability { try MyStore(directory: "/objects", fileSystem: $0) }
/// #expect(durability.checkCrashes(CrashSweep()).violations == [])
/// ```
public struct ObjectStoreDurability: Sendable {
  let open: @Sendable (any FileSystem) throws -> any ObjectStore
  let contents: [[UInt8]]

  /// Sets up the checks.
  ///
  /// - Parameters:
  ///   - size: The size of the largest object in bytes.
  ///   - open: Makes the store, or opens it where there is one.
  public init(
    size: Int = 9_000, open: @escaping @Sendable (any FileSystem) throws -> any ObjectStore
  ) {
    self.open = open
    let large = (0..<size).map { UInt8(truncatingIfNeeded: $0 &* 13 &+ $0 >> 7) }
    contents = [[1, 2, 3], large, [], [9]]
  }

  /// Loses power at every place.
  ///
  /// - Parameter sweep: Which places, and what is kept.
  /// - Returns: What was tried and found.
  public func checkCrashes(_ sweep: CrashSweep = CrashSweep()) -> FaultReport {
    sweep.run {
      run($0)
    } check: {
      check($0, $1)
    }
  }

  /// Fails every operation.
  ///
  /// - Parameter sweep: Which errors.
  /// - Returns: What was tried and found.
  public func checkErrors(_ sweep: ErrorSweep) -> FaultReport {
    sweep.run {
      run($0)
    } check: {
      check($0, $1)
    }
  }
}

extension ObjectStoreDurability {
  struct Outcome {
    /// The objects whose put returned, and which were not to be deleted since.
    var acknowledged: [SHA256Digest: [UInt8]] = [:]
    /// The objects whose delete returned.
    var deleted: Set<SHA256Digest> = []
    var violations: [String] = []

    mutating func attempt<R>(_ step: () throws -> R) -> R? {
      do { return try step() } catch is StorageError { return nil } catch {
        violations.append("not a StorageError: \(error)")
        return nil
      }
    }

    mutating func put(_ bytes: [UInt8], in store: any ObjectStore) {
      let digest = SystemSHA256.hash(bytes)
      guard let object = attempt({ try store.put(bytes) }) else { return }
      if object.digest != digest { violations.append("put returned another digest") }
      acknowledged[digest] = bytes
      deleted.remove(digest)
    }
  }

  /// Puts and deletes; goes on after errors, as a service would.
  private func run(_ fileSystem: any FileSystem) -> Outcome {
    var outcome = Outcome()
    guard let store = outcome.attempt({ try open(fileSystem) }) else { return outcome }
    for content in [contents[0], contents[1], contents[0], contents[2]] {
      outcome.put(content, in: store)
    }
    let digest = SystemSHA256.hash(contents[0])
    outcome.acknowledged[digest] = nil
    if outcome.attempt({ try store.delete(digest) }) == true { outcome.deleted.insert(digest) }
    outcome.put(contents[1], in: store)
    outcome.put(contents[3], in: store)
    return outcome
  }

  private func check(_ outcome: Outcome, _ fileSystem: CrashFileSystem) -> [String] {
    var violations = outcome.violations
    let known = Set(contents.map { SystemSHA256.hash($0) })
    do {
      let store = try open(fileSystem)
      for (digest, bytes) in outcome.acknowledged {
        do {
          if try store.bytes(of: digest) != bytes {
            violations.append("\(bytes.count) bytes differ")
          }
        } catch { violations.append("acknowledged \(bytes.count) bytes: \(error)") }
      }
      try store.list {
        if !known.contains($0.digest) { violations.append("a foreign object is listed") }
        return true
      }
      for digest in outcome.deleted where try store.contains(digest) {
        violations.append("a deleted object is there")
      }
      // Nothing damaged under a final name, and nothing else than left-over temporaries beside.
      for finding in try store.verify(references: nil).findings where finding.kind != .abandoned {
        violations.append("\(finding)")
      }
      // It is usable again, for everything that failed as well.
      for bytes in contents { _ = try store.put(bytes) }
      for finding in try store.verify(references: known).findings
      where finding.kind != .abandoned {
        violations.append("after a repeated put: \(finding)")
      }
    } catch { violations.append("\(error)") }
    return violations
  }
}
