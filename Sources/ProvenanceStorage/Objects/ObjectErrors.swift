package import Provenance

/// What goes wrong with objects, in one wording.
extension StorageError {
  package static func objectNotFound(
    _ digest: SHA256Digest, path: String? = nil
  ) -> StorageError {
    StorageError(
      .notFound, "there is no object sha256:\(ObjectName.text(of: digest))", path: path)
  }

  package static func objectCorrupt(
    _ digest: SHA256Digest, _ detail: String, path: String? = nil, offset: UInt64? = nil
  ) -> StorageError {
    StorageError(
      .corrupt, "object sha256:\(ObjectName.text(of: digest)) is damaged: \(detail)", path: path,
      offset: offset)
  }

  package static func objectRange(
    _ digest: SHA256Digest, _ range: Range<UInt64>, size: UInt64
  ) -> StorageError {
    StorageError(
      .invalidArgument,
      "bytes \(range.lowerBound) to \(range.upperBound) do not lie within object"
        + " sha256:\(ObjectName.text(of: digest)) of \(size) bytes")
  }

  package static func objectTooLarge(limit: UInt64) -> StorageError {
    StorageError(.limitExceeded, "the content exceeds the limit of \(limit) bytes; nothing is kept")
  }

  package static func objectTooLarge(
    _ digest: SHA256Digest, size: UInt64, limit: UInt64
  ) -> StorageError {
    StorageError(
      .limitExceeded,
      "object sha256:\(ObjectName.text(of: digest)) of \(size) bytes exceeds the limit of"
        + " \(limit)")
  }

  package static func objectSize(
    expected: UInt64, found: UInt64, isComplete: Bool
  ) -> StorageError {
    StorageError(
      .sizeMismatch,
      "the content was said to have \(expected) bytes and has \(isComplete ? "" : "at least ")"
        + "\(found); nothing is kept")
  }

  package static func objectDigest(
    expected: SHA256Digest, found: SHA256Digest, size: UInt64
  ) -> StorageError {
    StorageError(
      .digestMismatch,
      "the content was said to be sha256:\(ObjectName.text(of: expected)) and is"
        + " sha256:\(ObjectName.text(of: found)) (\(size) bytes); nothing is kept")
  }

  package static func objectSourceOverran(count: Int, room: Int) -> StorageError {
    StorageError(
      .invalidArgument, "a source returned \(count) for a buffer of \(room) bytes; nothing is kept")
  }
}
