/// The edges of a graph whose endpoints are both recorded, one row each in order of arrival, in two
/// linked lists: by effect and by cause.
struct EdgeTable: Sendable {
  private(set) var effects: [NodeIndex] = []
  private(set) var causes: [NodeIndex] = []
  private(set) var kinds: [EdgeKind] = []
  private(set) var roles: [UInt32] = []
  private(set) var epochs: [Epoch] = []
  var status = StatusColumn()
  private var nextOfEffect: [EdgeIndex] = []
  private var nextOfCause: [EdgeIndex] = []
  private var firstOfEffect: [EdgeIndex] = []
  private var firstOfCause: [EdgeIndex] = []
  private var roleNames = StringTable()

  static let none = EdgeIndex.max
  private static let noRole = UInt32.max

  var count: Int { effects.count }

  /// The role of an edge.
  func role(_ row: EdgeIndex) -> String? {
    let number = roles[Int(row)]
    return number == Self.noRole ? nil : roleNames[number]
  }

  /// Makes room for the lists of a new node.
  mutating func addNode() {
    firstOfEffect.append(Self.none)
    firstOfCause.append(Self.none)
  }

  /// Adds an edge that is not there yet.
  mutating func append(
    effect: NodeIndex, _ kind: EdgeKind, cause: NodeIndex, role: String?, status: Status,
    epoch: Epoch
  ) -> EdgeIndex {
    let row = EdgeIndex(effects.count)
    effects.append(effect)
    causes.append(cause)
    kinds.append(kind)
    roles.append(role.map { roleNames.intern($0) } ?? Self.noRole)
    epochs.append(epoch)
    self.status.append(status)
    nextOfEffect.append(firstOfEffect[Int(effect)])
    nextOfCause.append(firstOfCause[Int(cause)])
    firstOfEffect[Int(effect)] = row
    firstOfCause[Int(cause)] = row
    return row
  }

  /// The first edge that starts from a node, newest first; ``none`` at the end.
  @inline(__always)
  func firstCause(of node: NodeIndex) -> EdgeIndex { firstOfEffect[Int(node)] }
  /// The edge after this one that starts from the same node.
  @inline(__always)
  func nextCause(after row: EdgeIndex) -> EdgeIndex { nextOfEffect[Int(row)] }
  /// The first edge that points to a node, newest first; ``none`` at the end.
  @inline(__always)
  func firstEffect(of node: NodeIndex) -> EdgeIndex { firstOfCause[Int(node)] }
  /// The edge after this one that points to the same node.
  @inline(__always)
  func nextEffect(after row: EdgeIndex) -> EdgeIndex { nextOfCause[Int(row)] }

  /// The row of an edge.
  ///
  /// O(the smaller of the two degrees): a hub at one end costs nothing.
  func find(
    effect: NodeIndex, _ kind: EdgeKind, cause: NodeIndex, role: String?
  ) -> EdgeIndex? {
    var number = Self.noRole
    if let role {
      guard let known = roleNames.number(of: role) else { return nil }
      number = known
    }
    var byEffect = firstCause(of: effect)
    var byCause = firstEffect(of: cause)
    while byEffect != Self.none, byCause != Self.none {
      for row in [byEffect, byCause]
      where effects[Int(row)] == effect && causes[Int(row)] == cause && kinds[Int(row)] == kind
        && roles[Int(row)] == number
      {
        return row
      }
      byEffect = nextCause(after: byEffect)
      byCause = nextEffect(after: byCause)
    }
    return nil
  }

  /// Forgets everything past an epoch and past a number of nodes.
  mutating func rewind(to epoch: Epoch, nodes: Int) {
    while let last = epochs.last, last > epoch {
      let row = effects.count - 1
      firstOfEffect[Int(effects[row])] = nextOfEffect[row]
      firstOfCause[Int(causes[row])] = nextOfCause[row]
      effects.removeLast()
      causes.removeLast()
      kinds.removeLast()
      roles.removeLast()
      epochs.removeLast()
      nextOfEffect.removeLast()
      nextOfCause.removeLast()
    }
    status.rewind(to: epoch, count: effects.count)
    firstOfEffect.removeLast(firstOfEffect.count - nodes)
    firstOfCause.removeLast(firstOfCause.count - nodes)
  }
}
