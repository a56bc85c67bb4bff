/// What the lists of a graph do not say: neighbours of the rows whose lists are not to be read.
///
/// A walk asks only for rows that ``AdjacencyView`` marks, with the tag of the leg that it follows.
protocol AdjacencyExceptions {
  /// Adds all neighbours of a row whose list is not to be read, late ones included.
  mutating func visitDoubtful(_ row: UInt32, tag: Int, _ sink: inout some NeighbourSink)
}

/// Takes neighbours from ``AdjacencyExceptions``.
protocol NeighbourSink {
  /// Takes one neighbour; a neighbour that was met before does no harm.
  mutating func add(_ row: UInt32)
}

/// For lists that tell all.
struct NoExceptions: AdjacencyExceptions {
  // Empty values have one address on all threads, and the thread sanitizer takes that for a race.
  private var place: UInt8 = 0

  init() {}

  mutating func visitDoubtful(_ row: UInt32, tag: Int, _ sink: inout some NeighbourSink) {}
}
