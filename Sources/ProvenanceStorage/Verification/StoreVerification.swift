public import Provenance

/// What an examination of a store found, from its bytes up.
public struct StoreVerification: Sendable, Hashable {
  /// The size and root over all committed entries, as recomputed; `nil` where damage hides them.
  public var head: TreeHead?
  /// The heads to compare with that the log was found to contain.
  public var confirmedHeads: [TreeHead] = []

  /// How many entries were read, commits included.
  public var entryCount: UInt64 = 0
  /// How many entries of each kind, by the kind's number; 255 is a commit.
  public var entryCounts: [UInt8: UInt64] = [:]
  /// How many entries have had their payload erased.
  public var erasedCount: UInt64 = 0
  /// The bytes of all hashed headers.
  public var headerByteCount: UInt64 = 0
  /// The bytes of all payloads.
  public var payloadByteCount: UInt64 = 0
  /// How many segments there are; none in a log that is not a directory.
  public var segmentCount = 0
  /// The bytes of the segments' files, of which those at the end may be preallocated zeros.
  public var fileByteCount: UInt64 = 0
  /// The bytes behind the last commit that an unfinished one left; the next writer cuts them off.
  public var unfinishedByteCount: UInt64 = 0

  /// How many objects were read and hashed.
  public var objectCount: UInt64 = 0
  /// The bytes of these objects.
  public var objectByteCount: UInt64 = 0
  /// The content digests that the records name and the object store does not have.
  ///
  /// That is as it should be for content that was only hashed and never stored. Examined with
  /// `artifacts` only.
  public var absentArtifacts: [SHA256Digest] = []

  /// Everything that is not as it should be, in the order of discovery.
  public var findings: [Finding] = []
  /// How many more findings there are than are kept, 65,536.
  public var omittedFindingCount: UInt64 = 0
  /// Whether the examination went to its end and was not cancelled.
  public var isComplete = false

  static let findingLimit = 65_536

  /// Makes an empty report.
  public init() {}

  /// Whether everything was examined, and nothing is wrong.
  public var isSound: Bool { isComplete && findings.isEmpty }

  mutating func report(_ finding: Finding) {
    if findings.count < Self.findingLimit {
      findings.append(finding)
    } else {
      omittedFindingCount += 1
    }
  }
}

extension StoreVerification {
  /// One thing that is not as it should be.
  public struct Finding: Sendable, Hashable {
    /// What is wrong; the raw value is the stable name in reports.
    @nonexhaustive
    public enum Kind: String, Sendable, Hashable, CaseIterable {
      /// Bytes that cannot be read, or do not have their checksum.
      case damaged
      /// Whole frames, segments or commits that contradict each other.
      case inconsistent
      /// A commit that states another root than its records have.
      case wrongRoot
      /// The log does not begin with the records of a head that was known: it was changed.
      case rewritten
      /// The log ends before a head that was known: it was rolled back.
      case rolledBack
      /// An entry that is no record.
      case notARecord
      /// A payload that is gone or is not the one that its header commits to.
      case wrongPayload
      /// An object whose bytes do not have its digest, or that cannot be read.
      case damagedObject
      /// An object that a record names and that is not there, where all were required.
      case missingObject
    }

    /// What is wrong.
    public var kind: Kind
    /// What was found, for people.
    public var message: String
    /// The file concerned.
    public var path: String?
    /// The byte offset in the file.
    public var offset: UInt64?
    /// The sequence numbers of the records concerned.
    public var sequences: Range<UInt64>?
    /// The object concerned.
    public var digest: SHA256Digest?

    /// Makes a finding.
    ///
    /// - Parameters:
    ///   - kind: What is wrong.
    ///   - message: What was found, for people.
    ///   - path: The file concerned.
    ///   - offset: The byte offset in the file.
    ///   - sequences: The sequence numbers of the records concerned.
    ///   - digest: The object concerned.
    public init(
      _ kind: Kind, _ message: String, path: String? = nil, offset: UInt64? = nil,
      sequences: Range<UInt64>? = nil, digest: SHA256Digest? = nil
    ) {
      self.kind = kind
      self.message = message
      self.path = path
      self.offset = offset
      self.sequences = sequences
      self.digest = digest
    }

    init(_ kind: Kind, _ error: StorageError) {
      self.init(
        kind, error.message, path: error.path, offset: error.offset, sequences: error.sequences)
    }
  }
}

extension StoreVerification.Finding: CustomStringConvertible {
  /// One line that names the kind, what was found and where.
  public var description: String {
    var places: [String] = []
    if let path { places.append("file \(path)") }
    if let offset { places.append("offset \(offset)") }
    if let sequences { places.append("records \(sequences.lowerBound)..<\(sequences.upperBound)") }
    if let digest { places.append("object \(digest)") }
    return "\(kind.rawValue): \(message)"
      + (places.isEmpty ? "" : " (" + places.joined(separator: ", ") + ")")
  }
}
