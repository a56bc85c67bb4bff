/// The nine kinds of edge; each points from effect to cause, as in W3C PROV.
///
/// Which kinds of node an edge may join is one table, ``allows(from:to:)``. ``Relation`` is the
/// same table for the compiler; a test holds the two equal.
public enum EdgeKind: UInt8, CaseIterable, Sendable, Hashable {
  /// A run read a dataset, a model or code.
  case used = 0
  /// A run executed code.
  case executed = 1
  /// A run took place in an environment.
  case ranIn = 2
  /// A run took its configuration from a dataset or code.
  case configuredBy = 3
  /// A dataset, model, code or environment came out of a run.
  case generatedBy = 4
  /// A dataset, model, code or environment was made from another.
  case derivedFrom = 5
  /// A run was triggered or preceded by another.
  case informedBy = 6
  /// A node is a part of another; acyclic.
  case partOf = 7
  /// Two nodes of one kind stand for the same thing.
  case alternateOf = 8
}

extension EdgeKind {
  /// How an edge kind enters the graph.
  public enum Class: Sendable, Hashable {
    /// Part of the lineage DAG; default traversals follow it.
    case causal
    /// A relation beside the lineage; followed only when asked for.
    case structural
  }

  /// Whether the kind is causal or structural.
  public var edgeClass: Class {
    switch self {
    case .used, .executed, .ranIn, .configuredBy, .generatedBy, .derivedFrom, .informedBy: .causal
    case .partOf, .alternateOf: .structural
    }
  }

  /// The relation table: whether an edge of this kind may join these kinds of node.
  ///
  /// - Parameters:
  ///   - effect: The kind of the node that the edge starts from.
  ///   - cause: The kind of the node that the edge points to.
  /// - Returns: Whether the table allows it.
  public func allows(from effect: NodeKind, to cause: NodeKind) -> Bool {
    switch self {
    case .used: effect == .run && (cause == .dataset || cause == .model || cause == .code)
    case .executed: effect == .run && cause == .code
    case .ranIn: effect == .run && cause == .environment
    case .configuredBy: effect == .run && (cause == .dataset || cause == .code)
    case .generatedBy: effect != .run && cause == .run
    case .derivedFrom: effect != .run && cause != .run
    case .informedBy: effect == .run && cause == .run
    case .partOf: true
    case .alternateOf: effect == cause
    }
  }
}

extension EdgeKind: CustomStringConvertible, LosslessStringConvertible, Comparable {
  /// The kind's name, as it stands in code and in text formats.
  public var description: String {
    switch self {
    case .used: "used"
    case .executed: "executed"
    case .ranIn: "ranIn"
    case .configuredBy: "configuredBy"
    case .generatedBy: "generatedBy"
    case .derivedFrom: "derivedFrom"
    case .informedBy: "informedBy"
    case .partOf: "partOf"
    case .alternateOf: "alternateOf"
    }
  }

  /// Reads a kind from its name.
  public init?(_ description: String) {
    guard let kind = Self.allCases.first(where: { $0.description == description }) else {
      return nil
    }
    self = kind
  }

  /// Orders kinds by their stored number.
  public static func < (lhs: Self, rhs: Self) -> Bool { lhs.rawValue < rhs.rawValue }
}

/// A set of edge kinds, for filters.
public struct EdgeKindSet: OptionSet, Sendable, Hashable {
  /// One bit a kind, at the position of the kind's number.
  public let rawValue: UInt16

  /// Makes a set from its bits.
  public init(rawValue: UInt16) { self.rawValue = rawValue }

  /// Makes a set of one kind.
  public init(_ kind: EdgeKind) { rawValue = 1 << UInt16(kind.rawValue) }

  /// `used` edges.
  public static let used = EdgeKindSet(.used)
  /// `executed` edges.
  public static let executed = EdgeKindSet(.executed)
  /// `ranIn` edges.
  public static let ranIn = EdgeKindSet(.ranIn)
  /// `configuredBy` edges.
  public static let configuredBy = EdgeKindSet(.configuredBy)
  /// `generatedBy` edges.
  public static let generatedBy = EdgeKindSet(.generatedBy)
  /// `derivedFrom` edges.
  public static let derivedFrom = EdgeKindSet(.derivedFrom)
  /// `informedBy` edges.
  public static let informedBy = EdgeKindSet(.informedBy)
  /// `partOf` edges.
  public static let partOf = EdgeKindSet(.partOf)
  /// `alternateOf` edges.
  public static let alternateOf = EdgeKindSet(.alternateOf)

  /// The seven causal kinds: the lineage DAG.
  public static let causal: EdgeKindSet = [
    .used, .executed, .ranIn, .configuredBy, .generatedBy, .derivedFrom, .informedBy,
  ]
  /// Every kind.
  public static let all: EdgeKindSet = [.causal, .partOf, .alternateOf]

  /// Whether the set has a kind.
  public func contains(_ kind: EdgeKind) -> Bool { rawValue & 1 << UInt16(kind.rawValue) != 0 }
}
