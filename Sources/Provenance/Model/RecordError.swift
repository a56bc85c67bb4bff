/// A record that cannot be made, or bytes that are not one.
public struct RecordError: Error, Sendable, Hashable {
  /// What is wrong.
  @nonexhaustive
  public enum Kind: Sendable, Hashable {
    /// A name, namespace, version, role, source or key breaks the rules for names.
    case name(NameError)
    /// An attribute value breaks a limit.
    case attribute(AttributeError)
    /// Content whose payload was erased can be kept, not made into a record again.
    case erased
    /// An annotation without attributes.
    case emptyAnnotation
    /// A digest attribute that is not 32 bytes.
    case wrongDigest(key: String)
    /// A node record was given an edge that starts from another node.
    case edgeOfAnotherNode(Edge)
    /// A record larger than its limit, both in bytes.
    case tooLarge(bytes: Int, limit: Int)
    /// Bytes that are not the canonical encoding of a record; the reason, and the offset in bytes.
    case malformed(String, offset: Int)
    /// The erasable part is no canonical encoding; the reason, and the offset in bytes in it.
    case malformedPayload(String, offset: Int)
    /// The erasable part is not the one that the header commits to.
    case payloadMismatch(RecordID)
  }

  /// What is wrong.
  public let kind: Kind

  init(_ kind: Kind) { self.kind = kind }
}

extension RecordError: CustomStringConvertible {
  /// For people.
  public var description: String {
    switch kind {
    case .name(let error): error.description
    case .attribute(let error): error.description
    case .erased: "the payload was erased, so the record cannot be made"
    case .emptyAnnotation: "an annotation needs at least one attribute"
    case .wrongDigest(let key): "attribute \"\(key)\" must be the 32 bytes of a SHA-256 digest"
    case .edgeOfAnotherNode(let edge): "edge \(edge) does not start from the node of the record"
    case .tooLarge(let bytes, let limit): "\(bytes) bytes where at most \(limit) are allowed"
    case .malformed(let reason, let offset): "not a record: \(reason) at byte \(offset)"
    case .malformedPayload(let reason, let offset):
      "not the payload of a record: \(reason) at byte \(offset)"
    case .payloadMismatch(let id): "the payload of record \(id) is not what its header commits to"
    }
  }
}
