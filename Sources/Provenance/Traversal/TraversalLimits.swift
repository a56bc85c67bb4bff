/// Bounds on how much a traversal may do.
///
/// A traversal that stops at one says so.
public struct TraversalLimits: Sendable, Hashable {
  /// The most edges between the start and a node that is reached.
  public var depth: Int
  /// The most nodes to reach.
  public var nodes: Int
  /// The most edges to look at.
  public var edges: Int
  /// When to stop, by the clock that the caller passes with it; looked at every 1,024 nodes.
  public var deadline: ContinuousClock.Instant?

  /// Sets bounds; those not given do not bound.
  ///
  /// - Parameters:
  ///   - depth: The most edges between the start and a node that is reached.
  ///   - nodes: The most nodes to reach.
  ///   - edges: The most edges to look at.
  ///   - deadline: When to stop.
  public init(
    depth: Int = .max, nodes: Int = .max, edges: Int = .max,
    deadline: ContinuousClock.Instant? = nil
  ) {
    self.depth = depth
    self.nodes = nodes
    self.edges = edges
    self.deadline = deadline
  }

  /// No bounds.
  public static let none = TraversalLimits()
}

/// Why an answer may lack something; empty for a complete answer.
public struct Incompleteness: OptionSet, Sendable, Hashable, CustomStringConvertible {
  /// One bit a reason.
  public let rawValue: UInt8

  /// Makes a set of reasons from its bits.
  public init(rawValue: UInt8) { self.rawValue = rawValue }

  /// The answer would have crossed edges that lie on a cycle: see ``ProvenanceGraph/conflicts``.
  public static let disputedEdges = Incompleteness(rawValue: 1)
  /// An edge at a node of the answer waits for its other end: see ``ProvenanceGraph/pending``.
  public static let pendingEdges = Incompleteness(rawValue: 2)
  /// Nodes lay beyond ``TraversalLimits/depth``.
  public static let depthLimit = Incompleteness(rawValue: 4)
  /// Nodes lay beyond ``TraversalLimits/nodes``.
  public static let nodeLimit = Incompleteness(rawValue: 8)
  /// Edges lay beyond ``TraversalLimits/edges``.
  public static let edgeLimit = Incompleteness(rawValue: 16)
  /// The deadline passed.
  public static let deadline = Incompleteness(rawValue: 32)
  /// A part of a stored graph is damaged and could not be made anew from its records.
  public static let damagedStorage = Incompleteness(rawValue: 64)

  /// The reasons, for people; `complete` if there is none.
  public var description: String {
    let names = [
      "disputed edges", "pending edges", "depth", "nodes", "edges", "deadline", "damaged storage",
    ]
    let reasons = names.indices.filter { rawValue & 1 << UInt8($0) != 0 }.map { names[$0] }
    return reasons.isEmpty ? "complete" : "incomplete: " + reasons.joined(separator: ", ")
  }
}
