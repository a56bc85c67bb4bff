/// What went wrong while storing or reading, and where.
///
/// The ``kind`` is for programs, the ``message`` for people. Wherever it is known, the error names
/// the culprit: the file, the byte offset in it, the sequence numbers of the records concerned and
/// the number that the operating system gave.
public struct StorageError: Error, Sendable, Hashable {
  /// The kind of failure, for programs to decide on.
  public var kind: Kind
  /// What happened, in words; never empty.
  public var message: String
  /// The file or directory concerned.
  public var path: String?
  /// The byte offset in the file at ``path``.
  public var offset: UInt64?
  /// The sequence numbers of the records concerned.
  public var sequences: Range<UInt64>?
  /// The error number that the operating system gave.
  public var errno: Int32?

  /// Makes an error.
  ///
  /// - Parameters:
  ///   - kind: The kind of failure.
  ///   - message: What happened, in words.
  ///   - path: The file or directory concerned.
  ///   - offset: The byte offset in that file.
  ///   - sequences: The sequence numbers of the records concerned.
  ///   - errno: The error number of the operating system.
  public init(
    _ kind: Kind, _ message: String, path: String? = nil, offset: UInt64? = nil,
    sequences: Range<UInt64>? = nil, errno: Int32? = nil
  ) {
    self.kind = kind
    self.message = message
    self.path = path
    self.offset = offset
    self.sequences = sequences
    self.errno = errno
  }
}

extension StorageError: CustomStringConvertible {
  /// One line that names the kind, what happened and where.
  public var description: String {
    var places: [String] = []
    if let path { places.append("file \(path)") }
    if let offset { places.append("offset \(offset)") }
    if let sequences { places.append("records \(sequences.lowerBound)..<\(sequences.upperBound)") }
    if let errno { places.append(SystemErrno.describe(errno)) }
    let place = places.isEmpty ? "" : " (" + places.joined(separator: ", ") + ")"
    return "\(kind.rawValue): \(message)\(place)"
  }
}
