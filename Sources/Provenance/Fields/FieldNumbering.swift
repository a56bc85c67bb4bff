/// Numbers paths and fields in order of appearance, then puts them in their order.
struct FieldNumbering {
  private var texts: [String] = []
  private var textNumbers: [ByteString: UInt32] = [:]
  /// By path: its container and its innermost name; path 0 is the whole.
  private var pathParents: [UInt32] = [0]
  private var pathNames: [UInt32] = [0]
  private var pathNumbers: [UInt64: UInt32] = [:]
  private(set) var nodes: [NodeID] = []
  private var nodeNumbers: [NodeID: UInt32] = [:]
  /// By field: its node and its path.
  private(set) var fieldNodes: [UInt32] = []
  private(set) var fieldPaths: [UInt32] = []
  private var fieldNumbers: [UInt64: UInt32] = [:]

  var fieldCount: Int { fieldNodes.count }

  mutating func node(_ id: NodeID) -> UInt32 {
    if let known = nodeNumbers[id] { return known }
    let number = UInt32(nodes.count)
    nodeNumbers[id] = number
    nodes.append(id)
    // A node's whole is always there.
    _ = field(number, 0)
    return number
  }

  mutating func path(_ path: FieldPath) -> UInt32 {
    guard let first = path.first else { return 0 }
    var number = child(0, first)
    for name in path.rest { number = child(number, name) }
    return number
  }

  private mutating func child(_ parent: UInt32, _ name: String) -> UInt32 {
    let text = ByteString(name)
    let nameNumber: UInt32
    if let known = textNumbers[text] {
      nameNumber = known
    } else {
      nameNumber = UInt32(texts.count)
      textNumbers[text] = nameNumber
      texts.append(name)
    }
    let key = UInt64(parent) << 32 | UInt64(nameNumber)
    if let known = pathNumbers[key] { return known }
    let number = UInt32(pathParents.count)
    pathNumbers[key] = number
    pathParents.append(parent)
    pathNames.append(nameNumber)
    return number
  }

  mutating func field(_ node: UInt32, _ path: UInt32) -> UInt32 {
    let key = UInt64(node) << 32 | UInt64(path)
    if let known = fieldNumbers[key] { return known }
    let number = UInt32(fieldNodes.count)
    fieldNumbers[key] = number
    fieldNodes.append(node)
    fieldPaths.append(path)
    return number
  }
}

extension FieldNumbering {
  /// Everything in its final order.
  struct Order {
    var nodes: [NodeID]
    var nodeStarts: [UInt32]
    var names: FieldNames
    var paths: [UInt32]
    var parents: [UInt32]
    var ends: [UInt32]
    /// By number of appearance: the final number of a field.
    var fieldRanks: [UInt32]
    /// The same of a node.
    var nodeRanks: [UInt32]

    var nodeOfField: [UInt32] {
      nodes.indices.flatMap { node in
        repeatElement(UInt32(node), count: Int(nodeStarts[node + 1] - nodeStarts[node]))
      }
    }

    func index(of node: NodeID) -> Int? { FieldGraph.index(of: node, in: nodes) }
  }

  func ordered() -> Order {
    let (pathRanks, names) = orderedPaths()
    let nodeOrder = nodes.indices.sorted { nodes[$0] < nodes[$1] }
    var nodeRanks = [UInt32](repeating: 0, count: nodes.count)
    for (rank, node) in nodeOrder.enumerated() { nodeRanks[node] = UInt32(rank) }
    let ranksOfPaths = fieldPaths.map { pathRanks.ranks[Int($0)] }
    let ranksOfNodes = fieldNodes.map { nodeRanks[Int($0)] }
    let byPath = CountingSort.order(ranksOfPaths, bound: pathRanks.ranks.count)
    let order = CountingSort.order(ranksOfNodes, bound: nodes.count, from: byPath)
    var result = Order(
      nodes: nodeOrder.map { nodes[$0] },
      nodeStarts: CountingSort.starts(ranksOfNodes, bound: nodes.count), names: names,
      paths: order.map { ranksOfPaths[Int($0)] },
      parents: [UInt32](repeating: FieldGraph.none, count: order.count),
      ends: [UInt32](repeating: 0, count: order.count),
      fieldRanks: [UInt32](repeating: 0, count: order.count), nodeRanks: nodeRanks)
    for (rank, field) in order.enumerated() { result.fieldRanks[Int(field)] = UInt32(rank) }
    nest(&result, pathEnds: pathRanks.ends)
    return result
  }

  /// Finds for each field what contains it and where what it contains ends.
  private func nest(_ order: inout Order, pathEnds: [UInt32]) {
    for node in order.nodes.indices {
      let fields = Int(order.nodeStarts[node])..<Int(order.nodeStarts[node + 1])
      var open: [Int] = []
      for field in fields {
        let path = order.paths[field]
        while let last = open.last, pathEnds[Int(order.paths[last])] <= path {
          order.ends[last] = UInt32(field)
          open.removeLast()
        }
        if let last = open.last { order.parents[field] = UInt32(last) }
        open.append(field)
      }
      for field in open { order.ends[field] = UInt32(fields.upperBound) }
    }
  }

  /// Ranks of the paths, each container right before what it contains, and where that ends.
  private func orderedPaths() -> (pathRanks: (ranks: [UInt32], ends: [UInt32]), FieldNames) {
    let textOrder = texts.indices.sorted { CBORKeyOrder.precedes(texts[$0], texts[$1]) }
    var textRanks = [UInt32](repeating: 0, count: texts.count)
    for (rank, text) in textOrder.enumerated() { textRanks[text] = UInt32(rank) }
    let count = pathParents.count
    // Children of each path in order: sorted by name, then stably by parent; the whole is no child.
    let paths = (1..<UInt32(max(count, 1))).map { $0 }
    let ranksOfNames = pathNames.map { texts.isEmpty ? 0 : textRanks[Int($0)] }
    let byName = CountingSort.order(ranksOfNames, bound: max(texts.count, 1), from: paths)
    let children = CountingSort.order(pathParents, bound: count, from: byName)
    var childStarts = [UInt32](repeating: 0, count: count + 1)
    for path in paths { childStarts[Int(pathParents[Int(path)]) + 1] += 1 }
    for path in 0..<count { childStarts[path + 1] += childStarts[path] }
    var ranks = [UInt32](repeating: 0, count: count)
    var ends = [UInt32](repeating: 0, count: count)
    var parents = [UInt32](repeating: 0, count: count)
    var names = [UInt32](repeating: 0, count: count)
    var next: UInt32 = 0
    var work: [(path: UInt32, isDone: Bool)] = [(0, false)]
    while let (path, isDone) = work.popLast() {
      if isDone {
        ends[Int(ranks[Int(path)])] = next
        continue
      }
      ranks[Int(path)] = next
      parents[Int(next)] = ranks[Int(pathParents[Int(path)])]
      names[Int(next)] = texts.isEmpty ? 0 : textRanks[Int(pathNames[Int(path)])]
      next += 1
      work.append((path, true))
      let range = Int(childStarts[Int(path)])..<Int(childStarts[Int(path) + 1])
      for child in children[range].reversed() { work.append((child, false)) }
    }
    return ((ranks, ends), FieldNames(textOrder.map { texts[$0] }, parents: parents, names: names))
  }
}

/// Stable sorting by small numbers.
enum CountingSort {
  /// Where each key's run starts in order of the keys; one more for the end.
  static func starts(_ keys: [UInt32], bound: Int) -> [UInt32] {
    var starts = [UInt32](repeating: 0, count: bound + 1)
    for key in keys { starts[Int(key) + 1] += 1 }
    for key in 0..<bound { starts[key + 1] += starts[key] }
    return starts
  }

  /// The positions of keys in ascending order of key, equals in order of position.
  static func order(_ keys: [UInt32], bound: Int) -> [UInt32] {
    order(keys, bound: bound, from: (0..<UInt32(keys.count)).map { $0 })
  }

  /// Positions in ascending order of their keys, equals in the order given.
  static func order(_ keys: [UInt32], bound: Int, from positions: [UInt32]) -> [UInt32] {
    var next = [UInt32](repeating: 0, count: bound + 1)
    for position in positions { next[Int(keys[Int(position)]) + 1] += 1 }
    for key in 0..<bound { next[key + 1] += next[key] }
    var order = [UInt32](repeating: 0, count: positions.count)
    for position in positions {
      let key = Int(keys[Int(position)])
      order[Int(next[key])] = position
      next[key] += 1
    }
    return order
  }
}
