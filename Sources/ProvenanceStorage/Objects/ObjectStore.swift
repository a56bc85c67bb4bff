public import Provenance

/// Keeps the bytes of artifacts, each under the SHA-256 of its whole content.
///
/// An object is immutable: it is there whole, or it is not there. A store never interprets the
/// bytes and never names an object by anything but its digest.
///
/// ## Duties of every implementation
/// - **Durable.** When `put` returns, the object survives a crash and a power failure.
/// - **Whole.** No reader, in this process or another, ever finds a part of an object under its
///   digest, whatever fails and whenever.
/// - **Verified.** What a read hands over has the digest that was asked for, or the read throws.
/// - **Shared.** Every method may be called from any thread at any time. Two writers that put the
///   same bytes at once both succeed, and one object is there afterwards.
/// - **Blocking.** A method may wait for a disk or a network; do not call it on the cooperative
///   pool.
///
/// `ProvenanceTestKit` checks these duties with `checkObjectStore(_:)`. ``MemoryObjectStore`` is
/// the twin in memory, ``DirectoryObjectStore`` the one on disk.
///
/// Errors are ``StorageError``, except those that a caller's own closure throws: these pass
/// through unchanged.
public protocol ObjectStore: Sendable {
  /// Stores a stream of bytes and says what its digest and size are.
  ///
  /// The store calls `pull` again and again with a buffer of at least one byte; `pull` fills the
  /// buffer from its start and returns how many bytes it wrote, and 0 at the end. The stream is
  /// read once and never held in memory as a whole.
  ///
  /// The expectation is checked before the object becomes visible, its limit while streaming.
  /// When anything fails, errors from `pull` included, nothing is stored. Putting what is there
  /// already succeeds; the object that is there is verified first.
  ///
  /// - Parameters:
  ///   - expectation: What the caller knows about the bytes, and how many there may be.
  ///   - pull: Fills a buffer with the next bytes; returns their count, 0 at the end.
  /// - Returns: The digest and size of what is now durable.
  /// - Throws: `digestMismatch`, `sizeMismatch` or `limitExceeded` when the expectation does not
  ///   hold; `corrupt` when the object is there already and is damaged; whatever `pull` throws.
  @discardableResult
  func put(
    _ expectation: ObjectExpectation, from pull: (inout MutableRawSpan) throws -> Int
  ) throws -> StoredObject

  /// The size of an object in bytes, or `nil` when it is not in the store.
  ///
  /// Says only what the store lists; the bytes are not read, so a damaged object counts as there,
  /// and so does one whose writer has not acknowledged it yet. To be certain that an object is
  /// durable, put it again.
  func size(of digest: SHA256Digest) throws -> UInt64?

  /// Reads an object, or a range of it, in order and verified.
  ///
  /// Chunks come in order, are never empty and may be of any size; together they are exactly the
  /// range. Damage may come to light only after the first chunks were handed over, but always
  /// before the last one is: whoever consumes a stream must treat it as void until this
  /// method returns.
  ///
  /// - Parameters:
  ///   - digest: The object.
  ///   - range: Byte offsets within the object; `nil` for all of it.
  ///   - body: Receives the chunks; throwing ends the read.
  /// - Throws: `notFound`; `corrupt`, naming the digest, when the bytes are not those that were
  ///   stored; `invalidArgument` when the range does not lie within the object.
  func read(
    _ digest: SHA256Digest, range: Range<UInt64>?, into body: (RawSpan) throws -> Void
  ) throws

  /// Lists the objects in ascending order of their digests, each once.
  ///
  /// Objects that are put or deleted meanwhile may be listed or not.
  ///
  /// - Parameter body: Receives an object; returns whether to go on.
  /// - Throws: What keeps the store from listing all; whatever `body` throws.
  func list(_ body: (StoredObject) throws -> Bool) throws

  /// Removes an object for good; for collection only, which knows that nothing refers to it.
  ///
  /// Removes a damaged object too, so that it can be put anew.
  ///
  /// - Returns: Whether it was there.
  @discardableResult
  func delete(_ digest: SHA256Digest) throws -> Bool

  /// Reads every object and reports what is missing, corrupt, unreferenced or misnamed.
  ///
  /// The default reads every listed object through ``read(_:range:into:)``. A store that can see
  /// more, such as foreign files, reports that as well.
  ///
  /// - Parameter references: The digests that are expected to be there; `nil` when unknown, and
  ///   then nothing is reported as missing or unreferenced.
  /// - Returns: The findings, empty when all is well.
  /// - Throws: Only what keeps the store as a whole from being examined. Whatever concerns a
  ///   single object becomes a finding.
  func verify(references: Set<SHA256Digest>?) throws -> ObjectVerification
}

extension ObjectStore {
  /// Whether an object is in the store; see ``size(of:)``.
  public func contains(_ digest: SHA256Digest) throws -> Bool {
    try size(of: digest) != nil
  }

  /// Reads a whole object in order and verified; see ``read(_:range:into:)``.
  public func read(_ digest: SHA256Digest, into body: (RawSpan) throws -> Void) throws {
    try read(digest, range: nil, into: body)
  }
}
