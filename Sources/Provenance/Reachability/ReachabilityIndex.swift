/// What a graph may keep beside its lists, to answer about causes without walking.
///
/// It speaks of one moment of the graph's history. Later and earlier views ask it too, and make up for
/// what differs between them and that moment.
final class ReachabilityIndex: Sendable {
  /// When it holds.
  let moment: IndexMoment
  /// The ancestors of every vertex; `nil` where they would take too much.
  let ancestors: AncestorIndex?
  /// What answers in their place, if they take too much.
  let labels: ReachabilityLabels?
  /// The effects of disputed edges: an answer that has one says that it is not complete.
  let disputed: [UInt32]
  /// The memory of questions.
  let searches = SearchPool()

  init(
    at moment: IndexMoment, _ ancestors: AncestorIndex?, _ labels: ReachabilityLabels?,
    disputed: [UInt32]
  ) {
    self.moment = moment
    self.ancestors = ancestors
    self.labels = labels
    self.disputed = disputed
  }
}

/// How much of a graph's history an index was made of.
struct IndexMoment: Sendable {
  var epoch: UInt32
  var vertices: UInt32
  /// Late edges below this one are in it.
  var lateEdges: UInt32
  /// Changes of edges below this one are in it.
  var changes: Int
}
