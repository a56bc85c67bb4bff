public import Provenance

/// What identifies the content of an object: its digest, with its size beside it.
public struct StoredObject: Sendable, Hashable {
  /// The SHA-256 of the whole content.
  public var digest: SHA256Digest

  /// The size of the content in bytes.
  public var size: UInt64

  /// Makes the identity of some content.
  public init(digest: SHA256Digest, size: UInt64) {
    self.digest = digest
    self.size = size
  }
}

/// What is known of an object before it is stored; what does not hold keeps it from being stored.
public struct ObjectExpectation: Sendable, Hashable {
  /// The digest that the bytes must have; `nil` when unknown.
  public var digest: SHA256Digest?

  /// The size in bytes that they must have; `nil` when unknown.
  public var size: UInt64?

  /// The most bytes to accept; checked while streaming, before they are written.
  public var limit: UInt64

  /// Expects bytes of a digest and size, as far as these are known, within a limit.
  public init(digest: SHA256Digest? = nil, size: UInt64? = nil, limit: UInt64 = .max) {
    self.digest = digest
    self.size = size
    self.limit = limit
  }

  /// Expects nothing in particular, without a limit.
  public static var anything: ObjectExpectation { ObjectExpectation() }
}
