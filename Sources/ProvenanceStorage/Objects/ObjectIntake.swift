import Provenance

/// Hashes and counts a stream on its way into a store and holds it to an expectation.
///
/// The one place where a put decides whether bytes are what they were said to be.
package struct ObjectIntake {
  private let expectation: ObjectExpectation
  var hasher = ObjectHasher()
  private(set) package var size: UInt64 = 0

  package init(_ expectation: ObjectExpectation) {
    self.expectation = expectation
  }

  /// Takes the next bytes in; call it before they are written.
  ///
  /// - Throws: `limitExceeded` or `sizeMismatch` as soon as there are too many.
  package mutating func accept(_ bytes: RawSpan) throws {
    try admit(bytes.byteCount)
    hasher.update(bytes)
  }

  /// Counts the next bytes, which are hashed elsewhere.
  ///
  /// - Throws: `limitExceeded` or `sizeMismatch` as soon as there are too many.
  mutating func admit(_ count: Int) throws {
    let (total, overflow) = size.addingReportingOverflow(UInt64(count))
    guard !overflow, total <= expectation.limit else {
      throw StorageError.objectTooLarge(limit: expectation.limit)
    }
    if let expected = expectation.size, total > expected {
      throw StorageError.objectSize(expected: expected, found: total, isComplete: false)
    }
    size = total
  }

  /// Compares the whole stream with the expectation.
  ///
  /// - Throws: `sizeMismatch`, `digestMismatch`.
  package func finish() throws -> StoredObject {
    if let expected = expectation.size, size != expected {
      throw StorageError.objectSize(expected: expected, found: size, isComplete: true)
    }
    let digest = hasher.finalize()
    if let expected = expectation.digest, digest != expected {
      throw StorageError.objectDigest(expected: expected, found: digest, size: size)
    }
    return StoredObject(digest: digest, size: size)
  }
}
