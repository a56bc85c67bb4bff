public import Provenance

/// How a store is exported.
public struct ExportOptions: Sendable {
  /// The order of the records in the file.
  @nonexhaustive
  public enum Order: Sendable, Hashable {
    /// As in the log: streamed, in the memory of one transaction.
    case log
    /// Causes first, then by id, each record once and without the store's id: stores that hold the
    /// same records write the same bytes. All records are held in memory.
    case canonical
  }

  /// The order of the records; that of the log unless told.
  public var order = Order.log
  /// Whether the objects are included; no unless told.
  public var includesObjects = false

  /// The records in the order of the log.
  public init() {}
}

/// What an exported store holds.
public struct ArchiveSummary: Sendable, Hashable {
  /// The id of the store that was exported; `nil` in canonical order.
  public var storeID: UniqueID?
  /// Whether objects are included, if there were any.
  public var includesObjects: Bool
  /// The number of records.
  public var recordCount: UInt64 = 0
  /// The number of objects.
  public var objectCount: UInt64 = 0
  /// The bytes of the objects.
  public var objectByteCount: UInt64 = 0
  /// The size of the file in bytes.
  public var byteCount: UInt64 = 0
  /// The root of the RFC 6962 tree over the records, in the order of the file.
  public var root = MerkleTree.emptyRoot

  init(_ header: ArchiveHeader) {
    storeID = header.store
    includesObjects = header.includesObjects
  }

  /// The trailer of a file of which so many bytes came before, with such a hash.
  func trailer(after count: UInt64, digest: SHA256Digest) -> [UInt8] {
    var bytes = [UInt8](repeating: 0, count: ArchiveFormat.trailerByteCount)
    bytes.store(recordCount, at: 0)
    bytes.store(objectCount, at: 8)
    bytes.store(objectByteCount, at: 16)
    bytes.store(count, at: 24)
    bytes.store(root.bytes, at: 32)
    bytes.store(digest.bytes, at: 64)
    return bytes
  }
}

/// What importing an exported store brought.
public struct ImportReport: Sendable, Hashable {
  /// What the file holds.
  public var summary: ArchiveSummary
  /// The records that were new here.
  public var newRecords = 0
  /// The objects of the file.
  public var objects = ObjectTransferReport()

  init(_ summary: ArchiveSummary) { self.summary = summary }
}
