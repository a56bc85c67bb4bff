/// What a few bytes a row say about which rows lead to which.
///
/// A label settles most questions and prunes the search for the rest, so that an answer is exact and
/// seldom looks at more than a few rows. Four things are kept, 20 bytes a row and 2 to 8 for the sets:
///
/// | bytes | what | what it settles |
/// |---|---|---|
/// | 2 + 2 | level: longest path from a root; height: longest path to a leaf | no, where they contradict |
/// | 4 + 4 | place and size in a spanning tree of deepest causes | yes, within the tree |
/// | 4 | which ``SupportRows`` are among its ancestors | yes and no |
/// | 4 | which ``SupportRows`` are among its descendants | yes and no |
///
/// Rows share their sets of supports: a million rows of a lineage have some forty thousand different
/// sets of eight thousand supports, and those are made of thirty thousand different chunks.
///
/// Labels are made of packed lists alone, for the rows that there were. Edges that came later between
/// labelled rows leave each ``Verdict/yes`` true, and edges that were taken away leave each
/// ``Verdict/no`` true; a search, which needs both, may be asked only where neither happened. Rows that
/// came later change nothing, and neither does a view of fewer rows: a path between two rows has none
/// above them.
struct ReachabilityLabels: Sendable {
  /// One for each row.
  let rows: [RowLabel]
  /// What the sets in labels are.
  let sets: SupportSets
  /// Which edges count.
  let filter: EntryFilter
  /// Whether levels and heights are kept to the last bit, so that equal ones contradict too.
  let hasExactLevels: Bool

  /// How many rows have a label.
  var count: Int { rows.count }

  /// The bytes that the labels take.
  var byteCount: Int { rows.count * MemoryLayout<RowLabel>.stride + sets.byteCount }
}

/// Where a row stands.
struct RowLabel: Sendable, BitwiseCopyable {
  /// The number of the set of supports that lead here, itself included.
  var ancestors: UInt32 = 0
  /// The number of the set of supports that this leads to, itself included.
  var descendants: UInt32 = 0
  /// The row's place in the spanning tree, parents first.
  var place: UInt32 = 0
  /// How many rows are below it in the tree, itself included: they have the places that follow.
  var size: UInt32 = 1
  /// Rows on the longest path that leads here, perhaps coarsened.
  var level: UInt16 = 0
  /// Rows on the longest path that starts here, perhaps coarsened.
  var height: UInt16 = 0
}

extension ReachabilityLabels {
  /// What labels say about a pair of rows.
  enum Verdict: Sendable {
    case yes
    case no
    case unknown
  }
}
