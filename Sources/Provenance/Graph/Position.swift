/// A place in the history of a graph or a store: how many entries came before it.
///
/// A position names the graph as it was known when that many entries had arrived. Inside a store it
/// counts the entries of the log, commits included; in a graph in memory, the records that were new.
public struct Position: Sendable, Hashable, Comparable, CustomStringConvertible {
  /// The number of entries before this position.
  public let count: UInt64

  /// The position after a number of entries.
  public init(_ count: UInt64) { self.count = count }

  /// Before the first entry.
  public static let start = Position(0)

  /// Orders positions by count.
  public static func < (lhs: Self, rhs: Self) -> Bool { lhs.count < rhs.count }

  /// The count, as decimal digits.
  public var description: String { String(count) }
}
