public import Provenance

/// What an examination of an object store found.
public struct ObjectVerification: Sendable, Hashable {
  /// How many objects were read and hashed.
  public var objectCount: UInt64 = 0

  /// How many bytes were read and hashed.
  public var byteCount: UInt64 = 0

  /// Everything that is not as it should be, in the order of discovery.
  public var findings: [Finding] = []

  /// A report without findings, to be filled in by an implementation of a store.
  public init() {}

  /// Whether no object is missing, damaged, unreadable or misnamed.
  ///
  /// Unreferenced objects and left-over temporaries waste space and harm nothing.
  public var isSound: Bool {
    findings.allSatisfy { $0.kind == .unreferenced || $0.kind == .abandoned }
  }

  /// One thing that is not as it should be.
  public struct Finding: Sendable, Hashable {
    /// What is wrong.
    public var kind: Kind

    /// The object concerned; `nil` for a file that is none.
    public var digest: SHA256Digest?

    /// Where it is, as far as the store has places.
    public var path: String?

    /// What was found, for people.
    public var detail: String

    /// Makes a finding.
    public init(kind: Kind, digest: SHA256Digest? = nil, path: String? = nil, detail: String) {
      self.kind = kind
      self.digest = digest
      self.path = path
      self.detail = detail
    }
  }

  /// What can be wrong; the raw value is the stable name in reports.
  @nonexhaustive
  public enum Kind: String, Sendable, Hashable, CaseIterable {
    /// Referred to, and not in the store.
    case missing
    /// In the store, and its bytes do not have its digest.
    case corrupt
    /// In the store, and could not be read to the end; it may be sound.
    case unreadable
    /// In the store, and nothing refers to it.
    case unreferenced
    /// A file or directory where only objects belong, under a name that no object has.
    case misnamed
    /// The temporary file of a writer that is gone; harmless and removable.
    case abandoned
  }
}

extension ObjectVerification {
  /// The report as JSON, one object a line: the findings, and then the totals.
  ///
  /// Keys: `finding`, `digest`, `path`, `detail`; in the last line `objects`, `bytes`, `sound`.
  public var jsonLines: String {
    var text = ""
    for finding in findings {
      text += "{\"finding\":\"\(finding.kind.rawValue)\""
      if let digest = finding.digest { text += ",\"digest\":\"\(ObjectName.text(of: digest))\"" }
      if let path = finding.path { text += ",\"path\":\(Self.quoted(path))" }
      text += ",\"detail\":\(Self.quoted(finding.detail))}\n"
    }
    return text + "{\"objects\":\(objectCount),\"bytes\":\(byteCount),\"sound\":\(isSound)}\n"
  }

  static func quoted(_ text: String) -> String {
    var result = "\""
    for scalar in text.unicodeScalars {
      switch scalar {
      case "\"", "\\":
        result += "\\"
        result.unicodeScalars.append(scalar)
      case _ where scalar.value < 0x20 || scalar.value == 0x7F:
        let digits = String(scalar.value, radix: 16)
        result += "\\u" + String(repeating: "0", count: 4 - digits.utf8.count) + digits
      default:
        result.unicodeScalars.append(scalar)
      }
    }
    return result + "\""
  }
}
