/// The edges of a batch that closed a cycle when they became live, and whose cycles were set aside;
/// each with the record of the batch that made it live, `nil` where it had waited for a node.
struct Suspects {
  var found: [(edge: EdgeRef, index: Int?)] = []
}

/// What is known of a batch while it is taken in.
struct Batch {
  /// By record, whether it was new.
  var arrived: [Bool]
  /// The rows of the batch's own nodes that were new, in order.
  var newRows: [NodeIndex] = []
  /// Facts that waited for something that the batch brought.
  var resolved: [PendingTable.Fact] = []
  /// The causes of nodes that have no vertex yet, each with the record that brought it; `nil` where it
  /// had waited.
  var lists: [NodeIndex: List] = [:]
  /// Edges that do not go into a list, with the record that brought each.
  var late: [(key: EdgeKey, index: Int?)] = []
  var lateKeys: Set<EdgeKey> = []
  var suspects = Suspects()

  /// The causes of a node, without duplicates.
  struct List {
    private(set) var causes: [ListedCause] = []
    /// Known only where causes came from several records: one record holds none twice.
    private var keys: Set<EdgeKey>?

    /// Adds a cause.
    ///
    /// - Returns: Whether it was new.
    mutating func append(_ cause: ListedCause, of effect: NodeIndex) -> Bool {
      if keys == nil, let first = causes.first, first.index != cause.index || cause.index == nil {
        keys = Set(causes.map { $0.key(of: effect) })
      }
      if keys != nil, !keys!.insert(cause.key(of: effect)).inserted { return false }
      causes.append(cause)
      return true
    }
  }

  struct ListedCause {
    var cause: NodeIndex
    var kind: EdgeKind
    var role: UInt32
    var index: Int?

    func key(of effect: NodeIndex) -> EdgeKey {
      EdgeKey(effect: effect, cause: cause, kind: kind, role: role)
    }
  }

  init(recordCount: Int) { arrived = [Bool](repeating: false, count: recordCount) }
}
