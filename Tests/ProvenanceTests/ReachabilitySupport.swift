@testable import Provenance

func options(_ spacing: Int) -> AncestorIndexOptions {
  var options = AncestorIndexOptions()
  options.spacing = spacing
  return options
}

/// A DAG of as many nodes as the order has rows: a bit of the mask for each pair of them.
func sample(_ mask: Int, _ order: [UInt32]) -> ReachabilitySample {
  var edges: [(effect: UInt32, cause: UInt32)] = []
  var bit = 0
  for effect in order.indices {
    for cause in 0..<effect {
      if mask >> bit & 1 != 0 { edges.append((order[effect], order[cause])) }
      bit += 1
    }
  }
  let isSorted = order == order.sorted()
  return ReachabilitySample(
    rowCount: order.count, edges: edges, order: isSorted ? nil : order)
}

func permutations(_ count: UInt32) -> [[UInt32]] {
  if count == 0 { return [[]] }
  return permutations(count - 1).flatMap { shorter in
    (0...shorter.count).map { place in
      Array(shorter[..<place]) + [count - 1] + shorter[place...]
    }
  }
}

extension ReachabilitySample {
  /// How many ancestors each row has, for graphs whose sets would be too many to keep as sets.
  func ancestorCounts() -> [Int] {
    let words = rowCount / 64 + 1
    var bits = [UInt64](repeating: 0, count: rowCount * words)
    var counts = [Int](repeating: 0, count: rowCount)
    for row in 0..<rowCount {
      for cause in causes[row] {
        let from = Int(cause) * words
        for word in 0..<words { bits[row * words + word] |= bits[from + word] }
        bits[row * words + Int(cause) / 64] |= 1 << UInt64(cause % 64)
      }
      for word in 0..<words { counts[row] += bits[row * words + word].nonzeroBitCount }
    }
    return counts
  }
}

/// What an index built over a sample answers otherwise than a plain search does.
func difference(
  _ sample: ReachabilitySample, _ options: AncestorIndexOptions
) throws -> String? {
  let index = try sample.withLists {
    try unsafe AncestorIndex($0, overrides: sample.overrides, order: sample.order, options: options)
  }
  return difference(sample, index)
}

/// What an index over a prefix of a sample answers otherwise than a plain search does.
func difference(_ sample: ReachabilitySample, _ index: AncestorIndex) -> String? {
  let ancestors = sample.ancestors()
  let search = AncestorSearch()
  var newer = sample.overrides
  return sample.withLists { lists in
    for row in 0..<UInt32(sample.rowCount) {
      let found = unsafe search.ancestors(of: CollectionOfOne(row), index, lists, &newer)
      if Set(found) != ancestors[Int(row)] || found.count != ancestors[Int(row)].count {
        return "ancestors of \(row): \(Array(found)), not \(ancestors[Int(row)].sorted())"
      }
      for other in 0..<UInt32(sample.rowCount) {
        let expected = ancestors[Int(row)].contains(other)
        if unsafe search.isAncestor(other, of: row, index, lists, &newer) != expected {
          return "\(other) of \(row): not \(expected)"
        }
      }
    }
    return nil
  }
}
