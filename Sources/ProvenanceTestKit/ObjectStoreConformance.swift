public import ProvenanceStorage

/// Checks that an object store keeps the duties of `ObjectStore`.
///
/// Works with any testing library, and without one: a duty that is not kept is thrown as an
/// ``ObjectStoreViolation`` that says which one and how.
///
/// ```swift
/// @Test func keepsItsDuties() throws {
///   try checkObjectStore { try MyObjectStore(bucket: .fresh()) }
/// }
/// ```
///
/// Durability and damage cannot be brought about through the protocol; test these beside it.
///
/// - Parameters:
///   - seed: Chooses the content of the objects; named in every violation.
///   - make: Makes an empty store, a new one for each check.
/// - Throws: The first ``ObjectStoreViolation``; an error that the store must not throw there.
public func checkObjectStore(
  seed: UInt64 = 1, _ make: () throws -> any ObjectStore
) throws {
  for check in ObjectStoreCheck.all {
    do {
      try check.run(make(), seed)
    } catch let failure as ObjectStoreViolation {
      throw failure
    } catch {
      throw ObjectStoreViolation(
        check: check.name, seed: seed, detail: "the store threw \(error)")
    }
  }
}

/// A duty that a store does not keep.
public struct ObjectStoreViolation: Error, Sendable, CustomStringConvertible {
  /// The name of the check that failed.
  public var check: String

  /// The seed of the content that was stored.
  public var seed: UInt64

  /// What was expected, and what was found.
  public var detail: String

  /// One line for people.
  public var description: String { "object store, \(check) (seed \(seed)): \(detail)" }
}

/// One check of the suite, to be run on a fresh store.
struct ObjectStoreCheck: Sendable {
  let name: String
  let run: @Sendable (any ObjectStore, UInt64) throws -> Void

  init(
    _ name: String,
    _ body: @Sendable @escaping (any ObjectStore, inout ObjectStoreProbe) throws -> Void
  ) {
    self.name = name
    run = { store, seed in
      var probe = ObjectStoreProbe(check: name, seed: seed)
      try body(store, &probe)
    }
  }

  static let all = contentChecks + expectationChecks + sharingChecks
}

/// What the checks use: seeded content, and expectations that throw.
struct ObjectStoreProbe {
  let check: String
  let seed: UInt64
  private var state: UInt64

  init(check: String, seed: UInt64) {
    self.check = check
    self.seed = seed
    state = seed
  }

  /// Content of a size, from the seed (SplitMix64).
  mutating func content(_ size: Int) -> [UInt8] {
    var bytes: [UInt8] = []
    bytes.reserveCapacity(size + 8)
    while bytes.count < size {
      state &+= 0x9E37_79B9_7F4A_7C15
      var word = state
      word = (word ^ word >> 30) &* 0xBF58_476D_1CE4_E5B9
      word = (word ^ word >> 27) &* 0x94D0_49BB_1331_11EB
      word ^= word >> 31
      for shift in stride(from: 0, to: 64, by: 8) {
        bytes.append(UInt8(truncatingIfNeeded: word >> UInt64(shift)))
      }
    }
    bytes.removeLast(bytes.count - size)
    return bytes
  }

  func expect(_ condition: Bool, _ detail: @autoclosure () -> String) throws {
    guard condition else {
      throw ObjectStoreViolation(check: check, seed: seed, detail: detail())
    }
  }

  /// Expects a `StorageError` of a kind.
  func expect(
    _ kind: StorageError.Kind, from what: String, _ body: () throws -> Void
  ) throws {
    do {
      try body()
    } catch let error as StorageError where error.kind == kind {
      return
    } catch {
      throw ObjectStoreViolation(
        check: check, seed: seed, detail: "\(what) must throw \(kind) and threw: \(error)")
    }
    throw ObjectStoreViolation(
      check: check, seed: seed, detail: "\(what) must throw \(kind) and succeeded")
  }

  /// Expects that a store lists exactly these objects, in ascending order.
  func expect(_ store: any ObjectStore, holds objects: [StoredObject]) throws {
    var listed: [StoredObject] = []
    try store.list {
      listed.append($0)
      return true
    }
    let expected = objects.sorted { $0.digest < $1.digest }
    try expect(listed == expected, "it lists \(listed), expected are \(expected)")
  }
}
