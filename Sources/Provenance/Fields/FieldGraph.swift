/// The fields of a graph, numbered, with packed lists of what each is made from and what from it.
///
/// Fields are numbered by node id, then by path, so that a node's fields are a range that starts with
/// the whole node, and a field and everything inside it are a range too. Every node that has a field
/// has its whole among the fields. The numbers do not depend on the order in which facts arrived.
///
/// 21 bytes a field and 8 a dependency, 36 a node, and each field name once.
final class FieldGraph: Sendable {
  let nodes: [NodeID]
  /// The first field of each node; one more for the end.
  let nodeStarts: [UInt32]
  let names: FieldNames
  /// By field: its path.
  let paths: [UInt32]
  /// By field: the next larger field that contains it; ``none`` for a whole node.
  let parents: [UInt32]
  /// By field: the end of the range of what lies inside it.
  let ends: [UInt32]
  let flags: [FieldFlags]
  /// Inputs by output.
  let upstream: FieldAdjacency
  /// Outputs by input.
  let downstream: FieldAdjacency

  static let none = UInt32.max

  init(
    nodes: [NodeID], nodeStarts: [UInt32], names: FieldNames, paths: [UInt32], parents: [UInt32],
    ends: [UInt32], flags: [FieldFlags], upstream: FieldAdjacency, downstream: FieldAdjacency
  ) {
    self.nodes = nodes
    self.nodeStarts = nodeStarts
    self.names = names
    self.paths = paths
    self.parents = parents
    self.ends = ends
    self.flags = flags
    self.upstream = upstream
    self.downstream = downstream
  }
}

/// What is known of a field beyond its dependencies.
struct FieldFlags: OptionSet, Sendable {
  let rawValue: UInt8

  /// Its node was made from something, and no mapping says what of that the field takes.
  static let gap = FieldFlags(rawValue: 1)
  /// An edge that its node starts from is pending.
  static let pendingAbove = FieldFlags(rawValue: 2)
  /// An edge that its node starts from is disputed.
  static let disputedAbove = FieldFlags(rawValue: 4)
  /// Something was made from its node of which a field is a gap.
  static let gapBelow = FieldFlags(rawValue: 8)
  /// An edge to its node is pending.
  static let pendingBelow = FieldFlags(rawValue: 16)
  /// An edge to its node is disputed.
  static let disputedBelow = FieldFlags(rawValue: 32)
  /// A mapping of it names a node that the graph does not have.
  static let unknownInput = FieldFlags(rawValue: 64)

  static func above(_ reasons: Incompleteness) -> FieldFlags {
    var flags: FieldFlags = []
    if reasons.contains(.pendingEdges) { flags.insert(.pendingAbove) }
    if reasons.contains(.disputedEdges) { flags.insert(.disputedAbove) }
    return flags
  }

  static func below(_ reasons: Incompleteness) -> FieldFlags {
    var flags: FieldFlags = []
    if reasons.contains(.pendingEdges) { flags.insert(.pendingBelow) }
    if reasons.contains(.disputedEdges) { flags.insert(.disputedBelow) }
    return flags
  }
}

/// Lists of fields by field, each in ascending order.
///
/// An entry holds the other field above six bits: the ways in which the one enters the other.
struct FieldAdjacency: Sendable {
  let starts: [UInt32]
  let entries: [UInt32]

  static let wayBits: UInt32 = 6

  @inline(__always)
  static func field(_ entry: UInt32) -> UInt32 { entry >> wayBits }
  @inline(__always)
  static func ways(_ entry: UInt32) -> UInt32 { entry & 63 }

  @inline(__always)
  func range(_ field: UInt32) -> Range<Int> {
    Int(starts[Int(field)])..<Int(starts[Int(field) + 1])
  }

  /// The ways in which `other` stands in the list of a field; 0 if it does not.
  func ways(from field: UInt32, to other: UInt32) -> UInt32 {
    var range = range(field)
    while !range.isEmpty {
      let middle = (range.lowerBound + range.upperBound) / 2
      let found = Self.field(entries[middle])
      if found == other { return Self.ways(entries[middle]) }
      range = found < other ? middle + 1..<range.upperBound : range.lowerBound..<middle
    }
    return 0
  }
}

extension FieldGraph {
  var count: Int { paths.count }

  /// The number of a node's whole, if a mapping names the node.
  func whole(of node: NodeID) -> UInt32? { index(of: node).map { nodeStarts[$0] } }

  func index(of node: NodeID) -> Int? { Self.index(of: node, in: nodes) }

  static func index(of node: NodeID, in nodes: [NodeID]) -> Int? {
    var low = 0
    var high = nodes.count
    while low < high {
      let middle = (low + high) / 2
      if nodes[middle] == node { return middle }
      if nodes[middle] < node { low = middle + 1 } else { high = middle }
    }
    return nil
  }

  /// The place of a field's node among the nodes.
  func nodeIndex(of field: UInt32) -> Int {
    var low = 0
    var high = nodes.count
    while high - low > 1 {
      let middle = (low + high) / 2
      if nodeStarts[middle] <= field { low = middle } else { high = middle }
    }
    return low
  }

  func node(of field: UInt32) -> NodeID { nodes[nodeIndex(of: field)] }

  subscript(field: UInt32) -> Field { Field(node(of: field), names.path(paths[Int(field)])) }

  /// Where a path stands among the fields of a node: the smallest field that contains it, and the range
  /// of those inside it, itself among them if it has a number.
  func place(_ path: FieldPath, inNode index: Int) -> (container: UInt32, inside: Range<UInt32>) {
    var low = nodeStarts[index]
    var high = nodeStarts[index + 1]
    let end = high
    while low < high {
      let middle = (low + high) / 2
      if names.path(paths[Int(middle)]) < path { low = middle + 1 } else { high = middle }
    }
    if low < end, names.path(paths[Int(low)]) == path { return (low, low..<ends[Int(low)]) }
    var insideEnd = low
    while insideEnd < end, path.contains(names.path(paths[Int(insideEnd)])) {
      insideEnd = ends[Int(insideEnd)]
    }
    // The field before it, or one around that, contains it: the whole does.
    var container = low - 1
    while !names.path(paths[Int(container)]).contains(path) { container = parents[Int(container)] }
    return (container, low..<insideEnd)
  }
}
