/// Why a field, a mapping or a statement of mappings was refused.
public struct FieldError: Error, Sendable, Hashable {
  /// What is wrong.
  @nonexhaustive
  public enum Kind: Sendable, Hashable {
    /// A field name of no characters.
    case emptyName
    /// A field name of more bytes than the limit; its start, and both sizes in bytes.
    case nameTooLong(String, bytes: Int, limit: Int)
    /// A path of more names than the limit.
    case tooDeep(names: Int, limit: Int)
    /// A path of more bytes than the limit.
    case pathTooLong(bytes: Int, limit: Int)
    /// A transformation's subtype of more bytes than the limit.
    case subtypeTooLong(bytes: Int, limit: Int)
    /// A transformation's description of more bytes than the limit.
    case descriptionTooLong(bytes: Int, limit: Int)
    /// A confidence that is not between 0 and 1.
    case invalidConfidence(Double)
    /// More transformations of one input than the limit.
    case tooManyTransformations(Field, count: Int, limit: Int)
    /// An edge of a kind that carries no mappings: neither `derivedFrom` nor `generatedBy`.
    case wrongEdge(EdgeKind)
    /// Mappings on a `derivedFrom` edge with an input that is no field of the edge's cause.
    case inputOfAnotherNode(Field)
    /// A statement of more annotations than the limit.
    case tooManyParts(count: Int, limit: Int)
    /// A graph with more fields than ``Limits/fields``.
    case tooManyFields(limit: Int)
    /// A statement in a version of the encoding that this version of the library does not know.
    case unknownVersion(Int64)
    /// A value that is not the canonical encoding of a statement: the reason, and the key in it.
    case malformed(String, key: String)
    /// A statement of which some annotations are missing.
    case missingParts(found: Int, of: Int)
    /// An annotation that the graph's own limits refuse.
    case record(RecordError)
  }

  /// What is wrong.
  public let kind: Kind

  package init(_ kind: Kind) { self.kind = kind }
}

extension FieldError: CustomStringConvertible {
  /// For people.
  public var description: String {
    switch kind {
    case .emptyName: "a field name must not be empty"
    case .nameTooLong(let name, let bytes, let limit):
      "field name \(name.debugDescription) has \(bytes) bytes; at most \(limit) are allowed"
    case .tooDeep(let names, let limit):
      "a field path of \(names) names; at most \(limit) are allowed"
    case .pathTooLong(let bytes, let limit):
      "a field path of \(bytes) bytes; at most \(limit) are allowed"
    case .subtypeTooLong(let bytes, let limit):
      "a transformation subtype of \(bytes) bytes; at most \(limit) are allowed"
    case .descriptionTooLong(let bytes, let limit):
      "a transformation description of \(bytes) bytes; at most \(limit) are allowed"
    case .invalidConfidence(let value): "confidence \(value) is not between 0 and 1"
    case .tooManyTransformations(let field, let count, let limit):
      "\(count) transformations of input \(field); at most \(limit) are allowed"
    case .wrongEdge(let kind):
      "field mappings belong on derivedFrom and generatedBy edges, not on \(kind)"
    case .inputOfAnotherNode(let field):
      "input \(field) is no field of the derivedFrom edge's cause"
    case .tooManyParts(let count, let limit):
      "a statement of \(count) parts; at most \(limit) are allowed"
    case .tooManyFields(let limit): "at most \(limit) fields can be numbered"
    case .unknownVersion(let version): "field mappings of unknown version \(version)"
    case .malformed(let reason, let key):
      "not field mappings: \(reason)\(key.isEmpty ? "" : " in \"\(key.abbreviated)\"")"
    case .missingParts(let found, let count):
      "field mappings of which \(found) of \(count) parts were found"
    case .record(let error): error.description
    }
  }
}
