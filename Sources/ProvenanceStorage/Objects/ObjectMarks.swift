public import Provenance

/// The objects that a collection has found a reason to keep.
public struct ObjectMarks: Sendable {
  /// What is in the store, its trash included; all else needs no mark.
  private let known: Set<SHA256Digest>
  private(set) var reasons: [SHA256Digest: CollectionReport.Reason] = [:]
  /// Marked, and not yet looked into for references of their own.
  private var waiting: [SHA256Digest] = []

  init(of known: Set<SHA256Digest>) { self.known = known }

  /// Keeps an object because something refers to it; other digests are ignored.
  ///
  /// - Parameter digest: Any digest.
  /// - Complexity: O(1).
  public mutating func keep(_ digest: SHA256Digest) { keep(digest, .referenced) }

  /// Keeps an object for a reason, unless there is one already.
  mutating func keep(_ digest: SHA256Digest, _ reason: CollectionReport.Reason) {
    guard known.contains(digest), reasons[digest] == nil else { return }
    reasons[digest] = reason
    waiting.append(digest)
  }

  func contains(_ digest: SHA256Digest) -> Bool { reasons[digest] != nil }

  /// Marks all that the marked objects refer to, and so on, without recursion.
  ///
  /// - Parameter references: What an object refers to.
  mutating func close(over references: (SHA256Digest) throws -> [SHA256Digest]) rethrows {
    while let digest = waiting.popLast() {
      guard let reason = reasons[digest] else { continue }
      for child in try references(digest) { keep(child, reason) }
    }
  }
}

extension ObjectMarks {
  /// Keeps whatever some bytes could refer to: each run of 32 bytes that CBOR holds as a byte
  /// string, and each text `sha256:` with 64 hexadecimal digits.
  ///
  /// Too much rather than too little: a record of a kind that a later version introduced keeps what
  /// it refers to as well.
  ///
  /// - Parameter bytes: Canonical CBOR.
  /// - Complexity: O(n).
  mutating func keepAll(namedIn bytes: [UInt8]) {
    let prefix = Array("sha256:".utf8)
    for position in bytes.indices {
      switch bytes[position] {
      case 0x58:
        // A byte string with its length in one byte.
        guard bytes.count - position >= 34, bytes[position + 1] == 32 else { continue }
        if let digest = SHA256Digest(bytes: bytes[position + 2..<position + 34]) { keep(digest) }
      case prefix[0]:
        guard bytes.count - position >= 71,
          bytes[position..<position + 7].elementsEqual(prefix),
          let text = String(validating: bytes[position + 7..<position + 71], as: UTF8.self),
          let digest = ObjectName.digest(of: text.lowercased())
        else { continue }
        keep(digest)
      default: continue
      }
    }
  }
}
