/// What the lists of a graph do not say: late edges, and entries whose code is
/// ``PackedEntry/exceptional``.
///
/// A walk asks only for rows that are flagged and for lists with such an entry, with the tag of the leg
/// that it follows.
protocol AdjacencyExceptions {
  /// Adds the neighbours of a flagged row that its list lacks.
  ///
  /// Called once for each flagged row that a walk expands; a row is flagged either in its sealed list or in
  /// its packed one.
  mutating func visitFlagged(_ row: UInt32, tag: Int, _ sink: inout some NeighbourSink)

  /// Adds all neighbours of a row whose list is not to be read.
  mutating func visitDoubtful(_ row: UInt32, tag: Int, _ sink: inout some NeighbourSink)

  /// Adds the neighbour of an exceptional entry, if it counts after all.
  mutating func visitExceptional(
    _ entry: UInt32, of row: UInt32, at place: EntryPlace, tag: Int,
    _ sink: inout some NeighbourSink)
}

extension AdjacencyExceptions {
  /// For lists that can all be read.
  mutating func visitDoubtful(_ row: UInt32, tag: Int, _ sink: inout some NeighbourSink) {}
}

/// Takes neighbours from ``AdjacencyExceptions``.
protocol NeighbourSink {
  /// Takes one neighbour; a neighbour that was met before does no harm.
  mutating func add(_ row: UInt32)
}

/// For lists that tell all.
struct NoExceptions: AdjacencyExceptions {
  mutating func visitFlagged(_ row: UInt32, tag: Int, _ sink: inout some NeighbourSink) {}

  mutating func visitExceptional(
    _ entry: UInt32, of row: UInt32, at place: EntryPlace, tag: Int,
    _ sink: inout some NeighbourSink
  ) {}
}
