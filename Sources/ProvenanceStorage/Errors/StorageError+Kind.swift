extension StorageError {
  /// The kinds of failure; later versions may add to them.
  @nonexhaustive
  public enum Kind: String, Sendable, Hashable, CaseIterable {
    /// Another writer holds the store; the message says who.
    case locked
    /// The directory holds something else than a store.
    case notAStore
    /// A later version wrote this, in a way that this version must not touch or cannot read.
    case unsupportedFormat
    /// Bytes that were once durable are damaged or missing.
    case corrupt
    /// The operating system denies access.
    case permissionDenied
    /// The file system, or the way in which the store was opened, allows no writing.
    case readOnlyFileSystem
    /// The device or the quota is full.
    case noSpace
    /// There is no such file.
    case notFound
    /// The name is taken already.
    case alreadyExists
    /// A symbolic link stands where none is allowed.
    case isSymbolicLink
    /// A file of another kind (a directory, a pipe) stands where this one is expected.
    case wrongFileKind
    /// The content's digest is not the expected one.
    case digestMismatch
    /// The content's size is not the expected one.
    case sizeMismatch
    /// A file that was being read in changed meanwhile.
    case sourceChanged
    /// Something is larger than its limit.
    case limitExceeded
    /// An argument makes no sense.
    case invalidArgument
    /// The process has no file descriptors left.
    case tooManyOpenFiles
    /// The write may or may not be durable: only opening the store anew can tell.
    case outcomeUnknown
    /// The store, the log or the file was closed, or belongs to the process before a fork.
    case closed
    /// The file system cannot keep the promises of the store, or is on a network.
    case unsupportedFileSystem
    /// A legal hold forbids to erase it.
    case onLegalHold
    /// The file ends before the bytes that were asked for.
    case unexpectedEnd
    /// The device or the operating system failed.
    case io
  }
}
