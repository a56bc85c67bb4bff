/// The ways in which one field enters another, as bits: for each kind of transformation, plain and
/// masking.
enum FieldWays {
  /// The three that do not mask.
  static let plain: UInt32 = 0b010101

  /// The bits of one input's transformations; none count as one that says nothing.
  static func bits(_ transformations: [FieldTransformation]) -> UInt32 {
    guard !transformations.isEmpty else { return 1 }
    return transformations.reduce(0) { $0 | bit($1) }
  }

  static func bit(_ transformation: FieldTransformation) -> UInt32 {
    1 << (UInt32(transformation.kind.rawValue) * 2 + (transformation.masks ? 1 : 0))
  }

  /// The bits of which one must be set for a walk to follow.
  static func followed(_ query: FieldQuery) -> UInt32 {
    query.stopsAtMasking ? bits(query.kinds) & plain : bits(query.kinds)
  }

  /// The bits of some kinds, plain and masking.
  static func bits(_ kinds: FieldDependencyKinds) -> UInt32 {
    FieldTransformation.Kind.allCases.reduce(0) { bits, kind in
      kinds.contains(FieldDependencyKinds(kind))
        ? bits | 3 << (UInt32(kind.rawValue) * 2) : bits
    }
  }
}

/// A set of kinds of dependency between fields, for filters.
public struct FieldDependencyKinds: OptionSet, Sendable, Hashable {
  /// One bit a kind, at the position of the kind's number.
  public let rawValue: UInt8

  /// Makes a set from its bits.
  public init(rawValue: UInt8) { self.rawValue = rawValue }

  /// Makes a set of one kind.
  public init(_ kind: FieldTransformation.Kind) { rawValue = 1 << kind.rawValue }

  /// Dependencies of which the source does not say whether they are direct.
  public static let unspecified = FieldDependencyKinds(.unspecified)
  /// The output's value is made from the input's.
  public static let direct = FieldDependencyKinds(.direct)
  /// The input decides which values there are, or which are taken.
  public static let indirect = FieldDependencyKinds(.indirect)
  /// Every kind.
  public static let all: FieldDependencyKinds = [.unspecified, .direct, .indirect]
}
