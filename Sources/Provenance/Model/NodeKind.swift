/// The five kinds of node; the set is closed.
///
/// What the field calls a thing more closely (table, prompt template, checkpoint, evaluation,
/// container …) is the node's `type` annotation, which is open: see ``AttributeKey/type``.
public enum NodeKind: UInt8, CaseIterable, Sendable, Hashable {
  /// Data at rest: a table, a file, a feature set, an index, a report.
  case dataset = 0
  /// What is executed or configures execution: a script, a commit, a pipeline, a prompt template.
  case code = 1
  /// A trained artifact: a checkpoint, an adapter, a quantized copy.
  case model = 2
  /// Something that happened: a training, an evaluation, a deployment, an approval.
  case run = 3
  /// Where things happen: a container, a package environment, a serving endpoint.
  case environment = 4
}

extension NodeKind: CustomStringConvertible, LosslessStringConvertible, Comparable {
  /// The kind's name in lower case, as it stands in text formats.
  public var description: String {
    switch self {
    case .dataset: "dataset"
    case .code: "code"
    case .model: "model"
    case .run: "run"
    case .environment: "environment"
    }
  }

  /// Reads a kind from its lower-case name.
  public init?(_ description: String) {
    guard let kind = Self.allCases.first(where: { $0.description == description }) else {
      return nil
    }
    self = kind
  }

  /// Orders kinds by their stored number.
  public static func < (lhs: Self, rhs: Self) -> Bool { lhs.rawValue < rhs.rawValue }
}

/// A set of node kinds, for filters.
public struct NodeKindSet: OptionSet, Sendable, Hashable {
  /// One bit a kind, at the position of the kind's number.
  public let rawValue: UInt8

  /// Makes a set from its bits.
  public init(rawValue: UInt8) { self.rawValue = rawValue }

  /// Makes a set of one kind.
  public init(_ kind: NodeKind) { rawValue = 1 << kind.rawValue }

  /// Datasets.
  public static let dataset = NodeKindSet(.dataset)
  /// Code.
  public static let code = NodeKindSet(.code)
  /// Models.
  public static let model = NodeKindSet(.model)
  /// Runs.
  public static let run = NodeKindSet(.run)
  /// Environments.
  public static let environment = NodeKindSet(.environment)
  /// Every kind.
  public static let all: NodeKindSet = [.dataset, .code, .model, .run, .environment]
  /// Everything that is not a run: what PROV-DM (section 2.1.1) calls an entity.
  public static let entities: NodeKindSet = [.dataset, .code, .model, .environment]

  /// Whether the set has a kind.
  public func contains(_ kind: NodeKind) -> Bool { rawValue & 1 << kind.rawValue != 0 }
}
