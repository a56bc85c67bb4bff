import Provenance

/// What a commit entry says; its header is this, in canonical CBOR, and a leaf of the tree.
///
///     ["provenance.commit", version, count, tree size, root, previous, seconds, nanoseconds,
///      writer]
///
///     version      1
///     count        the number of entries of the batch
///     tree size    the number of leaves before this one, the batch's entries included
///     root         the root over these leaves
///     previous     the leaf hash of the commit before, or null
///     writer       16 bytes
struct CommitRecord: Sendable, Hashable {
  var count: UInt64
  var treeSize: UInt64
  var root: SHA256Digest
  var previous: SHA256Digest?
  var time: CommitTime
  var writer: UniqueID

  static let domain = "provenance.commit"
  static let version: UInt64 = 1
  /// More than any commit of this version has, so that a hostile one costs nothing.
  static let byteLimit = 1024

  /// The entry that holds this record.
  var entry: LogEntry {
    LogEntry(
      kind: LogEntry.commitKind, version: LogEntry.currentVersion, header: encoded(), payload: [],
      isErased: false)
  }

  func encoded() -> [UInt8] {
    var encoder = CBOREncoder(capacity: 160)
    encoder.array(count: 9)
    encoder.text(Self.domain)
    encoder.unsigned(Self.version)
    encoder.unsigned(count)
    encoder.unsigned(treeSize)
    encoder.digest(root)
    if let previous { encoder.digest(previous) } else { encoder.null() }
    encoder.int(time.seconds)
    encoder.unsigned(UInt64(time.nanoseconds))
    encoder.bytes(writer.bytes)
    return encoder.bytes
  }

}

extension CommitRecord {
  /// Reads a commit.
  ///
  /// Throws `unsupportedFormat` for a version that is not known, `corrupt` for anything else.
  init(decoding bytes: [UInt8]) throws {
    do {
      guard bytes.count <= Self.byteLimit else { throw Self.malformed("it is too long") }
      var decoder = try CBORDecoder(bytes)
      let fields = try decoder.array()
      guard fields >= 2, try decoder.text() == Self.domain else {
        throw Self.malformed("it is no commit")
      }
      let version = try decoder.unsigned()
      guard version == Self.version else {
        throw StorageError(
          .unsupportedFormat, "a commit has version \(version), known is \(Self.version)")
      }
      guard fields == 9 else { throw Self.malformed("it has \(fields) fields") }
      count = try decoder.unsigned()
      treeSize = try decoder.unsigned()
      root = try decoder.digest()
      previous = try decoder.null() ? nil : try decoder.digest()
      let seconds = try decoder.int()
      let nanoseconds = try decoder.unsigned()
      guard nanoseconds < 1_000_000_000 else { throw Self.malformed("its time is none") }
      time = CommitTime(seconds: seconds, nanoseconds: UInt32(nanoseconds))
      guard let writer = UniqueID(bytes: try decoder.bytes()) else {
        throw Self.malformed("its writer is not 16 bytes")
      }
      self.writer = writer
      try decoder.finish()
    } catch let error as CBORError {
      throw Self.malformed("\(error)")
    }
  }

  private static func malformed(_ reason: String) -> StorageError {
    StorageError(.corrupt, "a commit entry cannot be read: \(reason)")
  }
}
