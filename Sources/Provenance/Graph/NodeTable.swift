/// The nodes of a graph, one row each in order of arrival, with their indexes.
struct NodeTable: Sendable {
  private(set) var ids: [NodeID] = []
  private(set) var kinds: [NodeKind] = []
  private(set) var families: [UInt32] = []
  private(set) var versions: [String] = []
  private(set) var epochs: [Epoch] = []
  var status = StatusColumn()
  private var index = IdentifierIndex()
  private var olderSibling: [NodeIndex] = []
  private(set) var directory = FamilyDirectory()

  static let none = NodeIndex.max

  var count: Int { ids.count }

  /// The node in a row.
  subscript(row: NodeIndex) -> Node {
    let family = directory.families[Int(families[Int(row)])]
    return Node(
      kind: kinds[Int(row)], namespace: directory.strings[family.namespace],
      name: directory.strings[family.name], version: versions[Int(row)], id: ids[Int(row)])
  }

  /// The row of an id.
  func row(of id: NodeID) -> NodeIndex? { index.find(id, in: ids) }

  /// Adds a node that is not there yet.
  mutating func append(_ node: Node, epoch: Epoch) -> NodeIndex {
    let row = NodeIndex(ids.count)
    let family = directory.intern(
      kind: node.kind, namespace: node.namespace, name: node.name)
    ids.append(node.id)
    kinds.append(node.kind)
    families.append(family)
    versions.append(node.version)
    epochs.append(epoch)
    status.append()
    olderSibling.append(directory.newest(of: family))
    directory.setNewest(of: family, row)
    index.insert(row, in: ids)
    return row
  }

  /// Calls `body` with the rows of a family, newest first.
  func forEachVersion(ofFamily family: UInt32, _ body: (NodeIndex) -> Void) {
    var row = directory.newest(of: family)
    while row != Self.none {
      body(row)
      row = olderSibling[Int(row)]
    }
  }

  /// Calls `body` with every row whose id starts with a prefix, in no particular order.
  func forEach(matching prefix: IdentifierPrefix, _ body: (NodeIndex) -> Void) {
    index.forEach(in: prefix.bounds, ids: ids, body)
  }

  /// The rows that existed at an epoch are those below this one.
  func end(at horizon: Epoch) -> NodeIndex {
    if let last = epochs.last, last <= horizon { return NodeIndex(ids.count) }
    var low = 0
    var high = ids.count
    while low < high {
      let middle = (low + high) / 2
      if epochs[middle] <= horizon { low = middle + 1 } else { high = middle }
    }
    return NodeIndex(low)
  }

  /// Forgets everything past an epoch.
  mutating func rewind(to epoch: Epoch) {
    while let last = epochs.last, last > epoch {
      let row = NodeIndex(ids.count - 1)
      index.remove(row, in: ids)
      directory.setNewest(of: families[Int(row)], olderSibling[Int(row)])
      ids.removeLast()
      kinds.removeLast()
      families.removeLast()
      versions.removeLast()
      epochs.removeLast()
      olderSibling.removeLast()
    }
    status.rewind(to: epoch, count: ids.count)
  }
}

/// The names in a graph.
///
/// A family is all versions of one name: kind, namespace and name.
struct FamilyDirectory: Sendable {
  struct Family: Hashable, Sendable {
    var kind: NodeKind
    var namespace: UInt32
    var name: UInt32
  }

  private(set) var strings = StringTable()
  private(set) var families: [Family] = []
  private var newest: [NodeIndex] = []
  private var numbers: [Family: UInt32] = [:]
  private var byName: [UInt32: [UInt32]] = [:]
  private var byNamespace: [UInt32: [UInt32]] = [:]

  mutating func intern(kind: NodeKind, namespace: String, name: String) -> UInt32 {
    let family = Family(
      kind: kind, namespace: strings.intern(namespace), name: strings.intern(name))
    if let number = numbers[family] { return number }
    let number = UInt32(families.count)
    families.append(family)
    newest.append(NodeTable.none)
    numbers[family] = number
    byName[family.name, default: []].append(number)
    byNamespace[family.namespace, default: []].append(number)
    return number
  }

  func newest(of family: UInt32) -> NodeIndex { newest[Int(family)] }

  mutating func setNewest(of family: UInt32, _ row: NodeIndex) { newest[Int(family)] = row }

  /// The families with these properties; `nil` stands for any.
  func matching(kind: NodeKind?, namespace: String?, name: String?) -> [UInt32] {
    var candidates: [UInt32]
    if let name {
      guard let number = strings.number(of: name) else { return [] }
      candidates = byName[number] ?? []
    } else if let namespace {
      guard let number = strings.number(of: namespace) else { return [] }
      candidates = byNamespace[number] ?? []
    } else {
      candidates = Array(0..<UInt32(families.count))
    }
    if let kind { candidates.removeAll { families[Int($0)].kind != kind } }
    if let namespace {
      guard let number = strings.number(of: namespace) else { return [] }
      candidates.removeAll { families[Int($0)].namespace != number }
    }
    return candidates
  }
}
