public import Provenance

/// A promise of a collection to leave objects alone until a moment, though nothing refers to them.
///
/// For work that takes longer than the grace period between storing an object and committing what
/// refers to it. A lease is a file of its own, and ends by time: that of an owner who died runs
/// out.
///
///     leases/<16 hex>     canonical CBOR (RFC 8949 section 4.2.1)
///
///     ["provenance.lease", 1, owner, expiry, [start], [digest, ...]]
///                                    seconds since 1970; digests in ascending order
///                                            empty, or from when on all that is put is kept
///
/// What a leased directory manifest refers to is leased too.
public struct ObjectLease: Sendable, Hashable {
  /// The name of the lease, unique in its store.
  public let name: String

  /// Who took it, for people.
  public let owner: String

  /// The moment from which it no longer holds, in seconds since 1970-01-01T00:00:00Z.
  public let expiry: Int64

  /// From when on all that is put is leased, in the same unit; `nil` for only what is listed.
  public let start: Int64?

  /// The objects that are leased.
  public let digests: Set<SHA256Digest>

  /// The most digests of a lease.
  public static let digestLimit = 1 << 18

  /// The most bytes of an owner's name.
  public static let ownerLimit = 1024

  init(name: String, owner: String, expiry: Int64, start: Int64?, digests: Set<SHA256Digest>) {
    self.name = name
    self.owner = owner
    self.expiry = expiry
    self.start = start
    self.digests = digests
  }
}

extension ObjectLease {
  private static let domain = "provenance.lease"

  /// The most bytes of a lease's file.
  static let sizeLimit = 16 << 20

  static func isName(_ text: String) -> Bool {
    text.utf8.count == 16
      && text.utf8.allSatisfy {
        (UInt8(ascii: "0")...UInt8(ascii: "9")).contains($0)
          || (UInt8(ascii: "a")...UInt8(ascii: "f")).contains($0)
      }
  }

  func checkLimits() throws {
    guard digests.count <= Self.digestLimit else {
      throw StorageError(
        .limitExceeded, "a lease of \(digests.count) objects exceeds \(Self.digestLimit)")
    }
    guard owner.utf8.count <= Self.ownerLimit else {
      throw StorageError(
        .limitExceeded, "an owner's name of \(owner.utf8.count) bytes exceeds \(Self.ownerLimit)")
    }
    guard expiry >= 0, start ?? 0 >= 0 else {
      throw StorageError(.invalidArgument, "a lease cannot be of a time before 1970")
    }
  }

  func encoded() -> [UInt8] {
    var encoder = CBOREncoder(capacity: 64 + owner.utf8.count + digests.count * 34)
    encoder.array(count: 6)
    encoder.text(Self.domain)
    encoder.unsigned(1)
    encoder.text(owner)
    encoder.int(expiry)
    encoder.array(count: start == nil ? 0 : 1)
    if let start { encoder.int(start) }
    encoder.array(count: digests.count)
    for digest in digests.sorted() { encoder.digest(digest) }
    return encoder.bytes
  }

  init(name: String, canonical bytes: [UInt8], path: String) throws {
    do {
      var decoder = try CBORDecoder(bytes)
      try decoder.array(count: 6)
      guard try decoder.text() == Self.domain else { throw Self.corrupt("another domain", path) }
      let version = try decoder.unsigned()
      guard version == 1 else {
        throw StorageError(
          .unsupportedFormat, "a lease has version \(version), known is 1", path: path)
      }
      let owner = try decoder.text()
      let expiry = try decoder.int()
      let starts = try decoder.array()
      guard starts <= 1 else { throw Self.corrupt("\(starts) beginnings", path) }
      let start = starts == 1 ? try decoder.int() : nil
      let count = try decoder.array()
      guard count <= Self.digestLimit else { throw Self.corrupt("\(count) objects", path) }
      var digests: Set<SHA256Digest> = []
      for _ in 0..<count { digests.insert(try decoder.digest()) }
      try decoder.finish()
      self.init(name: name, owner: owner, expiry: expiry, start: start, digests: digests)
    } catch let error as CBORError {
      throw StorageError(
        .corrupt, "a lease is damaged: \(error)", path: path, offset: UInt64(clamping: error.offset)
      )
    }
  }

  private static func corrupt(_ detail: String, _ path: String) -> StorageError {
    StorageError(.corrupt, "a lease is damaged: it has \(detail)", path: path)
  }
}
