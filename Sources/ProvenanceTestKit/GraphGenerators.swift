/// A generator of the same numbers for the same seed, on every platform.
///
/// SplitMix64 (Steele, Lea and Flood 2014). For tests and benchmarks, not for secrets.
public struct SeededGenerator: RandomNumberGenerator, Sendable {
  private var state: UInt64

  /// Starts from a seed.
  ///
  /// - Parameter seed: Any number; nearby seeds give unrelated sequences.
  public init(seed: UInt64) { state = seed }

  /// The next 64 bits.
  public mutating func next() -> UInt64 {
    state &+= 0x9E37_79B9_7F4A_7C15
    var mixed = state
    mixed = (mixed ^ (mixed >> 30)) &* 0xBF58_476D_1CE4_E5B9
    mixed = (mixed ^ (mixed >> 27)) &* 0x94D0_49BB_1331_11EB
    return mixed ^ (mixed >> 31)
  }

  /// A number below a bound, from 0.
  mutating func below(_ bound: Int) -> Int { Int(next() % UInt64(bound)) }

  /// True in so many of a hundred cases.
  mutating func chance(_ percent: Int) -> Bool { below(100) < percent }
}

/// What a random lineage is made of; percentages of cases.
public struct LineageShape: Sendable {
  /// The number of nodes.
  public var nodes = 12
  /// The number of edges, some of which may repeat.
  public var edges = 24
  /// Edges recorded within the record of their effect; the others have a record of their own.
  public var edgesInNodeRecords = 50
  /// Edges that lead against the order in which nodes were made, and so may close cycles.
  public var backwardEdges = 0
  /// Edges whose kind the relation table may not allow.
  public var carelessEdges = 0
  /// Edges at one of two hubs.
  public var hubEdges = 20
  /// Structural edges: `partOf` and `alternateOf`.
  public var structuralEdges = 20
  /// Nodes that edges speak of and that are never recorded.
  public var missingNodes = 0
  /// The number of annotations of nodes and edges.
  public var annotations = 0
  /// The number of retractions of nodes, edges, annotations and retractions.
  public var retractions = 0
  /// The number of tombstones.
  public var tombstones = 0
  /// The number of records of unknown kind.
  public var unknown = 0

  /// A small DAG of nodes and edges only.
  public init() {}

  /// Everything that can happen, at a size that a reference graph answers at once.
  public static var everything: LineageShape {
    var shape = LineageShape()
    shape.backwardEdges = 15
    shape.carelessEdges = 8
    shape.missingNodes = 8
    shape.annotations = 14
    shape.retractions = 12
    shape.tombstones = 3
    shape.unknown = 1
    return shape
  }
}
