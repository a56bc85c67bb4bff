/// What a graph may keep beside its lists, to answer about causes without walking.
///
/// It speaks of the vertices that there were when it was made. Nothing in it is ever wrong for later
/// ones: they are walked until a vertex is reached that it knows.
struct ReachabilityIndex: Sendable {
  let labels: ReachabilityLabels
  /// The ancestors of every vertex; `nil` where they would take too much.
  let ancestors: AncestorIndex?
}
