public import Provenance

/// One entry of a record log: bytes, of which the header is for ever and the payload can be erased.
///
/// The log knows nothing of their meaning. ``leaf`` is the entry's hash in the log's Merkle tree; it
/// covers the header alone, so that erasing a payload leaves every proof valid. What binds a payload
/// to its header is a commitment that the layer above puts into the header.
public struct LogEntry: Sendable, Hashable {
  /// The kind of record, from 0 to 254; 255 is the log's own commit.
  public let kind: UInt8
  /// The version of the entry's framing; this version writes and reads 1.
  public let version: UInt8
  /// The part that the tree commits to.
  public let header: [UInt8]
  /// The part that can be erased; may be empty.
  public let payload: [UInt8]
  /// Whether the payload was erased; it is empty then.
  public let isErased: Bool
  /// The hash of the entry in the tree: SHA-256 of a zero byte and the header (RFC 6962, 2.1).
  public let leaf: SHA256Digest

  /// The framing's version that this version writes.
  public static var currentVersion: UInt8 { 1 }
  /// The kind of the entries that the log itself writes at the end of every batch.
  public static var commitKind: UInt8 { 0xFF }

  /// Makes an entry.
  ///
  /// Complexity: O(header), for the leaf hash; O(1) when the leaf is given.
  ///
  /// - Parameters:
  ///   - kind: The kind of record; 255 is refused when the entry is appended.
  ///   - header: The part that the tree commits to.
  ///   - payload: The part that can be erased.
  ///   - leaf: The leaf hash where it is known already. A wrong one makes the log's tree wrong.
  public init(kind: UInt8, header: [UInt8], payload: [UInt8] = [], leaf: SHA256Digest? = nil) {
    self.init(
      kind: kind, version: Self.currentVersion, header: header, payload: payload, isErased: false,
      leaf: leaf)
  }

  init(
    kind: UInt8, version: UInt8, header: [UInt8], payload: [UInt8], isErased: Bool,
    leaf: SHA256Digest? = nil
  ) {
    self.kind = kind
    self.version = version
    self.header = header
    self.payload = isErased ? [] : payload
    self.isErased = isErased
    self.leaf = leaf ?? MerkleTree.leafHash(header)
  }

  /// An entry whose payload was erased elsewhere.
  ///
  /// - Parameters:
  ///   - kind: The kind of record.
  ///   - header: The part that the tree commits to.
  /// - Returns: The entry, without payload.
  public static func erased(kind: UInt8, header: [UInt8]) -> LogEntry {
    LogEntry(kind: kind, version: currentVersion, header: header, payload: [], isErased: true)
  }
}
