/// Which fields of a node have mappings that say all there is to say of them.
///
/// A mapping covers its output and everything inside that; a mapping of the whole output covers
/// only where values come from, so one with indirect inputs alone covers nothing. A node's
/// `derivedFrom` edges together tell where it comes from, and so does each of its `generatedBy` edges:
/// every run that made the node made all of it. A field is explained by the ones if any covers it or
/// all are exhaustive, and by the others if each covers it or is exhaustive; either is enough.
struct FieldCoverage {
  /// An edge that carries mappings.
  struct Edge {
    var node: UInt32
    var isDerived: Bool
    var isExhaustive: Bool
  }

  private let edges: [Edge]
  private let edgeStarts: [UInt32]
  private let edgeOrder: [UInt32]
  private let coverStarts: [UInt32]
  private let covers: [UInt32]

  /// - Parameters:
  ///   - edges: The edges.
  ///   - covers: Edges and fields that they cover, by edge.
  ///   - nodeCount: The number of nodes.
  init(edges: [Edge], covers: some Sequence<(edge: UInt32, field: UInt32)>, nodeCount: Int) {
    self.edges = edges
    let nodes = edges.map(\.node)
    edgeStarts = CountingSort.starts(nodes, bound: nodeCount)
    edgeOrder = CountingSort.order(nodes, bound: nodeCount)
    var owners: [UInt32] = []
    var fields: [UInt32] = []
    for (edge, field) in covers {
      owners.append(edge)
      fields.append(field)
    }
    coverStarts = CountingSort.starts(owners, bound: edges.count)
    self.covers = fields
  }

  /// Whether an edge of a node carries mappings.
  func hasMappings(_ node: Int) -> Bool { edgeStarts[node] < edgeStarts[node + 1] }

  /// Whether each field of a node is explained.
  ///
  /// - Parameters:
  ///   - node: The node.
  ///   - order: The fields.
  ///   - derived: The number of the node's `derivedFrom` edges, with mappings or without.
  ///   - generated: That of its `generatedBy` edges.
  /// - Returns: One flag a field of the node.
  func isExplained(
    _ node: Int, _ order: FieldNumbering.Order, derived: Int, generated: Int
  ) -> [Bool] {
    let first = order.nodeStarts[node]
    let count = Int(order.nodeStarts[node + 1] - first)
    let mine = edgeOrder[Int(edgeStarts[node])..<Int(edgeStarts[node + 1])]
    guard !mine.isEmpty else { return [Bool](repeating: false, count: count) }
    var isDerivedCovered = [Bool](repeating: false, count: count)
    var runs = [Int](repeating: 0, count: count)
    var lastRun = [UInt32](repeating: .max, count: count)
    var exhaustiveDerived = 0
    var exhaustiveRuns = 0
    for number in mine {
      let edge = edges[Int(number)]
      if edge.isExhaustive {
        if edge.isDerived { exhaustiveDerived += 1 } else { exhaustiveRuns += 1 }
        if !edge.isDerived { continue }
      }
      for cover in covers[Int(coverStarts[Int(number)])..<Int(coverStarts[Int(number) + 1])] {
        for field in Int(cover - first)..<Int(order.ends[Int(cover)] - first) {
          if edge.isDerived {
            isDerivedCovered[field] = true
          } else if lastRun[field] != number {
            lastRun[field] = number
            runs[field] += 1
          }
        }
      }
    }
    let allDerived = derived > 0 && exhaustiveDerived == derived
    return (0..<count).map { field in
      allDerived || isDerivedCovered[field]
        || generated > 0 && exhaustiveRuns + runs[field] == generated
    }
  }
}
